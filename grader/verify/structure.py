"""Every file that an exercise needs is there, every name that is used exists, and nothing else.

`missing` looks from the catalogue at the files and names that it asks for; `orphans` looks from the
files and tables at what asks for them. Neither judges anything.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.cards import FOLDER, CardError, read
from grader.catalogue import CATALOGUE, ROOT, Exercise, exercises
from grader.judge.behaviour import Rule, suite
from grader.judge.diagnosis import CONTENT, RULES, content
from grader.verify.entries import KINDS, Entry, entries
from grader.verify.fault import Fault, Proof, did_you_mean

LEAST = {"right": 4, "wrong": 6}
HINTS = 3
EQUIVALENTS = "equivalents.toml"  # beside the entries: mutants of the reference that are as right
_COMMAND = re.compile(
    r"\bgrade (?P<command>run|hint|verify|card|cards show) (?P<name>[a-z][a-z0-9-]*)(?![\w./-])"
)
_PAGES = ("*.md", "docs/*.md", "interview/*.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """All that can be named."""

    exercises: Mapping[str, Exercise]
    cards: Collection[str]
    misconceptions: Mapping[str, Mapping[str, Any]]
    rules: Collection[str]  # the misconceptions that a rule of the diagnosis finds

    @classmethod
    def known(cls) -> Names:
        return cls(
            exercises=exercises(),
            cards=[file.stem for file in sorted(FOLDER.glob("*.md"))],
            misconceptions=content(),
            rules={slug for slug, _ in RULES},
        )


def missing(names: Names) -> Iterator[Fault]:
    """What is asked for and is not there, or is not as it has to be."""
    yield from _twice()
    for exercise in names.exercises.values():
        lacking = list(_files(exercise))
        yield from lacking
        yield from _lessons(exercise, names)
        yield from _bank(exercise, names)
    for slug, table in names.misconceptions.items():
        yield from _misconception(slug, table, names)
    for slug in sorted(set(names.rules) - set(names.misconceptions)):
        text = f"a rule names {slug}, which is no misconception"
        yield _fault(CONTENT, text + did_you_mean(slug, names.misconceptions))
    for slug in names.cards:
        yield from _card(FOLDER / f"{slug}.md")
    yield from _mentions(names)


def orphans(names: Names) -> Iterator[Fault]:
    """What is there and nothing asks for."""
    listed = list(names.exercises.values())
    for target in ("exercises", "solutions"):
        expected = {exercise.answer(target) for exercise in listed}
        yield from _unnamed(ROOT / target, "*.py", expected | {ROOT / target / "main.py"})
    expected = {exercise.suite for exercise in listed}
    yield from _unnamed(ROOT / "tests" / "behaviours", "test_*.py", expected)
    yield from _bank_orphans(listed)
    yield from _unnamed(ROOT / "sources", "*.py", _sources(listed))
    for slug in sorted(set(names.misconceptions) - set(names.rules)):
        yield _fault(CONTENT, f"no rule of the diagnosis finds {slug}")


def _bank_orphans(listed: Collection[Exercise]) -> Iterator[Fault]:
    """A bank of an exercise that is not listed is told once, and not file by file."""
    banks = [exercise.bank for exercise in listed]
    for folder in sorted((ROOT / "tests" / "bank").iterdir()):
        if folder not in banks and folder.name != "__pycache__":
            near = did_you_mean(folder.name, [bank.name for bank in banks if not bank.exists()])
            yield _fault(folder, f"is named by nothing{near}")
    for exercise in listed:
        expected = {entry.file for entry in entries(exercise)} | {exercise.bank / EQUIVALENTS}
        yield from _unnamed(exercise.bank, "*", expected)


def _fault(where: Path, text: str, *, exercise: str = "") -> Fault:
    shown = where.relative_to(ROOT).as_posix() if where.is_relative_to(ROOT) else str(where)
    return Fault(proof=Proof.STRUCTURE, where=shown, text=text, exercise=exercise)


def _twice() -> Iterator[Fault]:
    tables = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))["exercise"]
    for slug, count in Counter(table["slug"] for table in tables).items():
        if count > 1:
            yield _fault(CATALOGUE, f"{slug} is listed {count} times", exercise=slug)


def _files(exercise: Exercise) -> Iterator[Fault]:
    needed = [exercise.answer("exercises"), exercise.answer("solutions"), exercise.suite]
    if exercise.source:
        folder = ROOT / "sources"
        needed += [at / f"{exercise.source}.py" for at in (folder, folder / "scripted")]
    for file in needed:
        if not file.is_file():
            near = did_you_mean(file.name, [each.name for each in file.parent.glob("*.py")])
            yield _fault(file, f"is missing{near}", exercise=exercise.slug)


def _lessons(exercise: Exercise, names: Names) -> Iterator[Fault]:
    hints = [hint.strip() for hint in exercise.hints]
    if len(set(hints) - {""}) != HINTS or len(hints) != HINTS:
        text = f"{exercise.slug} has not {HINTS} hints, each with a text of its own"
        yield _fault(CATALOGUE, text, exercise=exercise.slug)
    for card in exercise.cards:
        if card not in names.cards:
            text = f"{exercise.slug} names the card {card}, which does not exist"
            near = did_you_mean(card, names.cards)
            yield _fault(CATALOGUE, text + near, exercise=exercise.slug)


def _bank(exercise: Exercise, names: Names) -> Iterator[Fault]:
    found = entries(exercise)
    for kind in KINDS:
        count = sum(entry.kind == kind for entry in found)
        if count < LEAST[kind]:
            text = f"holds {count} {kind} entries, and needs {LEAST[kind]}"
            yield _fault(exercise.bank, text, exercise=exercise.slug)
    try:
        rules = suite(exercise.suite) if exercise.suite.is_file() else ()
    except Exception as error:  # whatever importing it raises
        text = f"cannot be imported: {type(error).__name__}: {error}"
        yield _fault(exercise.suite, text, exercise=exercise.slug)
        return
    for entry in found:
        for text in entry_faults(entry, rules, names):
            yield _fault(entry.file, text, exercise=exercise.slug)


def entry_faults(entry: Entry, rules: Collection[Rule], names: Names) -> Iterator[str]:
    """What is wrong with what an entry's docstring says, a clause each."""
    if not entry.summary.endswith("."):
        yield "its docstring does not begin with a sentence that ends with a full stop"
    if entry.kind != "wrong":
        return
    caught = entry.caught
    if caught is None:
        yield "the second line of its docstring is not: MISCONCEPTION, caught by BEHAVIOUR"
        return
    if caught.misconception not in names.misconceptions:
        near = did_you_mean(caught.misconception, names.misconceptions)
        yield f"it names {caught.misconception}, which is no misconception{near}"
    known = [rule.id for rule in rules]
    if caught.behaviour not in known:
        near = did_you_mean(caught.behaviour, known)
        yield f"it names {caught.behaviour}, which is no behaviour of the suite{near}"


