"""Both answers side by side in the terminal. Numbers are shown; none of them is a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.text import Text

from grader.bench.kinds import Kind
from grader.bench.measure import Whole
from grader.bench.run import INTERVAL, PACED, READ, TIMES, Bench, Measured
from grader.terminal import Page
from grader.trace.account import span

_LABEL = 20
_NAMES = {"exercises": "yours", "solutions": "reference"}
_BAR = 14  # cells of the longest bar


def drawn(found: Bench, page: Page) -> Iterator[Text]:
    """Every line about one exercise."""
    exercise = found.exercise
    route = f"  {exercise.method} {exercise.path}"
    yield from page.heading(Text.assemble((exercise.title, "bold"), (route, "dim")))
    for measured in found.measured:
        if measured.failure:
            lead = Text(f"  {_NAMES[measured.target]}", style="bold")
            text = Text(page.visible(measured.failure), style="bold yellow")
            yield from page.wrap(text, first=lead, indent=_LABEL)
    yield Text()
    yield _row("", [(_NAMES[each.target], "bold") for each in found.measured], page)
    yield from _beginning(found, page)
    if found.kind is not None:
        yield from _pace(found, found.kind, page)
        yield from _ahead(found, found.kind, page)
        yield Text()
        yield from _memory(found, page)
    if found.chunk_sizes:
        yield Text()
        yield from _chunk_sizes(found, page)
    yield Text()
    yield from page.wrap(Text(_how(found), style="dim"), indent=2)


def _row(label: str, cells: list[tuple[str, str]], page: Page) -> Text:
    width = (page.width - _LABEL) // len(cells)
    row = Text.assemble((f"  {label}".ljust(_LABEL), "bold" if not label else ""))
    for text, style in cells:
        row.append(page.visible(text).ljust(width), style=style)
    return row


def _cells(found: Bench, say: Callable[[Measured], str | None]) -> list[tuple[str, str]]:
    said = [say(each) for each in found.measured]
    return [(text, "") if text else ("-", "dim") for text in said]


def _beginning(found: Bench, page: Page) -> Iterator[Text]:
    yield _row(
        "first byte", _cells(found, lambda m: span(m.begin.first) if m.begin else None), page
    )
    yield _row("last byte", _cells(found, lambda m: span(m.begin.last) if m.begin else None), page)


def _pace(found: Bench, kind: Kind, page: Page) -> Iterator[Text]:
    def rate(measured: Measured) -> str | None:
        largest = _largest(measured)
        return f"{_bytes(largest.size / largest.last)}/s" if largest else None

    def items(measured: Measured) -> str | None:
        if len(measured.sizes) < len(kind.sizes):
            return None
        count, largest = measured.sizes[-1]
        return f"{count / largest.last:,.0f} {_plural(kind.unit)}/s"

    def chunks(measured: Measured) -> str | None:
        largest = _largest(measured)
        if not largest or not largest.counts.chunks:
            return None
        number = largest.counts.chunks
        return f"{number:,} of {_bytes(largest.size / number)}"

    def computed(measured: Measured) -> str | None:
        largest = _largest(measured)
        return span(largest.cpu) if largest else None

    def top(measured: Measured) -> str | None:
        largest = _largest(measured)
        return _bytes(largest.counts.largest) if largest else None

    yield _row("throughput", _cells(found, rate), page)
    if kind.unit != "byte":
        yield _row("", _cells(found, items), page)
    yield _row("server computed", _cells(found, computed), page)
    yield _row("chunks, average", _cells(found, chunks), page)
    yield _row("largest chunk", _cells(found, top), page)


def _ahead(found: Bench, kind: Kind, page: Page) -> Iterator[Text]:
    """What was taken from the source and not yet read by a client that has stopped."""

    def ahead(measured: Measured) -> str | None:
        stalled, largest = measured.slow, _largest(measured)
        if not stalled or not largest:
            return None
        if not kind.counted or kind.unit == "byte":
            done = stalled.counts.taken if kind.counted else stalled.counts.bytes
            return _bytes(max(0, done - stalled.read))
        per_item = largest.size / measured.sizes[-1][0]
        read = stalled.read / per_item
        return f"{max(0, stalled.counts.taken - read):,.0f} {_plural(kind.unit)}"

    yield _row("ahead of a client", _cells(found, ahead), page)


def _memory(found: Bench, page: Page) -> Iterator[Text]:
    """Peak memory against the size of the body, as bars of one scale."""
    yield Text("  peak memory above the start's, by size of body", style="bold")
    most = max((w.memory for m in found.measured for _, w in m.sizes), default=0) or 1
    sizes = max((m.sizes for m in found.measured), key=len)
    for number, (_, shown) in enumerate(sizes):
        cells = []
        for measured in found.measured:
            taken = dict(enumerate(measured.sizes)).get(number)
            if taken is None:
                cells.append(("-", "dim"))
                continue
            memory = taken[1].memory
            cells.append((f"{_bar(memory / most, page)} {_bytes(memory)}", ""))
        yield _row(_bytes(shown.size), cells, page)


def _chunk_sizes(found: Bench, page: Page) -> Iterator[Text]:
    """What the size of its chunks does to the reference."""
    yield Text("  throughput of the reference, by size of its chunks", style="bold")
    most = max(rate for _, rate in found.chunk_sizes)
    for size, rate in found.chunk_sizes:
        yield _row(_bytes(size), [(f"{_bar(rate / most, page)} {_bytes(rate)}/s", "")], page)


def _bar(part: float, page: Page) -> str:
    return ("#" if page.ascii_only else "█") * max(1, round(_BAR * part))


def _how(found: Bench) -> str:
    machine = "A fresh uvicorn for each number, which is of this machine, now."
    if found.kind is None:
        return f"Of {TIMES} requests, the median. {machine}"
    taken = "taken from the source" if found.kind.counted else "given to uvicorn"
    return (
        f"First and last byte: {_first_load(found.kind)}; of {TIMES} requests, the median. "
        f"The rest: up to {_amount(found.kind, found.kind.sizes[-1])}, as fast as possible. "
        f"Ahead of a client: {taken} when the client had read {_bytes(READ)} and then stopped; the "
        f"kernel's and uvicorn's buffers are part of it. {machine}"
    )


def _first_load(kind: Kind) -> str:
    if kind.paced:
        return f"{_amount(kind, PACED)}, one every {INTERVAL * 1000:.0f} ms"
    return _amount(kind, kind.sizes[1])


def _amount(kind: Kind, count: int) -> str:
    return _bytes(count) if kind.unit == "byte" else f"{count:,} {_plural(kind.unit)}"


def _largest(measured: Measured) -> Whole | None:
    """The run with the largest body, if all of them came to their end."""
    return measured.sizes[-1][1] if measured.slow else None


def _plural(unit: str) -> str:
    return f"{unit.removesuffix('y')}ies" if unit.endswith("y") else f"{unit}s"


def _bytes(count: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if count < 1024 or unit == "MiB":
            break
        count /= 1024
    return f"{count:.0f} {unit}" if unit == "B" or count >= 100 else f"{count:.1f} {unit}"
