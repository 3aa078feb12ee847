"""What is asked follows from what the code did."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cards import LEVELS, cards
from grader.catalogue import exercise
from grader.deck.reviews import NAME
from grader.mock.content import cards_by_behaviour
from grader.mock.desk import Command
from grader.mock.interview import Interview
from grader.mock.questions import questions
from grader.verdicts import Result, Verdict

from .mocks import WORDS, Room, planned

UNREADABLE = Verdict(
    exercise="", file="", result=Result.NOT_GRADABLE, mode="virtual", reason="syntax error"
)


def asked(folder: Path, *verdicts: dict[str, str] | Verdict, level: str = "senior") -> Interview:
    """An interview in which these verdicts were given one after the other."""
    room = Room(folder, planned(level=level))
    room.verdicts = list(verdicts)
    saves = [room.save(f"{number}\n") for number in range(len(verdicts))]
    return room.run(*saves, Command.DONE, Command.END)


def test_a_misconception_is_asked_about_with_what_was_seen(tmp_path: Path) -> None:
    found = asked(tmp_path, {"a-stalled-client-stops-the-log": "runs-ahead"})
    first = found.questions[0]
    assert "runs-ahead" in cards()[first.card].misconceptions
    assert WORDS["runs-ahead"] in first.opener
    assert "A client that stops reading stops the reading of the log" in first.opener


def test_an_unmet_expert_behaviour_is_asked_about_by_its_own_cards(tmp_path: Path) -> None:
    found = asked(tmp_path, {"cleans-up-without-the-garbage-collector": ""})
    assert found.questions[0].card in (
        "suspended-at-yield",
        "sync-generator-cleanup",
        "goodbye-in-finally",
    )


def test_what_was_essential_is_asked_about_first(tmp_path: Path) -> None:
    found = asked(
        tmp_path,
        {
            "passes-proxies": "missing-header",
            "a-stalled-client-stops-the-log": "runs-ahead",
            "resumes": "",
        },
    )
    openers = [question.opener for question in found.questions]
    assert "stops the reading of the log" in openers[0]
    assert "X-Accel-Buffering" in openers[1]


def test_an_idea_that_was_overcome_is_asked_about_too(tmp_path: Path) -> None:
    found = asked(tmp_path, {"lockstep": "one-behind"}, {})
    first = found.questions[0]
    assert "one-behind" in cards()[first.card].misconceptions
    assert first.opener.startswith("Your attempt 1 did not do this:")


def test_a_misconception_without_a_card_that_fits_is_asked_about_by_the_behaviour(
    tmp_path: Path,
) -> None:
    found = asked(tmp_path, {"lockstep": "collects-then-yields"})
    assert found.questions[0].card in cards_by_behaviour()["lockstep"]


def test_what_is_essential_and_has_no_card_is_asked_about_by_those_of_the_exercise(
    tmp_path: Path,
) -> None:
    found = asked(tmp_path, {"serves-two-clients": ""})
    assert found.questions[0].card in exercise("live-logs").cards
    assert "Two clients each get every entry" in found.questions[0].opener


def test_an_answer_that_does_everything_has_to_be_explained(tmp_path: Path) -> None:
    found = asked(tmp_path, {})
    assert all(question.opener.startswith("Your answer does this:") for question in found.questions)


def test_without_code_the_exercise_itself_is_asked_about(tmp_path: Path) -> None:
    found = asked(tmp_path, UNREADABLE)
    assert "There is no code to talk about yet" in found.questions[0].opener
    assert all("live-logs" in cards()[each.card].exercises for each in found.questions)


@pytest.mark.parametrize("level", LEVELS)
def test_the_level_decides_where_there_is_a_choice(tmp_path: Path, level: str) -> None:
    found = asked(tmp_path, UNREADABLE, level=level)
    assert {cards()[each.card].level for each in found.questions} == {level}


def test_no_card_comes_twice(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.verdicts = [{"a-stalled-client-stops-the-log": "runs-ahead", "resumes": ""}]
    ended = room.run()
    slugs = [question.card for question in ended.questions]
    assert len(set(slugs)) == len(slugs) == 2 * ended.plan.questions


def test_after_the_change_it_is_asked_about_what_is_missing_of_it(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.verdicts = [{"sends-ids": "", "resumes": "", "takes-an-unknown-id": ""}]
    ended = room.run()
    assert ended.changed is not None
    later = [q for q in ended.questions if q.step > ended.changed.step]
    about = ("sends-ids", "resumes", "takes-an-unknown-id")
    sentences = [b.sentence for b in ended.attempts[-1].behaviours if b.id in about]
    assert any(sentence in later[0].opener for sentence in sentences)


def test_the_same_evidence_is_asked_about_in_the_same_way(tmp_path: Path) -> None:
    room = Room(tmp_path)
    assert questions(room.interview) == questions(room.interview)


def test_the_points_that_are_ticked_are_kept_by_their_texts(tmp_path: Path) -> None:
    room = Room(tmp_path)
    ended = room.run(Command.DONE, Command.END, lines=["", "2"])
    first = ended.answers[0]
    points = cards()[first.card].points
    assert first.mentioned == (points[1],)
    assert set(first.missed) == set(points) - {points[1]}


def test_an_answer_is_a_review_of_its_card(tmp_path: Path) -> None:
    room = Room(tmp_path)
    ended = room.run(Command.DONE, Command.END, lines=["", "1 2", "2"])
    first = room.reviews.read().log[0]
    assert (first.card, first.rating, first.mentioned) == (ended.answers[0].card, 2, (1, 2))
    assert {review.card for review in room.reviews.read().log} == {a.card for a in ended.answers}


def test_an_answer_that_cannot_be_scheduled_counts_all_the_same(tmp_path: Path) -> None:
    room = Room(tmp_path)
    (tmp_path / NAME).mkdir()
    ended = room.run(Command.DONE, Command.END)
    assert len(ended.answers) == ended.plan.questions
    assert "answers cannot be kept" in room.shown
