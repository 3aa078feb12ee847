"""The image on a real engine: built, started, streamed from, graded in, and stopped by the script.

The engine is one of the tests' own; see engine.py.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from grader.catalogue import ROOT, endpoints, exercises
from grader.sse import SseParser

from .engine import free_ports, run

pytestmark = [pytest.mark.endtoend, pytest.mark.timeout(1200)]


class Container:
    """The script, beside an engine, with a port of its own."""

    def __init__(self, engine: dict[str, str]) -> None:
        [port] = free_ports(1)
        self.address = f"http://127.0.0.1:{port}"
        self._variables = engine | {"PORT": str(port)}

    def script(self, *arguments: str, **variables: str) -> str:
        """Run `run_docker.sh` from another folder. Returns what it prints; fails when it does."""
        return run(str(ROOT / "run_docker.sh"), *arguments, **self._variables | variables)

    def inspect(self) -> Any:
        """What the engine says of the container."""
        return json.loads(run("docker", "inspect", "streamdrill", **self._variables))[0]


@pytest.fixture(scope="module")
def container(image: dict[str, str]) -> Iterator[Container]:
    """A container that was healthy when the script said so."""
    made = Container(image)
    assert f"healthy, on {made.address}" in made.script("start")
    yield made
    made.script("stop")


def test_the_engine_says_that_it_is_healthy(container: Container) -> None:
    assert container.inspect()["State"]["Health"]["Status"] == "healthy"
    assert "(healthy)" in container.script("status")


def test_it_runs_as_nobody_special_and_its_root_is_read_only(container: Container) -> None:
    found = container.inspect()
    assert found["Config"]["User"] == "10001:10001"
    assert found["HostConfig"]["ReadonlyRootfs"] is True
    assert container.script("shell", "id", "-u").strip() == "10001"
    tried = "touch /streamdrill/new 2>/dev/null || echo refused; touch /state/new && echo kept"
    assert container.script("shell", "sh", "-c", tried).split() == ["refused", "kept"]


def test_events_come_one_by_one(container: Container) -> None:
    url = container.address + exercises()["stock-ticker"].target
    parser = SseParser()
    with httpx.stream("GET", url) as response:
        reads = [parser.feed(data) for data, _ in zip(response.iter_raw(), range(4), strict=False)]
    assert [len(events) for events in reads] == [1, 1, 1, 1]


def test_the_live_data_are_made_in_the_volume(container: Container) -> None:
    for slug in ("image", "users-csv", "database-results"):
        assert httpx.get(container.address + endpoints()[slug].target).status_code == 200
    made = container.script("shell", "ls", "/state/data").split()
    assert {"images", "users.sqlite3", "streamdrill.sqlite3"} <= set(made)


def test_client_streams(container: Container) -> None:
    assert json.loads(container.script("client", "/health"))


def test_the_references_pass_in_it(container: Container) -> None:
    assert f"{len(exercises())} judged: {len(exercises())} passed" in container.script("test")


def test_it_ends_at_once_and_starts_again_on_its_port(container: Container) -> None:
    assert "is stopped" in container.script("stop")
    with pytest.raises(httpx.ConnectError):
        httpx.get(container.address)
    container.script("start")
    assert httpx.get(f"{container.address}/health").status_code == 200


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="hadolint is not installed")
@pytest.mark.parametrize(
    "file",
    ["Dockerfile", "docker/stand_ins/nginx/Dockerfile", "docker/stand_ins/postgres/Dockerfile"],
)
def test_hadolint_finds_nothing(file: str) -> None:
    found = subprocess.run(["hadolint", ROOT / file], capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (0, "")
