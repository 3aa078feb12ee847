"""The stage as the judge holds it, with the verbs that the suites are written with.

    client = stage.get("/stream/stock-ticker")     send a request
    stage.source.hold(); stage.release()           decide what the source says, and when
    stage.settle()                                 wait until nothing more can happen
    stage.until(lambda: client.status == 200)      settle; say whether it has come about
    stage.advance(15)                              let virtual seconds pass
    stage.let_pass(31)                             the same, and on real time sit them out
    client.reading = False; stage.read_on(client)  stop reading; read on
    stage.hang_up(client)                          leave

Every verb acts and then settles, so that a suite only has to inspect. See `held.Process`.
"""

from __future__ import annotations

import contextlib
import json
import selectors
from collections import Counter
from typing import Any

from grader.control import Message, ProtocolViolation
from grader.judge.evidence import Finding, Log, NotGradable, Trouble
from grader.judge.held import START, Held, Process, sized
from grader.judge.script import Items, Opening, Question, Rows, Script, Source, several
from grader.judge.wire import Client

NOTHING = Items(values=[])  # what a source says as long as the suite has not said more
NOT_IMPLEMENTED = 501  # how an application says that an endpoint is still the stub
_ROUNDS = 1_000  # of what is done over and over again, before it counts as endless
_TURNS = 100  # of the loop; a cancellation reaches the code that it is for in less than ten


