"""`grade bench`: what is measured, on which load, and how it is shown. No number is asserted."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result as Ran
from fastapi import APIRouter, FastAPI
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from rich.console import Console

from grader.bench import measure, run
from grader.bench.kinds import KINDS
from grader.bench.load import Load
from grader.bench.measure import NoAnswer, Slow, Way, Whole
from grader.bench.run import Bench, Measured, bench
from grader.bench.server import counting
from grader.bench.tally import Counts, Tally
from grader.bench.view import drawn
from grader.catalogue import endpoints, exercise
from grader.terminal import Page

Grade = Callable[..., Ran]

COUNTS = Counts(taken=300, chunks=10, bytes=10_240, largest=2048)
WHOLE = Whole(first=0.5, last=2.0, size=10_240, memory=1 << 20, cpu=0.1, counts=COUNTS)


def load(tmp_path: Path, count: int) -> Load:
    return Load(count=count, interval=0, folder=tmp_path)


@pytest.fixture
def tally(tmp_path: Path) -> Tally:
    return Tally(tmp_path / "tally")


# Loads


def test_every_endpoint_with_a_source_has_a_load() -> None:
    assert {each.source for each in endpoints().values() if each.source} <= set(KINDS)


@pytest.mark.parametrize(
    ("source", "method", "arguments"),
    [
        ("prices", "subscribe", ()),
        ("logs", "follow", (None,)),
        ("archive", "scan", ()),
        ("records", "read", ()),
        ("model", "reply", ("prompt",)),
    ],
)
async def test_items_come_in_the_number_that_is_asked_for_and_are_counted(
    source: str, method: str, arguments: tuple[Any, ...], tmp_path: Path, tally: Tally
) -> None:
    _, make = KINDS[source].override(load(tmp_path, 137), tally)
    async with getattr(make(), method)(*arguments) as items:
        first = await anext(items)
        assert tally.read().taken == 1
        rest = [item async for item in items]
    assert first
    assert len(rest) == 136
    assert tally.read().taken == 137


async def test_a_task_has_as_many_steps_as_are_asked_for(tmp_path: Path, tally: Tally) -> None:
    _, make = KINDS["tasks"].override(load(tmp_path, 20), tally)
    async with make().start() as task:
        assert len(task.steps) == 20
        assert task.steps[0].message
        await task.steps[0].run()
    assert tally.read().taken == 1


def test_the_bytes_that_are_read_of_a_file_are_counted(tmp_path: Path, tally: Tally) -> None:
    kind, wanted = KINDS["storage"], load(tmp_path, 300_000)
    kind.prepare(wanted)
    storage = kind.override(wanted, tally)[1]()
    assert storage.size("large-file.bin") == 300_000
    with storage.open("large-file.bin") as file:
        file.read(100_000)
        assert 100_000 <= tally.read().taken < 300_000
        file.read()
    assert tally.read().taken == 300_000
    with pytest.raises(FileNotFoundError):
        storage.open("another.bin")


def test_an_image_has_the_size_that_is_asked_for(tmp_path: Path, tally: Tally) -> None:
    kind, wanted = KINDS["images"], load(tmp_path, 5000)
    kind.prepare(wanted)
    assert kind.override(wanted, tally)[1]().path(1).stat().st_size == 5000


@pytest.mark.parametrize("count", [700, 1000, 2500])
async def test_rows_come_in_the_number_that_is_asked_for_and_are_counted(
    count: int, tmp_path: Path, tally: Tally
) -> None:
    from sqlalchemy import select

    from sources.database import results

    kind, wanted = KINDS["database"], load(tmp_path, count)
    kind.prepare(wanted)
    engine = kind.override(wanted, tally)[1]()
    asked = select(results.c.id).order_by(results.c.id)
    async with engine.connect() as connection, connection.stream(asked) as rows:
        ids = [row.id async for row in rows]
    await engine.dispose()
    assert ids == list(range(1, count + 1))
    assert tally.read().taken == count


def test_users_are_counted_row_by_row(tmp_path: Path, tally: Tally) -> None:
    from sqlalchemy import select

    from sources.users import User

    kind, wanted = KINDS["users"], load(tmp_path, 10_001)
    kind.prepare(wanted)
    with closing(sqlite3.connect(tmp_path / "users.sqlite3")) as connection:
        assert connection.execute("SELECT count(*), max(id) FROM users").fetchone() == (10_001,) * 2
    sessions = kind.override(wanted, tally)[1]()
    with sessions() as session:
        next(iter(session.scalars(select(User).execution_options(yield_per=10))))
        assert tally.read().taken < 10_001
    sessions.kw["bind"].dispose()


def test_chunks_are_counted_where_the_server_takes_them(tally: Tally) -> None:
    router = APIRouter()

    @router.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[bytes]:
            for piece in (b"a" * 10, b"", b"b" * 30):
                yield piece

        return StreamingResponse(body())

    app = FastAPI()
    app.include_router(router)
    TestClient(counting(app, tally)).get("/").raise_for_status()
    assert tally.read() == Counts(taken=0, chunks=2, bytes=40, largest=30)
    tally.reset()
    assert tally.read() == Counts(0, 0, 0, 0)


def test_counts_are_seen_from_another_process(tmp_path: Path) -> None:
    ours, theirs = Tally(tmp_path / "tally"), Tally(tmp_path / "tally")
    theirs.take(5)
    theirs.give(7)
    assert ours.read() == Counts(5, 1, 7, 7)


# Measurements on a real server


def test_a_reference_is_measured_from_its_first_byte_to_its_last() -> None:
    found = measure.whole(Way(exercise=exercise("stock-ticker"), target="solutions", count=60))
    assert 0 < found.first <= found.last
    assert found.counts.taken == found.counts.chunks == 60
    assert found.counts.bytes == found.size


def test_a_download_comes_in_chunks_of_any_size() -> None:
    way = Way(exercise=exercise("large-file"), target="solutions", count=100_000)
    with measure.serving(way) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        body = client.get("/chunks/30000").content
        counts = server.tally.read()
    assert len(body) == counts.taken == counts.bytes == 100_000
    assert (counts.chunks, counts.largest) == (4, 30_000)


def test_a_body_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "LONGEST", 0.0)
    with pytest.raises(NoAnswer, match="had no end after 0 seconds"):
        measure.whole(Way(exercise=exercise("stock-ticker"), target="solutions", count=60))


def test_a_stub_is_still_the_stub() -> None:
    with pytest.raises(NoAnswer, match=r"still the stub: implement health in "):
        measure.whole(Way(exercise=exercise("health"), target="exercises"))


# All of them, and how they are shown


def fake(monkeypatch: pytest.MonkeyPatch, *, stub: bool) -> list[Way]:
    """Let every measurement of the learner's answer fail if `stub`, and all others succeed."""
    asked = []

    def whole(way: Way, *, times: int = 1) -> Whole:
        asked.append(way)
        if stub and way.target == "exercises":
            raise NoAnswer("still the stub: implement it in x.py, line 1")
        return WHOLE

    monkeypatch.setattr(run, "whole", whole)
    monkeypatch.setattr(run, "slow", lambda way, read: Slow(read, COUNTS))
    monkeypatch.setattr(run, "by_chunk_size", lambda way, sizes: dict.fromkeys(sizes, 1e6))
    return asked


