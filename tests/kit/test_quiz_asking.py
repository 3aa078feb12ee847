"""One card is asked: the pause, the checklist, the grade, and the ways to end it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from fsrs import Rating
from rich.console import Console

from grader.cards import card
from grader.deck.asking import Answered, Stopped, ask, line_on, suggested
from grader.terminal import Page

CARD = card("sse-headers")
TOTAL = len(CARD.points)


def page() -> Page:
    return Page(Console(file=io.StringIO(), width=80, color_system=None))


def shown(on: Page) -> str:
    assert isinstance(on.console.file, io.StringIO)
    return on.console.file.getvalue()


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def answered(monkeypatch: pytest.MonkeyPatch, *lines: str) -> Answered:
    type_in(monkeypatch, *lines)
    on = page()
    return ask(CARD, on, line=line_on(on))


@pytest.mark.parametrize(
    ("ticks", "mentioned"),
    [
        ("1 3", (1, 3)),
        ("3,1", (1, 3)),
        ("31", (1, 3)),
        ("2 2", (2,)),
        ("", ()),
        ("none", ()),
        ("all", tuple(range(1, TOTAL + 1))),
    ],
)
def test_the_points_that_are_ticked_are_given_back(
    monkeypatch: pytest.MonkeyPatch, ticks: str, mentioned: tuple[int, ...]
) -> None:
    got = answered(monkeypatch, "", ticks, "4")
    assert got == Answered(card=CARD.slug, mentioned=mentioned, points=TOTAL, rating=Rating.Easy)


@pytest.mark.parametrize(
    ("typed", "rating"),
    [("1", Rating.Again), ("hard", Rating.Hard), ("G", Rating.Good), ("", Rating.Good)],
)
def test_the_learner_decides_on_the_grade(
    monkeypatch: pytest.MonkeyPatch, typed: str, rating: Rating
) -> None:
    assert answered(monkeypatch, "", "all", typed).rating is rating


@pytest.mark.parametrize(
    ("mentioned", "total", "rating"),
    [(4, 4, Rating.Good), (2, 4, Rating.Hard), (2, 5, Rating.Again), (0, 3, Rating.Again)],
)
def test_a_grade_is_proposed_by_the_points(mentioned: int, total: int, rating: Rating) -> None:
    assert suggested(mentioned, total) is rating


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (("", "9", "1", "1"), f"there are the points 1 to {TOTAL}."),
        (("", "first", "1", "1"), "'first' is no list of numbers"),
        (("", "1", "5", "1"), "'5' is no grade: 1 again, 2 hard, 3 good, 4 easy."),
    ],
)
def test_what_cannot_be_understood_is_asked_once_more(
    monkeypatch: pytest.MonkeyPatch, lines: tuple[str, ...], says: str
) -> None:
    type_in(monkeypatch, *lines)
    on = page()
    got = ask(CARD, on, line=line_on(on))
    assert (got.mentioned, got.rating) == ((1,), Rating.Again)
    assert says in " ".join(shown(on).split())


def test_the_answer_is_not_shown_before_the_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    on = page()

    def pauses() -> Iterator[str]:
        assert CARD.question.split()[0] in shown(on)
        assert "Must be mentioned" not in shown(on)
        yield ""
        assert "Must be mentioned" in shown(on)
        yield from ("all", "")

    lines = pauses()
    ask(CARD, on, line=lambda prompt: next(lines), lead="2 of 10")
    told = " ".join(shown(on).split())
    assert told.startswith(f"2 of 10 {CARD.slug}, {CARD.level}, {CARD.topic}")
    for text in (*CARD.points, *CARD.red_flags, *CARD.follow_ups):
        assert " ".join(text.split()) in told


class Interrupted(io.StringIO):
    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    "stdin", [io.StringIO("q\n"), io.StringIO("\nQUIT\n"), io.StringIO(""), Interrupted()]
)
def test_it_can_be_ended_at_any_prompt(monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO) -> None:
    monkeypatch.setattr("sys.stdin", stdin)
    on = page()
    with pytest.raises(Stopped):
        ask(CARD, on, line=line_on(on))
    assert shown(on).endswith("\n")
