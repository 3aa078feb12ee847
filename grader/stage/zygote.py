"""The warm parent of every stage: it has imported FastAPI once, and forks a loader on request.

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
import selectors
import shutil
import socket
import sys
import threading
import traceback
from collections.abc import AsyncIterator
from pathlib import Path

from grader.control import encode
from grader.stage import hooks, loaded, process
from grader.stage.process import Orders


def main(listener: int, lifeline: int, *, clients: bool, sources: list[str]) -> None:
    process.adopt_orphans()
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())  # the stage reports failures
    logging.getLogger("uvicorn").propagate = False
    with socket.socket(fileno=listener) as judges:
        hooks.import_time_machine()
        if clients:
            hooks.warm_up_clients()
        asyncio.run(_warm_up())
        for source in sources:
            importlib.import_module(f"sources.scripted.{source}").warm_up()
        _join_threads()  # a fork would lose them
        gc.collect()
        gc.freeze()
        _serve(judges, lifeline)


def _serve(judges: socket.socket, lifeline: int) -> None:
    """Fork a loader for each connection that orders one, until the lifeline ends."""
    guardians: dict[socket.socket, int] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(judges, selectors.EVENT_READ)
        selector.register(lifeline, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fd == lifeline:
                    _end_all(guardians)
                    shutil.rmtree(Path(judges.getsockname()).parent, ignore_errors=True)
                    return
                if key.fileobj is judges:
                    connection, _ = judges.accept()
                    selector.register(connection, selectors.EVENT_READ, Orders(connection))
                else:
                    _obey(selector, key.data, guardians)


def _obey(
    selector: selectors.BaseSelector, orders: Orders, guardians: dict[socket.socket, int]
) -> None:
    connection = orders.connection
    messages = orders.receive()
    if messages is None:  # this judge is done
        selector.unregister(connection)
        if connection in guardians:
            process.end(guardians.pop(connection))
        process.end_orphans(keep=set(guardians.values()))
        connection.close()
        return
    for message in messages:
        channel, output, trace = orders.take(3)
        guardians[connection] = _fork(
            message.fields, judge=connection, channel=channel, output=output, trace=trace
        )
        for descriptor in (channel, output, trace):
            os.close(descriptor)


def _fork(
    job: dict[str, str], *, judge: socket.socket, channel: int, output: int, trace: int
) -> int:
    """Fork a guardian, which forks the loader and waits for it.

    A file that ends its parent process ends its guardian, and not the parent of all the others.
    """
    guardian = os.fork()
    if guardian:
        return guardian
    try:
        os.setsid()
        process.die_with_parent()
        process.adopt_orphans()
        loader = os.fork()
        if loader:
            with contextlib.suppress(ConnectionError):
                judge.sendall(encode("forked", pid=loader))
            process.close_all_but({0, 1, 2})
            os.waitpid(loader, 0)
            process.end_orphans(keep=set())
            os._exit(0)
        os.setsid()
        process.silence_and_redirect(output)
        process.close_all_but({0, 1, 2, channel, trace})
        loaded.run(job, channel=socket.socket(fileno=channel), trace=trace)
    except ConnectionError:  # the judge is gone
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(70)  # EX_SOFTWARE: `loaded.run` never returns


def _end_all(guardians: dict[socket.socket, int]) -> None:
    for pid in guardians.values():
        process.end(pid)
    process.end_orphans(keep=set())


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
