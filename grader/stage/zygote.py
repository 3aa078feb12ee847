"""The warm parent of every stage: it has imported FastAPI once, and forks a loader on request.

Started as `python -P -m grader.stage.zygote LISTENER LIFELINE SOURCE...`: the descriptor of a
listening Unix socket, one whose end says that nobody needs us any more, and the sources to import.
It never imports the learner's file; `loaded_stage` does, in the fork.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import logging
import os
import selectors
import socket
import sys
import threading
import traceback

from grader.control import encode
from grader.stage import loaded, process
from grader.stage.process import Orders


def main(listener: int, lifeline: int, sources: list[str]) -> None:
    process.adopt_orphans()
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())  # the stage reports failures
    logging.getLogger("uvicorn").propagate = False
    with socket.socket(fileno=listener) as judges:
        asyncio.run(_warm_up())
        for source in sources:
            importlib.import_module(f"sources.scripted.{source}").warm_up()
        _join_threads()  # a fork would lose them
        gc.collect()
        gc.freeze()
        _serve(judges, lifeline)


def _serve(judges: socket.socket, lifeline: int) -> None:
    """Fork a loader for each connection that orders one, until the lifeline ends."""
    loaders: dict[socket.socket, int] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(judges, selectors.EVENT_READ)
        selector.register(lifeline, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fd == lifeline:
                    _end_all(loaders)
                    return
                if key.fileobj is judges:
                    connection, _ = judges.accept()
                    selector.register(connection, selectors.EVENT_READ, Orders(connection))
                else:
                    _obey(selector, key.data, loaders)


def _obey(
    selector: selectors.BaseSelector, orders: Orders, loaders: dict[socket.socket, int]
) -> None:
    connection = orders.connection
    messages = None
    with contextlib.suppress(ConnectionError):
        messages = orders.receive()
    if messages is None:  # this judge is done
        selector.unregister(connection)
        if connection in loaders:
            process.end(loaders.pop(connection))
        process.end_orphans(keep=set(loaders.values()))
        connection.close()
        return
    for message in messages:
        channel, output, trace = orders.take(3)
        pid = _fork(message.fields, channel=channel, output=output, trace=trace)
        loaders[connection] = pid
        with contextlib.suppress(ConnectionError):
            connection.sendall(encode("forked", pid=pid))
        for descriptor in (channel, output, trace):
            os.close(descriptor)


def _fork(job: dict[str, str], *, channel: int, output: int, trace: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        process.silence_and_redirect(output)
        process.close_all_but({0, 1, 2, channel, trace})
        loaded.run(job, channel=socket.socket(fileno=channel), trace=trace)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(70)  # EX_SOFTWARE: `loaded.run` never returns


def _end_all(loaders: dict[socket.socket, int]) -> None:
    for pid in loaders.values():
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
        async def body():  # type: ignore[no-untyped-def]
            yield b"warm"

        return StreamingResponse(body())

    @app.get("/threads")
    def threads() -> StreamingResponse:
        return StreamingResponse(iter([b"warm"]))

    @app.get("/events", response_class=EventSourceResponse)
    async def events():  # type: ignore[no-untyped-def]
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
    while server.server_state.connections or server.server_state.tasks:
        await asyncio.sleep(0)
    await server.lifespan.shutdown()


def _join_threads() -> None:
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
