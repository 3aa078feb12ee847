"""Connections of a client exercise: whatever it dials on virtual time, the judge answers.

On a Unix socket what the judge has sent is there at once, in the eyes of the kernel, too: no
packet is under way when the stage says that nothing is ready. On a TCP socket it might be.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from grader.stage.channel import Channel
from grader.stage.clock import VirtualClock, VirtualLoop


class Line(socket.socket):
    """A Unix socket that passes for one of TCP, whose options mean nothing to it."""

    def setsockopt(self, level: int, *arguments: Any) -> None:
        if level == socket.SOL_SOCKET:
            super().setsockopt(level, *arguments)

    def getpeername(self) -> Any:
        return ("127.0.0.1", 8000)

    def getsockname(self) -> Any:
        return ("127.0.0.1", 50000)


def report_dialling(channel: Channel) -> None:
    """Tell the judge of each TCP connection that something else than the loop dials.

    Nobody could say when a thread that reads from it is at rest, so it gets nowhere.
    """
    connect = socket.socket.connect

    def refuse(line: socket.socket, address: Any) -> None:
        if line.family == socket.AF_UNIX or line.type != socket.SOCK_STREAM:
            connect(line, address)
            return
        blocks = channel.on_loop and line.gettimeout() != 0
        channel.tell("dialled", on_loop=blocks, line=channel.learner.calling_line())
        raise ConnectionRefusedError(f"only the event loop can connect here, not to {address}")

    changed: Any = socket.socket
    changed.connect = refuse


class DiallingLoop(VirtualLoop):
    """Connects to the judge's Unix socket at `judge`, whatever the address."""

    def __init__(self, channel: Channel, clock: VirtualClock, *, judge: str) -> None:
        super().__init__(channel, clock)
        self._judge = judge

    async def create_connection(  # type: ignore[override]
        self, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any
    ) -> tuple[asyncio.BaseTransport, asyncio.BaseProtocol]:
        """See `asyncio.loop.create_connection`. TLS and addresses to bind to are left out."""
        line = Line(socket.AF_UNIX, socket.SOCK_STREAM)
        line.setblocking(False)
        try:
            line.connect(self._judge)
        except OSError as error:
            line.close()
            raise ConnectionRefusedError(f"nobody listens on {host}:{port}") from error
        return await super().create_connection(protocol_factory, sock=line)
