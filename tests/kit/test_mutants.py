"""Mutants: how they are derived and named, and how what became of them is accounted for."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from click.testing import Result as Ran

from grader.catalogue import exercises
from grader.verdicts import Behaviour, Level, Outcome, Result, Verdict
from grader.verify import mutants
from grader.verify.deriving import Mutant, derive
from grader.verify.mutants import Fate, Judged, account, exit_code, told

STREAM = """
from fastapi.responses import StreamingResponse
HEADERS = {"A": "1", "B": "2"}

async def endpoint(store):
    return StreamingResponse(stream(store), headers=HEADERS)

async def stream(store):
    async with store.open() as lines:
        async for line in lines:
            yield f"{line}\\n"
"""


def changes(source: str, operator: str) -> list[str]:
    return [m.change for m in derive(source) if m.name.startswith(f"{operator}: ")]


CHANGES = {
    "drop-yield": ("def f():\n yield 1\n", "-    yield 1\n+    if False:\n+        yield 1"),
    "yield-twice": ("def f():\n yield 1\n", "+    yield 1"),
    "drop-header": ("h = {'a': 'b', 'c': 'd'}\n", "-h = {'a': 'b', 'c': 'd'}\n+h = {'c': 'd'}"),
    "drop-keyword": ("f(a, b=c)\n", "-f(a, b=c)\n+f(a)"),
    "drop-await": ("async def f():\n await g()\n", "-    await g()\n+    g()"),
    "blocking-twin": (
        "async def f():\n x = await to_thread.run_sync(g, y)\n",
        "-    x = await to_thread.run_sync(g, y)\n+    x = g(y)",
    ),
    "read-it-whole": ("x = file.read(SIZE)\n", "-x = file.read(SIZE)\n+x = file.read()"),
    "plus-one": ("x = 1\n", "-x = 1\n+x = 2"),
    "minus-one": ("x = 1.5\n", "-x = 1.5\n+x = 0.5"),
    "flip": ("x = a < b\n", "-x = a < b\n+x = a <= b"),
    "negate": ("if a:\n b()\n", "-if a:\n+if not a:"),
    "never": ("if a:\n b()\n", "-if a:\n-    b()\n+pass"),
    "drop-line-break": ("x = 'a\\n\\n'\n", "-x = 'a\\n\\n'\n+x = 'a\\n'"),
    "drop-statement": ("a()\n", "-a()\n+pass"),
    "drop-finally": ("try:\n a()\nfinally:\n b()\n", "-try:\n-    a()\n-finally:\n-    b()\n+a()"),
    "finally-after-success-only": (
        "try:\n a()\nfinally:\n b()\n",
        "-try:\n-    a()\n-finally:\n-    b()\n+a()\n+b()",
    ),
    "swallow-what-is-handled": (
        "try:\n a()\nexcept E:\n raise\n",
        "-    raise\n+    pass",
    ),
    "async-endpoint": ("@app.get('/')\ndef f():\n a()\n", "-def f():\n+async def f():"),
    "unbounded": ("q = Queue(9)\n", "-q = Queue(9)\n+q = Queue()"),
    "skip-the-release": (
        "with a() as b:\n c(b)\n",
        "-with a() as b:\n-    c(b)\n+_block = a()\n+b = _block.__enter__()\n+c(b)",
    ),
}


@pytest.mark.parametrize("operator", CHANGES)
def test_an_operator_makes_one_mistake(operator: str) -> None:
    source, change = CHANGES[operator]
    assert change in changes(source, operator)


@pytest.mark.parametrize(
    ("operator", "line"),
    [
        ("collect-then-yield", "+    _items = [_item async for _item in _body()]"),
        ("never-end", "+    await __import__('asyncio').Event().wait()"),
        ("one-generator-for-all", "+_SHARED = []"),
        ("with-around-the-return", "+    async with store.open() as lines:"),
        ("entered-in-the-endpoint", "+    lines = await _block.__aenter__()"),
        ("whole-response", "+    return _Response(await _joined(stream(store)), headers=HEADERS)"),
    ],
)
def test_a_stream_is_reshaped(operator: str, line: str) -> None:
    (change,) = changes(STREAM, operator)
    assert line in change.splitlines()


def test_a_synchronous_generator_gets_what_awaits_nothing() -> None:
    source = "def f(xs):\n    for x in xs:\n        yield x\n"
    (change,) = changes(source, "collect-then-yield")
    assert "+    _items = [_item for _item in _body()]" in change
    assert not changes(source, "wait-before-each")


def test_what_yields_once_is_no_stream() -> None:
    assert not changes("async def session():\n    yield 1\n", "collect-then-yield")


def test_annotations_and_docstrings_are_left_alone() -> None:
    assert not derive('"""Text."""\ndef f(a: "b") -> "c":\n    """Text."""\n')


@pytest.mark.parametrize("slug", exercises())
def test_every_reference_has_mutants_that_compile_and_differ(slug: str) -> None:
    found = mutants.mutants_of(slug)
    assert len(found) > 4
    assert len({mutant.name for mutant in found}) == len(found)
    assert len({ast.dump(ast.parse(mutant.source)) for mutant in found}) == len(found)
    assert all(mutant.change for mutant in found)


@pytest.mark.parametrize("slug", exercises())
def test_the_list_of_equivalents_names_mutants_once_and_says_why(slug: str) -> None:
    named = mutants.equivalents(slug)
    assert set(named) <= {mutant.name for mutant in mutants.mutants_of(slug)}
    assert all(len(reasons) == 1 and reasons[0].strip() for reasons in named.values())


def test_a_name_outlives_changes_elsewhere() -> None:
    before = {mutant.name for mutant in derive(STREAM)}
    assert before < {mutant.name for mutant in derive(f"import os\nLIMIT = 1\n{STREAM}")}


def test_those_of_one_kind_on_one_line_are_counted() -> None:
    named = [mutant.name for mutant in derive("x = 1 + 2\n") if "plus" in mutant.name]
    assert named == ["plus-one: x = 1 + 2", "plus-one: x = 1 + 2 (2)"]


# -- what became of them --------------------------------------------------------------------------


def judged(name: str, result: Result, *unmet: str) -> Judged:
    level = Level.ESSENTIAL if result is Result.FAILED else Level.GOOD
    found = tuple(
        Behaviour(id=slug, sentence="", level=level, outcome=Outcome.UNMET) for slug in unmet
    )
    verdict = Verdict(
        exercise="x", file="x.py", result=result, mode="virtual", behaviours=found, reason="broken"
    )
    return Judged("x", Mutant(name=name, source="", change="-a\n+b"), verdict)


KILLED = judged("killed", Result.FAILED, "streams")
REFUSED = judged("refused", Result.NOT_GRADABLE)
WEAKENED = judged("weakened", Result.PASSED, "passes-proxies")
SURVIVOR = judged("survivor", Result.PASSED)
UNDECIDED = judged("undecided", Result.KIT_ERROR)


@pytest.mark.parametrize(
    ("each", "fate"),
    [
        (KILLED, Fate.KILLED),
        (REFUSED, Fate.KILLED),
        (WEAKENED, Fate.WEAKENED),
        (SURVIVOR, Fate.SURVIVED),
        (UNDECIDED, Fate.UNDECIDED),
    ],
)
def test_a_verdict_is_a_fate(each: Judged, fate: Fate) -> None:
    assert each.fate is fate


def test_a_survivor_that_is_explained_is_none() -> None:
    found = account("x", [KILLED, WEAKENED, SURVIVOR], {"survivor": ["It is as right."]})
    assert found.holds
    assert exit_code([found]) == 0
    assert list(told(found)) == ["x: 3 mutants, 1 killed, 1 weakened, 1 survived"]


def test_a_survivor_that_is_not_explained_is_told_with_its_change() -> None:
    found = account("x", [KILLED, SURVIVOR], {})
    assert exit_code([found]) == 1
    assert list(told(found))[1:] == ["  survives unexplained: survivor", "      -a", "      +b"]


@pytest.mark.parametrize(
    ("reasons", "error"),
    [
        ({"killed": ["So."]}, "killed: does not survive (streams)"),
        ({"weakened": ["So."]}, "weakened: does not survive (passes-proxies)"),
        ({"refused": ["So."]}, "refused: does not survive (broken)"),
        ({"nobody": ["So."]}, "nobody: there is no such mutant"),
        ({"survivor": ["So.", "So."]}, "survivor: is listed twice"),
        ({"survivor": [" "]}, "survivor: has no reason"),
    ],
)
def test_a_list_that_is_wrong_is_told(reasons: dict[str, list[str]], error: str) -> None:
    everything = [KILLED, REFUSED, WEAKENED, SURVIVOR]
    found = account("x", everything, {"survivor": ["So."]} | reasons)
    assert found.errors == (error,)
    assert exit_code([found]) == 1
    assert list(told(found))[-1] == f"  equivalents.toml: {error}"


def test_a_mutant_that_could_not_be_judged_is_the_kits_fault() -> None:
    found = account("x", [KILLED, UNDECIDED], {})
    assert exit_code([found]) == 4
    assert exit_code([]) == 4
    assert list(told(found))[-1] == "  undecided: undecided: broken"


def test_the_command_tells_and_exits_accordingly(
    grade: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = account("stock-ticker", [KILLED, SURVIVOR], {})
    monkeypatch.setattr(mutants, "mutate", lambda slugs, tell: iter([found]))
    ran = grade("verify", "--mutate", "stock-ticker")
    assert ran.exit_code == 1
    assert "survives unexplained: survivor" in ran.stdout
    ran = grade("verify", "--mutate", "--json", "stock-ticker")
    assert '"unexplained": [\n        "survivor"\n      ]' in ran.stdout
    assert '"schema": "streamdrill.mutants/1"' in ran.stdout


@pytest.mark.parametrize("other", ["--real", "--both", "--only=structure", "--matrix=x.html"])
def test_the_command_takes_no_other_mode(grade: Callable[..., Ran], other: str) -> None:
    ran = grade("verify", "--mutate", other)
    assert ran.exit_code == 2
    assert "--mutate" in ran.stderr
