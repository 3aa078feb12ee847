"""What stands in the zygote's place where nothing is forked: each loader is a process of its own.

Started as `python -P -m grader.stage.fresh LISTENER LIFELINE KIND SOURCE...`, like the zygote. The
child of a `guardian` gets ready to load a file, which takes it a while: one is always ahead.
"""

from __future__ import annotations

import socket
import subprocess
import sys

from grader.control import Message, encode
from grader.platforms import adopt_orphans
from grader.stage import process
from grader.stage.keeper import Guardian, Keeper


class _Fresh:
    """Starts guardians, each ahead of the order for it."""

    def __init__(self, arguments: list[str]) -> None:
        self._arguments = arguments
        self._ahead = self._begin()

    def start(
        self, job: Message, *, judge: socket.socket, channel: int, output: int, trace: int
    ) -> Guardian:
        guardian, self._ahead = self._ahead, self._begin()
        assert guardian.link is not None
        order = encode(job.kind, **job.fields)
        socket.send_fds(guardian.link, [order], [channel, output, trace])
        return guardian

    def idle(self) -> set[int]:
        return {self._ahead.pid}

    def _begin(self) -> Guardian:
        ours, theirs = socket.socketpair()
        with theirs:
            started = begin("grader.stage.guardian", theirs, self._arguments)
        return Guardian(started.pid, ours)


def begin(module: str, link: socket.socket, arguments: list[str]) -> subprocess.Popen[bytes]:
    """Start a module in a process group of its own, with the descriptor of a link to us."""
    return subprocess.Popen(
        process.python(module, str(link.fileno()), *arguments),
        pass_fds=[link.fileno()],
        start_new_session=True,
    )


def main(listener: int, lifeline: int, arguments: list[str]) -> None:
    adopt_orphans()
    with socket.socket(fileno=listener) as judges:
        Keeper(judges, _Fresh(arguments)).serve(lifeline)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
