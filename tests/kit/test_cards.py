"""The interview cards: how a file is read, what `grade cards` does with them, and their number."""

from __future__ import annotations

import csv
import io
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result as Ran

from grader.cards import LEVELS, CardError, UnknownCardError, card, cards, read
from grader.catalogue import ROOT
from grader.deck.check import Linked, faults

Grade = Callable[..., Ran]
DECK = sorted(cards())

WHOLE = """\
+++
level = "mid"
topic = "events"
points = ["P1", "P2", "P3"]
red_flags = ["R"]
follow_ups = ["F1?", "F2?"]
exercises = ["live-logs"]
misconceptions = []
evidence = ["RFC 9110 section 8.6"]
versions = ["fastapi==0.165.*"]
checked = 2026-11-22
+++
# Q?

A.

    code
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "torn.md"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_whole_card_is_read(tmp_path: Path) -> None:
    shown = read(written(tmp_path, WHOLE))
    assert (shown.slug, shown.level, shown.question) == ("torn", "mid", "Q?")
    assert shown.answer == "A.\n\n    code"
    assert shown.points == ("P1", "P2", "P3")
    assert shown.checked == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("old", "new", "lacks"),
    [
        ("+++", "", "lines of TOML"),
        ('"mid"', '"mid', "readable TOML"),
        ('topic = "events"\n', "", "the key topic"),
        ("topic", 'author = "me"\ntopic', "a meaning for the key author"),
        ('["R"]', '"R"', "a list of texts as red_flags"),
        ('"mid"', '"expert"', "a level: one of junior"),
        (', "P3"', "", "the right number of points: 3 to 5, and has 2"),
        ("= 2026-11-22", '= "today"', "a date as checked"),
        ("Q?", "Q.", "a heading with '# ' and the question"),
        ("A.\n\n    code\n", "", "an answer below the question"),
        ("A.", "word " * 121, "brevity: the answer has 122 words, 120 are allowed"),
    ],
)
def test_a_card_that_is_not_whole_is_refused(
    tmp_path: Path, old: str, new: str, lacks: str
) -> None:
    assert old in WHOLE
    with pytest.raises(CardError) as refused:
        read(written(tmp_path, WHOLE.replace(old, new)))
    assert str(refused.value).startswith(f"torn.md lacks {lacks}")


@pytest.mark.parametrize(
    ("slug", "advice"),
    [
        ("sse-header", "did you mean sse-headers"),
        ("wire-form", "did you mean sse-wire-format"),
        ("quantum", "grade cards list has them all"),
    ],
)
def test_an_unknown_card_is_told_its_neighbours(slug: str, advice: str) -> None:
    with pytest.raises(UnknownCardError, match=advice):
        card(slug)


# The commands


@pytest.mark.parametrize("command", ["card", "cards show"])
def test_a_card_is_shown_with_all_its_parts(grade: Grade, command: str) -> None:
    told = " ".join(grade(*command.split(), "sse-headers").stdout.split())
    shown = card("sse-headers")
    for text in (shown.question, *shown.points, *shown.red_flags, *shown.follow_ups):
        assert " ".join(text.split()) in told
    assert "checked 2026-11-22" in told
    assert "grade show stock-ticker" in told


def test_the_list_may_be_narrowed(grade: Grade) -> None:
    told = grade("cards", "list", "--level", "junior", "--topic", "http").stdout
    assert "content-length-on-a-stream" in told
    assert "client-disconnect" not in told


def test_a_topic_that_there_is_not_is_told_with_those_that_there_are(grade: Grade) -> None:
    ran = grade("cards", "list", "--topic", "cooking")
    assert ran.exit_code == 1
    assert "event loop" in ran.stderr


def test_the_deck_is_sound(grade: Grade) -> None:
    ran = grade("cards", "check")
    assert (ran.exit_code, ran.stdout.splitlines()[:-1]) == (0, [])


def test_the_deck_is_large_and_most_of_it_is_run() -> None:
    assert len(cards()) >= 90
    assert sum(bool(each.tests) for each in cards().values()) >= 40
    assert {each.level for each in cards().values()} == set(LEVELS)


def test_the_page_is_made_from_the_cards_as_they_are(grade: Grade) -> None:
    written = (ROOT / "INTERVIEW.md").read_text(encoding="utf-8")
    assert written == grade("cards", "page").stdout


def test_the_table_has_a_line_for_each_card(grade: Grade) -> None:
    rows = list(
        csv.DictReader(io.StringIO(grade("cards", "export", "--tsv").stdout), delimiter="\t")
    )
    assert sorted(row["id"] for row in rows) == DECK
    assert all(row["answer"] for row in rows)


def notes(file: Path, folder: Path) -> dict[str, str]:
    """The global id of each note in a package, by the card's id."""
    with zipfile.ZipFile(file) as package:
        package.extract("collection.anki2", folder)
    connection = sqlite3.connect(folder / "collection.anki2")
    try:
        found = connection.execute("SELECT flds, guid FROM notes").fetchall()
    finally:
        connection.close()
    return {fields.split("\x1f")[0]: guid for fields, guid in found}


