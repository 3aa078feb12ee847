"""Files that are broken, or that mean harm: each gets its verdict, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

import psutil
import pytest

from grader.catalogue import ROOT, exercise
from grader.judge.answer import Answer
from grader.judge.evidence import Stopped
from grader.judge.script import Items
from grader.judge.sessions import Grader, Job
from grader.platforms import forks
from grader.verdicts import Evidence, Result, Verdict

SLUG = "stock-ticker"
RIGHT = """
import asyncio, ctypes, json, os, signal, sys, threading
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sources.prices import Market
{top}
router = APIRouter()
HEADERS = {{"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}}

@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    {endpoint}
    return StreamingResponse(events(market), media_type="text/event-stream", headers=HEADERS)

async def events(market):
    async with market.subscribe() as updates:
        async for update in updates:
            {stream}
            yield f"data: {{json.dumps(update)}}\\n\\n"
"""
TO_ALL_DESCRIPTORS = """
def tell(data):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, data)
        except OSError:
            pass
"""
DAEMON = """
def daemon(file):
    if os.fork():
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    with open(file, "a") as pids:
        pids.write(f"{os.getpid()} ")
    signal.pause()
"""


def source(top: str = "", *, endpoint: str = "", stream: str = "") -> str:
    """A right answer, but for what it does on import, when called, and before each event."""
    return RIGHT.format(
        top=dedent(top),
        endpoint=indent(dedent(endpoint), " " * 4).strip() or "...",
        stream=indent(dedent(stream), " " * 12).strip() or "...",
    )


@dataclass(frozen=True, slots=True)
class Case:
    """What a file contains, and what its verdict says: of which text, and of which line."""

    source: str | bytes
    says: str
    line: str | None = None


def write(folder: Path, content: str | bytes, *, name: str = "answer.py") -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def judged(grader: Grader, *files: Path) -> list[Verdict]:
    """The verdicts on `files`, in their order."""
    found = {verdict.file: verdict for verdict in grader.judge(Job(SLUG, file) for file in files)}
    return [found[str(file)] for file in files]


def evidence(verdict: Verdict) -> Evidence:
    first = verdict.first_unmet
    assert first is not None
    assert first.evidence is not None
    return first.evidence


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader([SLUG]) as started:
        yield started


@pytest.fixture(scope="module")
def real_grader() -> Iterator[Grader]:
    with Grader([SLUG], real=True) as started:
        yield started


@pytest.fixture(autouse=True)
def nothing_left(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """After each test there is but a guardian with the loader of the next file.

    And no file has come into being beside the learner's.
    """
    yield
    for name in {"grader", "real_grader"} & set(request.fixturenames):
        zygote = psutil.Process(request.getfixturevalue(name)._zygote._process.pid)
        limit = time.monotonic() + 20
        while len(begun := zygote.children(recursive=True)) != 2 and time.monotonic() < limit:
            time.sleep(0.01)
        assert len(begun) == 2, begun
    names = {path.name for path in tmp_path.rglob("*")}
    assert names <= {"answer.py", "json.py", "asyncio.py", "pids", "fifo"}


ON_IMPORT = {
    "a syntax error": Case("def f(:\n    pass\n", "syntax error on line 1", "def f(:"),
    "a syntax error in a long line": Case(f"x = '{'a' * 10**7}\n", "syntax error on line 1"),
    "a syntax error far to the right": Case(
        "x = 1; " * 20 + "y = +* 2\n", f"x = 1; y = +* 2\n    {' ' * 67}^"
    ),
    "an empty file": Case("", "has no `router`"),
    "no router": Case("x = 1\n", "has no `router`"),
    "a router of another name": Case(
        source().replace("router", "api"), "it has `api`, an APIRouter: call it `router`."
    ),
    "an application": Case(
        "from fastapi import FastAPI\napp = FastAPI()\n",
        "it has `app`, an application. The kit has one of its own: write `router = APIRouter()`",
    ),
    "a router of another type": Case("router = []\n", "of type list, not APIRouter"),
    "an empty router": Case(
        "from fastapi import APIRouter\nrouter = APIRouter()\n", "the router is empty"
    ),
    "a wrong path": Case(
        source().replace("/stream/stock-ticker", "/stream/stockticker"),
        "has /stream/stockticker: did you mean /stream/stock-ticker?",
    ),
    "a wrong method": Case(
        source().replace("router.get", "router.post"), "answers POST and not GET; use @router.get"
    ),
    "a missing module": Case(
        source("import flask_streams"), "no module named 'flask_streams'", "import flask_streams"
    ),
    "a misspelt module": Case(source("import asynico"), "did you mean asyncio?", "import asynico"),
    "a misspelt name": Case(source("router = APIRoute()"), "did you mean APIRouter?"),
    "a name error that cannot be asked": Case(
        source("class Mute(NameError):\n    name = property(lambda self: 1 / 0)\nraise Mute('x')"),
        "importing it raised Mute: x.",
        "raise Mute('x')",
    ),
    "an exception": Case(source("1 / 0"), "raised ZeroDivisionError: division by zero", "1 / 0"),
    "an exception with a long text": Case(
        source("raise ValueError('x' * 10**7)"),
        "raised ValueError",
        "raise ValueError('x' * 10**7)",
    ),
    "an exception that cannot say what it is": Case(
        source("class Mute(Exception):\n    def __str__(self): raise self\nraise Mute"),
        "raised Mute.",
        "raise Mute",
    ),
    "endless recursion": Case(
        source("def f(): return f()\nf()"), "RecursionError", "def f(): return f()"
    ),
    "a NUL byte": Case(b"x = 1\n\0\n", "line 2 contains a NUL byte"),
    "UTF-16": Case("x = 1\n".encode("utf-16"), "line 1 contains a NUL byte"),
    "invalid UTF-8": Case(b"x = 1\ny = '\xff'\n", "on line 2: (unicode error)", "y = '\ufffd'"),
    "sys.exit": Case(source("sys.exit(0)"), "ends the process on import (exit 0)", "sys.exit(0)"),
    "atexit": Case(
        source("import atexit\natexit.register(os._exit, 0)\nraise SystemExit"),
        "ends the process on import",
        "raise SystemExit",
    ),
    "os._exit": Case(source("os._exit(0)"), "ended the process while it was being imported"),
    "a thread that ends the process": Case(
        source(
            "thread = threading.Thread(target=os._exit, args=(0,))\nthread.start()\nthread.join()"
        ),
        "ended the process while it was being imported",
    ),
    "a segmentation fault": Case(source("ctypes.string_at(0)"), "ended the process"),
    "killing the parent": Case(
        source("os.kill(os.getppid(), 9)\nsignal.pause()"), "ended the process"
    ),
    "killing the group": Case(source("os.killpg(0, 9)"), "ended the process"),
    "closing all descriptors": Case(source("os.closerange(0, 4096)"), "ended the process"),
    "garbage to all descriptors": Case(
        source(TO_ALL_DESCRIPTORS + "tell(b'garbage ' * 99)"), "a descriptor that is not its own"
    ),
    "a forged message": Case(
        source(
            "from grader.control import encode\n"
            + TO_ALL_DESCRIPTORS
            + "tell(encode('refused', reason='', line=7))"
        ),
        "a descriptor that is not its own",
    ),
    "ending each fork": Case(
        source("os.register_at_fork(before=lambda: os._exit(0))"), "ended before it could serve"
    ),
    "pytest.skip": Case(
        source("import pytest\npytest.skip('all', allow_module_level=True)"),
        "raised Skipped: all",
        "pytest.skip('all', allow_module_level=True)",
    ),
    "a flood": Case(source("while True: print('x' * 4096)"), "printed more than 64 MiB"),
    "a memory hog": Case(
        source("hoard = []\nwhile True: len(hoard) < 99 and hoard.append(bytearray(1 << 24))"),
        "used more than 512 MiB of memory",
        "while True: len(hoard) < 99 and hoard.append(bytearray(1 << 24))",
    ),
}


if not forks():  # where it does no harm
    del ON_IMPORT["ending each fork"]


@pytest.mark.parametrize("case", ON_IMPORT.values(), ids=ON_IMPORT)
def test_a_file_that_cannot_be_imported_is_not_gradable(
    grader: Grader, tmp_path: Path, case: Case
) -> None:
    (verdict,) = judged(grader, write(tmp_path, case.source))
    assert verdict.result is Result.NOT_GRADABLE, verdict
    assert case.says in (verdict.reason or "")
    assert case.line is None or (verdict.line is not None and verdict.line.text == case.line)
    assert len(verdict.reason or "") < 4000


def test_a_file_that_is_not_there_is_not_gradable(grader: Grader, tmp_path: Path) -> None:
    (verdict,) = judged(grader, tmp_path / "answer.py")
    assert verdict.result is Result.NOT_GRADABLE
    assert verdict.reason == "the file cannot be read: No such file or directory."


WHILE_SERVING = {
    "a list": Case(
        source(endpoint="return []"),
        "Content-Type: application/json, one whole document: FastAPI makes that of a value",
    ),
    "os._exit when called": Case(
        source(endpoint="os._exit(0)"), "ended while it was at work (exit"
    ),
    "os._exit in the stream": Case(
        source(stream="os._exit(0)"), "ended while it was at work (exit"
    ),
    "sys.exit": Case(source(endpoint="sys.exit(0)"), "after SystemExit", "sys.exit(0)"),
    "an exception that cannot say what it is": Case(
        source("class Mute(Exception):\n    def __str__(self): raise self", endpoint="raise Mute"),
        "status 500, after Mute",
        "raise Mute",
    ),
    "a signal": Case(source(endpoint="os.kill(os.getpid(), 11)"), "killed by SIGSEGV"),
    "a signal without a name": Case(source(endpoint="os.kill(os.getpid(), 40)"), "by signal 40"),
    "killing the parent": Case(
        source(endpoint="os.kill(os.getppid(), 9)\nsignal.pause()"), "ended while it was at work"
    ),
    "killing the group": Case(source(endpoint="os.killpg(0, 9)"), "killed by SIGKILL"),
    "closing all descriptors": Case(source(endpoint="os.closerange(0, 4096)"), "ended while"),
    "garbage to all descriptors": Case(
        source(TO_ALL_DESCRIPTORS, endpoint="tell(b'garbage ' * 99)"), "to the control channel"
    ),
    "a forged message": Case(
        source(
            "from grader.control import encode\n" + TO_ALL_DESCRIPTORS,
            endpoint="tell(encode('raised', now=0, type='', text='', line=7))",
        ),
        "not a line: 7",
    ),
    "leaving the work to a fork": Case(source(endpoint="if os.fork(): os._exit(0)"), ""),
    "patching pytest and the checks": Case(
        source(
            """
            import _pytest.runner, grader.judge.checks
            _pytest.runner.runtestprotocol = lambda *_, **__: []
            for name in [n for n in dir(grader.judge.checks) if n.islower()]:
                setattr(grader.judge.checks, name, lambda *_, **__: None)
            """,
            endpoint="return {}",
        ),
        "Content-Type: application/json",
    ),
    "an endless task": Case(
        source(endpoint="while True: await asyncio.sleep(0)"),
        "the event loop turned without an end",
        "while True: await asyncio.sleep(0)",
    ),
    "a flood": Case(
        source(endpoint="while True: print('x' * 4096)"),
        "printed more than 64 MiB",
        "while True: print('x' * 4096)",
    ),
    "a memory hog": Case(
        source(
            endpoint="hoard = []\nwhile True: len(hoard) < 99 and hoard.append(bytearray(1 << 24))"
        ),
        "used more than 512 MiB of memory",
        "while True: len(hoard) < 99 and hoard.append(bytearray(1 << 24))",
    ),
    "a flood of bytes on the wire": Case(
        source(stream="while True: yield 'x' * (1 << 20)"),
        "the endpoint wrote on: the body is longer than 32 MiB",
        "while True: yield 'x' * (1 << 20)",
    ),
}


@pytest.mark.parametrize("case", WHILE_SERVING.values(), ids=WHILE_SERVING)
def test_a_file_that_does_harm_while_it_serves_fails(
    grader: Grader, tmp_path: Path, case: Case
) -> None:
    (verdict,) = judged(grader, write(tmp_path, case.source))
    assert verdict.result is Result.FAILED, verdict
    seen = evidence(verdict)
    assert case.says in seen.observed
    assert case.line is None or (seen.line is not None and seen.line.text == case.line)


SPIN = "def spin():\n    while True: pass\n"
HANGS = {
    "when called": Case(source(endpoint="while True: pass"), "", "while True: pass"),
    "in the stream": Case(source(stream="while True: pass"), "", "while True: pass"),
    "in a worker thread": Case(
        source(SPIN, endpoint="await asyncio.to_thread(spin)"), "", "while True: pass"
    ),
    "on a lock": Case(
        source(endpoint="lock = threading.Lock()\nlock.acquire()\nlock.acquire()"),
        "waited for something that never came",
        "lock.acquire()",
    ),
    "and does not answer": Case(
        source(
            "signal.signal(signal.SIGUSR2, signal.SIG_IGN)", endpoint="while True: 'deaf' < 'dumb'"
        ),
        "kept the processor busy",
        "while True: 'deaf' < 'dumb'",
    ),
    "on import": Case(source("while True: pass"), "", "while True: pass"),
}


@pytest.fixture(scope="module")
def hung(grader: Grader, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    """The verdicts on all that hang, judged side by side: each takes seconds of processor time."""
    folders = [tmp_path_factory.mktemp("hung") for _ in HANGS]
    cases = zip(folders, HANGS.values(), strict=True)
    files = [write(folder, case.source, name="naïve.py") for folder, case in cases]
    return dict(zip(HANGS, judged(grader, *files), strict=True))


@pytest.mark.parametrize("name", HANGS)
def test_a_file_that_hangs_is_ended_and_its_line_is_named(
    hung: dict[str, Verdict], grader: Grader, name: str
) -> None:
    verdict, case = hung[name], HANGS[name]
    if name == "on import":
        assert verdict.result is Result.NOT_GRADABLE
        line = verdict.line
    else:
        assert verdict.result is Result.FAILED
        assert case.says in evidence(verdict).observed
        line = evidence(verdict).line
    assert line is not None
    assert line.text == case.line


HARMLESS = {
    "as it is": source(),
    "prints ten megabytes": source(endpoint="for _ in range(1024): print('x' * 10239)"),
    "prints what is not text": source(endpoint="os.write(1, bytes(range(256)))"),
    "starts a thread on import": source(
        "threading.Thread(target=threading.Event().wait, daemon=True).start()"
    ),
    "forks on import": source("os.fork()"),
    "ignores signals": source("signal.signal(signal.SIGUSR1, signal.SIG_IGN)"),
}


@pytest.mark.parametrize("content", HARMLESS.values(), ids=HARMLESS)
def test_a_right_answer_passes_whatever_else_it_does(
    grader: Grader, tmp_path: Path, content: str
) -> None:
    (verdict,) = judged(grader, write(tmp_path, content))
    assert verdict.result is Result.PASSED, verdict


def test_a_stage_that_had_to_be_stopped_says_why_again(grader: Grader, tmp_path: Path) -> None:
    file = write(tmp_path, source(endpoint="os._exit(7)"))
    ticker = exercise(SLUG)
    answer = Answer(zygote=grader._zygote.address, exercise=ticker, file=file, real=False)
    with answer, answer.stage(Items(values=[])) as stage:
        for ask in (lambda: stage.get(ticker.path), stage.settle, stage.tasks_left):
            with pytest.raises(Stopped, match=r"ended while it was at work \(exit code 7\)"):
                ask()


def test_what_is_printed_is_kept_up_to_a_limit(grader: Grader, tmp_path: Path) -> None:
    content = source("print('hello \\x1b[2J')", endpoint="print('x' * 100_000)")
    (verdict,) = judged(grader, write(tmp_path, content))
    assert verdict.output.startswith("hello \\x1b[2J\nxxx")
    assert len(verdict.output) < 70_000
    assert verdict.output_truncated


def test_what_is_printed_before_a_refusal_is_kept(grader: Grader, tmp_path: Path) -> None:
    (verdict,) = judged(grader, write(tmp_path, "print('here')\n1 / 0\n"))
    assert verdict.output == "here\n"


@pytest.mark.parametrize("name", ["json.py", "asyncio.py"])
def test_a_neighbour_does_not_shadow_a_module(grader: Grader, tmp_path: Path, name: str) -> None:
    write(tmp_path, "raise RuntimeError('shadowed')\n", name=name)
    (verdict,) = judged(grader, write(tmp_path, source()))
    assert verdict.result is Result.PASSED, verdict


def test_an_answer_may_be_called_as_a_module_is(grader: Grader, tmp_path: Path) -> None:
    (verdict,) = judged(grader, write(tmp_path, source(), name="json.py"))
    assert verdict.result is Result.PASSED, verdict


@pytest.mark.parametrize("when", ["on import", "when called"])
def test_a_daemon_is_ended(grader: Grader, tmp_path: Path, when: str) -> None:
    pids = tmp_path / "pids"
    call = f"daemon({str(pids)!r})"
    top, endpoint = (DAEMON + call, "") if when == "on import" else (DAEMON, call)
    judged(grader, write(tmp_path, source(top, endpoint=endpoint)))
    started = [int(pid) for pid in pids.read_text().split()]
    assert started
    assert not [pid for pid in started if _lives(pid)]


def _lives(pid: int) -> bool:
    try:
        psutil.Process(pid).wait(timeout=20)
    except psutil.NoSuchProcess:
        return False
    except psutil.TimeoutExpired:
        return True
    return False


def test_a_file_that_kills_its_parent_does_not_harm_the_others(
    grader: Grader, tmp_path_factory: pytest.TempPathFactory
) -> None:
    kill = "os.kill(os.getppid(), 9)"
    contents = [source(kill), source(), source(endpoint=kill), source()]
    files = [write(tmp_path_factory.mktemp("side"), content) for content in contents]
    assert [verdict.result for verdict in judged(grader, *files)] == [
        Result.NOT_GRADABLE,
        Result.PASSED,
        Result.FAILED,
        Result.PASSED,
    ]


@pytest.mark.parametrize(
    ("content", "result"),
    [
        (source("os._exit(0)"), Result.NOT_GRADABLE),
        (source(endpoint="os._exit(0)"), Result.FAILED),
        (source(endpoint="os.kill(os.getppid(), 9)\nsignal.pause()"), Result.FAILED),
        (source(endpoint="while True: print('x' * 4096)"), Result.FAILED),
    ],
    ids=["os._exit on import", "os._exit when called", "killing the parent", "a flood"],
)
def test_real_time_is_no_weaker(
    real_grader: Grader, tmp_path: Path, content: str, result: Result
) -> None:
    (verdict,) = judged(real_grader, write(tmp_path, content))
    assert verdict.result is result, verdict


HOLD = """
with open(FIFO, "w") as fifo:
    fifo.write("running")
while True: pass
"""
START = """
import sys
from pathlib import Path
from grader.judge.sessions import Grader, Job
with Grader(["stock-ticker"]) as grader:
    print(grader._zygote.directory, flush=True)
    list(grader.judge([Job("stock-ticker", Path(sys.argv[1]))]))
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_grader_that_is_ended_leaves_nothing_behind(tmp_path: Path, end: signal.Signals) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    file = write(tmp_path, source(f"FIFO = {str(fifo)!r}", endpoint=HOLD))
    command = [sys.executable, "-P", "-c", START, str(file)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdout is not None
        directory = Path(child.stdout.readline().strip())
        assert fifo.read_text() == "running"
        started = psutil.Process(child.pid).children(recursive=True)
        child.send_signal(end)
    _, alive = psutil.wait_procs(started, timeout=20)
    assert len(started) >= 5  # zygote, session, judge, guardian, loader, stages
    assert not alive
    assert not directory.exists()


def test_a_temporary_file_goes_with_the_grader(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told = tmp_path_factory.mktemp("told") / "path"
    top = f"""
        import tempfile
        with open({str(told)!r}, "w") as told:
            told.write(tempfile.mkstemp()[1])
        """
    with Grader([SLUG]) as own:
        (verdict,) = judged(own, write(tmp_path, source(top)))
        assert Path(told.read_text()).exists()
    assert verdict.result is Result.PASSED
    assert not Path(told.read_text()).exists()
