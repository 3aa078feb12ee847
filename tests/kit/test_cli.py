"""The command line: what it refuses, its colours, its smaller commands, and what it imports."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result as Ran

from grader import __version__
from grader.cards import cards
from grader.catalogue import ROOT, exercises

Grade = Callable[..., Ran]

HEAVY = {"fastapi", "starlette", "uvicorn", "pytest", "sqlalchemy", "httpx", "anyio", "asyncio"}


def sentence(ran: Ran) -> str:
    """The one line that a refusal is."""
    assert ran.exit_code == 2, ran.output
    assert ran.stdout == ""
    (line,) = ran.stderr.splitlines()
    assert line.startswith("grade: ")
    return line.removeprefix("grade: ")


# What is refused, in one sentence


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("run", "nothing to judge; type `"),
        ("run --all stock-ticker", "--all judges every exercise; leave out the names, or --all."),
        ("run stok-ticker", "there is no exercise 'stok-ticker'; did you mean stock-ticker"),
        ("run zzz", "there is no exercise 'zzz'; known: "),
        ("run gone.py", "there is no file gone.py; check the path."),
        ("run gone.py --as stock-ticker", "there is no file gone.py; check the path."),
        ("run exercises", "exercises is a folder; name the .py file in it"),
        ("run README --as stock-ticker", "there is no file README"),
        ("run LICENSE --as stock-ticker", "LICENSE is no Python file; its name has to end in .py."),
        ("run grader/cli.py", "grader/cli.py answers no exercise by its place; say which: `"),
        ("run grader/cli.py --as zzz", "there is no exercise 'zzz'"),
        ("run --target bank x", "Invalid value for '--target': 'bank' is not one of"),
        ("hint stok-ticker", "there is no exercise 'stok-ticker'; did you mean stock-ticker"),
        ("hint stock-ticker --level 4", "Invalid value for '--level': 4 is not in the range"),
        ("hint", "Missing argument 'SLUG'. See grade hint --help."),
        ("card sse-header", "there is no card 'sse-header'; did you mean sse-headers?"),
        ("serve --port 70000", "Invalid value for '--port': 70000 is not in the range"),
        ("stock-ticker", "stock-ticker is an exercise; judge it: "),
        ("rum", "No such command 'rum'. Did you mean 'run'? See grade --help."),
        (
            "run --verbos",
            "No such option '--verbos'. Did you mean '--verbose'? See grade run --help.",
        ),
    ],
)
def test_a_refusal_is_one_sentence(grade: Grade, judge: Any, typed: str, says: str) -> None:
    assert sentence(grade(*typed.split())).startswith(says)
    assert judge.judged == []


def test_an_answer_that_was_deleted_is_named(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.catalogue.ROOT", Path("/nowhere"))
    assert "there is no /nowhere/exercises/feeds/" in sentence(grade("run", "stock-ticker"))


# Colour


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ((), {}, False),
        (("--color", "always"), {}, True),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "TERM": "xterm"}, True),
        ((), {"FORCE_COLOR": "1", "TERM": "xterm", "NO_COLOR": "1"}, False),
        (("--color", "never"), {"FORCE_COLOR": "1", "TERM": "xterm"}, False),
    ],
)
def test_colour_is_the_readers_choice(
    grade: Grade, arguments: tuple[str, ...], environment: dict[str, str], coloured: bool
) -> None:
    for typed in (("run", "stock-ticker", *arguments), arguments, ("card", *arguments)):
        assert ("\x1b[" in grade(*typed, **environment).stdout) is coloured
    refused = grade("run", "zzz", *arguments, **environment)
    assert ("\x1b[" in refused.stderr) is coloured


def test_colour_may_be_chosen_before_the_command(grade: Grade) -> None:
    assert "\x1b[" in grade("--color", "always", "run", "stock-ticker").stdout


# Hints, cards, serving and testing


@pytest.mark.parametrize("level", [1, 2, 3])
def test_hints_are_told_up_to_the_level(grade: Grade, level: int) -> None:
    told = " ".join(grade("hint", "stock-ticker", "--level", str(level)).stdout.split())
    hints = exercises()["stock-ticker"].hints
    assert [hint in told for hint in hints] == [number < level for number in range(len(hints))]


def test_a_card_is_printed_whole(grade: Grade) -> None:
    told = grade("card", "sse-wire-format").stdout
    assert told.startswith("What does a server-sent event look like on the wire?\njunior, events\n")
    assert "\n      id: 42\n      event: price\n" in told
    assert "Heard often, and wrong\n" in told
    assert "\n  practise  ./grade show stock-ticker\n" in told
    assert "**" not in told


def test_all_cards_are_listed(grade: Grade) -> None:
    told = grade("card").stdout
    assert all(slug in told for slug in cards())


def test_serve_is_handed_on(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    module = types.ModuleType("grader.serve")
    module.serve = lambda target, **options: calls.append((target, options))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "grader.serve", module)
    assert grade("serve", "--target", "solutions", "--port", "0").exit_code == 0
    assert calls == [("solutions", {"host": "127.0.0.1", "port": 0})]


def test_test_runs_pytest_at_the_root_and_exits_as_it_does(
    grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        calls.append((command, options))
        return subprocess.CompletedProcess(command, 5)

    monkeypatch.setattr(subprocess, "run", run)
    assert grade("test", "-q", "-k", "no such test").exit_code == 5
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-k", "no such test"]
    assert calls == [(command, {"cwd": ROOT, "check": False})]


# The whole program


def python(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def test_the_version_is_told() -> None:
    ran = python("-m", "grader", "--version")
    assert ran.stdout == f"streamdrill, version {__version__}\n"


@pytest.mark.parametrize(
    "typed",
    [
        "--help",
        "run --help",
        "",
        "hint stock-ticker --level 1",
        "card sse-headers",
        "run zzz",
        "quiz --due --json",
        "quiz --topic proxies",
    ],
)
def test_what_only_judging_and_serving_need_is_not_imported(typed: str, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from grader.cli import main\n"
        f"try: main({typed.split()!r})\n"
        "except SystemExit: pass\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    kept = {"STREAMDRILL_STATE": str(tmp_path)}
    assert python("-c", code, environment=kept).stderr.splitlines()[-1] == "[]"


def test_a_terminal_without_unicode_gets_ascii() -> None:
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "grader"],
        cwd=ROOT,
        capture_output=True,
        timeout=50,
        check=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
    )
    assert ran.stdout.isascii()
    assert b"streamdrill" in ran.stdout


def test_a_shell_is_told_the_exercises() -> None:
    asked = {"COMP_WORDS": "grade run sto", "COMP_CWORD": "2", "_GRADE_COMPLETE": "bash_complete"}
    ran = python("-m", "grader", environment=asked)
    assert ran.stdout == "plain,stock-ticker\n"