class Stage(Process):
    """One running stage, with its clients and its source."""

    runs = "endpoint"

    def __init__(self, held: Held) -> None:
        super().__init__(held)
        self._begin(at=START)
        self._questions: list[Question] = []

    def _begin(self, *, at: float) -> None:
        """What is new for each behaviour."""
        self.source = Source(NOTHING)
        self.log = Log()
        self.clients: list[Client] = []
        self.settings: Any = None  # what the stage's source is told when it asks
        self.opened_at: dict[str, Any] | None = None  # the line that opened the source
        self.pulled_at: dict[str, Any] | None = None  # the line that last asked for an item
        self.withdrawn = False  # a read has been cancelled
        self._openings: dict[int, Opening] = {}  # by the number that the stage gives them
        self._rounds: Counter[int | None] = Counter()  # of asking on, by opening; None: of opening
        self._began = at

    def renew(self) -> bool:
        """Make it fit for another behaviour, if nothing is left on it of this one.

        Its clients leave, and who still waits for the source gets the rest. Nothing is left when
        then every source is closed, no task, timer or question waits, and nothing was amiss but
        what the source's failure had to raise. Forking a stage costs more than most behaviours do.
        """
        if self.real or not self.alive:
            return False
        self.used = True
        while self.clients:
            client = self.clients.pop()
            client.reading = True
            client.drain(self.now)  # or else it would reset the connection
            client.close()
        try:
            if self._questions:
                self.release_all()
            self.collect_garbage()
            if self._due is not None or self._questions or self.tasks_left():
                return False
        except Finding:
            return False
        if self.source.never_closed or any(t.kind != "raised" for t in self.log.troubles):
            return False
        self._begin(at=self.now)
        return True

    def play(self, script: Script, *, released: float = float("inf")) -> None:
        """Give the source its script, of which `released` units may be handed over at once."""
        self.source.script = script
        self.source.released = released
        if isinstance(script, Rows):
            self.log.uncounted.add("item")

    # -- acts ------------------------------------------------------------------------------------

    def get(self, target: str, **headers: str) -> Client:
        """Send `GET target` on a new connection. Header names are written with underscores."""
        return self.request("GET", target, **headers)

    def request(self, method: str, target: str, **headers: str) -> Client:
        """Send a request on a new connection, and settle."""
        client = Client(self.address, number=len(self.clients) + 1)
        self.clients.append(client)
        self._tell("client", "request", f"{method} {target}", client)
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
        self._tell("client", "stall", f"GET {target}, then reads nothing", client)
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
        self._tell("client", "stall", "stops reading", client)

    def read_on(self, client: Client) -> None:
        """Read again, and settle."""
        client.reading = True
        self._listen_to(client)
        self._tell("client", "read", "reads on", client)
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
        self._tell("client", "leave", "hangs up", client)

    # -- what the stage says ----------------------------------------------------------------------

    @property
    def blocked_on(self) -> Question | None:
        """The question that the loop's own thread waits for: nothing else runs meanwhile."""
        return next((q for q in self._questions if q.on_loop), None)

    def _hear(self, message: Message) -> None:
        match message.kind:
            case "ask":
                self._question(message)
            case "opened":
                self.opened_at = message.fields.get("line") or self.opened_at
                self._stop_if_reopening(self.opened_at)
                self._opened(int(message["source"]))
            case "closed":
                if message.fields.get("on_loop"):
                    text = "a blocking call closes the source on the loop"
                    self.log.troubles.append(Trouble("closed_on_loop", text, message["line"]))
                self._closed(
                    int(message["source"]), collected=message.fields.get("collected", False)
                )
            case "withdrawn":
                ticket = message["ticket"]
                self.withdrawn = True
                self._questions = [q for q in self._questions if q.ticket != ticket]

    def _question(self, message: Message) -> None:
        number = int(message["source"])
        match message["what"]:
            case "settings":
                self._send_reply(message["ticket"], outcome="item", value=self.settings)
            case "size":
                self._blocking_call(message, "asks for the size")
                self._open_reply(message, value=self.source.script.length)
            case "open":
                self._stop_if_reopening(message["line"])
                self._blocking_call(message, "opens the source")
                if not self.source.refuses:
                    self.opened_at = message["line"]
                    self._opened(number, message.fields.get("argument"))
                self._open_reply(message, value=self.source.script.welcome())
            case "pull":
                self._pull(message, number)

    def _stop_if_reopening(self, line: dict[str, Any] | None) -> None:
        self._rounds[None] += 1
        if self._rounds[None] == _ROUNDS + 1:
            text = f"the endpoint opened its source {_ROUNDS:,} times"
            lines = [line] if line else self.waiting_lines()
            raise self._circling(text, lines, sign="busy")

    def _stop_if_asking_on(self, question: Question, outcome: str) -> None:
        """Give up on code that does not see the `outcome` of its read: "ends", or "fails"."""
        self._rounds[question.source] += 1
        if self._rounds[question.source] == _ROUNDS + 1:
            over = "ended" if outcome == "ends" else "failed"
            raise self._circling(
                f"the endpoint read {_ROUNDS:,} times more after its source had {over}",
                [question.line] if question.line else self.waiting_lines(),
                sign="past-the-end",
                expected=f"code that stops reading when its source has {over}",
            )

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
            if answer.outcome != "item":
                self._stop_if_asking_on(question, answer.outcome)
            self._log_answer(question, answer.outcome, answer.units, opening)
            opening.handed += answer.units
            opening.failed += answer.outcome == "fails"
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
        self._tell("source", outcome, text, opening)

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
        self._tell("source", "open", "opened", opening)

    def _closed(self, source: int, *, collected: bool) -> None:
        opening = self._opening(source)
        opening.open, opening.collected = False, collected
        self._questions = [q for q in self._questions if q.source != source]
        self._tell("source", "close", "closed", opening)

    def _opening(self, source: int) -> Opening:
        if source not in self._openings:
            raise ProtocolViolation(f"source {source}, which was never opened")
        return self._openings[source]

    # -- the wire ---------------------------------------------------------------------------------

    def _drain(self) -> bool:
        """Take what has come on the wire. Returns whether anything had."""
        came = [self._drain_client(client) for client in self.clients]  # of every one
        return any(came)

    def _drain_client(self, client: Client) -> bool:
        head, chunks, over = client.status, len(client.chunks), client.over
        came = client.drain(self.now)
        if head is None and client.status is not None:
            self._tell(
                "wire", "head", f"{client.status} {client.header('content-type') or ''}", client
            )
        for chunk in client.chunks[chunks:]:
            self._tell("wire", "chunk", sized(chunk.data), client)
        if client.over and not over:
            kind, text = ("end", "complete") if client.complete else ("cut", "cut off")
            self._tell("wire", kind, client.broken or text, client)
            if client.endless:
                text = f"the endpoint wrote on: {client.broken}"
                raise self._circling(text, self.waiting_lines(), sign="busy")
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

    def _tell(self, lane: str, kind: str, text: str, who: Client | Opening) -> None:
        """Note what one of perhaps several did."""
        several = len(self.clients) > 1 or len(self.source.openings) > 1
        self._note(lane, kind, f"{text} ({who.number})" if several else text)

    def _send_reply(self, ticket: int, payload: bytes = b"", /, **fields: Any) -> None:
        self._send("reply", payload, ticket=ticket, **({"reason": ""} | fields))

    def close(self) -> None:
        """See `Process.close`."""
        for client in self.clients:
            client.close()
        super().close()


def _detail(client: Client) -> str:
    """What the application says of a stub (see `grader.application`)."""
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return str(json.loads(client.body)["detail"])
    return "the endpoint answers 501, as a stub does"
