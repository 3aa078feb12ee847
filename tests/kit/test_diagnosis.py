"""From a sign to a misconception: what is named exists, and what exists is named."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import TypeGuard

import pytest

from grader.cards import cards
from grader.catalogue import ROOT, exercises
from grader.judge import checks
from grader.judge.diagnosis import RULES, Facts, as_line, content, diagnose
from grader.judge.evidence import Trouble

# Signs of what may have many causes. The report then says that it is not sure.
UNSURE = {"", "blocked", "cut", "empty", "ended", "livelock", "status"} | {
    *("compressed", "no-content"),  # of clients
}
TROUBLES = (
    "blocked",
    "slept",
    "opened_on_loop",
    "closed_on_loop",
    "raised",
    "read_closed",
    "hung",
    "livelock",
)


RAISED = "TypeError: Object of type datetime is not JSON serializable"


def facts(sign: str = "", *, trouble: str = "", text: str = "happened", **seen: bool) -> Facts:
    known = {"left": False, "open": False, "opened": False, "opened_first": False}
    troubles = (Trouble(trouble, text, None),) if trouble else ()
    return Facts(sign=sign, troubles=troubles, **(known | seen))


def every_case(sign: str) -> Iterator[Facts]:
    """Every set of facts in which a sign may be found."""
    for trouble in ("", *TROUBLES):
        for left, is_open, opened, first in product((False, True), repeat=4):
            yield facts(
                sign, trouble=trouble, left=left, open=is_open, opened=opened, opened_first=first
            )
    yield facts(sign, trouble="raised", text=RAISED)


def given_signs() -> dict[str, set[str]]:
    """Every sign that a check or a suite gives, with the names of the files that do."""
    files = sorted(Path(checks.__file__).parent.glob("*.py"))
    files += [exercise.suite for exercise in exercises().values()]
    found: dict[str, set[str]] = {}
    for file in files:
        for sign in _signs_of(ast.parse(file.read_text())):
            found.setdefault(sign, set()).add(file.name)
    return found


def _signs_of(tree: ast.Module) -> Iterator[str]:
    """The signs in `sign=...`, and those that a function returns which is called there."""
    given = [node.value for node in ast.walk(tree) if _gives_sign(node)]
    called = {
        call.func.id
        for expression in given
        for call in ast.walk(expression)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    }
    for expression in given:
        yield from _values(expression)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in called:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield from _values(inner.value)


def _gives_sign(node: ast.AST) -> TypeGuard[ast.keyword | ast.Assign]:
    if isinstance(node, ast.keyword):
        return node.arg == "sign"
    names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
    return isinstance(node, ast.Assign) and "sign" in names


def _values(expression: ast.expr) -> Iterator[str]:
    match expression:
        case ast.IfExp(body=body, orelse=orelse):
            yield from _values(body)
            yield from _values(orelse)
        case ast.Constant(value=str(sign)):
            yield sign


SIGNS = given_signs()


@pytest.mark.parametrize("slug", content())
def test_a_misconception_is_found_by_a_rule_from_a_sign_that_is_given(slug: str) -> None:
    assert any(diagnose(case) == slug for sign in SIGNS for case in every_case(sign))


def test_a_rule_names_a_misconception_that_exists() -> None:
    assert {slug for slug, _ in RULES} <= set(content())


@pytest.mark.parametrize("sign", sorted(SIGNS.keys() - UNSURE))
def test_a_sign_is_known_to_a_rule(sign: str) -> None:
    undiagnosed = [case for case in every_case(sign) if diagnose(case) is None]
    assert not undiagnosed, f"{sign!r}, given in {', '.join(sorted(SIGNS[sign]))}"


def test_the_signs_without_a_rule_are_given() -> None:
    assert SIGNS.keys() >= UNSURE


@pytest.mark.parametrize("slug", content())
def test_a_misconception_is_told_in_whole_sentences_with_a_card_and_a_hint(slug: str) -> None:
    table = content()[slug]
    assert table.keys() == {"sentence", "why", "hint", "card"}
    assert table["sentence"].endswith(".")
    assert table["why"].endswith(".")
    assert table["card"] in cards()
    assert all(1 <= table["hint"] <= len(exercise.hints) for exercise in exercises().values())


@pytest.mark.parametrize(
    ("case", "slug"),
    [
        (facts("only-at-the-end"), "collects-then-yields"),
        (facts("only-at-the-end", trouble="blocked"), "blocks-the-loop"),
        (facts("hung"), "blocks-the-loop"),
        (facts("hung", left=True), "ignores-the-client-leaving"),
        (facts("left-open"), "never-releases"),
        (facts("left-open", opened_first=True), "acquires-outside-the-stream"),
        (facts("empty", opened=True), "releases-too-early"),
        (facts("empty", opened=True, open=True), None),
        (facts("empty"), None),
        (facts("status", trouble="raised"), None),
        (facts("cut", trouble="raised", text=RAISED), "hands-json-what-it-does-not-know"),
        (facts("no such sign"), None),
    ],
)
def test_the_first_rule_that_holds_wins(case: Facts, slug: str | None) -> None:
    assert diagnose(case) == slug


def test_a_line_is_shown_as_the_stage_reports_it() -> None:
    line = as_line(
        {"number": 7, "text": "yield x", "function": "f"}, ROOT / "answer.py", why="here"
    )
    assert (line.file, line.number, line.text) == (str(ROOT / "answer.py"), 7, "yield x")
    assert (line.function, line.why) == ("f", "here")
