"""A Docker engine of the tests' own, with the image in it, and what talks to it.

The engine is that of `docker/without_registry.sh`: it asks no image registry, and ends with the
tests, however they end. The images that it needs are made in minutes, and kept. With the variable
STREAMDRILL_ENGINE=given it is the one that docker finds.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from grader.catalogue import ROOT

SCRIPT = ROOT / "docker" / "without_registry.sh"
# What the script gives to the command that it runs, which waits until the tests are done.
HANDED_ON = ("DOCKER_HOST", "DOCKER_BUILDKIT", "BASE", "NETWORK")
WAIT = f"for name in {' '.join(HANDED_ON)}; do printenv $name; done; exec cat"


@contextmanager
def engine() -> Iterator[dict[str, str]]:
    """The variables by which an engine is found. Without one, the test is skipped."""
    if os.environ.get("STREAMDRILL_ENGINE") == "given":
        yield {}
        return
    pipe = subprocess.PIPE
    command = [str(SCRIPT), "--compose", "sh", "-c", WAIT]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as script:
        assert script.stdout is not None
        assert script.stderr is not None
        values = [script.stdout.readline().strip() for _ in HANDED_ON]
        if not all(values):
            pytest.skip(script.stderr.read().strip().splitlines()[-1])
        yield dict(zip(HANDED_ON, values, strict=True))


def ended(*command: str, cwd: str | Path = "/", **variables: str) -> CompletedProcess[str]:
    """Run a command with these variables on top."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def run(*command: str, cwd: str | Path = "/", **variables: str) -> str:
    """Run a command with these variables on top. Returns what it prints; fails when it does."""
    ran = ended(*command, cwd=cwd, **variables)
    assert ran.returncode == 0, f"{command}:\n{ran.stdout[-3000:]}{ran.stderr[-3000:]}"
    return ran.stdout


def free_ports(count: int) -> list[int]:
    """As many ports that nobody listens on."""
    with ExitStack() as held:
        holders = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [holder.getsockname()[1] for holder in holders]


class Script:
    """The `run_docker.sh` of a folder, for an engine, with a port that is free."""

    def __init__(self, folder: Path, engine: dict[str, str], **variables: str) -> None:
        [port] = free_ports(1)
        self.address = f"http://127.0.0.1:{port}"
        self.variables = engine | {"PORT": str(port)} | variables
        self._file = str(folder / "run_docker.sh")

    def run(self, *arguments: str) -> str:
        """What it prints, called from another folder; fails when it does."""
        return run(self._file, *arguments, **self.variables)

    def ended(self, *arguments: str) -> CompletedProcess[str]:
        """How it ends."""
        return ended(self._file, *arguments, **self.variables)