def test_both_answers_are_measured_in_turns_under_the_same_load(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = fake(monkeypatch, stub=False)
    done: list[float] = []
    found = bench(exercise("stock-ticker"), tell=done.append)
    assert [way.target for way in asked] == ["exercises", "solutions"] * 4
    assert [way.count for way in asked[::2]] == [way.count for way in asked[1::2]]
    assert done == sorted(done)
    assert done[-1] == 1.0
    assert [each.failure for each in found.measured] == ["", ""]


def test_a_stub_leaves_the_reference_measured_and_is_not_asked_again(
    grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = fake(monkeypatch, stub=True)
    ran = grade("bench", "stock-ticker")
    assert ran.exit_code == 3
    assert "still the stub: implement it in x.py, line 1" in ran.stdout
    assert "500.0 ms" not in ran.stdout.split("first byte")[0]
    assert [way.target for way in asked].count("exercises") == 1


def test_the_document_has_what_was_measured(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, stub=False)
    ran = grade("bench", "large-file", "--json")
    told = json.loads(ran.stdout)
    assert ran.exit_code == 0
    assert told["schema"] == "streamdrill.bench/1"
    assert [answer["target"] for answer in told["answers"]] == ["exercises", "solutions"]
    assert told["answers"][0]["slow"]["taken"] == COUNTS.taken
    assert [size["count"] for size in told["answers"][0]["sizes"]] == list(KINDS["storage"].sizes)


def shown(found: Bench, *, encoding: str = "utf-8", width: int = 80) -> list[str]:
    file = TextIOWrapper(BytesIO(), encoding=encoding)
    page = Page(Console(file=file, width=width, color_system=None))
    return [line.plain.rstrip() for line in drawn(found, page)]


def table(slug: str, memory: tuple[int, int] = (1, 1), *, size: int = 10_240) -> Bench:
    chosen = exercise(slug)
    kind = KINDS[chosen.source] if chosen.source else None
    measured = []
    for target, most in zip(("exercises", "solutions"), memory, strict=True):
        each = Whole(first=0.5, last=2.0, size=size, memory=most, cpu=0.1, counts=COUNTS)
        sizes = tuple((count, each) for count in kind.sizes) if kind else ()
        measured.append(
            Measured(
                target=target, begin=each, sizes=sizes, slow=Slow(1024, COUNTS) if kind else None
            )
        )
    return Bench(exercise=chosen, kind=kind, measured=tuple(measured))


def test_memory_is_drawn_on_one_scale_for_both() -> None:
    lines = shown(table("stock-ticker", (8 << 20, 4 << 20)))
    (row, *_) = [line for line in lines if "8.0 MiB" in line]
    yours, reference = row.split("8.0 MiB")
    assert (yours.count("█"), reference.count("█")) == (14, 7)


@pytest.mark.parametrize("slug", list(endpoints()))
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_every_exercise_fits_into_eighty_columns(slug: str, encoding: str) -> None:
    lines = shown(table(slug, (1 << 20, 0)), encoding=encoding)
    assert max(map(len, lines)) <= 80
    assert encoding == "utf-8" or "\n".join(lines).isascii()


@pytest.mark.parametrize(
    ("slug", "size", "ahead"),
    [
        ("stock-ticker", 20_000 * 128, "292 updates"),  # of 300 that were taken, 8 were read
        ("stock-ticker", 20_000, "0 updates"),
        ("large-file", 64 << 20, "0 B"),  # 300 bytes taken, 1,024 read with the head
        ("image", 64 << 20, "9.0 KiB"),  # 10 KiB given to the server
    ],
)
def test_what_is_ahead_is_what_was_taken_and_not_yet_read(slug: str, size: int, ahead: str) -> None:
    (line,) = [line for line in shown(table(slug, size=size)) if "ahead of a client" in line]
    assert line.split("client ")[1].split("  ")[0] == ahead


def test_a_client_cannot_be_measured(grade: Grade) -> None:
    ran = grade("bench", "watch-stock-ticker")
    assert ran.exit_code == 2
    assert "is a client; only what serves can be measured" in ran.stderr
