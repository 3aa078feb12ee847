"""The image on a real engine: built, started, streamed from, graded in, and stopped by the script.

The engine is one of the tests' own; see engine.py.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from grader.catalogue import ROOT, endpoints, exercises
from grader.sse import SseParser

from .engine import Script, run

# The extra puts it beside the interpreter, which need not be on PATH.
HADOLINT = shutil.which("hadolint", path=Path(sys.executable).parent) or shutil.which("hadolint")
DOCKERFILES = (
    "Dockerfile",
    "docker/stand_ins/nginx/Dockerfile",
    "docker/stand_ins/postgres/Dockerfile",
)

pytestmark = [pytest.mark.endtoend, pytest.mark.timeout(1200)]


class Container(Script):
    """The script of the project, and the container that it starts."""

    def __init__(self, engine: dict[str, str]) -> None:
        super().__init__(ROOT, engine)

    def inspect(self) -> Any:
        """What the engine says of the container."""
        return json.loads(run("docker", "inspect", "streamdrill", **self.variables))[0]


@pytest.fixture(scope="module")
def container(image: dict[str, str]) -> Iterator[Container]:
    """A container that was healthy when the script said so."""
    made = Container(image)
    assert f"healthy, on {made.address}" in made.run("start")
    yield made
    made.run("stop")


def test_the_engine_says_that_it_is_healthy(container: Container) -> None:
    assert container.inspect()["State"]["Health"]["Status"] == "healthy"
    assert "(healthy)" in container.run("status")


def test_it_runs_as_nobody_special_and_its_root_is_read_only(container: Container) -> None:
    found = container.inspect()
    assert found["Config"]["User"] == "10001:10001"
    assert found["HostConfig"]["ReadonlyRootfs"] is True
    assert container.run("shell", "id", "-u").strip() == "10001"
    assert set(found["HostConfig"]["CapDrop"]) == {"ALL"}
    tried = "touch /streamdrill/new 2>/dev/null || echo refused; touch /state/new && echo kept"
    assert container.run("shell", "sh", "-c", tried).split() == ["refused", "kept"]


def test_events_come_one_by_one(container: Container) -> None:
    url = container.address + exercises()["stock-ticker"].target
    parser = SseParser()
    with httpx.stream("GET", url) as response:
        reads = [parser.feed(data) for data, _ in zip(response.iter_raw(), range(4), strict=False)]
    assert [len(events) for events in reads] == [1, 1, 1, 1]


def test_the_live_data_are_made_in_the_volume(container: Container) -> None:
    for slug in ("image", "users-csv", "database-results"):
        assert httpx.get(container.address + endpoints()[slug].target).status_code == 200
    made = container.run("shell", "ls", "/state/data").split()
    assert {"images", "users.sqlite3", "streamdrill.sqlite3"} <= set(made)


def test_client_streams(container: Container) -> None:
    assert json.loads(container.run("client", "/health"))


def test_the_references_pass_in_it(container: Container) -> None:
    assert f"{len(exercises())} judged: {len(exercises())} passed" in container.run("test")


def test_it_ends_at_once_and_starts_again_on_its_port(container: Container) -> None:
    assert "is stopped" in container.run("stop")
    with pytest.raises(httpx.ConnectError):
        httpx.get(container.address)
    container.run("start")
    assert httpx.get(f"{container.address}/health").status_code == 200


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed")
@pytest.mark.parametrize("file", DOCKERFILES)
def test_hadolint_finds_nothing(file: str) -> None:
    found = subprocess.run([str(HADOLINT), ROOT / file], capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (0, "")
