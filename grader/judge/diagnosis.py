"""From evidence to a misconception and a line: a function of what was seen, and of nothing else.

The sign of an unmet behaviour says how it looked. A rule is a misconception and the evidence for
it; the first rule that holds wins, and where none does the report says that it is not sure.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grader.judge.evidence import Trouble, Unmet, clipped
from grader.judge.held import Process
from grader.judge.stage import Stage
from grader.verdicts import Evidence, Line, Misconception

CONTENT = Path(__file__).resolve().parent.parent / "misconceptions.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a rule may look at."""

    sign: str
    troubles: tuple[Trouble, ...]
    left: bool  # a client has hung up
    open: bool  # a source is still open
    opened: bool  # a source was ever opened
    opened_first: bool  # the first one was opened before the response began

    @property
    def blocked(self) -> bool:
        """Whether a blocked loop explains it, which is no reason for a wrong header."""
        if self.sign in _LATE:
            return any(trouble.kind in ("blocked", "slept") for trouble in self.troubles)
        return self.sign == "blocked"

    @property
    def found_closed(self) -> bool:
        """Whether the code failed on something that was closed: "This Connection is closed"."""
        return any(t.kind == "raised" and "closed" in t.text.lower() for t in self.troubles)

    @property
    def not_of_json(self) -> bool:
        """Whether the code failed on a value that the json module does not know."""
        return any(
            t.kind == "raised" and "is not JSON serializable" in t.text for t in self.troubles
        )


_BY_THE_SOURCE = {"only-at-the-end", "head-only", "batches", "one-behind", "runs-ahead", "goes-on"}
_LATE = _BY_THE_SOURCE | {"paced", "mixed", "one-at-a-time", "hung", "busy", "livelock"}
_ONCE = {"opened_on_loop", "closed_on_loop"}  # kinds of trouble: what blocks once in a response
_BLOCKING = {"blocked", "slept"} | _ONCE
_UNCLOSED = {"left-open", "never-closed", "closed-late"}
_BY_WHAT_WAITS = _BY_THE_SOURCE | _UNCLOSED | {"tasks", "unended"}

Rule = tuple[str, Callable[[Facts], bool]]


def _sign(slug: str, *signs: str) -> Rule:
    return slug, lambda facts: facts.sign in signs


