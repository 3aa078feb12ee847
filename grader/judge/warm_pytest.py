"""A pytest session that has collected the suites once, and forks a judge for each judgement.

Started as `python -P -m grader.judge.warm_pytest ORDERS ZYGOTE [SLUG]...`: the descriptor of the
Unix socket on which orders come, the address of the zygote, and whose suites to collect. An order
carries one descriptor, to which the judge writes its progress and, at the end, its verdict.
Without a SLUG it waits for one order, collects the suite of that, judges in its own process and
ends: nothing is forked.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
import time
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import pytest

from grader.catalogue import ROOT, exercise
from grader.control import Message, encode
from grader.judge import diagnosis, plugin
from grader.judge.plugin import JUDGEMENT, Judgement, exercise_of
from grader.places import project_path
from grader.platforms import die_with_parent
from grader.stage.process import Orders
from grader.verdicts import Behaviour, Level, Outcome, Result, Verdict

# Plugins of pytest's own that take their time around each test, and that no suite needs here.
_UNUSED = (
    "cacheprovider",
    "logging",
    "setuponly",
    "setupplan",
    "skipping",
    "threadexception",
    "unraisableexception",
    "warnings",
)


class Forks:
    """The plugin that replaces pytest's loop over all tests by a loop over orders.

    The judge for the next order is forked ahead of it.
    """

    def __init__(self, orders: Orders, zygote: str) -> None:
        self._orders = orders
        self._zygote = zygote

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        gc.collect()
        gc.freeze()
        gc.enable()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the judges
        ahead = self._fork(session)
        while (messages := self._orders.receive()) is not None:
            for message in messages:
                (descriptor,) = self._orders.take(1)
                with ahead, contextlib.suppress(BrokenPipeError):  # its log has its last words
                    socket.send_fds(ahead, [encode(message.kind, **message.fields)], [descriptor])
                os.close(descriptor)
                ahead = self._fork(session)
        return True

    def _fork(self, session: pytest.Session) -> socket.socket:
        """A judge for the next order, and the connection that the order goes to it by."""
        ours, theirs = socket.socketpair()
        with theirs:
            if os.fork() == 0:
                ours.close()
                self._orders.connection.close()
                self._judge(session, Orders(theirs))
        return ours

    def _judge(self, session: pytest.Session, orders: Orders) -> NoReturn:
        """Judge what is ordered, in the fork, and end the process."""
        status = 70
        try:
            die_with_parent()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for order in orders.receive() or ():
                report(session, order, zygote=self._zygote, descriptor=orders.take(1)[0])
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)


class Once:
    """The plugin that carries out one order, in place of pytest's loop over all tests."""

    def __init__(self, order: Message, descriptor: int, zygote: str) -> None:
        self._order = order
        self._descriptor = descriptor
        self._zygote = zygote

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        report(session, self._order, zygote=self._zygote, descriptor=self._descriptor)
        return True


def report(session: pytest.Session, order: Message, *, zygote: str, descriptor: int) -> None:
    """Judge, and write to the descriptor what comes of it."""
    with socket.socket(fileno=descriptor) as reports:
        verdict = judge(session, order.fields, zygote=zygote, reports=reports)
        reports.sendall(encode("verdict", verdict=asdict(verdict)))


def judge(
    session: pytest.Session, order: dict[str, Any], *, zygote: str, reports: socket.socket
) -> Verdict:
    """Run the suite of one exercise on one file."""
    began = time.monotonic()
    file, slug = Path(order["file"]), order["slug"]
    judgement = Judgement(
        zygote=zygote,
        file=file,
        real=order["real"],
        timelines=order["timelines"],
        spare=order["alone"],
    )
    session.config.stash[JUDGEMENT] = judgement
    items = [item for item in session.items if exercise_of(item.path).slug == slug]
    failed = False  # whether that has been told
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else None
        stop = judgement.refusal is not None
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=None if stop else following)
        if judgement.refusal is not None:
            break
        so_far = None
        if not failed and following is not None:
            verdict = _verdict(judgement, slug=slug, file=file, began=began)
            failed = verdict.result is Result.FAILED
            so_far = asdict(verdict) if failed else None
        reports.sendall(encode("progress", done=number + 1, total=len(items), failed=so_far))
    return _verdict(judgement, slug=slug, file=file, began=began)


def _verdict(judgement: Judgement, *, slug: str, file: Path, began: float) -> Verdict:
    behaviours = tuple(judgement.behaviours.get(slug, {}).values())
    refusal = judgement.refusal
    line = refusal.line if refusal else None
    result, reason = _result(behaviours)
    if refusal:
        result, reason, behaviours = Result.NOT_GRADABLE, refusal.reason, ()
    return Verdict(
        exercise=slug,
        file=project_path(file),
        result=result,
        mode="real" if judgement.real else "virtual",
        behaviours=behaviours,
        reason=reason,
        line=diagnosis.as_line(line, file, why="") if line else None,
        output=printable(judgement.printed),
        output_truncated=judgement.truncated,
        seconds=round(time.monotonic() - began, 4),
    )


def _result(behaviours: tuple[Behaviour, ...]) -> tuple[Result, str | None]:
    for behaviour in behaviours:
        if behaviour.outcome is Outcome.KIT_ERROR:
            return Result.KIT_ERROR, f"the behaviour {behaviour.id} could not be judged"
    essential = [b for b in behaviours if b.level is Level.ESSENTIAL]
    if all(b.outcome is Outcome.NOT_JUDGED for b in essential):
        return Result.KIT_ERROR, "no behaviour was judged"
    passed = all(b.outcome in (Outcome.MET, Outcome.NOT_JUDGED) for b in essential)
    return (Result.PASSED if passed else Result.FAILED), None


def printable(data: bytes) -> str:
    """Text that a terminal can be given: control characters other than line ends are escaped."""
    text = data.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    return "".join(
        c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode() for c in text
    )


def main(descriptor: int, zygote: str, slugs: list[str]) -> int:
    with socket.socket(fileno=descriptor) as connection:
        orders = Orders(connection)
        if slugs:
            gc.disable()  # what is collected stays, and is frozen before the first fork
            return _run(slugs, Forks(orders, zygote))
        messages = orders.receive()
        for order in messages or ():
            return _run([order["slug"]], Once(order, orders.take(1)[0], zygote))
    return 0


def _run(slugs: list[str], plugin_for_orders: Forks | Once) -> int:
    return pytest.main(
        [
            f"-c{Path(__file__).with_name('session.ini')}",
            f"--rootdir={ROOT}",
            "--import-mode=importlib",
            "--assert=plain",  # the suites do not assert: see `checks.expect`
            "--tb=native",  # what is unmet needs no traceback, and this one costs least
            "--capture=no",  # whatever is printed belongs into the session's log
            *(f"-pno:{plugin}" for plugin in _UNUSED),
            "-ppytest_timeout",
            "-q",
            *(str(exercise(slug).suite) for slug in slugs),
        ],
        plugins=[plugin, plugin_for_orders],
    )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
