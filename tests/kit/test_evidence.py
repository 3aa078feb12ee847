"""The log of a stage, and how its timeline is folded."""

from __future__ import annotations

import pytest

from grader.judge.evidence import MOST_MOMENTS, MOST_TEXT, Log, Trouble, Unmet, clipped, trace
from grader.verdicts import Moment

Entry = tuple[float, str, str, str]


def fold(*entries: Entry) -> list[tuple[float, str, str, str, int]]:
    log = Log()
    for at, lane, kind, text in entries:
        log.add(at, lane, kind, text)
    return [(m.at, m.lane, m.kind, m.text, m.count) for m in log.timeline()]


def test_moments_stand_in_the_order_in_which_they_happened() -> None:
    entries = [(0.0, "client", "request", "GET /"), (0.0, "source", "open", "opened")]
    assert fold(*entries) == [(*entry, 1) for entry in entries]


def test_a_run_of_alike_moments_is_folded_into_its_first_and_last() -> None:
    run = [(0.5, "source", "item", f"row {number}") for number in range(1, 6)]
    assert fold(*run) == [(0.5, "source", "item", "row 1 … row 5", 5)]


@pytest.mark.parametrize(
    "between",
    [
        (0.5, "wire", "item", "row 2"),
        (0.5, "source", "close", "row 2"),
        (1.5, "source", "item", "row 2"),
    ],
    ids=["another lane", "another kind", "another time"],
)
def test_a_run_is_broken_by_what_is_not_alike(between: Entry) -> None:
    row = (0.5, "source", "item", "row 1")
    assert [count for *_, count in fold(row, row, between, row)] == [2, 1, 1]


def test_the_log_itself_is_not_folded() -> None:
    log = Log()
    for _ in range(3):
        log.add(0.0, "source", "item", "row")
    assert log.timeline() == log.timeline()
    assert len(log.moments) == 3


def test_a_timeline_that_is_too_long_keeps_its_beginning_and_its_end() -> None:
    lanes = ("source", "wire")
    entries = [(float(n), lanes[n % 2], "item", str(n)) for n in range(MOST_MOMENTS + 50)]
    folded = fold(*entries)
    half = MOST_MOMENTS // 2
    assert [text for *_, text, _ in folded[:half]] == [str(n) for n in range(half)]
    assert folded[half] == (float(half), "client", "omitted", "50 more moments", 1)
    assert folded[-1][3] == str(MOST_MOMENTS + 49)
    assert len(folded) == MOST_MOMENTS + 1


def test_a_timeline_of_the_greatest_length_is_whole() -> None:
    entries = [(float(n), "wire", "item", str(n)) for n in range(MOST_MOMENTS)]
    assert len(fold(*entries)) == MOST_MOMENTS


def test_the_first_trouble_of_a_kind_is_found() -> None:
    slept, raised = Trouble("slept", "slept", None), Trouble("raised", "raised", None)
    log = Log(troubles=[slept, raised])
    assert log.first("raised") is raised
    assert log.first("raised", "slept") is slept
    assert log.first("hung") is None


def test_what_is_too_long_is_clipped_and_says_by_how_much() -> None:
    assert clipped("x" * MOST_TEXT) == "x" * MOST_TEXT
    assert clipped("x" * (MOST_TEXT + 1234)) == "x" * MOST_TEXT + " … and 1,234 more characters"


def test_an_unmet_behaviour_reads_as_what_was_observed_and_expected() -> None:
    assert str(Unmet(observed="nothing", expected="an event")) == (
        "observed: nothing\nexpected: an event"
    )


def test_a_moment_counts_one() -> None:
    assert Moment(at=0.0, lane="wire", kind="chunk", text="5 bytes").count == 1


def traced(*entries: Entry) -> str:
    log = Log()
    for entry in entries:
        log.add(*entry)
    return trace([log])


ITEM, CHUNK = (0.5, "source", "item", "update 1"), (0.5, "wire", "chunk", "80 bytes")


@pytest.mark.parametrize(
    "same",
    [
        [CHUNK, ITEM],
        [ITEM, (0.5, "wire", "chunk", "81 bytes")],
        [ITEM, CHUNK, CHUNK],
    ],
)
def test_a_trace_has_no_mark_of_data_or_of_a_race(same: list[Entry]) -> None:
    assert traced(*same) == traced(ITEM, CHUNK)


@pytest.mark.parametrize(
    "other",
    [
        [ITEM],
        [ITEM, ITEM, CHUNK],
        [ITEM, (1.0, "wire", "chunk", "80 bytes")],
        [ITEM, (0.5, "wire", "head", "80 bytes")],
        [(0.5, "client", "item", "update 1"), CHUNK],
    ],
)
def test_a_trace_tells_what_happened_how_often_when_and_where(other: list[Entry]) -> None:
    assert traced(*other) != traced(ITEM, CHUNK)
