"""docs/verdicts.md says the same as the dataclasses that are printed."""

from __future__ import annotations

import re
from dataclasses import fields
from enum import StrEnum
from typing import Any, get_args, get_type_hints

import pytest

from grader import verdicts
from grader.catalogue import ROOT

PAGE = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")
RECORDS = [
    verdicts.Verdict,
    verdicts.Behaviour,
    verdicts.Evidence,
    verdicts.Moment,
    verdicts.Misconception,
    verdicts.Line,
]
KINDS = [verdicts.Result, verdicts.Level, verdicts.Outcome]
NAMES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below `heading`, without its own head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]


def written(annotation: Any) -> str:
    """How the page writes a type."""
    inner = get_args(annotation)
    if type(None) in inner:
        return f"{written(inner[0])} or null"
    if inner:
        return f"list of {written(inner[0])}"
    return NAMES.get(annotation) or str(annotation.__name__)


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_is_on_the_page_with_its_type(record: type) -> None:
    hints = get_type_hints(record)
    expected = [[f.name, written(hints[f.name])] for f in fields(record)]
    assert [row[:2] for row in rows(record.__name__)] == expected


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_is_on_the_page(kind: type[StrEnum]) -> None:
    assert [row[0] for row in rows(kind.__name__)] == [member.value for member in kind]


def test_the_document_has_the_fields_of_the_page_and_its_schema() -> None:
    document = verdicts.Report(()).to_json()
    assert [row[0] for row in rows("Document")] == list(document)
    assert f"`{document['schema']}`" in PAGE


def test_every_table_of_the_page_is_compared() -> None:
    compared = {record.__name__ for record in RECORDS} | {kind.__name__ for kind in KINDS}
    assert set(re.findall(r"^## (.+)$", PAGE, re.M)) == compared | {"Document", "Exit codes"}


def verdict(result: verdicts.Result) -> verdicts.Verdict:
    return verdicts.Verdict(exercise="x", file="x.py", result=result, mode="virtual")


@pytest.mark.parametrize(
    ("results", "code"),
    [
        (["passed", "passed"], 0),
        (["passed", "not_gradable", "kit_error", "failed"], 1),
        (["passed", "not_gradable"], 3),
        (["passed", "not_gradable", "kit_error"], 4),
        ([], 4),
    ],
)
def test_the_exit_code_is_that_of_the_page(results: list[str], code: int) -> None:
    report = verdicts.Report(tuple(verdict(verdicts.Result(result)) for result in results))
    assert report.exit_code == code
    assert re.search(rf"^\| {code} \| ", PAGE, re.M)
