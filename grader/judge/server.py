"""The judge as the server that a client exercise talks to, with the verbs of its suites.

    server.call(prompt="hi")                        call the learner's function with a base URL
    request = server.request()                      the request that it has sent, when it has
    server.begin(request, content_type="...")       send the head of a chunked response
    server.send(request, b"...")                    send a piece of its body, as one chunk
    server.finish(request); server.cut(request)     end the body; cut the connection off
    server.next()                                   ask a generator for its next item
    server.stop()                                   leave it, as `break` does
    server.items; server.outcome                    what it has yielded; how it ended

Every verb acts and then settles. See `held.Process`.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.control import Message
from grader.judge.evidence import Finding, Log, NotGradable, Trouble, Unmet
from grader.judge.held import START, Held, Process, sized
from grader.judge.script import Question
from grader.judge.visit import LAST_CHUNK, Request, Visit, chunk, head
from grader.places import project_path

NOWHERE = ("127.0.0.1", 8000)  # nobody listens there: the stage dials the judge instead


@dataclass(frozen=True, slots=True)
class Returned:
    """The function returned, or its items came to their end."""

    value: Any


@dataclass(frozen=True, slots=True)
class Raised:
    """It raised. `types` names the class and its bases, the class first."""

    types: tuple[str, ...]
    text: str
    line: dict[str, Any] | None

    def __str__(self) -> str:
        return f"{self.types[0]}: {self.text}" if self.text else self.types[0]


@dataclass(frozen=True, slots=True)
class Called:
    """A callback was called, with these arguments."""

    name: str
    arguments: Sequence[Any]


class Server(Process):
    """The judge's end of a client exercise, and the process that runs the client."""

    runs = "client"

    def __init__(self, held: Held, listener: socket.socket) -> None:
        super().__init__(held)
        self._unix = listener
        self._listener = socket.create_server(("127.0.0.1", 0)) if held.real else listener
        self._listener.setblocking(False)
        host, port = self._listener.getsockname() if held.real else NOWHERE
        self.base_url = f"http://{host}:{port}"
        if held.real:
            self._selector.register(self._listener, selectors.EVENT_READ)
        self._begin(at=START)

    def _begin(self, *, at: float) -> None:
        self.log = Log()
        self.visits: list[Visit] = []
        self.items: list[Any] = []
        self.reused = False  # an item was the object of the one before, with other contents
        self.asked = 0  # how many items a generator has been asked for
        self.called: list[Called] = []
        self.outcome: Returned | Raised | None = None
        self.misfit = ""  # the type of what it gave, if that is no coroutine and no async generator
        self.dialled: Message | None = None  # how it connected, if not by the event loop
        self._began = at

    def renew(self) -> bool:
        """Make it fit for another behaviour, if nothing is left on it of this one.

        A call that is still under way is cancelled, as by a caller who goes away.
        """
        if self.real or not self.alive:
            return False
        self.used = True
        try:
            self._order("cancel")
            while self.visits:
                self.visits.pop().end()
            self.collect_garbage()
            if self._due is not None or self._ask("under_way")["under_way"] or self.tasks_left():
                return False
        except Finding:
            return False
        if any(trouble.kind != "raised" for trouble in self.log.troubles):
            return False
        self._begin(at=self.now)
        return True

    # -- acts ------------------------------------------------------------------------------------

    def call(
        self,
        *,
        paths: Sequence[str] = (),
        callbacks: Sequence[str] = (),
        beside: bool = False,
        **arguments: Any,
    ) -> None:
        """Call the function with `base_url` and these arguments, and settle.

        Arguments in `paths` are given as a `Path`, those in `callbacks` are functions that note
        how they are called. An earlier call is cancelled, or left as it is by one `beside` it.
        """
        self.outcome = None
        self._forget_what_was_raised()
        self.asked = len(self.items)
        given = {"base_url": self.base_url, **arguments}
        self._note("client", "call", "is called")
        named = {"paths": list(paths), "callbacks": list(callbacks)}
        self._order("call", arguments=given, beside=beside, **named)
        self._refuse_the_stub()
        self._refuse_other_dialling()
        if self.misfit:
            raise NotGradable(
                f"the function gave a value of type {self.misfit}; "
                "write it with async def, with await or yield in it."
            )

    def _forget_what_was_raised(self) -> None:
        """What an earlier call has raised is not what is wrong with this one."""
        self.log.troubles[:] = [each for each in self.log.troubles if each.kind != "raised"]

    def next(self) -> None:
        """Ask a generator for its next item, and settle."""
        self.asked += 1
        self._order("next")
        self._refuse_the_stub()
        self._refuse_other_dialling()

    def _refuse_the_stub(self) -> None:
        raised = self.outcome
        if isinstance(raised, Raised) and raised.line and "NotImplementedError" in raised.types:
            place = f"{project_path(self.file)}, line {raised.line['number']}"
            function = raised.line["function"]
            reason = f"still the stub: implement {function} in {place}"
            raise NotGradable(reason, raised.line)

    def _refuse_other_dialling(self) -> None:
        """A blocking call on the loop's own thread is a finding; elsewhere it may well be right."""
        if self.dialled is None:
            return
        line = self.dialled["line"]
        if not self.dialled["on_loop"]:
            raise NotGradable(
                "it connects outside of the event loop, in a thread for one, whose time cannot be "
                "told; --real judges it on real time.",
                line,
            )
        text = "a connection is made by a blocking call, on the event loop's own thread"
        self.log.troubles.append(Trouble("blocked", text, line))
        raise Unmet(
            observed=text,
            expected="an event loop that is free to do other things meanwhile",
            sign="blocked",
        )

    def stop(self) -> None:
        """Close a generator, as leaving an `async for` loop in the middle does in the end."""
        self._note("client", "leave", "stops")
        self._order("stop")

    def cancel(self) -> None:
        """Cancel what the function waits for, and settle."""
        self._note("client", "leave", "is cancelled")
        self._order("cancel")

    def request(self, number: int = 1) -> Request | None:
        """The request of that number, from 1, once it has been sent; None if it was not."""
        self.until(lambda: len(self.requests) >= number)
        return self.requests[number - 1] if len(self.requests) >= number else None

    @property
    def requests(self) -> list[Request]:
        """Every request so far, connection by connection."""
        return [request for visit in self.visits for request in visit.requests]

    def respond(
        self,
        request: Request,
        body: bytes = b"",
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send a complete response with a Content-Length, and settle."""
        length = {} if status == 204 else {"Content-Length": str(len(body))}
        self._write(request, head(status, {**length, **(headers or {})}) + body, f"{status}")
        self.settle()

    def begin(
        self, request: Request, *, content_type: str, status: int = 200, **headers: str
    ) -> None:
        """Send the head of a response, and settle. Names are written with underscores.

        It is chunked, unless it has a Content_Length; the body of that is sent with `raw`.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        chunked = {} if "Content-Length" in named else {"Transfer-Encoding": "chunked"}
        sent = {"Content-Type": content_type, **chunked, **named}
        self._write(request, head(status, sent), f"{status} {content_type}", kind="head")
        self.settle()

    def send(self, request: Request, data: bytes) -> None:
        """Send a piece of the body, as one chunk, and settle."""
        self._write(request, chunk(data), sized(data), kind="chunk")
        self.settle()

    def raw(self, request: Request, data: bytes) -> None:
        """Send bytes as they are, and settle."""
        self._write(request, data, sized(data), kind="chunk")
        self.settle()

    def finish(self, request: Request) -> None:
        """End a chunked body, and settle."""
        self._write(request, LAST_CHUNK, "complete", kind="end")
        self.settle()

    def cut(self, request: Request) -> None:
        """Close the connection, whatever is still to come, and settle."""
        self._watch_no_more(request.visit)
        request.visit.end()
        self._note("source", "cut", "cut off")
        self.settle()

    def _write(self, request: Request, data: bytes, text: str, *, kind: str = "head") -> None:
        """Write all of it, or what is taken by a client that then reads no more."""
        self._note("source", kind, text)
        left = memoryview(data)
        while left:
            taken = request.visit.send(left)
            left = left[taken:]
            if not taken:
                return
            if left:
                self.settle()

    def peak(self) -> int:
        """The most bytes that were ever resident at once."""
        return int(self._ask("peak")["peak"])

    # -- what the stage says ----------------------------------------------------------------------

    @property
    def blocked_on(self) -> Question | None:
        return None

    def _hear(self, message: Message) -> None:
        match message.kind:
            case "yielded":
                value = message["value"]
                if message["same"] and self.items and value != self.items[-1]:
                    self.reused = True
                self.items.append(value)
                self._note("wire", "item", f"item {len(self.items)}")
            case "returned":
                self.outcome = Returned(message["value"])
                self._note("wire", "end", "returns")
            case "called":
                self.called.append(Called(message["name"], message["arguments"]))
                self._note("wire", "called", f"{message['name']} is called")
            case "misfit":
                self.misfit = message["type"]
            case "dialled":
                self.dialled = message

    def _take_trouble(self, message: Message) -> None:
        if message.kind != "raised":
            super()._take_trouble(message)
            return
        types = tuple(message.fields.get("types") or [message["type"]])
        self.outcome = Raised(types, message["text"], message["line"])
        self.log.troubles.append(Trouble("raised", str(self.outcome), message["line"]))
        self._note("wire", "raised", types[0])

    # -- the wire ---------------------------------------------------------------------------------

    def _drain(self) -> bool:
        came = False
        with contextlib.suppress(BlockingIOError):
            while True:
                connection, _ = self._listener.accept()
                connection.setblocking(False)
                self.visits.append(Visit(len(self.visits) + 1, connection))
                if self.real:
                    self._selector.register(connection, selectors.EVENT_READ)
                came = True
        for visit in self.visits:
            known = len(visit.requests)
            came = visit.receive() or came
            for request in visit.requests[known:]:
                self._note("client", "request", f"{request.method} {request.target}")
            if visit.gone and not visit.noted:  # found out now, or as it was sent something
                visit.noted = True
                self._note("client", "leave", "hangs up")
                self._watch_no_more(visit)
        return came

    def _watch_no_more(self, visit: Visit) -> None:
        """Its descriptor may soon be that of another connection."""
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(visit.connection)

    def close(self) -> None:
        """See `Process.close`."""
        for visit in self.visits:
            visit.end()
        self._listener.close()
        self._unix.close()
        super().close()
