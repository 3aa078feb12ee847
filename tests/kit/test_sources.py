"""The live sources themselves: what they hold, and how their files come to be."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from grader.catalogue import ROOT
from sources.data import ensure
from sources.database import open_database, results
from sources.prices import LivePriceFeed
from sources.storage import LARGE_FILE, LiveObjectStorage


async def test_the_feed_takes_each_timestamp_when_it_makes_the_update() -> None:
    async with LivePriceFeed(interval=0).subscribe() as updates:
        await anext(updates)
        between = datetime.now(UTC)
        second = await anext(updates)

    assert datetime.fromisoformat(second["timestamp"]) >= between


async def test_a_change_is_the_difference_from_the_stocks_price_before() -> None:
    latest: dict[str, float] = {}
    async with LivePriceFeed(interval=0).subscribe() as updates:
        async for update in updates:
            if before := latest.get(update["stock"]):
                assert update["change"] == round(update["price"] - before, 2)
            latest[update["stock"]] = update["price"]

    assert len(latest) > 1


def test_storage_knows_no_other_key_and_its_handle_no_path(tmp_path: Path) -> None:
    storage = LiveObjectStorage(tmp_path)

    with pytest.raises(FileNotFoundError, match=LARGE_FILE):
        storage.size("large-file.txt")
    with storage.open(LARGE_FILE) as handle:
        assert not isinstance(handle.name, str)


async def test_notes_hold_what_breaks_careless_framing(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "live.sqlite3")
    async with engine.connect() as connection:
        notes = set(await connection.scalars(select(results.c.note)))
    await engine.dispose()

    assert None in notes
    assert {"\n", '"', "\\", "\u2028"} < set("".join(note for note in notes if note))


def test_an_interrupted_first_use_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupted(draft: Path) -> None:
        draft.write_text("half")
        raise KeyboardInterrupt

    file = tmp_path / "data" / "file"
    with pytest.raises(KeyboardInterrupt):
        ensure(file, interrupted)
    assert [*file.parent.iterdir()] == []


def test_a_file_is_made_once(tmp_path: Path) -> None:
    made: list[Path] = []

    def make(draft: Path) -> None:
        made.append(draft)
        draft.write_text("whole")

    file = tmp_path / "data" / "file"
    assert ensure(file, make).read_text() == "whole"
    assert ensure(file, make) == file
    assert len(made) == 1


def test_importing_the_sources_starts_no_thread_and_opens_no_file() -> None:
    code = """
import json, threading, psutil
import sources.database, sources.prices, sources.storage
print(json.dumps([threading.active_count(), psutil.Process().open_files()]))
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)

    assert json.loads(done.stdout) == [1, []]
