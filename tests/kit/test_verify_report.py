"""`grade verify` as it is told: the table, the JSON document and the page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from click.testing import Result as Ran
from rich.console import Console

from grader.catalogue import ROOT, exercises
from grader.judge.evidence import Distrust
from grader.terminal import Page
from grader.verdicts import Moment
from grader.verify import judging
from grader.verify.fault import Fault, Proof
from grader.verify.judging import Trial
from grader.verify.matrix import page
from grader.verify.report import SCHEMA, Verification, tell
from grader.verify.standing import COLUMNS, standing

from .trials import broken, trial

Grade = Callable[..., Ran]
DOCUMENT = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")


@pytest.fixture
def whole(tmp_path: Path) -> Trial:
    return trial(tmp_path)


def verification(*trials: Trial, faults: Sequence[Fault] = ()) -> Verification:
    return Verification(
        modes=tuple(dict.fromkeys(each.mode for each in trials)),
        repeat=2,
        standings=tuple(map(standing, trials)),
        faults=tuple(faults),
    )


def read(found: Verification) -> str:
    file = StringIO()
    shown = Page(Console(file=file, width=80, highlight=False, markup=False))
    shown.print(tell(found, shown))
    return file.getvalue()


def fault(text: str, *, proof: Proof = Proof.WRONG, where: str = "a/b.py") -> Fault:
    return Fault(proof=proof, where=where, text=text, exercise="stock-ticker", mode="virtual")


# The table


def test_the_table_tells_what_was_proved_in_each_mode(whole: Trial) -> None:
    text = read(verification(whole, replace(whole, mode="real")))
    assert "Proved on virtual time " in text
    assert "Proved on real time " in text
    row = ["✓", "stock-ticker", "1/1", "2/2", "1/1", "2/2", "3/3", "2/2"]
    assert [line.split() for line in text.splitlines()].count(row) == 2
    assert "Of 4 wrong answers 4 are told their misconception first (100%).\n" in text
    assert text.endswith(
        "Everything holds. 1 exercise, on virtual time and on real time, each reference 2\ntimes.\n"
    )


def test_what_does_not_hold_is_told_with_its_place_and_its_proof(whole: Trial) -> None:
    found = verification(
        replace(whole, bank=whole.bank[1:]),
        faults=[
            fault("not caught"),
            fault("nobody needs it", proof=Proof.LOAD_BEARING, where="names-itself"),
        ],
    )
    text = read(found)
    assert "  ✗  a/b.py  wrong\n     not caught\n" in text
    assert "  ✗  stock-ticker: names-itself  load-bearing\n     nobody needs it\n" in text
    assert "  ✗  stock-ticker" in text.split("Proved")[1]
    assert "\n2 faults. " in text


def test_a_broken_judge_is_told_once_however_many_files_it_spoils() -> None:
    kit = [fault("it broke\nhere", proof=Proof.KIT, where=f"{n}.py") for n in range(3)]
    text = read(verification(faults=kit))
    assert text.count("it broke\n     here") == 1
    assert "0.py and 2 more  kit" in text
    assert "3 files could not be judged: the kit is at fault." in text


def test_a_part_is_not_taken_for_the_whole() -> None:
    assert read(verification()) == "Everything holds. Only files and names were looked at.\n"


# The document


def test_the_document_is_the_one_on_the_page(whole: Trial) -> None:
    document = verification(whole, faults=[fault("wrong")]).to_json()
    assert json.loads(json.dumps(document))["faults"][0]["proof"] == "wrong"
    assert document["schema"] == SCHEMA
    assert document["exit_code"] == 1
    assert f"| `schema` | string | `{SCHEMA}` |" in DOCUMENT
    section = DOCUMENT.split("\n## The document\n")[1]
    named = re.findall(r"^\| `(\w+)` \|", section, re.M)
    assert named == [*document, *COLUMNS]
    assert set(document["standings"][0]) == {"exercise", "mode", *COLUMNS}
    assert all(f"`{field.name}`" in section for field in fields(Fault))


def test_every_proof_is_on_the_page() -> None:
    section = DOCUMENT.split("\n## What has to hold\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.M) == [proof.value for proof in Proof]


# The matrix


class Outline(HTMLParser):
    """What a page refers to, how its elements nest, and the cells of its last table."""

    void = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing_else(whole: Trial) -> None:
    outline = Outline(page([whole], verification(whole)))
    assert outline.open == []
    assert not outline.tags & {"script", "link", "img", "iframe"}
    assert not outline.attributes & {"src", "onclick", "style"}


def test_the_page_has_a_row_for_each_entry_and_a_column_for_each_behaviour(whole: Trial) -> None:
    text = page([whole], verification(whole))
    table = text.split('<div class="matrix"')[1]
    assert re.findall(r'<th scope="row">(\w+)<br>', table) == [
        "reference",
        "unnamed",
        "late",
        "list",
    ]
    assert re.findall(r'<th scope="col" .*?<span>([\w-]+)</span>', table) == [
        rule.id for rule in whole.rules
    ]


def cells(text: str, name: str) -> list[str]:
    row = text.split(f'<tr><th scope="row">{name}')[1].split("</tr>")[0]
    return re.findall(r'<td class="([^"]*)"', row)


def test_the_cell_that_caught_an_entry_stands_out(whole: Trial) -> None:
    text = page([whole], verification(whole))
    assert cells(text, "reference") == ["essential met", "essential met", "good met"]
    assert cells(text, "late") == ["essential unmet first", "essential dim", "good met"]
    assert cells(text, "list") == ["essential met", "essential unmet first", "good met"]
    assert cells(text, "unnamed") == ["essential met", "essential met", "good unmet"]


def test_a_cell_shows_the_evidence_and_no_markup_of_it(whole: Trial) -> None:
    text = page([whole], verification(whole))
    assert "&lt;b&gt;nothing␛" in text
    assert "<b>nothing" not in text
    assert "\x1b" not in text
    assert "<dt>expected</dt><dd><pre>a chunk</pre></dd>" in text
    assert "<code>one-behind</code> Wrong." in text


def test_the_timeline_is_cut_short_where_it_is_long(whole: Trial) -> None:
    (entry, late) = whole.bank[1]
    evidence = late.behaviours[0].evidence
    assert evidence is not None
    moments = [Moment(at=n / 2, lane="wire", kind="chunk", text=f"{n} bytes") for n in range(30)]
    first = replace(late.behaviours[0], evidence=replace(evidence, timeline=tuple(moments)))
    late = replace(late, behaviours=(first, *late.behaviours[1:]))
    text = page([replace(whole, bank=((entry, late),))], verification(whole))
    assert "  11.500 s  wire    23 bytes" in text
    assert "24 bytes" not in text
    assert "and 6 more moments" in text


def test_the_last_row_counts_what_each_behaviour_catches(whole: Trial) -> None:
    text = page([replace(whole, bank=whole.bank[:2])], verification(whole))
    footer = text.split("<tfoot>")[1].split("</tfoot>")[0]
    assert re.findall(r'<td class="([^"]*)">(.*?)</td>', footer) == [
        ("", "1"),
        ("fault", "0"),
        ("", "1"),
    ]


def test_an_entry_that_gets_another_verdict_says_so_in_its_row(whole: Trial) -> None:
    entry, _ = whole.bank[0]
    text = page([replace(whole, bank=((entry, broken("it <broke>")),))], verification(whole))
    assert '<span class="fault">kit error: it &lt;broke&gt;</span>' in text


# The command


@pytest.fixture
def judged(whole: Trial, monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], bool, int]]:
    """What `grade verify` has had judged; the verdicts are those of `whole`."""
    calls: list[tuple[list[str], bool, int]] = []

    def judge(slugs: list[str], *, real: bool, repeat: int, color: str) -> list[Trial]:
        calls.append((slugs, real, repeat))
        return [replace(whole, mode="real" if real else "virtual")]

    monkeypatch.setattr(judging, "judge", judge)
    return calls


@pytest.mark.parametrize(
    ("options", "modes"),
    [
        ("", [False]),
        ("--real", [True]),
        ("--both", [False, True]),
        ("--only structure", []),
    ],
)
def test_the_modes_are_those_that_were_asked_for(
    grade: Grade, judged: list[tuple[list[str], bool, int]], options: str, modes: list[bool]
) -> None:
    ran = grade("verify", "stock-ticker", *options.split())
    assert ran.exit_code == 0, ran.output
    assert judged == [(["stock-ticker"], real, 20) for real in modes]


def test_everything_is_verified_unless_something_is_named(
    grade: Grade, judged: list[tuple[list[str], bool, int]]
) -> None:
    grade("verify", "--repeat", "2")
    assert judged == [(list(exercises()), False, 2)]


def test_json_is_all_that_is_on_standard_output(
    grade: Grade, judged: list[tuple[list[str], bool, int]]
) -> None:
    ran = grade("verify", "stock-ticker", "--json")
    assert json.loads(ran.stdout)["modes"] == ["virtual"]
    assert "Everything holds." in ran.stderr


def test_the_matrix_is_written(
    grade: Grade, judged: list[tuple[list[str], bool, int]], tmp_path: Path
) -> None:
    file = tmp_path / "matrix.html"
    assert grade("verify", "stock-ticker", "--matrix", str(file)).exit_code == 0
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("--real --both", "--both includes --real; take one."),
        ("--only structure --both", "--only structure judges nothing; leave out"),
        ("--repeat 0", "Invalid value for '--repeat'"),
        ("--matrix /nowhere/m.html", "there is no folder /nowhere to write m.html to."),
        ("stok-ticker", "there is no exercise 'stok-ticker'; did you mean stock-ticker"),
    ],
)
def test_a_refusal_is_one_sentence(
    grade: Grade, judged: list[tuple[list[str], bool, int]], typed: str, says: str
) -> None:
    ran = grade("verify", *typed.split())
    assert (ran.exit_code, ran.stdout, judged) == (2, "", [])
    assert ran.stderr.startswith(f"grade: {says}")


def test_a_judge_that_trusts_nothing_is_a_kit_error(
    grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    def distrust(*_: object, **__: object) -> list[Trial]:
        raise Distrust("uvicorn 9 is not what it was")

    monkeypatch.setattr(judging, "judge", distrust)
    ran = grade("verify", "stock-ticker")
    assert ran.exit_code == 4
    assert "uvicorn 9 is not what it was" in ran.stdout


def test_what_cannot_be_judged_is_told_and_not_judged(
    grade: Grade,
    judged: list[tuple[list[str], bool, int]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("grader.catalogue.ROOT", tmp_path)
    ran = grade("verify", "stock-ticker")
    assert (ran.exit_code, judged) == (1, [])
    told = ran.stdout.replace("\n     ", "")
    assert f"{tmp_path}/exercises/feeds/stock_ticker.py" in told
    assert "  structureis missing\n" in told
