"""The pytest sessions that judge: one that forks a judge for each order, or a fresh one for each.

Both run `grader.judge.warm_pytest`, and are ended with all that they have started.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from grader.catalogue import ROOT
from grader.platforms import forks
from grader.stage.process import python


class Judges(Protocol):
    """Where orders go. The judge that takes one reports on the descriptor that comes with it."""

    def order(self, order: bytes, descriptor: int) -> None: ...

    def kill(self) -> None:
        """Kill those that are at work or ready, with their children."""
        ...

    def wait(self, timeout: float | None = None) -> object:
        """Wait until they have ended. Raises `subprocess.TimeoutExpired`."""
        ...

    def close(self) -> None: ...


def judges(slugs: Iterable[str], *, zygote: str, log: Path) -> Judges:
    """Those of this platform; `slugs` are the exercises that will be judged."""
    return Forked(slugs, zygote=zygote, log=log) if forks() else Fresh(zygote=zygote, log=log)


class _Session:
    """One process, and the socket that orders go to it by."""

    def __init__(self, *arguments: str, log: Path) -> None:
        self._orders, theirs = socket.socketpair()
        with theirs, log.open("ab") as output:
            self._process = subprocess.Popen(
                python("grader.judge.warm_pytest", str(theirs.fileno()), *arguments),
                cwd=ROOT,
                env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def over(self) -> bool:
        return self._process.poll() is not None

    def order(self, order: bytes, descriptor: int) -> None:
        with contextlib.suppress(BrokenPipeError):
            socket.send_fds(self._orders, [order], [descriptor])

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        return self._process.wait(timeout)

    def close(self) -> None:
        self._orders.close()
        if self._process.returncode is None:  # else the number may be another's by now
            self.kill()
        self.wait()


class Forked(_Session):
    """One session that has collected the suites, and forks."""

    def __init__(self, slugs: Iterable[str], *, zygote: str, log: Path) -> None:
        super().__init__(zygote, *slugs, log=log)


class Fresh:
    """A session for each order. One is started ahead, and collects its suite when it knows it."""

    def __init__(self, *, zygote: str, log: Path) -> None:
        self._zygote = zygote
        self._log = log
        self._ahead = self._begin()
        self._at_work: list[_Session] = []

    def _begin(self) -> _Session:
        return _Session(self._zygote, log=self._log)

    def order(self, order: bytes, descriptor: int) -> None:
        for session in [each for each in self._at_work if each.over]:
            self._at_work.remove(session)
            session.close()
        self._ahead.order(order, descriptor)
        self._at_work.append(self._ahead)
        self._ahead = self._begin()

    @property
    def _all(self) -> list[_Session]:
        return [*self._at_work, self._ahead]

    def kill(self) -> None:
        for session in self._all:
            session.kill()

    def wait(self, timeout: float | None = None) -> None:
        for session in self._at_work or self._all:
            session.wait(timeout)

    def close(self) -> None:
        for session in self._all:
            session.close()