RULES: tuple[Rule, ...] = (
    ("blocks-the-loop", lambda f: f.blocked),
    ("ignores-the-client-leaving", lambda f: f.left and f.sign in ("hung", "busy", "livelock")),
    _sign("blocks-the-loop", "hung"),
    _sign("loops-for-ever", "busy", "past-the-end"),
    ("ignores-the-client-leaving", lambda f: f.sign in ("goes-on", "tasks", "swallowed")),
    ("acquires-outside-the-stream", lambda f: f.sign == "left-open" and f.opened_first),
    _sign("never-releases", "left-open", "never-closed"),
    _sign("leaves-clean-up-to-the-garbage-collector", "closed-late"),
    ("releases-too-early", lambda f: f.sign == "empty" and f.opened and not f.open),
    ("releases-too-early", lambda f: f.sign == "cut" and not f.open and f.found_closed),
    ("hands-json-what-it-does-not-know", lambda f: f.not_of_json),
    _sign("releases-too-early", "closed-early"),
    _sign("one-behind", "one-behind"),
    _sign("sends-in-batches", "batches"),
    _sign("buffers-after-the-head", "head-only"),
    _sign("collects-then-yields", "only-at-the-end"),
    _sign("runs-ahead", "runs-ahead"),
    _sign("keeps-what-it-sent", "grows"),
    _sign("passes-failure-off-as-success", "false-end"),
    _sign("hands-out-half", "half"),
    _sign("gives-up-too-soon", "hasty"),
    _sign("starts-over-on-failure", "begun-again"),
    _sign("never-ends", "unended", "never-ends"),
    _sign("waits-for-ever", "waits-for-ever"),
    _sign("answers-before-it-knows", "early"),
    _sign("names-every-event", "named"),
    _sign("repr-instead-of-json", "repr"),
    _sign("encodes-twice", "encoded-twice"),
    _sign("another-shape", "shape"),
    _sign("raw-newline-in-data", "broken-lines"),
    _sign("no-blank-line", "undispatched"),
    _sign("hand-made-json", "not-json"),
    _sign("not-one-record-a-line", "lines"),
    _sign("hand-made-csv", "unquoted"),
    _sign("formula-injection", "formula"),
    _sign("wrong-media-type", "media-type"),
    _sign("missing-header", "header"),
    _sign("shows-its-insides", "leaks"),
    _sign("wrong-content-length", "length"),
    _sign("bytes-taken-for-text", "text"),
    _sign("asks-for-something-else", "request", "no-request"),
    _sign("hands-on-the-text", "text-of-json"),
    _sign("decodes-each-chunk", "split-characters"),
    _sign("takes-a-chunk-for-a-message", "chunks"),
    _sign("gives-one-object-again", "same-object"),
    _sign("splits-lines-like-python", "unicode-lines"),
    _sign("knows-one-line-end", "line-ends"),
    _sign("takes-every-line-for-an-event", "fields"),
    _sign("takes-a-block-without-data-for-an-event", "no-data"),
    _sign("takes-the-rest-for-an-event", "unfinished"),
    _sign("keeps-the-default-timeout", "gave-up"),
    _sign("ignores-the-status", "status-ignored"),
    _sign("ignores-the-media-type", "type-ignored"),
    _sign("passes-a-loss-off-as-the-end", "cut-ignored"),
    _sign("forgets-to-hang-up", "connection-left"),
    _sign("reads-it-whole", "late"),
    _sign("reads-ahead-without-bound", "reads-ahead"),
    _sign("splits-csv-by-hand", "csv-by-hand"),
    _sign("goes-by-position", "by-position"),
    _sign("keeps-the-byte-order-mark", "byte-order-mark"),
    _sign("lets-bad-records-pass", "ragged"),
    _sign("raises-another-error", "another-error"),
    _sign("drops-the-last-line", "last-line"),
    _sign("lets-a-bad-line-end-it", "bad-line"),
    _sign("hides-bad-lines", "bad-line-hidden"),
    _sign("takes-a-blank-line-for-a-record", "blank-line"),
    _sign("trusts-what-parses", "unchecked-value"),
    _sign("keeps-what-it-has-read", "keeps-it"),
    _sign("keeps-a-librarys-limit", "long"),
    _sign("holds-a-line-of-any-length", "endless-line"),
    _sign("knows-one-media-type", "type-refused"),
    _sign("never-comes-back", "never-comes-back"),
    _sign("hammers-the-server", "hammers", "own-time"),
    _sign("forgets-where-it-stopped", "no-last-event-id"),
    _sign("carries-over-what-was-unfinished", "carried-over"),
    _sign("comes-back-for-nothing", "after-no-content"),
    _sign("listens-to-every-type", "other-types"),
    _sign("reads-fields-loosely", "loose-fields"),
    _sign("writes-the-query-by-hand", "query"),
    _sign("reads-text-by-the-line", "by-line"),
    _sign("forgets-the-final-decode", "half-character"),
    _sign("retries-what-costs-money", "retried"),
    _sign("knows-one-name-for-a-kind", "kind"),
    _sign("reads-past-the-end", "reads-on"),
    _sign("trusts-the-end-of-the-body", "no-complete"),
    _sign("ignores-the-error-event", "error-ignored"),
    _sign("keeps-the-reason-to-itself", "message-lost"),
    _sign("counts-nothing", "total-ignored"),
    _sign("takes-the-quiet-for-the-dead", "impatient"),
    _sign("decodes-each-token", "split"),
    _sign("alters-white-space", "white-space"),
    _sign("alters-the-prompt", "prompt"),
    _sign("requires-the-prompt", "required"),
    _sign("marks-the-end-wrongly", "unordered"),
    _sign("miscounts", "miscounted"),
    _sign("serves-one-at-a-time", "one-at-a-time"),
    _sign("shares-one-stream", "mixed"),
    _sign("waits-for-the-slowest", "held-up"),
    _sign("keeps-it-between-requests", "kept"),
    _sign("keeps-it-between-calls", "between-calls"),
    _sign("adds-its-own-delay", "paced"),
    _sign("streams-what-is-small", "streamed"),
    _sign("computes-once", "taken-once"),
    _sign("waits-before-it-answers", "waits"),
    _sign("not-found-too-late", "not-found"),
    _sign("takes-ids-as-they-come", "unchecked"),
    _sign("takes-any-copy-for-the-current-one", "stale"),
    _sign("ambiguous-time", "not-iso", "no-offset", "wrong-offset"),
    _sign("dates-from-a-clock-of-durations", "another-clock"),
    _sign("heartbeat-cancels-the-read", "lost-in-silence"),
    _sign("takes-silence-for-the-end", "ended-in-silence"),
    _sign("heartbeat-taken-for-data", "heartbeat-seen"),
    _sign("no-sign-of-life", "no-heartbeat"),
    _sign("starts-over-on-reconnect", "starts-over", "without-an-id", "runs-again"),
    _sign("reports-before-the-work", "unearned"),
    _sign("runs-steps-at-once", "at-once"),
    _sign("progress-miscounted", "percentage"),
    _sign("writes-under-the-final-name", "final-name"),
    _sign("miscounts-what-has-come", "progress"),
    _sign("takes-a-length-for-granted", "no-length"),
    _sign("mixes-two-downloads", "mixed-parts"),
    _sign("resumes-without-a-condition", "no-condition"),
    _sign("downloads-it-all-again", "no-resume"),
    _sign("measures-together", "together"),
    _sign("measures-after-the-body", "first-late"),
    _sign("takes-the-head-for-the-first-byte", "first-early"),
    _sign("mixes-two-clocks", "clocks"),
    _sign("measures-another-span", "span"),
    _sign("counts-characters", "characters"),
    _sign("compares-the-bytes", "compared"),
    _sign("misses-the-difference", "unnoticed"),
    _sign("measures-a-warm-connection", "conditions"),
    _sign("counts-the-memory-of-another", "peak"),
    _sign("takes-a-part-for-the-whole", "differs"),
    _sign("takes-empty-for-missing", "empty-refused"),
)


