"""`grade serve`: one live application on a port, by uvicorn."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
from contextlib import suppress
from types import FrameType

import click
import uvicorn

from grader.application import live_application
from grader.catalogue import ROOT, endpoints


class CannotServe(click.ClickException):
    """The server cannot start; the text says why and what to do about it."""

    exit_code = 2


def serve(target: str, *, host: str, port: int) -> None:
    """Serve the answers in the folder `target` until Ctrl-C. Port 0 takes any free one.

    Raises `CannotServe` if there is no such folder, or if `host` and `port` cannot be listened on.
    """
    if not (ROOT / target).is_dir():
        raise CannotServe(f"there is no folder {target!r} in {ROOT}; try exercises or solutions.")
    listener = _listen(host, port)
    config = uvicorn.Config(live_application(target), lifespan="off", timeout_graceful_shutdown=0)
    server = _Server(config)
    # uvicorn's start-up lines say what the banner says, and its last ones that streams were cut.
    log = logging.getLogger("uvicorn.error")
    log.addFilter(lambda record: server.started and not server.should_exit)
    click.echo(_banner(target, listener))
    with listener, suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Raise at the second Ctrl-C, which also ends an endpoint that blocks the event loop."""
        if self.should_exit and sig == signal.SIGINT:
            raise KeyboardInterrupt
        super().handle_exit(sig, frame)


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        # With the protocol spelt out asyncio sets TCP_NODELAY; without, each event may wait 40 ms.
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen()
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise CannotServe(_cannot_listen(host, port, error)) from error
    return listener


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is in use; end the program that holds it, "
            "or take another: grade serve --port 0 finds a free one."
        )
    if error.errno == errno.EACCES:
        return f"port {port} on {host} is not allowed for you; take one above 1023, like 8000."
    return f"cannot listen on {host}, port {port}: {error.strerror}; try --host 127.0.0.1."


def _banner(target: str, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    base = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    shown = endpoints().values()
    width = max(len(exercise.title) for exercise in shown)
    listed = [f"  {exercise.title:{width}}  {base}{exercise.target}" for exercise in shown]
    return "\n".join(
        [f"{target} on {base}, documentation on {base}/docs. Ctrl-C ends it.", *listed]
    )
