"""The wire of one request in the terminal: a row for every chunk, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from grader.terminal import Page
from grader.trace.account import ENDINGS, Account, counted, span
from grader.trace.capture import Ending, Framing
from grader.trace.events import Breach
from grader.trace.headers import Note
from grader.trace.pace import Suspicion

ROWS = 24  # chunks that are shown unless all are asked for
_FIRST = 15
_BREACHES = 12
_BAR = 8  # cells of the longest bar
_LABEL = 13
_STYLES = {
    Suspicion.LIKELY: "bold red",
    Suspicion.POSSIBLE: "bold yellow",
    Suspicion.NONE: "green",
    Suspicion.UNKNOWN: "dim",
}


def drawn(about: Account, page: Page) -> Iterator[Text]:
    """Every line about one request."""
    seen = about.capture
    yield from page.heading(Text(f"{seen.method} {page.visible(seen.url)}", style="bold"))
    yield from _answer(about, page)
    yield Text()
    yield Text("Headers that matter", style="bold")
    for note in about.notes:
        yield from _note(note, page)
    if seen.pieces:
        yield Text()
        yield from _wire(about, page)
    yield from _rules(about, page)
    yield Text()
    said = about.pace.suspicion.value
    lead = Text("  buffering", style="bold")
    text = Text.assemble((said, _STYLES[about.pace.suspicion]), f": {about.pace.text}")
    yield from page.wrap(text, first=lead, indent=_LABEL)
    yield Text()
    yield from page.wrap(Text(page.visible(about.summary), style="bold"))


def _answer(about: Account, page: Page) -> Iterator[Text]:
    seen = about.capture
    for status, url in seen.redirects:
        yield from _labelled("redirected", f"{status} from {url}", page)
    style = "green" if seen.status is not None and seen.status < 300 else "bold yellow"
    line = f"{seen.status} {seen.reason}".strip()
    yield from _labelled("status", f"{line}, HTTP/{seen.version}", page, style=style)
    location = seen.header("Location")
    if location is not None:
        yield from _labelled("", f"to {location} (-L follows)", page)
    way = seen.connection
    steps = [f"looked up in {span(way.looked_up)}", f"connected in {span(way.connected)}"]
    if way.secured is not None:
        steps.append(f"{way.tls} in {span(way.secured)}")
    yield from _labelled("server", f"{way.peer}, {', '.join(steps)}", page)
    body = f"; of the body after {span(seen.body_at)}" if seen.pieces else ""
    yield from _labelled("first byte", f"after {span(seen.head_at)}{body}", page)
    yield from _labelled("body", _body(about), page)
    why = f": {seen.why}" if seen.why else ""
    style = "" if seen.ending is Ending.COMPLETE else "bold yellow"
    ending = f"{ENDINGS[seen.ending]}, after {span(seen.ended)}{why}"
    yield from _labelled("end", ending, page, style=style)


def _body(about: Account) -> str:
    seen = about.capture
    if not seen.pieces:
        return "none"
    sizes = [piece.size for piece in seen.pieces]
    range_ = f"of {min(sizes):,} to {max(sizes):,} bytes" if len(sizes) > 1 else ""
    frames = {
        Framing.CHUNKED: "",
        Framing.LENGTH: "; Content-Length has no chunks, so reads are shown",
        Framing.CLOSE: "; nothing frames it, so reads are shown",
    }[seen.framing]
    pieces = f"{counted(len(sizes), about.noun)} {range_}".strip()
    return f"{counted(seen.received, 'byte')} in {pieces}{frames}"


def _note(note: Note, page: Page) -> Iterator[Text]:
    name = {True: "met", False: "improve", None: "dot"}[note.good]
    style = {True: "green", False: "yellow", None: "dim"}[note.good]
    value = "is missing" if note.value is None else f": {page.visible(note.value)}"
    shown = Text.assemble((note.name, "bold"), f"{' ' if note.value is None else ''}{value}")
    yield from page.wrap(shown, first=Text(f"  {page.glyph(name)}", style=style), indent=5)
    if note.text:
        yield from page.wrap(Text(note.text, style="dim"), indent=5)


def _wire(about: Account, page: Page) -> Iterator[Text]:
    pieces = about.capture.pieces
    what = "events" if about.stream is not None else "text" if about.preview(0) else ""
    heading = f"  {'time':>9}  {'after':>9}  {'':{_BAR}}  {about.noun:>11}  {what}"
    yield Text(heading, style="bold")
    hidden = 0 if page.verbose else max(0, len(pieces) - ROWS)
    largest = max(piece.size for piece in pieces)
    for number, piece in enumerate(pieces):
        if hidden and _FIRST <= number < _FIRST + hidden:
            if number == _FIRST:
                more = f"{hidden:,} more: -v shows them"
                yield Text(f"  {page.glyph('ellipsis'):>9}  {more}", style="dim")
            continue
        before = pieces[number - 1].at if number else about.capture.head_at or 0.0
        filled = max(1, round(_BAR * piece.size / max(largest, 1)))
        bar = ("#" if page.ascii_only else "█") * filled
        size = f"{piece.size:,} B" + ("" if piece.whole else "!")
        yield page.one_line(
            Text.assemble(
                f"  {piece.at:7.3f} s",
                (f"  {'+' + span(piece.at - before):>9}  ", "dim"),
                (f"{bar:{_BAR}}", "green"),
                f"  {size:>11}  ",
                _events(about, number, page),
            )
        )


def _events(about: Account, number: int, page: Page) -> Text:
    """The first event that a piece completed, and how many more it did; or its text."""
    if about.stream is None:
        return Text(page.visible(about.preview(number) or ""), style="dim")
    events = about.stream.of_piece(number)
    if not events:
        return Text("no event ends here", style="dim")
    data = page.visible(events[0].data[:200])
    if len(events) > 1:
        return Text.assemble((f"{len(events)} events: ", "yellow"), (events[0].type, "cyan"))
    return Text.assemble((events[0].type, "cyan"), f" {data}")


def _rules(about: Account, page: Page) -> Iterator[Text]:
    if about.stream is None:
        return
    yield Text()
    yield Text("Rules of server-sent events", style="bold")
    breaches = about.stream.breaches
    if not breaches:
        mark = Text(f"  {page.glyph('met')}", style="green")
        yield from page.wrap(Text("nothing breaks them"), first=mark, indent=5)
    shown = breaches if page.verbose else breaches[:_BREACHES]
    for breach in shown:
        mark = Text(f"  {page.glyph('unmet')}", style="bold red")
        yield from page.wrap(Text(page.visible(told(breach))), first=mark, indent=5)
    if len(shown) < len(breaches):
        yield Text(f"     ({len(breaches) - len(shown)} more: -v shows them)", style="dim")


def told(breach: Breach) -> str:
    """A breach in one line, with its place."""
    if breach.line is None or breach.at is None:
        return breach.text
    return f"line {breach.line:,}, {breach.at:.3f} s: {breach.text}"


def _labelled(label: str, text: str, page: Page, *, style: str = "") -> Iterator[Text]:
    shown = Text(page.visible(text), style=style)
    yield from page.wrap(shown, first=Text(f"  {label}", style="bold"), indent=_LABEL)
