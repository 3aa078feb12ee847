"""The image on a real engine: built, started, streamed from, graded in, and stopped by the script.

The engine is one of its own, on a base image made of Debian's packages, so that no image registry
is asked. Making that base takes minutes; it is kept in .streamdrill/docker.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from grader.catalogue import ROOT, endpoints, exercises
from grader.sse import SseParser

SCRIPT = ROOT / "docker" / "without_registry.sh"
# What the script gives to the command that it runs, which waits until the tests are done.
HANDED_ON = ("DOCKER_HOST", "DOCKER_BUILDKIT", "BASE", "NETWORK")
WAIT = f"for name in {' '.join(HANDED_ON)}; do printenv $name; done; exec cat"

pytestmark = [pytest.mark.endtoend, pytest.mark.timeout(1200)]


class Container:
    """The script, beside an engine, with a container of its own name and port."""

    def __init__(self, engine: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as holder:
            self.port = holder.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = os.environ | engine | {"PORT": str(self.port)}

    def script(self, *arguments: str) -> str:
        """Run `run_docker.sh` from another folder. Returns what it prints; fails when it does."""
        return self._run(str(ROOT / "run_docker.sh"), *arguments)

    def inspect(self) -> Any:
        """What the engine says of the container."""
        return json.loads(self._run("docker", "inspect", "streamdrill"))[0]

    def _run(self, *command: str) -> str:
        ran = subprocess.run(
            command,
            cwd="/",
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, f"{command}:\n{ran.stdout[-3000:]}{ran.stderr[-3000:]}"
        return ran.stdout


@pytest.fixture(scope="module")
def engine() -> Iterator[dict[str, str]]:
    """The variables by which an engine is found. Without one, the tests are skipped."""
    pipe = subprocess.PIPE
    command = [str(SCRIPT), "sh", "-c", WAIT]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as script:
        assert script.stdout is not None
        assert script.stderr is not None
        values = [script.stdout.readline().strip() for _ in HANDED_ON]
        if not all(values):
            pytest.skip(script.stderr.read().strip())
        yield dict(zip(HANDED_ON, values, strict=True))


@pytest.fixture(scope="module")
def container(engine: dict[str, str]) -> Iterator[Container]:
    """A container that was healthy when the script said so."""
    made = Container(engine)
    made.script("build")
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


COMPOSE = shutil.which("docker-compose")


@pytest.mark.skipif(COMPOSE is None, reason="docker-compose is not installed")
def test_compose_yaml_is_what_the_specification_allows(tmp_path: Path) -> None:
    """docker-compose validates by the JSON schema of the specification, and then the references."""
    command = [str(COMPOSE), "--file", str(ROOT / "compose.yaml")]
    profiles = ["--profile", "proxy", "--profile", "postgres"]
    ran = subprocess.run(
        [*command, *profiles, "config", "--services"], capture_output=True, text=True, cwd=tmp_path
    )
    services = {"streaming-api", "proxy", "streaming-api-postgres", "postgres"}
    assert (ran.returncode, set(ran.stdout.split())) == (0, services), ran.stderr


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="hadolint is not installed")
def test_hadolint_finds_nothing() -> None:
    found = subprocess.run(["hadolint", ROOT / "Dockerfile"], capture_output=True, text=True)
    assert found.stdout == ""
