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
from grader.stage import process
from grader.stage.fresh import begin
from grader.stage.process import Orders


def main(link: int, arguments: list[str]) -> None:
    process.die_with_parent()
    process.adopt_orphans()
    ours, theirs = socket.socketpair()
    with theirs:
        loader = begin("grader.stage.standby", theirs, arguments)
    with socket.socket(fileno=link) as keeper, contextlib.suppress(ConnectionError):
        if _hand_over(Orders(keeper), ours):
            keeper.sendall(encode("started", pid=loader.pid, watched=True))
            status = loader.wait()
            process.end_orphans(keep=set())
            keeper.sendall(encode("ended", status=status))
    ours.close()  # if it was not told to do anything, that is its end
    loader.wait()


def _hand_over(orders: Orders, loader: socket.socket) -> bool:
    """Pass on an order with its descriptors. Returns False if there is none, or no loader."""
    messages = orders.receive()
    for order in messages or ():
        descriptors = orders.take(3)
        socket.send_fds(loader, [encode(order.kind, **order.fields)], descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        return bool(loader.recv(1))  # it has taken them
    return False


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
