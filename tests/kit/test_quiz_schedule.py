"""When a question is due again: by fsrs, by the day, and never after the last day to learn."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from grader.deck.reviews import History, Review, Reviews
from grader.deck.schedule import after

EAST = timezone(timedelta(hours=9))
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=EAST)
INTERVIEW = date(2026, 12, 2)
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4


def history(*answers: tuple[datetime, int], interview_on: date | None = None) -> History:
    """What is known of the card "a" after these answers."""
    memory = None
    for at, rating in answers:
        memory = after(memory, Review(card="a", at=at, rating=rating))
    assert memory is not None
    return History(memories={"a": memory}, interview_on=interview_on)


def days(number: float) -> timedelta:
    return timedelta(days=number)


@pytest.mark.parametrize(
    ("rating", "minutes"),
    [(AGAIN, 1), (HARD, 5.5), (GOOD, 10), (EASY, 8 * 24 * 60 - 9 * 60)],
)
def test_the_first_answer_decides_how_soon_it_comes_again(rating: int, minutes: float) -> None:
    due = history((NOW, rating)).due("a", NOW)
    assert due == NOW + timedelta(minutes=minutes)


def test_what_is_known_well_comes_ever_later() -> None:
    at, memory, waits = NOW, None, []
    for _ in range(6):
        memory = after(memory, Review(card="a", at=at, rating=GOOD))
        waits.append(memory.due - at.astimezone(UTC))
        at = memory.due.astimezone(EAST)
    assert waits == sorted(waits)
    assert waits[-1] > days(60)


def test_what_was_forgotten_comes_the_same_day() -> None:
    known = [(NOW, EASY), (NOW + days(8), GOOD), (NOW + days(30), AGAIN)]
    due = history(*known).due("a", NOW + days(30))
    assert due == NOW + days(30) + timedelta(minutes=10)


def test_an_interval_of_days_ends_when_its_day_begins_where_the_learner_is() -> None:
    known = history((NOW.replace(hour=23), EASY))
    assert known.due("a", NOW) == datetime(2026, 11, 30, tzinfo=EAST)
    assert known.due_by(datetime(2026, 11, 30, 0, 1, tzinfo=EAST), {"a"}) == ["a"]
    assert known.due_by(datetime(2026, 11, 29, 23, 59, tzinfo=EAST), {"a"}) == []


def test_the_same_answers_have_the_same_consequence() -> None:
    answers = [(NOW, GOOD), (NOW + days(1), HARD), (NOW + days(9), EASY)]
    assert history(*answers).memories == history(*answers).memories


# The interview


@pytest.mark.parametrize("ratings", list(itertools.product([AGAIN, GOOD, EASY], repeat=3)))
def test_nothing_is_due_after_the_day_before_the_interview(ratings: tuple[int, ...]) -> None:
    for first in range(9):
        answers = [(NOW + days(first) + timedelta(hours=n), r) for n, r in enumerate(ratings)]
        known = history(*answers, interview_on=INTERVIEW)
        due = known.due("a", answers[-1][0])
        assert due is not None
        assert due.date() < INTERVIEW


def test_what_would_come_too_late_is_due_on_the_last_day() -> None:
    known = history((NOW, EASY), (NOW + days(1), EASY), interview_on=INTERVIEW)
    assert known.due("a", NOW + days(1)) == datetime(2026, 12, 1, tzinfo=EAST)


def test_what_is_asked_on_the_last_day_is_not_asked_over_and_over() -> None:
    last = datetime(2026, 12, 1, 9, tzinfo=EAST)
    known = history((NOW, EASY), (last, EASY), interview_on=INTERVIEW)
    assert known.due_by(last + timedelta(hours=8), {"a"}) == []


def test_a_question_that_comes_sooner_is_left_where_it_is() -> None:
    known = history((NOW, AGAIN), interview_on=INTERVIEW)
    assert known.due("a", NOW) == NOW + timedelta(minutes=1)


@pytest.mark.parametrize("interview", [None, date(2026, 11, 22), date(2026, 11, 1)])
def test_without_an_interview_to_come_there_is_no_last_day(interview: date | None) -> None:
    known = history((NOW, EASY), interview_on=interview)
    assert known.due("a", NOW) == datetime(2026, 11, 30, tzinfo=EAST)


def test_another_date_restores_what_was_scheduled(tmp_path: Path) -> None:
    reviews = Reviews(tmp_path, warn=print)
    reviews.add(Review(card="a", at=NOW, rating=EASY))
    dues = []
    for interview in (date(2026, 11, 25), date(2027, 1, 1), None):
        reviews.meet(interview)
        dues.append(reviews.read().due("a", NOW))
    assert dues == [
        datetime(2026, 11, 24, tzinfo=EAST),
        datetime(2026, 11, 30, tzinfo=EAST),
        datetime(2026, 11, 30, tzinfo=EAST),
    ]


def test_an_interview_that_has_passed_is_forgotten(tmp_path: Path) -> None:
    reviews = Reviews(tmp_path, warn=print)
    reviews.meet(date(2026, 11, 21))
    reviews.prepare(datetime(2026, 11, 21, 20, tzinfo=EAST))
    assert reviews.read().interview_on == date(2026, 11, 21)
    reviews.prepare(NOW)
    assert reviews.read().interview_on is None
