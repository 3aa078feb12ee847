"""A trace as one page that needs no other file and no JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from grader.catalogue import exercises
from grader.pages import facts, page, table, text
from grader.timeline import headings
from grader.trace import svg
from grader.trace.account import ENDINGS, Account, span
from grader.trace.exercise import moments
from grader.trace.headers import Note
from grader.trace.pace import Suspicion
from grader.trace.view import told
from grader.verdicts import Behaviour, Outcome, Verdict

ROWS = 2000  # of a table: more than that nobody reads
_SUSPECT = {Suspicion.LIKELY: "bad", Suspicion.POSSIBLE: "warn", Suspicion.NONE: "good"}


def page_of_url(about: Account) -> str:
    """The page about one request."""
    seen = about.capture
    title = f"{seen.method} {seen.url}"
    return page(
        title,
        [
            f"<h1>{text(title)}</h1>",
            f"<p><strong>{text(about.summary)}</strong></p>",
            f'<div class="scroll">{svg.chunks(about)}</div>' if seen.pieces else "",
            _facts(about),
            "<h2>Buffering</h2>",
            f'<p><span class="{_SUSPECT.get(about.pace.suspicion, "dim")}">'
            f"{about.pace.suspicion}</span>: {text(about.pace.text)}</p>",
            *_rules(about),
            "<h2>Headers that matter</h2>",
            f"<ul>{''.join(map(_note, about.notes))}</ul>",
            *_pieces(about),
        ],
    )


def _facts(about: Account) -> str:
    seen, way = about.capture, about.capture.connection
    secured = f", {way.tls} in {span(way.secured)}" if way.secured is not None else ""
    told_of = [
        *(("redirected", f"{status} from {url}") for status, url in seen.redirects),
        ("status", f"{seen.status} {seen.reason}, HTTP/{seen.version}"),
        (
            "server",
            f"{way.peer}, looked up in {span(way.looked_up)}, "
            f"connected in {span(way.connected)}{secured}",
        ),
        ("first byte", f"after {span(seen.head_at)}; of the body: {span(seen.body_at)}"),
        ("end", f"{ENDINGS[seen.ending]}, after {span(seen.ended)} {seen.why}"),
    ]
    return facts(told_of)


def _rules(about: Account) -> Iterator[str]:
    if about.stream is None:
        return
    yield "<h2>Rules of server-sent events</h2>"
    if not about.stream.breaches:
        yield '<p class="good">Nothing breaks them.</p>'
        return
    items = "".join(f'<li class="bad">{text(told(each))}</li>' for each in about.stream.breaches)
    yield f"<ul>{items}</ul>"


def _note(note: Note) -> str:
    css = {True: "good", False: "warn", None: ""}[note.good]
    value = "is missing" if note.value is None else f"<code>{text(note.value)}</code>"
    said = f'<br><span class="dim">{text(note.text)}</span>' if note.text else ""
    return f'<li><span class="{css}">{text(note.name)}</span> {value}{said}</li>'


def _pieces(about: Account) -> Iterator[str]:
    pieces = about.capture.pieces
    if not pieces:
        return
    yield f"<h2>Every {about.noun}</h2>"
    before = about.capture.head_at or 0.0
    rows = []
    for number, piece in enumerate(pieces[:ROWS]):
        times = [f"{piece.at:.4f} s", f"+{span(piece.at - before)}"]
        rows.append([f"{number + 1}", *times, f"{piece.size:,}", _content(about, number)])
        before = piece.at
    heads = ["", "time", "after", "bytes", "events" if about.stream is not None else ""]
    yield table(heads, rows, numbers=4)
    if len(pieces) > ROWS:
        yield f'<p class="dim">{len(pieces) - ROWS:,} more are left out here.</p>'


def _content(about: Account, number: int) -> str:
    """What is in a piece, as HTML."""
    if about.stream is None:
        return f"<code>{text(about.preview(number) or '')}</code>"
    events = about.stream.of_piece(number)
    return "<br>".join(f"{text(each.type)} {text(each.data[:300])}" for each in events[:20])


def page_of_exercise(verdict: Verdict, behaviour: Behaviour) -> str:
    """The page about what happened while one behaviour was looked for."""
    exercise = exercises()[verdict.exercise]
    names = headings(exercise)
    happened = moments(behaviour)
    met = behaviour.outcome is Outcome.MET
    rows = [[f"{each.at:g} s", each.lane, escape(svg.said(each))] for each in happened]
    title = f"{exercise.title}: {exercise.method} {exercise.path}"
    return page(
        title,
        [
            f"<h1>{text(title)}</h1>",
            f'<p class="dim"><code>{text(verdict.file)}</code>, {verdict.mode} time</p>',
            f'<p><span class="{"good" if met else "bad"}">{behaviour.outcome}</span>: '
            f"{text(behaviour.sentence)}</p>",
            _observed(behaviour),
            f'<div class="scroll">{svg.lanes(happened, names)}</div>',
            "<h2>Every moment</h2>",
            table(["time", "lane", "what"], rows, numbers=1),
        ],
    )


def _observed(behaviour: Behaviour) -> str:
    evidence = behaviour.evidence
    if evidence is None:
        return ""
    return facts([("observed", evidence.observed), ("expected", evidence.expected)])
