"""The order of the questions: what is due, what a failure brings forward, what is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from grader.cards import LEVELS
from grader.catalogue import exercise
from grader.deck.questions import questions
from grader.deck.reviews import History, Review
from grader.deck.schedule import after
from grader.deck.turns import Standing, due, turns
from grader.progress import Record
from grader.verdicts import Result

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def asked(*answers: tuple[str, timedelta, int]) -> History:
    """A history of cards that were answered so long ago, with these ratings."""
    history = History()
    for slug, ago, rating in answers:
        review = Review(card=slug, at=NOW - ago, rating=rating)
        history.memories[slug] = after(history.memories.get(slug), review)
    return history


def standing(history: History | None = None, **more: Any) -> Standing:
    known: dict[str, Any] = {"records": {}, "solved": ()} | more
    return Standing(history=history or History(), now=NOW, **known)


def failed(misconception: str = "", *, since: timedelta = timedelta(hours=1)) -> Record:
    return Record(
        result=Result.FAILED,
        met=1,
        total=2,
        sha256="1",
        misconception=misconception,
        since=(NOW - since).isoformat(),
    )


def order(where: Standing) -> list[str]:
    return [turn.slug for turn in turns(questions(), where)]


def whys(where: Standing) -> dict[str, str]:
    return {turn.slug: turn.why for turn in turns(questions(), where)}


def days(number: float) -> timedelta:
    return timedelta(days=number)


def test_everything_is_asked_once() -> None:
    first = order(standing())
    assert sorted(first) == sorted(questions())


def test_what_is_due_comes_first_and_the_most_overdue_before_all() -> None:
    history = asked(
        ("heartbeats", days(1), 3),  # due ten minutes later
        ("sse-headers", days(20), 4),  # due after eight days: twelve days ago
        ("client-disconnect", days(2), 1),
        ("backpressure", days(1), 4),  # not due for a week
    )
    where = standing(history)
    expected = ["sse-headers", "client-disconnect", "heartbeats"]
    assert order(where)[:3] == expected
    assert [turn.slug for turn in due(questions(), where)] == expected
    assert "backpressure" not in order(where)


def test_new_ones_come_from_junior_to_staff() -> None:
    levels = [LEVELS.index(questions()[slug].level) for slug in order(standing())]
    assert levels == sorted(levels)


def test_of_new_ones_those_of_solved_exercises_come_first() -> None:
    found = order(standing(solved=["long-task"]))
    belongs = ["long-task" in questions()[slug].exercises for slug in found]
    assert belongs == sorted(belongs, reverse=True)
    assert any(belongs)


def test_a_failure_brings_forward_its_misconception_and_then_its_exercise() -> None:
    where = standing(records={"live-logs": failed("heartbeat-cancels-the-read")})
    forward = [slug for slug, why in whys(where).items() if why == "live-logs failed"]
    about = [
        slug
        for slug, each in questions().items()
        if "heartbeat-cancels-the-read" in each.misconceptions
    ]
    assert about
    assert forward[: len(about)] == about
    own = [slug for slug in exercise("live-logs").cards if slug not in about]
    assert forward[len(about) : len(about) + len(own)] == own
    of_it = {slug for slug, each in questions().items() if "live-logs" in each.exercises}
    assert of_it <= set(forward)
    assert order(where)[: len(forward)] == forward


def test_the_card_that_the_report_named_comes_before_all_that_was_brought_forward() -> None:
    record = replace(failed("collects-then-yields"), card="heartbeats")
    assert order(standing(records={"stock-ticker": record}))[0] == "heartbeats"
    gone = replace(record, card="a-card-of-last-year")
    assert order(standing(records={"stock-ticker": gone}))[0] in questions()


def test_the_latest_failure_counts_most() -> None:
    records = {
        "stock-ticker": failed(since=days(2)),
        "large-file": failed(since=days(1)),
        "health": failed(since=days(3)),
    }
    told = list(dict.fromkeys(whys(standing(records=records)).values()))
    assert told[:2] == ["large-file failed", "stock-ticker failed"]


def test_a_card_that_is_not_due_yet_is_brought_forward_until_it_is_asked() -> None:
    records = {"live-logs": failed(since=days(1))}
    before = standing(asked(("heartbeats", days(2), 4)), records=records)
    since = standing(asked(("heartbeats", days(0.5), 4)), records=records)
    assert whys(before)["heartbeats"] == "live-logs failed"
    assert "heartbeats" not in whys(since)


def test_a_review_that_is_due_stays_before_what_was_brought_forward() -> None:
    where = standing(
        asked(("transfer-encoding-by-hand", days(1), 1)), records={"live-logs": failed()}
    )
    assert order(where)[0] == "transfer-encoding-by-hand"


def test_what_has_passed_or_is_no_exercise_brings_nothing_forward() -> None:
    passed = Record(result=Result.PASSED, met=2, total=2, sha256="1")
    records = {"live-logs": passed, "an-exercise-of-last-year": failed()}
    assert set(whys(standing(records=records)).values()) == {"new"}


def test_a_failure_of_before_there_were_dates_brings_forward_what_was_never_asked() -> None:
    record = Record(result=Result.FAILED, met=1, total=2, sha256="1")
    found = whys(standing(asked(("heartbeats", days(1), 4)), records={"live-logs": record}))
    assert "heartbeats" not in found
    assert found["last-event-id"] == "live-logs failed"
