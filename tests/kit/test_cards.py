"""The interview cards: all there, all named, short enough to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cards import CardError, UnknownCardError, card, cards, read
from grader.catalogue import exercises

NAMED = {slug for exercise in exercises().values() for slug in exercise.cards}


def test_every_card_that_the_catalogue_names_exists_and_no_other() -> None:
    assert set(cards()) == NAMED


@pytest.mark.parametrize("slug", sorted(NAMED))
def test_a_card_has_fewer_than_200_words(slug: str) -> None:
    shown = card(slug)
    parts = (shown.question, shown.answer, shown.wrong, shown.sources)
    assert sum(len(part.split()) for part in parts) < 200


@pytest.mark.parametrize("slug", sorted(NAMED))
def test_a_question_ends_with_a_question_mark(slug: str) -> None:
    assert card(slug).question.endswith("?")


@pytest.mark.parametrize(
    ("slug", "advice"),
    [
        ("sse-header", "did you mean sse-headers"),
        ("sse", "did you mean sse-headers or sse-wire-format"),
        ("quantum", "grade card lists them all"),
    ],
)
def test_an_unknown_card_is_told_its_neighbours(slug: str, advice: str) -> None:
    with pytest.raises(UnknownCardError, match=advice):
        card(slug)


WHOLE = "# Q?\n\nA.\n\n**Heard often, and wrong:** W.\n\n**Sources:** S.\n"


@pytest.mark.parametrize(
    ("left_out", "lacks"),
    [("# Q?", "a first line"), ("A.", "an answer"), ("W.", "Heard often"), ("S.", "Sources")],
)
def test_a_card_without_one_of_its_parts_is_refused(
    tmp_path: Path, left_out: str, lacks: str
) -> None:
    file = tmp_path / "torn.md"
    file.write_text(WHOLE.replace(left_out, ""), encoding="utf-8")
    with pytest.raises(CardError, match=rf"torn\.md lacks .*{lacks}"):
        read(file)


def test_a_whole_card_is_read(tmp_path: Path) -> None:
    file = tmp_path / "whole.md"
    file.write_text(WHOLE, encoding="utf-8")
    shown = read(file)
    assert (shown.slug, shown.question, shown.answer) == ("whole", "Q?", "A.")
    assert (shown.wrong, shown.sources) == ("W.", "S.")
