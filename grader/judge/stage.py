"""The stage as the judge holds it, with the verbs that the suites are written with.

    client = stage.get("/stream/stock-ticker")     send a request
    stage.source.hold(); stage.release()           decide what the source says, and when
    stage.settle()                                 wait until nothing more can happen
    stage.until(lambda: client.status == 200)      settle; say whether it has come about
    stage.advance(15)                              let virtual seconds pass
    stage.let_pass(31)                             the same, and on real time sit them out
    client.reading = False; stage.read_on(client)  stop reading; read on
    stage.hang_up(client)                          leave

Every verb acts and then settles, so that a suite only has to inspect. On virtual time to settle
means that the stage reports idle: no handle ready, no descriptor readable, no thread busy. With
`--real` it means that the process has gone to sleep; what must come is waited for, and what must
not come is looked for after that.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from grader.control import Decoder, Message, ProtocolViolation, encode
from grader.judge.evidence import Finding, Log, NotGradable, Stopped, Trouble
from grader.judge.outlets import Outlets
from grader.judge.patience import BUSY, GLANCE, Patience
from grader.judge.script import Opening, Question, Script, Source, several
from grader.judge.trust import checked
from grader.judge.wire import Client

GRACE = 1.0  # virtual seconds that something may be held back for: flushing by time is fine
NOT_IMPLEMENTED = 501  # how an application says that an endpoint is still the stub
START = 1000.0  # where the stage's clock begins
_REAL_PATIENCE = 2.0  # seconds that a sleeping stage is waited for, with --real
_TURNS = 100  # of the loop; a cancellation reaches the code that it is for in less than ten


class Stage:
    """One running stage, with its clients and its source."""

    def __init__(
        self,
        *,
        control: socket.socket,
        address: str,
        pid: int,
        file: Path,
        outlets: Outlets,
        script: Script,
        real: bool,
        exit_status: Callable[[], int | None],
    ) -> None:
        self._begin(script, at=START)
        self.used = False  # an earlier behaviour was looked for on it
        self.real = real
        self.now = START
        self.pid = pid
        self.directory = Path(address).parent  # private, and removed in the end
        self.alive = True
        self._exit_status = exit_status
        self._control = control
        self.address = address
        self.file = file
        self._outlets = outlets
        self._decoder = Decoder()
        self._due: float | None = None
        self._writing = False
        self._idle = False
        self._sent = 0  # messages to the stage
        self._held = False
        self._stopped: Stopped | None = None  # why nothing more can be asked of it, once it is so
        self._answers: list[Message] = []
        self._questions: list[Question] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)
        self._selector.register(outlets.output, selectors.EVENT_READ)

    def _begin(self, script: Script, *, at: float) -> None:
        """What is new for each behaviour."""
        self.source = Source(script)
        self.log = Log()
        self.clients: list[Client] = []
        self.settings: Any = None  # what the stage's source is told when it asks
        self.opened_at: dict[str, Any] | None = None  # the line that opened the source
        self.pulled_at: dict[str, Any] | None = None  # the line that last asked for an item
        self._openings: dict[int, Opening] = {}  # by the number that the stage gives them
        self._began = at

    def renew(self, script: Script) -> bool:
        """Make it fit for another behaviour, if nothing is left on it of this one.

        Its clients leave. Nothing is left when then every source is closed, no task, timer or
        question waits, and nothing was amiss but what the source's failure had to raise. Forking
        a stage costs more than most behaviours do.
        """
        if self.real or not self.alive:
            return False
        while self.clients:
            self.clients.pop().close()
        try:
            self.collect_garbage()
            if self._due is not None or self._questions or self.tasks_left():
                return False
        except Finding:
            return False
        if self.source.never_closed or any(t.kind != "raised" for t in self.log.troubles):
            return False
        self.used = True
        self._begin(script, at=self.now)
        return True

    def play(self, script: Script, *, released: float = float("inf")) -> None:
        """Give the source its script, of which `released` units may be handed over at once."""
        self.source.script = script
        self.source.released = released

    # -- acts ------------------------------------------------------------------------------------

    def get(self, target: str, **headers: str) -> Client:
        """Send `GET target` on a new connection. Header names are written with underscores."""
        return self.request("GET", target, **headers)

    def request(self, method: str, target: str, **headers: str) -> Client:
        """Send a request on a new connection, and settle."""
        client = Client(self.address, number=len(self.clients) + 1)
        self.clients.append(client)
        self._note("client", "request", f"{method} {target}", client)
        self._listen_to(client)
        client.request(method, target, [(k.replace("_", "-"), v) for k, v in headers.items()])
        self.settle()
        if client.status == NOT_IMPLEMENTED:
            raise NotGradable(_detail(client))
        return client

    def open_unread(self, target: str) -> Client:
        """Send `GET target`, and never read what comes until `read_on`."""
        client = Client(self.address, number=len(self.clients) + 1)
        client.reading = False
        self.clients.append(client)
        self._note("client", "stall", f"GET {target}, then reads nothing", client)
        client.request("GET", target, [])
        self.settle()
        return client

    def release(self, units: int = 1, *, opening: Opening | None = None) -> None:
        """Let the source hand over that many more units, to one opening or to all; settle."""
        chosen = self.source.openings if opening is None else [opening]
        for each in chosen:
            each.released += units
        if opening is None:
            self.source.released += units
        self._reply()
        self.settle()

    def release_all(self) -> None:
        """Let the source say all that is left of its script, and settle."""
        self.release(self.source.script.length)

    def stop_reading(self, client: Client) -> None:
        """Read nothing more of this response until `read_on`."""
        self._ignore(client)
        client.reading = False
        self._note("client", "stall", "stops reading", client)

    def read_on(self, client: Client) -> None:
        """Read again, and settle."""
        client.reading = True
        self._listen_to(client)
        self._note("client", "read", "reads on", client)
        self.settle()

    def hang_up(self, client: Client) -> None:
        """Close the client's connection, and settle."""
        self._leave(client)
        self.settle()

    def abandon(self, client: Client) -> None:
        """Close the client's connection, and let the loop turn, at least until it has noticed.

        This does not settle. Code that is cancelled while a thread of its own waits for the judge
        may turn the loop until that thread is answered: anyio cancels again at every turn.
        """
        self._leave(client)
        if self.real:
            self._until_real(lambda: not self.tasks_left())
        else:
            any(not self.tasks_left() for _ in range(_TURNS))

    def _leave(self, client: Client) -> None:
        self._ignore(client)
        client.hang_up()
        self._note("client", "leave", "hangs up", client)

    def advance(self, seconds: float) -> None:
        """Let virtual time pass, timer by timer. Real time is not waited for: see `NotJudged`."""
        target = self.now + seconds
        self.settle()
        while self.now < target:
            step = target if self._due is None else min(max(self._due, self.now), target)
            self._send("advance", to=step)
            self._settle_virtual()

    def let_pass(self, seconds: float) -> None:
        """Let time pass, and sit it out where it is real: for what a silence alone shows."""
        if not self.real:
            self.advance(seconds)
            return
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._pump(GLANCE)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let the acts in this block reach the stage together, and settle after the last one.

        The stage is stopped meanwhile, so that it finds them all when it looks again.
        """
        self._signal(signal.SIGSTOP)
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self._signal(signal.SIGCONT)
        self.settle()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has ended, as its channel will tell
            os.kill(self.pid, number)

    # -- settling --------------------------------------------------------------------------------

    def settle(self) -> None:
        """Wait until nothing more can happen before somebody acts."""
        if self._held:
            return
        if self.real:
            self._settle_real()
        else:
            self._send("settle")
            self._settle_virtual()

    def until(self, condition: Callable[[], bool]) -> bool:
        """Settle, and say whether `condition` has come about: at once, or within `GRACE`."""
        if self.real:
            return self._until_real(condition)
        self.settle()
        limit = self.now + GRACE
        while not condition():
            if self._due is None or self._due > limit:
                return False
            self.advance(max(self._due - self.now, 0.0))
        return True

    @property
    def blocked_on(self) -> Question | None:
        """The question that the loop's own thread waits for: nothing else runs meanwhile."""
        return next((q for q in self._questions if q.on_loop), None)

    def _settle_virtual(self) -> None:
        while True:
            self._idle = False
            patience = self._patience()
            while not self._idle and self.blocked_on is None:
                self._pump(GLANCE)
                self._give_up(patience.exhausted())
            if not self._drain() or not self._writing or not self._idle:
                return
            self._send("settle")

    def _settle_real(self) -> None:
        patience = self._patience()
        before = None
        while True:
            busy = self._pump(0.015)
            rest = None if busy else _switches(self.pid)
            if self.blocked_on or (rest is not None and rest == before):
                return
            before = rest
            self._give_up(patience.exhausted())

    def _until_real(self, condition: Callable[[], bool]) -> bool:
        patience = self._patience(asleep_limit=_REAL_PATIENCE)
        while not condition():
            self._pump(GLANCE)
            if patience.exhausted():
                return condition()
        return True

    def _patience(self, **limits: float) -> Patience:
        return Patience(self.pid, printed=lambda: self._outlets.taken, **limits)

    def _give_up(self, reason: str | None) -> None:
        if reason:
            self._drain()
            line = self._outlets.traced_line(self.pid, self.file, busy=reason == BUSY)
            self.log.troubles.append(Trouble("hung", f"the endpoint {reason}", line))
            raise self._stop(
                observed=f"the endpoint {reason}; its process had to be ended",
                expected="an endpoint that lets the event loop go on",
                sign="hung",
            )

    def _stop(self, *, observed: str, expected: str, sign: str) -> Stopped:
        """What to raise now, and whenever anything more is asked of this stage."""
        self._stopped = Stopped(observed=observed, expected=expected, sign=sign)
        return self._stopped

    def _ended(self, status: int | None) -> Stopped:
        how = "" if status is None else f" ({_how_ended(status)})"
        return self._stop(
            observed=f"the server process ended while it was serving{how}",
            expected="a server process that stays, whatever an endpoint does",
            sign="ended",
        )

    # -- what the stage can be asked --------------------------------------------------------------

    def waiting_lines(self) -> list[dict[str, Any]]:
        """Where in the learner's file its coroutines and generators stand."""
        if self.blocked_on is not None:
            return [self.blocked_on.line] if self.blocked_on.line else []
        return list(self._ask("where").fields.get("lines", []))

    def tasks_left(self) -> list[str]:
        """The coroutines of the tasks that requests have begun and that have not ended."""
        return list(self._ask("tasks").fields.get("tasks", []))

    def collect_garbage(self) -> None:
        """Have the stage collect its garbage, and settle."""
        self._ask("collect")
        self.settle()

    def resident(self) -> int:
        """The resident size of the stage in bytes, read from outside of it."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            raise self._ended(None) from None

    def _ask(self, kind: str) -> Message:
        self._answers.clear()
        self._send(kind)
        patience = self._patience()
        while not self._answers:
            self._pump(GLANCE)
            self._give_up(patience.exhausted())
        return self._answers[0]

    # -- the pump ---------------------------------------------------------------------------------

    def _pump(self, seconds: float) -> bool:
        """Wait for something to come, and take it. Returns whether anything came."""
        if self._stopped is not None:
            raise self._stopped
        came = False
        for key, _ in self._selector.select(seconds):
            if key.fileobj is self._control:
                self._receive()
                came = True
            elif key.fileobj is self._outlets.output:
                self._outlets.drain()
                came = True
            elif self.real:
                came = self._drain() or came
        return came

    def _receive(self) -> None:
        try:
            data = self._control.recv(1 << 20)
        except ConnectionError:
            data = b""
        if not data:
            self._drain()
            self.alive = False
            raise self._ended(self._exit_status())
        try:
            for message in self._decoder.feed(data):
                self._take(checked(message))
        except ProtocolViolation as error:
            raise self._stop(
                observed=f"the stage wrote something of its own to the control channel ({error})",
                expected="an endpoint that leaves descriptors alone which it did not open",
                sign="ended",
            ) from None

    def _take(self, message: Message) -> None:
        self.now = max(self.now, float(message["now"]))
        if message.kind in ("ask", "opened", "closed"):
            self._drain()  # what was sent before it was asked is on the wire before
        match message.kind:
            case "idle":
                # Said before it heard our last word, it counts for nothing: another will follow.
                self._idle = message["heard"] == self._sent
                self._due, self._writing = message["due"], message["writing"]
            case "ask":
                self._question(message)
            case "opened":
                self.opened_at = message.fields.get("line") or self.opened_at
                self._opened(int(message["source"]))
            case "closed":
                self._closed(
                    int(message["source"]), collected=message.fields.get("collected", False)
                )
            case "withdrawn":
                ticket = message["ticket"]
                self._questions = [q for q in self._questions if q.ticket != ticket]
            case "answer":
                self._answers.append(message)
            case _:
                self._take_trouble(message)

    def _take_trouble(self, message: Message) -> None:
        match message.kind:
            case "slept":
                text = f"time.sleep({message['seconds']:g}) blocked the event loop"
                self.log.troubles.append(Trouble("slept", text, message["line"]))
                self._note("source", "blocked", text)
            case "raised":
                text = f"{message['type']}: {message['text']}"
                self.log.troubles.append(Trouble("raised", text, message["line"]))
                self._note("source", "raised", message["type"])
            case "livelock":
                self._livelock(message["lines"])

    def _livelock(self, lines: list[dict[str, Any]]) -> None:
        self._drain()
        text = "the event loop turned without an end, and nothing came of it"
        self.log.troubles.append(Trouble("livelock", text, lines[0] if lines else None))
        raise self._stop(
            observed=f"{text}; the process had to be ended",
            expected="an endpoint that waits for something, or ends",
            sign="livelock",
        )

    def _question(self, message: Message) -> None:
        number = int(message["source"])
        match message["what"]:
            case "settings":
                self._send_reply(message["ticket"], outcome="item", value=self.settings)
            case "size":
                self._blocking_call(message, "asks for the size")
                self._open_reply(message, value=self.source.script.length)
            case "open":
                self._blocking_call(message, "opens the source")
                if not self.source.refuses:
                    self.opened_at = message["line"]
                    self._opened(number, message.fields.get("argument"))
                self._open_reply(message, value=self.source.script.welcome())
            case "pull":
                self._pull(message, number)

    def _open_reply(self, message: Message, *, value: Any) -> None:
        refused = self.source.refuses
        outcome = "fails" if refused else "item"
        self._send_reply(message["ticket"], outcome=outcome, value=value, reason=refused)

    def _blocking_call(self, message: Message, what: str) -> None:
        if message["on_loop"]:
            self.log.troubles.append(
                Trouble("opened_on_loop", f"a blocking call {what} on the loop", message["line"])
            )

    def _pull(self, message: Message, source: int) -> None:
        opening = self._opening(source)
        position = message.fields.get("position")
        question = Question(
            ticket=message["ticket"],
            source=source,
            position=opening.begins + opening.handed if position is None else position,
            amount=max(int(message["amount"]), 1),
            on_loop=message["on_loop"],
            line=message["line"],
        )
        self.pulled_at = question.line or self.pulled_at
        opening.asked = max(opening.asked, question.position + question.amount)
        if question.on_loop:
            text = "a blocking read on the event loop's own thread"
            self.log.troubles.append(Trouble("blocked", text, question.line))
        if not opening.open:
            text = f"{self.source.script.unit} {question.position + 1} was read after the closing"
            self.log.troubles.append(Trouble("read_closed", text, question.line))
        self._questions.append(question)
        self._reply()

    def _reply(self) -> None:
        """Answer every question that may be answered by now."""
        waiting, self._questions = self._questions, []
        for question in waiting:
            opening = self._opening(question.source)
            answer = self.source.answer(question, opening)
            if answer is None:
                self._questions.append(question)
                continue
            self._log_answer(question, answer.outcome, answer.units, opening)
            opening.handed += answer.units
            self._send_reply(
                question.ticket,
                answer.payload,
                outcome=answer.outcome,
                value=answer.value,
                reason=answer.reason,
            )

    def _log_answer(self, question: Question, outcome: str, units: int, opening: Opening) -> None:
        unit = self.source.script.unit
        if outcome == "item":
            first, last = question.position + 1, question.position + units
            text = f"{unit} {first}" if units == 1 else f"{several(unit)} {first}\N{EN DASH}{last}"
        else:
            text = "the source ends" if outcome == "ends" else "the source fails"
        self._note("source", outcome, text, opening)

    def _opened(self, source: int, argument: str | None = None) -> None:
        number = len(self.source.openings) + 1
        opening = Opening(
            number=number,
            argument=argument,
            begins=self.source.script.begins(argument),
            released=self.source.released,
            before_response=not any(client.begun for client in self.clients),
        )
        self.source.openings.append(opening)
        self._openings[source] = opening
        self._note("source", "open", "opened", opening)

    def _closed(self, source: int, *, collected: bool) -> None:
        opening = self._opening(source)
        opening.open, opening.collected = False, collected
        self._questions = [q for q in self._questions if q.source != source]
        self._note("source", "close", "closed", opening)

    def _opening(self, source: int) -> Opening:
        if source not in self._openings:
            raise ProtocolViolation(f"source {source}, which was never opened")
        return self._openings[source]

    def _drain(self) -> bool:
        """Take what has come on the wire. Returns whether anything had."""
        came = [self._drain_client(client) for client in self.clients]  # of every one
        return any(came)

    def _drain_client(self, client: Client) -> bool:
        head, chunks, over = client.status, len(client.chunks), client.over
        came = client.drain(self.now)
        if head is None and client.status is not None:
            self._note(
                "wire", "head", f"{client.status} {client.header('content-type') or ''}", client
            )
        for chunk in client.chunks[chunks:]:
            self._note("wire", "chunk", f"{len(chunk.data)} bytes", client)
        if client.over and not over:
            kind, text = ("end", "complete") if client.complete else ("cut", "cut off")
            self._note("wire", kind, client.broken or text, client)
        if client.closed:
            self._ignore(client)
        return came

    def _listen_to(self, client: Client) -> None:
        """On real time, wake up when something comes; virtual time reads when the stage is idle."""
        if self.real:
            self._selector.register(client.socket, selectors.EVENT_READ, client)

    def _ignore(self, client: Client) -> None:
        with contextlib.suppress(KeyError):
            self._selector.unregister(client.socket)

    def _note(self, lane: str, kind: str, text: str, who: Client | Opening | None = None) -> None:
        several = len(self.clients) > 1 or len(self.source.openings) > 1
        suffix = f" ({who.number})" if who is not None and several else ""
        self.log.add(round(self.now - self._began, 6), lane, kind, text + suffix)

    def _send(self, kind: str, payload: bytes = b"", /, **fields: Any) -> None:
        if self._stopped is not None:
            raise self._stopped
        self._sent += 1
        try:
            self._control.sendall(encode(kind, payload, **fields))
        except ConnectionError:
            self._receive()  # raises: the stage has ended

    def _send_reply(self, ticket: int, payload: bytes = b"", /, **fields: Any) -> None:
        self._send("reply", payload, ticket=ticket, **({"reason": ""} | fields))

    def close(self) -> None:
        """Let go of the sockets. The process is ended by whoever ordered it."""
        for client in self.clients:
            client.close()
        self._control.close()
        self._selector.close()


def _detail(client: Client) -> str:
    """What the application says of a stub (see `grader.application`)."""
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return str(json.loads(client.body)["detail"])
    return "the endpoint answers 501, as a stub does"


def _how_ended(status: int) -> str:
    if status >= 0:
        return f"exit code {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:  # one without a name, as those for real-time use are
        return f"killed by signal {-status}"


def _switches(pid: int) -> tuple[str, ...] | None:
    """The context switches of every thread of a process, or None if one of them is awake."""
    states = []
    for task in Path(f"/proc/{pid}/task").glob("*/status"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            text = task.read_text()
            if "\nState:\tS" not in text:
                return None
            states.append(text[text.index("voluntary_ctxt") :])
    return tuple(states)