def test_a_package_for_anki_holds_each_card_under_an_id_that_stays(
    grade: Grade, tmp_path: Path
) -> None:
    found = []
    for name in ("first.apkg", "second.apkg"):
        assert grade("cards", "export", "--anki", str(tmp_path / name)).exit_code == 0
        found.append(notes(tmp_path / name, tmp_path))
    assert sorted(found[0]) == DECK
    assert found[0] == found[1]
    assert len(set(found[0].values())) == len(DECK)


def test_a_package_for_anki_leaves_no_temporary_file(
    grade: Grade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    assert grade("cards", "export", "--anki", str(tmp_path / "deck.apkg")).exit_code == 0
    assert not list(temporary.iterdir())


def test_an_export_says_where_to(grade: Grade) -> None:
    assert grade("cards", "export").exit_code == 2


# What `cards check` finds


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"evidence": ()}, "has no evidence"),
        (
            {"evidence": ("tests/kit/test_cards.py::test_nothing",)},
            "names the test tests/kit/test_cards.py::test_nothing, which does not exist",
        ),
        (
            {"evidence": ("tests/kit/test_cards.py::test_the_deck_is_sound",), "versions": ()},
            "is run by a test, and does not say for which versions it holds",
        ),
        ({"versions": ("fastapi==0.99.*",)}, "holds for fastapi==0.99.*, and "),
        ({"versions": ("the latest",)}, "names the versions 'the latest', which is no requirement"),
        (
            {"exercises": ("live-log",)},
            "names the exercise live-log, which does not exist; did you mean live-logs?",
        ),
        (
            {"misconceptions": ("one-behnd",)},
            "names the misconception one-behnd, which does not exist; did you mean one-behind?",
        ),
    ],
)
def test_what_nothing_stands_for_is_listed(change: dict[str, tuple[str, ...]], found: str) -> None:
    torn = replace(card("heartbeats"), **change)  # type: ignore[arg-type]
    told = list(faults(replace(Linked.known(), cards={**cards(), torn.slug: torn})))
    assert len(told) == 1
    assert told[0].startswith(f"interview/heartbeats.md: {found}")


def test_versions_of_what_is_not_installed_are_not_compared() -> None:
    other = replace(card("heartbeats"), versions=("nginx==1.22.*", "fastapi==0.165.*"))
    assert not list(faults(replace(Linked.known(), cards={**cards(), other.slug: other})))


def test_who_names_a_card_that_does_not_exist_is_listed() -> None:
    deck = {slug: each for slug, each in cards().items() if slug != "heartbeats"}
    told = list(faults(replace(Linked.known(), cards=deck)))
    assert "catalogue.toml: live-logs names the card heartbeats, which does not exist" in told
    assert any(text.startswith("grader/misconceptions.toml: ") for text in told)
