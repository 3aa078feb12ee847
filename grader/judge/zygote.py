"""Starting the zygote, and ordering a loaded answer from it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable
from datetime import timedelta, timezone
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.catalogue import ROOT
from grader.platforms import forks
from grader.stage.process import python

# What the stage's environment is built from: nothing of the learner's shell changes a verdict.
_ALLOWED = (
    *("HOME", "LANG", "PATH", "SYSTEMROOT", "VIRTUAL_ENV"),
    *("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"),  # of ours; a learner's file has none
)
_SETTINGS = {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "TZ": "<+0530>-5:30"}
# The local time of every stage, which is never UTC: who takes the one for the other must be seen.
ZONE = timezone(timedelta(hours=5, minutes=30))


class Zygote:
    """The warm parent of every stage, and the private directory of its sockets.

    `address` is where judges connect. The listener exists before the process does: connections
    wait in its backlog while FastAPI is being imported. Where nothing is forked, it is the parent
    of fresh processes instead (`grader.stage.fresh`). Raises `platforms.Unsupported`.
    """

    def __init__(self, sources: Iterable[str], *, clients: bool = False) -> None:
        module = "grader.stage.zygote" if forks() else "grader.stage.fresh"
        self.directory = Path(tempfile.mkdtemp(prefix="streamdrill-"))
        self.address = str(self.directory / "zygote")
        temporary = self.directory / "tmp"  # a stage that is killed cannot remove its own files
        temporary.mkdir()
        allowed = {name: value for name, value in os.environ.items() if name in _ALLOWED}
        self._lifeline, theirs = socket.socketpair()
        with socket.socket(socket.AF_UNIX) as listener, theirs:
            listener.bind(self.address)
            listener.listen(64)
            descriptors = (listener.fileno(), theirs.fileno())
            kind = "clients" if clients else "no-clients"
            named = [kind, *sorted({source for source in sources if source})]
            self._process = subprocess.Popen(
                python(module, *map(str, descriptors), *named),
                cwd=ROOT,
                env=_SETTINGS | allowed | {"TMPDIR": str(temporary)},
                pass_fds=descriptors,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the zygote with every stage, and remove the directory."""
        self._lifeline.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


def listen(directory: Path) -> tuple[socket.socket, str]:
    """A listening Unix socket in `directory`, and its address."""
    listener = socket.socket(socket.AF_UNIX)
    address = str(directory / secrets.token_hex(4))
    listener.bind(address)
    listener.listen(16)
    return listener, address


def forget(address: str) -> None:
    """Remove what `listen` left in the directory."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(address)