def _misconception(slug: str, table: Mapping[str, Any], names: Names) -> Iterator[Fault]:
    if table.get("card") not in names.cards:
        card = str(table.get("card"))
        text = f"{slug} names the card {card}, which does not exist"
        yield _fault(CONTENT, text + did_you_mean(card, names.cards))
    if table.get("hint") not in range(1, HINTS + 1):
        yield _fault(CONTENT, f"{slug} names hint {table.get('hint')}; there are {HINTS}")


def _card(file: Path) -> Iterator[Fault]:
    try:
        read(file)
    except CardError as error:
        yield _fault(file, str(error).rstrip("."))


def _mentions(names: Names) -> Iterator[Fault]:
    """Commands in the pages, such as `grade hint SLUG`, whose name does not exist."""
    for pattern in _PAGES:
        for page in sorted(ROOT.glob(pattern)):
            for found in _COMMAND.finditer(page.read_text(encoding="utf-8")):
                known = names.cards if found["command"].startswith("card") else names.exercises
                if found["name"] not in known:
                    near = did_you_mean(found["name"], known)
                    yield _fault(page, f"names {found.group()}, which does not exist{near}")


def _unnamed(folder: Path, pattern: str, expected: set[Path]) -> Iterator[Fault]:
    for file in sorted(folder.rglob(pattern)):
        ours = file.is_file() and file.name != "__init__.py" and file.suffix != ".pyc"
        if ours and file not in expected:
            near = did_you_mean(file.name, [each.name for each in expected if not each.exists()])
            yield _fault(file, f"is named by nothing{near}")


def _sources(listed: Collection[Exercise]) -> set[Path]:
    """The modules of sources/ that an exercise names, and what these or the grader import there."""
    folder = ROOT / "sources"
    named = {e.source for e in listed if e.source}
    found = {at / f"{name}.py" for name in named for at in (folder, folder / "scripted")}
    unread = [*(file for file in found if file.is_file()), *(ROOT / "grader").rglob("*.py")]
    while unread:
        for name in _imported(unread.pop()):
            module = ROOT / f"{name.replace('.', '/')}.py"
            if module not in found and module.is_relative_to(folder) and module.is_file():
                found.add(module)
                unread.append(module)
    return found


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                yield module
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
