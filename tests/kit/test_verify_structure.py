"""`grade verify` on files and names: what is missing, misspelt or named by nothing is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import catalogue
from grader.catalogue import Exercise, exercise, exercises
from grader.judge.behaviour import Rule
from grader.verdicts import Level
from grader.verify import structure
from grader.verify.entries import Caught, Entry, entries
from grader.verify.fault import Fault
from grader.verify.structure import Names, entry_faults, missing, orphans

TICKER = exercise("stock-ticker")
RULES = (Rule("starts", "It starts.", Level.ESSENTIAL, ()),)


def told(faults: Iterator[Fault]) -> list[tuple[str, str]]:
    return [(fault.where, fault.text) for fault in faults]


def test_nothing_that_the_catalogue_asks_for_is_missing() -> None:
    assert told(missing(Names.known())) == []


# Entries and their docstrings


def entry(folder: Path, text: str, kind: str = "wrong") -> Entry:
    file = folder / f"{len(list(folder.iterdir()))}.py"
    file.write_text(text)
    return Entry("stock-ticker", kind, file)


def test_a_docstring_says_what_is_wrong_and_what_catches_it(tmp_path: Path) -> None:
    found = entry(tmp_path, '"""It waits.\none-behind, caught by lockstep\n"""\n')
    assert found.summary == "It waits."
    assert found.caught == Caught("one-behind", "lockstep")


@pytest.mark.parametrize(
    ("text", "kind", "fault"),
    [
        ('"""Fine.\none-behind, caught by starts\n"""', "wrong", ""),
        ('"""Fine."""', "right", ""),
        ("x = 1", "right", "does not begin with a sentence"),
        ("def f(:", "right", "does not begin with a sentence"),
        ('"""no full stop\none-behind, caught by starts\n"""', "wrong", "a full stop"),
        ('"""Fine."""', "wrong", "is not: MISCONCEPTION, caught by BEHAVIOUR"),
        ('"""Fine.\none-behind, caught at starts\n"""', "wrong", "is not: MISCONCEPTION"),
        (
            '"""Fine.\none-behnd, caught by starts\n"""',
            "wrong",
            "it names one-behnd, which is no misconception; did you mean one-behind?",
        ),
        (
            '"""Fine.\none-behind, caught by start\n"""',
            "wrong",
            "it names start, which is no behaviour of the suite; did you mean starts?",
        ),
    ],
)
def test_a_docstring_is_held_to_its_form(tmp_path: Path, text: str, kind: str, fault: str) -> None:
    found = list(entry_faults(entry(tmp_path, text, kind), RULES, Names.known()))
    assert len(found) == bool(fault)
    assert fault in "".join(found)


def test_the_entries_are_those_of_the_exercises_that_are_named() -> None:
    found = entries(TICKER, exercise("large-file"))
    assert {entry.slug for entry in found} == {"stock-ticker", "large-file"}
    assert {entry.kind for entry in found} == {"right", "wrong"}
    assert {entry.file.parent.name for entry in found} == {"right", "wrong"}


# What is missing


def one(**changes: object) -> Names:
    """All that is known, but the catalogue holds only one exercise, and that one changed."""
    changed: Exercise = replace(TICKER, **changes)  # type: ignore[arg-type]
    return replace(Names.known(), exercises={**exercises(), changed.slug: changed})


MISSING: dict[str, tuple[Callable[[], Names], str, str]] = {
    "a source": (
        lambda: one(source="price"),
        "sources/scripted/price.py",
        "is missing; did you mean prices.py?",
    ),
    "a stub": (
        lambda: one(slug="stock-tickers"),
        "exercises/feeds/stock_tickers.py",
        "is missing; did you mean stock_ticker.py?",
    ),
    "a suite": (
        lambda: one(slug="stock-tickers"),
        "tests/behaviours/test_stock_tickers.py",
        "is missing; did you mean test_stock_ticker.py?",
    ),
    "a bank": (
        lambda: one(slug="stock-tickers"),
        "tests/bank/stock-tickers",
        "holds 0 wrong entries, and needs 6",
    ),
    "a hint": (
        lambda: one(hints=("One.", " ", "Three.")),
        "catalogue.toml",
        "stock-ticker has not 3 hints, each with a text of its own",
    ),
    "a card": (
        lambda: one(cards=("sse-header",)),
        "catalogue.toml",
        "stock-ticker names the card sse-header, which does not exist; did you mean sse-headers?",
    ),
    "a misconception's card": (
        lambda: replace(
            Names.known(), misconceptions={**Names.known().misconceptions, "x": {"hint": 1}}
        ),
        "grader/misconceptions.toml",
        "x names the card None, which does not exist",
    ),
    "a misconception's hint": (
        lambda: replace(
            Names.known(),
            misconceptions={
                **Names.known().misconceptions,
                "x": {"hint": 4, "card": "sse-headers"},
            },
        ),
        "grader/misconceptions.toml",
        "x names hint 4; there are 3",
    ),
    "a rule's misconception": (
        lambda: replace(Names.known(), rules={*Names.known().rules, "one-behnd"}),
        "grader/misconceptions.toml",
        "a rule names one-behnd, which is no misconception; did you mean one-behind?",
    ),
    "the exercise of a command": (
        lambda: replace(Names.known(), exercises={"large-file": exercise("large-file")}),
        "README.md",
        "names grade run stock-ticker, which does not exist",
    ),
}


@pytest.mark.parametrize("case", MISSING)
def test_what_is_missing_is_told_with_what_was_meant(case: str) -> None:
    names, where, text = MISSING[case]
    assert (where, text) in told(missing(names()))


def test_an_exercise_that_is_listed_twice_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "catalogue.toml"
    file.write_text(catalogue.CATALOGUE.read_text() + '\n[[exercise]]\nslug = "stock-ticker"\n')
    monkeypatch.setattr(structure, "CATALOGUE", file)
    assert (str(file), "stock-ticker is listed 2 times") in told(missing(Names.known()))


def test_a_suite_that_cannot_be_imported_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> tuple[Rule, ...]:
        raise ImportError("no such fixture")

    monkeypatch.setattr(structure, "suite", broken)
    where = "tests/behaviours/test_stock_ticker.py"
    text = "cannot be imported: ImportError: no such fixture"
    assert (where, text) in told(missing(Names.known()))


def test_a_card_that_lacks_a_part_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure, "FOLDER", tmp_path)
    (tmp_path / "torn.md").write_text("# Q?\n")
    names = replace(Names.known(), cards=["torn"])
    assert "torn.md lacks lines of TOML between two lines of +++ at its start" in {
        text for _, text in told(missing(names))
    }


# What is named by nothing


def test_all_files_of_an_exercise_that_is_not_listed_are_orphans() -> None:
    listed = {slug: each for slug, each in exercises().items() if slug != "stock-ticker"}
    found = {where for where, _ in told(orphans(replace(Names.known(), exercises=listed)))}
    assert found >= {
        "exercises/feeds/stock_ticker.py",
        "solutions/feeds/stock_ticker.py",
        "tests/behaviours/test_stock_ticker.py",
        "tests/bank/stock-ticker",
    }


def test_a_file_in_a_bank_that_is_no_entry_is_an_orphan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = tmp_path / "tests" / "bank" / "stock-ticker"
    for name in ("right/answer.py", "wrong/answer.py", "rigth/answer.py", "equivalents.toml"):
        (bank / name).parent.mkdir(parents=True, exist_ok=True)
        (bank / name).touch()
    for module in (catalogue, structure):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    found = told(orphans(replace(Names.known(), exercises={TICKER.slug: TICKER}, cards=())))
    where = "tests/bank/stock-ticker/rigth/answer.py"
    assert [fault for fault in found if "bank" in fault[0]] == [(where, "is named by nothing")]


def test_a_source_that_nothing_imports_is_an_orphan() -> None:
    named = replace(TICKER, source="storage")
    found = told(orphans(replace(Names.known(), exercises={TICKER.slug: named})))
    assert ("sources/scripted/prices.py", "is named by nothing") in found
    assert "sources/data.py" not in {where for where, _ in found}


def test_a_misconception_that_no_rule_finds_is_an_orphan() -> None:
    found = told(orphans(replace(Names.known(), rules=set())))
    assert ("grader/misconceptions.toml", "no rule of the diagnosis finds one-behind") in found
