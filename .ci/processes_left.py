"""Print the processes of this clone's .venv that began after a time (seconds since 1970) and stayed."""

from __future__ import annotations

import os
import sys

import psutil

SECONDS_TO_END = 5


def ours(since: float) -> list[psutil.Process]:
    """Every process since then that the .venv's interpreter was started for, but this one.

    A fork keeps the command line of what it was forked from.
    """
    interpreters = os.path.join(sys.prefix, "bin", "")
    return [
        process
        for process in psutil.process_iter(["cmdline", "create_time"])
        if any(word.startswith(interpreters) for word in process.info["cmdline"] or ())
        and process.info["create_time"] >= since
        and process.pid != os.getpid()
    ]


if __name__ == "__main__":
    _, left = psutil.wait_procs(ours(float(sys.argv[1])), timeout=SECONDS_TO_END)
    for process in left:
        print(process.pid, *process.info["cmdline"])
