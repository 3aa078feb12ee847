"""What a learner reads, compared with the golden files beside this one.

After a change that is meant, renew them, look at the difference, and commit it with the change:

    STREAMDRILL_RENEW=1 grade test tests/kit/test_report.py
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from rich.console import Console

from grader.catalogue import ROOT
from grader.report import OUTPUT_LINES, tell
from grader.terminal import Page
from grader.verdicts import (
    Behaviour,
    Evidence,
    Level,
    Line,
    Misconception,
    Moment,
    Outcome,
    Report,
    Result,
    Verdict,
)

GOLDEN = Path(__file__).parent / "golden"
FILE = "exercises/feeds/stock_ticker.py"


def met(name: str, sentence: str, level: Level = Level.ESSENTIAL) -> Behaviour:
    return Behaviour(id=name, sentence=sentence, level=level, outcome=Outcome.MET)


def unmet(behaviour: Behaviour, evidence: Evidence) -> Behaviour:
    return replace(behaviour, outcome=Outcome.UNMET, evidence=evidence)


def not_reached(behaviour: Behaviour, blocker: Behaviour) -> Behaviour:
    return replace(behaviour, outcome=Outcome.NOT_REACHED, blocked_by=blocker.id)


def verdict(result: Result, *behaviours: Behaviour) -> Verdict:
    return Verdict(
        exercise="stock-ticker",
        file=FILE,
        result=result,
        mode="virtual",
        behaviours=behaviours,
        seconds=0.087,
    )


STARTS = met("starts", "The response is 200 and its Content-Type is text/event-stream.")
DATA = met("data", "Every event's data is the JSON of one update, whatever its text holds.")
LOCKSTEP = met("lockstep", "Every update reaches the client before the next one exists.")
PAUSES = met("pauses", "While the client does not read, no further updates are taken.")
LEAVES = met("leaves", "When the client hangs up between two updates, the feed is given back.")
PROXY = met("proxy", "The response asks proxies not to buffer it.", Level.GOOD)
TWO = met("two", "Two clients at once get every update each.", Level.GOOD)
RESUMES = met("resumes", "A reconnect with Last-Event-ID goes on behind it.", Level.EXPERT)
ALL = (STARTS, DATA, LOCKSTEP, PAUSES, LEAVES, PROXY, TWO, RESUMES)

COLLECTS = Evidence(
    observed="five updates were handed over and the feed had ended before anything was sent",
    expected="the event of each update, before the next update exists",
    timeline=(
        Moment(at=0.0, lane="client", kind="request", text="GET /stream/stock-ticker"),
        Moment(at=0.0, lane="source", kind="open", text="opened"),
        *(Moment(at=n / 2, lane="source", kind="item", text=f"update {n + 1}") for n in range(5)),
        Moment(at=2.0, lane="source", kind="ends", text="the source ends"),
        Moment(at=2.0, lane="source", kind="close", text="closed"),
        Moment(at=2.0, lane="wire", kind="head", text="200 text/event-stream; charset=utf-8"),
        Moment(at=2.0, lane="wire", kind="chunk", text="512 bytes: events 1 to 5"),
        Moment(at=2.0, lane="wire", kind="end", text="complete"),
    ),
    misconception=Misconception(
        slug="collects-then-yields",
        sentence="All items are collected into a list first, and only then yielded.",
        why="A list is complete before its first element leaves: the client waits for the last "
        "update, and memory grows with the stream.",
    ),
    line=Line(
        file=FILE,
        number=27,
        text="updates = [update async for update in subscription]",
        function="stock_ticker",
        why="the feed was read to its end here, before the first yield",
    ),
    reproduce="curl -N http://127.0.0.1:8000/stream/stock-ticker",
    hint=2,
    card="sse-wire-format",
)
RAW_NEWLINE = Evidence(
    observed='data: {"stock": "ACME", "note": "one\ntwo"}\n\n',
    expected='data: {"stock": "ACME", "note": "one\\ntwo"}\n\n',
)
NO_HEADER = Evidence(
    observed="no X-Accel-Buffering in the response", expected="X-Accel-Buffering: no", hint=3
)
STARTS_OVER = Evidence(
    observed="updates 1 to 50 were sent again, although Last-Event-ID said that 12 had arrived",
    expected="update 13 first",
)
HUNG = Evidence(
    observed="the event loop stood still for 2 s of real time; the process had to be ended",
    expected="an endpoint that waits with await, or ends",
    line=Line(
        file=FILE,
        number=31,
        text="while True: pass",
        function="events",
        why="the event loop was blocked here",
    ),
    card="blocking-the-loop",
)
CRASHED = Evidence(
    observed="the process of the endpoint ended by itself, with exit code 0",
    expected="a response",
    line=Line(file=FILE, number=9, text="os._exit(0)", function="stock_ticker", why="it ended"),
)

PASSED = verdict(Result.PASSED, *ALL[:-1], unmet(RESUMES, STARTS_OVER))
ONE_UNMET = verdict(
    Result.FAILED, STARTS, DATA, unmet(LOCKSTEP, COLLECTS), PAUSES, LEAVES, PROXY, TWO, RESUMES
)
BLOCKED = verdict(
    Result.FAILED,
    STARTS,
    unmet(DATA, RAW_NEWLINE),
    unmet(LOCKSTEP, COLLECTS),
    not_reached(PAUSES, LOCKSTEP),
    not_reached(LEAVES, LOCKSTEP),
    unmet(PROXY, NO_HEADER),
    not_reached(TWO, DATA),
    unmet(RESUMES, STARTS_OVER),
)
DEAD = tuple(not_reached(behaviour, STARTS) for behaviour in ALL[1:])
STUB = replace(
    verdict(Result.NOT_GRADABLE),
    reason="still the stub: implement stock_ticker in exercises/feeds/stock_ticker.py, line 30",
    line=Line(
        file=FILE, number=30, text="raise NotImplementedError", function="stock_ticker", why=""
    ),
)
SYNTAX = replace(
    verdict(Result.NOT_GRADABLE),
    reason="syntax error on line 14: expected ':'.\n"
    "    async def stock_ticker(market: Market)\n"
    "                                          ^",
    line=Line(
        file=FILE,
        number=14,
        text="async def stock_ticker(market: Market)",
        function="<module>",
        why="",
    ),
)
MISSPELT = replace(
    verdict(Result.NOT_GRADABLE),
    reason="sources.prices has no Markt; did you mean Market?",
    line=Line(
        file=FILE,
        number=8,
        text="from sources.prices import Markt",
        function="<module>",
        why="",
    ),
)
NO_ROUTER = replace(
    verdict(Result.NOT_GRADABLE),
    reason="stock_ticker.py has no `router`; it has `api`, an APIRouter: call it `router`.",
)
KIT = replace(
    verdict(
        Result.KIT_ERROR,
        STARTS,
        replace(DATA, outcome=Outcome.KIT_ERROR, reason="AssertionError in the suite: no opening"),
    ),
    reason="the suite broke down; what it says above is about the kit and not about your code",
)
REAL = replace(
    verdict(
        Result.PASSED,
        STARTS,
        replace(LEAVES, outcome=Outcome.NOT_JUDGED, reason="real time has no idle feed to await"),
    ),
    mode="real",
    seconds=3.2,
    file="solutions/feeds/stock_ticker.py",
)

ELSEWHERE = replace(
    verdict(Result.PASSED, *ALL), exercise="large-file", file="exercises/files/large_file.py"
)

GOLDENS = {
    "all-met": (verdict(Result.PASSED, *ALL),),
    "passed-with-advice": (PASSED,),
    "one-unmet": (ONE_UNMET,),
    "one-unmet-printed": (replace(ONE_UNMET, output="subscribed\n\x1b[31mitem\x1b[0m 1\n"),),
    "blocked": (BLOCKED,),
    "hung": (verdict(Result.FAILED, unmet(STARTS, HUNG), *DEAD),),
    "crashed": (verdict(Result.FAILED, unmet(STARTS, CRASHED), *DEAD),),
    "stub": (STUB,),
    "syntax-error": (SYNTAX,),
    "misspelt-name": (MISSPELT,),
    "no-router": (NO_ROUTER,),
    "kit-error": (KIT,),
    "real": (REAL,),
    "several": (ELSEWHERE, ELSEWHERE, ONE_UNMET, STUB),
}


AS_JSON = (
    "all-met",
    "one-unmet",
    "blocked",
    "hung",
    "crashed",
    "stub",
    "syntax-error",
    "kit-error",
)


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for module in ("grader.advice", "grader.lessons"):
        monkeypatch.setattr(f"{module}.program", lambda: "grade")


def read(
    *verdicts: Verdict,
    verbose: bool = False,
    encoding: str = "utf-8",
    color: bool = False,
    width: int = 80,
) -> str:
    """What the terminal shows."""
    file = TextIOWrapper(BytesIO(), encoding=encoding, errors="strict")
    console = Console(
        file=file,
        width=width,
        color_system="standard" if color else None,
        force_terminal=color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    page = Page(console, verbose=verbose)
    page.print(tell(Report(verdicts), page))
    file.seek(0)
    return file.read()


def compare(name: str, text: str) -> None:
    golden = GOLDEN / name
    if os.environ.get("STREAMDRILL_RENEW"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", GOLDENS)
def test_golden(name: str) -> None:
    text = read(*GOLDENS[name])
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80
    compare(f"{name}.txt", text)


@pytest.mark.parametrize("name", AS_JSON)
def test_golden_as_json(name: str) -> None:
    document = Report(GOLDENS[name]).to_json()
    compare(f"{name}.json", json.dumps(document, indent=2) + "\n")


def test_golden_in_full() -> None:
    compare("blocked-verbose.txt", read(BLOCKED, verbose=True))


def test_golden_in_colour() -> None:
    compare("one-unmet-colour.txt", read(ONE_UNMET, color=True))


def test_golden_in_ascii() -> None:
    text = read(ONE_UNMET, encoding="ascii")
    assert text.isascii()
    compare("one-unmet-ascii.txt", text)


def test_no_golden_file_lies_about_unused() -> None:
    names = {*GOLDENS, "blocked-verbose", "one-unmet-colour", "one-unmet-ascii"}
    expected = {f"{name}.txt" for name in names} | {f"{name}.json" for name in AS_JSON}
    assert {file.name for file in GOLDEN.iterdir()} == expected


@pytest.mark.parametrize("name", GOLDENS)
@pytest.mark.parametrize("width", [40, 60, 100, 140])
def test_nothing_but_what_is_to_be_copied_is_wider_than_the_terminal(name: str, width: int) -> None:
    copied = ("curl ", "grade ", "edit ", ".py")
    lines = read(*GOLDENS[name], width=width).splitlines()
    assert all(len(line) <= width for line in lines if not any(word in line for word in copied))


def test_each_of_the_seven_parts_of_an_unmet_behaviour_is_told() -> None:
    text = read(ONE_UNMET)
    for part in (
        f"✗  {LOCKSTEP.sentence}",
        "observed   five updates were handed over",
        "expected   the event of each update",
        "source                             wire",
        "All items are collected into a list first",
        f"{FILE}:27 in stock_ticker",
        "curl -N http://127.0.0.1:8000/stream/stock-ticker",
        "grade hint stock-ticker --level 2",
        "grade card sse-wire-format",
    ):
        assert part in text


def test_without_a_misconception_it_says_that_it_is_not_sure() -> None:
    assert "likely     not sure" in read(verdict(Result.FAILED, unmet(DATA, RAW_NEWLINE)))


def test_the_first_unmet_essential_behaviour_is_told_in_full_and_others_in_a_line() -> None:
    text = read(BLOCKED)
    assert text.count("  expected ") == 1
    assert "observed: five updates were handed over" in text
    assert read(BLOCKED, verbose=True).count("  expected ") == 4


def test_what_a_senior_reviewer_would_add_is_no_failure() -> None:
    text = read(PASSED)
    assert "✗" not in text
    assert "what a senior reviewer would add" in text


def test_output_of_the_learner_is_escaped_and_capped() -> None:
    printed = replace(ONE_UNMET, output="\x1b[2J\n" * 50, output_truncated=True)
    text = read(printed)
    assert "\x1b" not in text
    assert text.count("␛[2J") == OUTPUT_LINES
    assert f"({50 - OUTPUT_LINES} more lines: -v shows them)" in text
    assert "the judge keeps only the beginning" in text
    assert read(printed, verbose=True).count("␛[2J") == 50


def test_rich_markup_in_what_was_observed_is_shown_as_it_is() -> None:
    evidence = replace(NO_HEADER, observed="[bold red]:smile:[/] https://x.test")
    text = read(verdict(Result.FAILED, unmet(STARTS, evidence)), color=True)
    assert "[bold red]:smile:[/] https://x.test" in text


def test_a_client_is_seen_by_hand_with_the_command_that_the_learner_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("grader.advice.program", lambda: "./grade")
    text = read(replace(ONE_UNMET, exercise="watch-stock-ticker"))
    assert "  by hand    ./grade clients watch-stock-ticker\n" in text


def test_a_file_elsewhere_is_judged_again_by_its_path(tmp_path: Path) -> None:
    file = str(tmp_path / "my answer.py")
    text = read(replace(ONE_UNMET, file=file))
    assert f"grade run '{file}' --as stock-ticker" in text
