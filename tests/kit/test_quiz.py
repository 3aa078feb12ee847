"""`grade quiz`: a session on the terminal, at a time that stands still."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from click.testing import Result as Ran

from grader.cards import cards
from grader.catalogue import ROOT
from grader.cli import main
from grader.deck.asking import Answered, ask
from grader.deck.reviews import NAME, Reviews
from grader.verdicts import Result

Quiz = Callable[..., Ran]
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PROXIES = ("--topic", "proxies")  # cards and no prediction
OF_IT = {slug for slug, each in cards().items() if each.topic == "proxies"}
KNOWN, FORGOTTEN = ("", "all", "4"), ("", "none", "1")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def quiz(grade: Callable[..., Ran], clock: object) -> Quiz:
    """Run `grade quiz` with these arguments, and type these lines."""

    def run(*arguments: str, typed: tuple[str, ...] = ()) -> Ran:
        lines = "".join(f"{line}\n" for line in typed)
        environment = {"COLUMNS": "80", "NO_COLOR": None}
        return CliRunner().invoke(main, ("quiz", *arguments), input=lines, env=environment)

    return run


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[], dict[str, Any]]:
    """What reviews.json says."""

    def read() -> dict[str, Any]:
        document: dict[str, Any] = json.loads((tmp_path / NAME).read_text())
        return document

    return read


def last(ran: Ran) -> str:
    assert ran.exit_code == 0, ran.output
    return str(ran.stdout.splitlines()[-1])


def asked(ran: Ran) -> list[str]:
    """The cards of a session, in order, by their headings."""
    words = (line.split() for line in ran.output.splitlines() if " of " in line)
    return [word.rstrip(",") for each in words for word in each if word.rstrip(",") in cards()]


def test_a_session_asks_shows_rates_and_keeps(
    quiz: Quiz, kept: Callable[[], dict[str, Any]]
) -> None:
    ran = quiz(*PROXIES, "-n", "1", typed=("", "1 2", ""))
    (slug,) = asked(ran)
    card = cards()[slug]
    told = " ".join(ran.stdout.split())
    assert told.index(" ".join(card.question.split())) < told.index("Must be mentioned")
    (entry,) = kept()["log"]
    assert entry["card"] == slug
    assert entry["mentioned"] == [1, 2]
    assert entry["points"] == len(card.points)
    assert entry["at"] == NOW.isoformat()
    assert last(ran).startswith("1 answer is kept; the next one is due in ")


def test_the_questions_of_one_session_are_different_ones(quiz: Quiz) -> None:
    ran = quiz(*PROXIES, typed=KNOWN * 10)
    assert sorted(asked(ran)) == sorted(OF_IT)
    assert f"1 of {len(OF_IT)}, new" in ran.stdout
    assert f"{len(OF_IT)} answers are kept" in last(ran)


def test_what_is_answered_is_not_asked_before_it_is_due(
    quiz: Quiz, clock: time_machine.Traveller
) -> None:
    quiz(*PROXIES, typed=KNOWN * 10)
    again = quiz(*PROXIES)
    assert " ".join(again.stdout.split()) == (
        "Nothing is due, and nothing is new; the next one is due on Monday, 30 November 2026."
    )
    clock.shift(timedelta(days=9))
    assert sorted(asked(quiz(*PROXIES, "--due", typed=KNOWN * 10))) == sorted(OF_IT)


def test_what_was_forgotten_comes_back_in_minutes(
    quiz: Quiz, clock: time_machine.Traveller
) -> None:
    first = quiz(*PROXIES, "-n", "1", typed=FORGOTTEN)
    assert "It comes again in 1 minute." in first.stdout
    clock.shift(timedelta(minutes=1))
    assert asked(quiz(*PROXIES, "--due", typed=KNOWN)) == asked(first)


@pytest.mark.parametrize("end", [("q",), (), ("", "q"), ("", "all", "q")])
def test_what_was_answered_before_the_end_is_kept(
    quiz: Quiz, kept: Callable[[], dict[str, Any]], end: tuple[str, ...]
) -> None:
    ran = quiz(*PROXIES, typed=(*KNOWN, *end))
    assert " ".join(ran.stdout.split()).split("Stopped; ")[1].startswith("1 answer is kept")
    assert len(kept()["log"]) == 1
    assert ran.exit_code == 0


def test_a_session_without_an_answer_says_so(quiz: Quiz) -> None:
    assert last(quiz(*PROXIES, typed=("q",))) == "Stopped; nothing was answered."


def test_a_process_that_is_killed_between_two_answers_loses_none(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "grader", "quiz", *PROXIES]
    environment = {**os.environ, "STREAMDRILL_STATE": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, cwd=ROOT, env=environment, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\nall\n3\n")
        process.stdin.flush()
        next(line for line in process.stdout if line.startswith("2 of "))
        process.kill()
    known = Reviews(tmp_path, warn=print).read()
    assert [review.rating for review in known.log] == [3]
    assert set(known.memories) == {known.log[0].card}


def test_control_c_between_two_questions_keeps_what_was_answered(
    quiz: Quiz, kept: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asks: list[Callable[..., Answered]] = [ask]

    def interrupted(*arguments: Any, **named: Any) -> Answered:
        if not asks:
            raise KeyboardInterrupt
        return asks.pop()(*arguments, **named)

    monkeypatch.setattr("grader.deck.quiz.ask", interrupted)
    ran = quiz(*PROXIES, typed=KNOWN)
    assert "Stopped; 1 answer is kept" in " ".join(ran.stdout.split())
    assert len(kept()["log"]) == 1


def test_nothing_is_due_at_first(quiz: Quiz) -> None:
    assert last(quiz("--due")) == "Nothing is due."


# The interview


def test_the_interview_is_remembered_and_nothing_is_due_after_the_day_before(
    quiz: Quiz, kept: Callable[[], dict[str, Any]]
) -> None:
    first = quiz(*PROXIES, "--interview-on", "2026-11-26", "-n", "1", typed=KNOWN)
    second = quiz(*PROXIES, "-n", "1", typed=KNOWN)
    assert kept()["interview_on"] == "2026-11-26"
    assert "nothing is due later than Wednesday, 25 November 2026." in first.stdout
    assert "It comes again on Wednesday, 25 November 2026." in second.stdout
    quiz(*PROXIES, "--interview-on", "none", typed=("q",))
    assert kept()["interview_on"] is None


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("soon", "'soon' is no day; write it as 2026-12-24, or none."),
        ("2026-11-22", "2026-11-22 is not to come; name a later day, or none."),
        ("2025-11-22", "2025-11-22 is not to come; name a later day, or none."),
    ],
)
def test_a_day_that_is_none_is_refused(quiz: Quiz, day: str, says: str) -> None:
    ran = quiz("--interview-on", day)
    assert ran.exit_code == 2
    assert says in " ".join(ran.stderr.split())


# Which questions


@pytest.mark.parametrize(
    ("narrowed", "fits"),
    [
        (("--level", "staff"), lambda card: card.level == "staff"),
        (("--topic", "proxies"), lambda card: card.topic == "proxies"),
        (
            ("--exercise", "health"),
            lambda card: "health" in card.exercises or card.slug == "health-check",
        ),
    ],
)
def test_the_questions_may_be_narrowed(quiz: Quiz, narrowed: tuple[str, ...], fits: Any) -> None:
    found = asked(quiz(*narrowed, "-n", "3", typed=KNOWN * 3))
    assert found
    assert all(fits(cards()[slug]) for slug in found)


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        (("--topic", "cooking"), 1, "no question is like that; topics: asgi, "),
        (("--exercise", "stok-ticker"), 2, "there is no exercise 'stok-ticker'; did you mean"),
        (("--level", "expert"), 2, "Invalid value for '--level'"),
        (("-n", "0"), 2, "Invalid value for '-n'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    quiz: Quiz, typed: tuple[str, ...], code: int, says: str
) -> None:
    ran = quiz(*typed)
    assert (ran.exit_code, ran.stdout) == (code, "")
    assert says in " ".join(ran.stderr.split())


def test_a_failed_exercise_brings_its_cards_forward(
    quiz: Quiz, grade: Callable[..., Ran], judge: Any
) -> None:
    judge.results["live-logs"] = Result.FAILED
    grade("run", "live-logs")
    ran = quiz("-n", "1", typed=KNOWN)
    assert "1 of 1, live-logs failed" in ran.stdout
    assert "live-logs" in cards()[asked(ran)[0]].exercises


# What can go wrong


def test_a_file_that_cannot_be_understood_is_set_aside_with_a_word(
    quiz: Quiz, tmp_path: Path
) -> None:
    (tmp_path / NAME).write_text("{")
    ran = quiz(*PROXIES, "-n", "1", typed=KNOWN)
    assert ran.exit_code == 0
    assert f"{NAME} could not be understood; it is kept as" in " ".join(ran.stderr.split())
    assert "1 answer is kept" in last(ran)


def test_a_place_where_nothing_can_be_kept_is_told_before_the_first_question(
    quiz: Quiz, tmp_path: Path
) -> None:
    (tmp_path / NAME).mkdir()
    ran = quiz(*PROXIES, typed=KNOWN)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "answers cannot be kept" in " ".join(ran.stderr.split())


# The board


def test_the_board_and_next_say_what_is_due(
    quiz: Quiz, grade: Callable[..., Ran], clock: time_machine.Traveller
) -> None:
    assert "quiz --due" not in grade().stdout
    quiz(*PROXIES, "-n", "2", typed=FORGOTTEN * 2)
    clock.shift(timedelta(minutes=5))
    for command in ((), ("next",)):
        assert "quiz --due  (2 questions are due)" in grade(*command).stdout
    clock.shift(timedelta(minutes=-5))
    assert "quiz --due" not in grade().stdout


# For a program


def test_json_goes_to_standard_output_and_all_else_beside_it(quiz: Quiz) -> None:
    ran = quiz(*PROXIES, "-n", "1", "--json", typed=("", "1", "2"))
    document = json.loads(ran.stdout)
    assert "Must be mentioned" in ran.stderr
    (answer,) = document.pop("answered")
    assert document["schema"] == "streamdrill.quiz/1"
    assert (document["stopped"], document["due"]) == (False, [])
    assert (answer["rating"], answer["mentioned"]) == ("hard", [1])
    assert answer["card"] in OF_IT
    assert datetime.fromisoformat(answer["due"]) == datetime.fromisoformat(document["next_due"])


def test_json_of_what_is_due_asks_nothing(quiz: Quiz, clock: time_machine.Traveller) -> None:
    forgotten = asked(quiz(*PROXIES, "-n", "2", typed=FORGOTTEN * 2))
    clock.shift(timedelta(minutes=5))
    ran = quiz("--due", "--json")
    document = json.loads(ran.stdout)
    assert (ran.stderr, document["answered"]) == ("", [])
    assert sorted(each["card"] for each in document["due"]) == sorted(forgotten)
    assert document["due"][0]["question"]
