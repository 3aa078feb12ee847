"""The parent of one fresh loader: a file that ends its parent process ends this, and no other.

Started as `python -P -m grader.stage.guardian LINK KIND SOURCE...`. One order comes by the link,
and goes on to the loader, once that is ready. Back go the loader's process and how it ended.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys

from grader.control import encode
from grader.platforms import adopt_orphans, die_with_parent
from grader.stage import process
from grader.stage.fresh import begin
from grader.stage.process import Orders


def main(link: int, arguments: list[str]) -> None:
    die_with_parent()
    adopt_orphans()
    process.have_own_temporary_folder()
    ours, theirs = socket.socketpair()
    with theirs:
        loader = begin("grader.stage.standby", theirs, arguments)
    with socket.socket(fileno=link) as keeper, ours, contextlib.suppress(ConnectionError):
        if ours.recv(1) and _hand_over(Orders(keeper), ours, loader.pid):
            status = loader.wait()
            process.end_orphans(keep=set())
            keeper.sendall(encode("ended", status=status))
    loader.wait()  # if there was no order, the end of the link has told it


def _hand_over(keeper: Orders, loader: socket.socket, pid: int) -> bool:
    """Pass on an order with its descriptors. Returns False if there is none."""
    for order in keeper.receive() or ():
        descriptors = keeper.take(3)
        # Told first: the file may end this process as soon as it is loaded.
        keeper.connection.sendall(encode("started", pid=pid, watched=True))
        socket.send_fds(loader, [encode(order.kind, **order.fields)], descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        return True
    return False


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