@cache
def content() -> dict[str, dict[str, Any]]:
    """The table of each misconception, by slug."""
    with CONTENT.open("rb") as file:
        return tomllib.load(file)


def diagnose(facts: Facts) -> str | None:
    """The slug of the most likely misconception, or None: not sure."""
    return next((slug for slug, holds in RULES if holds(facts)), None)


def explain(unmet: Unmet, stage: Process, *, file: Path, reproduce: str) -> Evidence:
    """Everything that a report says about an unmet behaviour. The stage is asked where it waits."""
    facts = facts_of(unmet, stage)
    slug = diagnose(facts)
    table: dict[str, Any] = content()[slug] if slug else {"hint": 1, "card": ""}
    return Evidence(
        observed=clipped(unmet.observed),
        expected=clipped(unmet.expected),
        timeline=stage.log.timeline(),
        misconception=_misconception(slug),
        line=_line(facts, stage, file),
        reproduce=reproduce,
        hint=table["hint"],
        card=table["card"],
    )


def facts_of(unmet: Unmet, stage: Process) -> Facts:
    """What the rules may look at. Of a client, that is its sign and its troubles."""
    if not isinstance(stage, Stage):
        return Facts(
            sign=unmet.sign,
            troubles=tuple(stage.log.troubles),
            left=False,
            open=False,
            opened=False,
            opened_first=False,
        )
    openings = stage.source.openings
    return Facts(
        sign=unmet.sign,
        troubles=tuple(stage.log.troubles),
        left=any(client.gone for client in stage.clients),
        open=bool(stage.source.still_open),
        opened=bool(openings),
        opened_first=bool(openings) and openings[0].before_response and not _in_generator(stage),
    )


def _in_generator(stage: Stage) -> bool:
    """Whether a generator opened the source: a native yield endpoint begins before its response."""
    return bool((stage.opened_at or {}).get("generator"))


def _misconception(slug: str | None) -> Misconception | None:
    if slug is None:
        return None
    table = content()[slug]
    return Misconception(slug=slug, sentence=table["sentence"], why=table["why"])


def _line(facts: Facts, stage: Process, file: Path) -> Line | None:
    """The line to blame: of the trouble, else where the source is read, else where it waits."""
    # A blocking call at the opening is the least of several: it is made once, a read many times.
    for trouble in sorted(facts.troubles, key=lambda trouble: trouble.kind in _ONCE):
        if trouble.kind == "raised" and facts.sign in _UNCLOSED:  # the judge may have provoked it
            continue
        if trouble.line is not None and (facts.blocked or trouble.kind not in _BLOCKING):
            return as_line(trouble.line, file, why=trouble.text)
    if isinstance(stage, Stage) and (line := _line_of_the_source(facts, stage, file)):
        return line
    if facts.sign in _BY_WHAT_WAITS or not isinstance(stage, Stage):
        waiting = stage.waiting_lines()
        if waiting:
            return as_line(waiting[0], file, why="the code stands here")
    return None


def _line_of_the_source(facts: Facts, stage: Stage, file: Path) -> Line | None:
    if facts.sign in _BY_THE_SOURCE and stage.pulled_at is not None:
        return as_line(stage.pulled_at, file, why="the source is read here")
    if facts.sign in _UNCLOSED and stage.opened_at is not None:
        return as_line(stage.opened_at, file, why="the source was opened here, and not closed")
    if facts.sign == "retried" and stage.opened_at is not None:
        return as_line(stage.opened_at, file, why="the source is opened here, more than once")
    return None


def as_line(line: dict[str, Any], file: Path, *, why: str) -> Line:
    """A line as the stage reports it, as a verdict shows it."""
    return Line(
        file=str(file),
        number=int(line["number"]),
        text=str(line["text"]),
        function=str(line["function"]),
        why=why,
    )
