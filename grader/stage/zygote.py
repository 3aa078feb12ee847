"""The warm parent of every stage: it has imported FastAPI once, and forks loaders.

Started as `python -P -m grader.stage.zygote LISTENER LIFELINE KIND SOURCE...`: the descriptor of a
listening Unix socket, one whose end says that nobody needs us any more, whether clients are among
what is to be judged, and the sources to import.
It never imports the learner's file; `loaded` does, in the fork.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import logging
import os
import socket
import sys
import threading
import traceback
from collections.abc import AsyncIterator
from typing import NoReturn

if __name__ == "__main__":
    gc.disable()  # what is imported from here on stays, and is frozen in the end

from grader.control import Message, encode
from grader.platforms import adopt_orphans, die_with_parent
from grader.stage import hooks, loaded, process
from grader.stage.keeper import Guardian, Keeper
from grader.stage.process import Orders


class _Forks:
    """Loaders that are forked, each ahead of the order for it."""

    def __init__(self) -> None:
        self._begin()

    def start(
        self, job: Message, *, judge: socket.socket, channel: int, output: int, trace: int
    ) -> Guardian:
        """Give the job to the loader that is ahead, and fork another one."""
        guardian = Guardian(self._guardian)
        with self._link as link:
            started = link.recv(1 << 10)
            order = encode(job.kind, **job.fields)
            socket.send_fds(link, [order], [channel, output, trace])
        with contextlib.suppress(ConnectionError):
            judge.sendall(started)
        self._begin()
        return guardian

    def _begin(self) -> None:
        """Fork a guardian, which forks the loader and waits for it.

        A file that ends its parent process ends its guardian, and not the parent of all the others.
        """
        self._link, theirs = socket.socketpair()
        with theirs:
            self._guardian = os.fork()
            if self._guardian == 0:
                try:
                    _guard(theirs)
                finally:
                    os._exit(70)  # EX_SOFTWARE

    def idle(self) -> set[int]:
        return {self._guardian}


def _guard(link: socket.socket) -> NoReturn:
    """Fork the loader, say who it is, and end what it leaves behind."""
    os.setsid()
    die_with_parent()
    adopt_orphans()
    process.have_own_temporary_folder()
    process.close_all_but({0, 1, 2, link.fileno()})  # the channels of others would never end
    loader = os.fork()
    if loader == 0:
        os.setsid()
        die_with_parent()
        orders = Orders(link)
        for job in orders.receive() or ():
            become_loader(job.fields, *orders.take(3))
        os._exit(0)  # nobody has a job any more
    link.sendall(encode("started", pid=loader))
    process.close_all_but({0, 1, 2})
    os.waitpid(loader, 0)
    process.end_orphans(keep=set())
    os._exit(0)


def main(listener: int, lifeline: int, *, clients: bool, sources: list[str]) -> None:
    adopt_orphans()
    with socket.socket(fileno=listener) as judges:
        get_ready(clients=clients, sources=sources)
        gc.collect()
        gc.freeze()
        gc.enable()
        Keeper(judges, _Forks()).serve(lifeline)


def get_ready(*, clients: bool, sources: list[str]) -> None:
    """Import and make all that loaders share, so that none of them has to."""
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())  # the stage reports failures
    logging.getLogger("uvicorn").propagate = False
    hooks.import_time_machine()
    if clients:
        hooks.warm_up_clients()
    asyncio.run(_warm_up())
    for source in sources:
        importlib.import_module(f"sources.scripted.{source}").warm_up()
    _join_threads()  # a fork would lose them


def become_loader(
    job: dict[str, str], channel: int, output: int, trace: int, *, forks: bool = True
) -> NoReturn:
    """Load a file, with the descriptors that the judge has sent for it. See `loaded.run`."""
    try:
        process.silence_and_redirect(output)
        process.close_all_but({0, 1, 2, channel, trace})
        loaded.run(job, channel=socket.socket(fileno=channel), trace=trace, forks=forks)
    except ConnectionError:  # the judge is gone
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(70)  # EX_SOFTWARE: `loaded.run` never returns


async def _warm_up() -> None:
    """Serve each kind of response once, so that no fork is the first to import or to compile."""
    from fastapi import FastAPI
    from fastapi.responses import StreamingResponse
    from fastapi.sse import EventSourceResponse
    from uvicorn import Config, Server

    app = FastAPI()

    @app.get("/async")
    async def stream() -> StreamingResponse:
        async def body() -> AsyncIterator[bytes]:
            yield b"warm"

        return StreamingResponse(body())

    @app.get("/threads")
    def threads() -> StreamingResponse:
        return StreamingResponse(iter([b"warm"]))

    @app.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[dict[str, bool]]:
        yield {"warm": True}

    ours, theirs = socket.socketpair()
    config = Config(app, http="h11", ws="none", loop="asyncio", log_config=None, access_log=False)
    config.load()
    server = Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.lifespan.startup()
    loop = asyncio.get_running_loop()
    await loop.connect_accepted_socket(
        lambda: config.http_protocol_class(  # type: ignore[call-arg]
            config=config, server_state=server.server_state, app_state={}, _loop=loop
        ),
        theirs,
    )
    reader, writer = await asyncio.open_connection(sock=ours)
    for path in (b"/async", b"/threads", b"/events"):
        writer.write(b"GET " + path + b" HTTP/1.1\r\nHost: warm\r\n\r\n")
        await reader.readuntil(b"\r\n0\r\n\r\n")
    writer.close()
    while server.server_state.connections or server.server_state.tasks:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await server.lifespan.shutdown()


def _join_threads() -> None:
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), clients=sys.argv[3] == "clients", sources=sys.argv[4:])
