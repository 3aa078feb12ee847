"""The two comparison exercises: one document, and two ways to send it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from grader.catalogue import exercise
from grader.judge import records
from grader.judge.answer import Answer
from grader.judge.script import Items
from sources.records import LiveRecordStore, Record

BOTH = ("comparison-buffered", "comparison-streamed")


def document(slug: str, zygote: str, given: list[records.Record]) -> dict[str, Any]:
    """What the reference of that exercise makes of these records."""
    chosen = exercise(slug)
    answer = Answer(zygote=zygote, exercise=chosen, file=chosen.answer("solutions"), real=False)
    with answer, answer.stage(Items(values=[])) as stage:
        records.play(stage, given)
        client = stage.get(chosen.path)
        assert client.complete
        found: dict[str, Any] = json.loads(client.body)
        return found


@pytest.mark.parametrize("given", [[], records.fresh(1), records.awkward()], ids=len)
def test_both_references_make_the_same_document_of_the_same_records(
    zygote: str, given: list[records.Record]
) -> None:
    buffered, streamed = (document(slug, zygote, given) for slug in BOTH)

    assert buffered == streamed == {"records": given}


async def read(store: LiveRecordStore) -> list[Record]:
    async with store.read() as found:
        return [record async for record in found]


async def test_every_reader_of_the_live_store_gets_the_same_records() -> None:
    store = LiveRecordStore(interval=0)
    first, second = await read(store), await read(store)

    assert first == second
    assert [record["id"] for record in first] == [*range(1, 1001)]
    stamps = [datetime.fromisoformat(record["timestamp"]) for record in first]
    assert stamps == sorted(stamps)
    assert all(stamp.tzinfo for stamp in stamps)


async def test_the_data_hold_what_breaks_careless_json() -> None:
    text = "".join(record["data"] for record in await read(LiveRecordStore(interval=0)))

    assert {"\n", '"', "\\", "\u2028", "🥨"} < set(text)


async def test_a_reading_ends_with_its_block() -> None:
    async with LiveRecordStore(interval=0).read() as found:
        await anext(found)

    with pytest.raises(StopAsyncIteration):
        await anext(found)
