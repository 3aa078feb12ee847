"""A fresh process that gets ready like the zygote, and becomes the loader of the first order.

Started as `python -P -m grader.stage.standby LINK KIND SOURCE...` by its guardian.
"""

from __future__ import annotations

import contextlib
import socket
import sys

from grader.platforms import die_with_parent
from grader.stage.process import Orders
from grader.stage.zygote import become_loader, get_ready


def main(link: int, *, clients: bool, sources: list[str]) -> None:
    die_with_parent()
    with socket.socket(fileno=link) as guardian:
        get_ready(clients=clients, sources=sources)
        with contextlib.suppress(ConnectionError):  # nobody needs us any more, as below
            guardian.sendall(b".")
        orders = Orders(guardian)
        messages = list(orders.receive() or ())
        if not messages:
            return
        descriptors = orders.take(3)
    become_loader(messages[0].fields, *descriptors, forks=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), clients=sys.argv[2] == "clients", sources=sys.argv[3:])
