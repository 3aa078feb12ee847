"""Print the processes of this clone's .venv that began after a given one (an id) and do not end."""

from __future__ import annotations

import os
import sys

import psutil

SECONDS_TO_END = 5


def later_than(first: psutil.Process) -> list[psutil.Process]:
    """Every later process of the .venv's interpreter, but this one.

    A fork is among them: it keeps the command line of what it was forked from.
    """
    since = first.create_time()
    interpreters = os.path.join(sys.prefix, "bin", "")
    return [
        process
        for process in psutil.process_iter(["cmdline", "create_time"])
        if any(word.startswith(interpreters) for word in process.info["cmdline"] or ())
        and process.info["create_time"] >= since
        and process.pid != os.getpid()
    ]


if __name__ == "__main__":
    found = later_than(psutil.Process(int(sys.argv[1])))
    _, left = psutil.wait_procs(found, timeout=SECONDS_TO_END)
    for process in left:
        print(process.pid, *process.info["cmdline"])
