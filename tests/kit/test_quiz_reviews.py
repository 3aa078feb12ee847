"""The file of reviews keeps what was answered, whatever happens to it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from grader.catalogue import ROOT
from grader.deck.reviews import NAME, NotKept, Review, Reviews

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def reviews(tmp_path: Path, warnings: list[str]) -> Reviews:
    return Reviews(tmp_path, warn=warnings.append)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / NAME


def review(card: str = "sse-headers", *, rating: int = 3, **more: Any) -> Review:
    return Review(card=card, at=NOW, rating=rating, **more)


def test_what_was_answered_is_read_back_whole(tmp_path: Path, reviews: Reviews) -> None:
    given = [
        review("sse-headers", mentioned=(1, 3), points=4),
        review("ticker-producer", rating=1, said="closed", happened="open"),
    ]
    for each in given:
        reviews.add(each)
    reviews.meet(date(2026, 12, 24))
    known = Reviews(tmp_path, warn=print).read()
    assert known.log == given
    assert known.interview_on == date(2026, 12, 24)
    assert set(known.memories) == {"sse-headers", "ticker-producer"}
    assert known.due("sse-headers", NOW) == NOW + timedelta(minutes=10)


def test_a_card_that_is_gone_stays_in_the_file_and_is_not_asked(reviews: Reviews) -> None:
    reviews.add(review("a-card-of-last-year"))
    reviews.add(review("sse-headers"))
    later = NOW + timedelta(days=1)
    assert reviews.read().due_by(later, {"sse-headers"}) == ["sse-headers"]
    assert "a-card-of-last-year" in reviews.read().memories


def whole(reviews: Reviews, file: Path) -> dict[str, Any]:
    reviews.add(review())
    document: dict[str, Any] = json.loads(file.read_text())
    return document


def without(document: dict[str, Any], *path: str) -> dict[str, Any]:
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return document


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: "{",
        lambda whole: "\x00",
        lambda whole: [],
        lambda whole: whole | {"schema": "streamdrill.reviews/99"},
        lambda whole: without(whole, "log"),
        lambda whole: without(whole, "interview_on"),
        lambda whole: without(whole, "cards", "sse-headers", "due"),
        lambda whole: whole | {"interview_on": "soon"},
        lambda whole: whole | {"log": [{"card": "sse-headers"}]},
        lambda whole: whole | {"log": [whole["log"][0] | {"at": "2026-11-22T09:00:00"}]},
        lambda whole: changed(whole, state=7),
        lambda whole: changed(whole, state=2),
        lambda whole: changed(whole, state=1, step=None),
        lambda whole: changed(whole, stability=0),
        lambda whole: changed(whole, stability=float("nan")),
        lambda whole: changed(whole, stability=None),
        lambda whole: changed(whole, due="2026-11-22T09:00:00"),
    ],
)
def test_a_file_that_cannot_be_understood_is_kept_under_another_name(
    reviews: Reviews, file: Path, warnings: list[str], spoil: Any
) -> None:
    spoilt = spoil(whole(reviews, file))
    text = spoilt if isinstance(spoilt, str) else json.dumps(spoilt)
    file.write_text(text)
    assert reviews.read().log == []
    (aside,) = file.parent.glob("*.json")
    assert aside.read_text() == text
    assert warnings == [f"{NAME} could not be understood; it is kept as {aside.name}"]
    reviews.add(review())
    assert len(reviews.read().log) == 1


def changed(document: dict[str, Any], **values: Any) -> dict[str, Any]:
    document["cards"]["sse-headers"] |= values
    return document


def test_what_is_killed_in_the_middle_of_a_write_loses_no_earlier_answer(
    reviews: Reviews, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviews.add(review("sse-headers"))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("grader.kept.os.replace", killed)
        with pytest.raises(KeyboardInterrupt):
            reviews.add(review("heartbeats"))
    assert [each.card for each in reviews.read().log] == ["sse-headers"]
    assert {each.name for each in file.parent.iterdir()} <= {NAME, "reviews.lock"}


def test_commands_that_run_at_once_lose_nothing_of_each_other(tmp_path: Path) -> None:
    code = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from grader.deck.reviews import Review, Reviews

for _ in range(15):
    at = datetime(2026, 11, 22, tzinfo=UTC)
    Reviews(Path(sys.argv[1]), warn=print).add(Review(card=sys.argv[2], at=at, rating=3))
"""
    names = ["heartbeats", "sse-headers"]
    running = [
        subprocess.Popen([sys.executable, "-P", "-c", code, str(tmp_path), name], cwd=ROOT)
        for name in names
    ]
    assert [process.wait() for process in running] == [0, 0]
    log = [each.card for each in Reviews(tmp_path, warn=print).read().log]
    assert sorted(log) == sorted(names * 15)


def test_a_folder_that_cannot_be_written_is_told_with_the_remedy(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(NotKept, match=r"answers cannot be kept: .*; set STREAMDRILL_STATE to"):
        Reviews(in_the_way, warn=print).prepare(NOW)


def test_a_file_that_cannot_be_read_is_a_warning_to_the_board(
    reviews: Reviews, file: Path, warnings: list[str]
) -> None:
    file.mkdir()
    assert reviews.read().memories == {}
    assert warnings[0].startswith("what is due is not known: ")
