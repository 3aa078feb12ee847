"""compose.yaml on a real engine: every service of it, by the ports that it publishes.

The project is a copy, as of a learner who has answered all but the stock ticker. nginx and
PostgreSQL are Debian's, by the names of the public images.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx
import pytest

from grader.catalogue import ROOT, exercises
from grader.sse import SseParser

from .engine import free_ports, run
from .expected import ROWS

COMPOSE = "docker-compose"
PROFILES = ("--profile", "proxy", "--profile", "postgres")
PORTS = ("PORT", "PROXY_PORT", "UNBUFFERED_PORT", "BUFFERED_PORT", "POSTGRES_PORT")
TICKER, TASK = exercises()["stock-ticker"], exercises()["long-task"]
COLUMNS = {"users-csv": "users.username", "database-results": "results.name"}
CHANGED = "changed in PostgreSQL"
STARTED = "Application startup complete"

pytestmark = [
    pytest.mark.endtoend,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(shutil.which(COMPOSE) is None, reason=f"{COMPOSE} is not installed"),
]


def copy_project(folder: Path) -> None:
    """What compose.yaml mounts, with the references in the places of the stubs but one."""
    for name in ("compose.yaml", "docker", "solutions"):
        whole = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        whole(ROOT / name, folder / name)
    shutil.copytree(folder / "solutions", folder / "exercises")
    for answer in (TICKER.answer("exercises"), ROOT / "exercises" / "main.py"):
        shutil.copy(answer, folder / answer.relative_to(ROOT))


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a compose.yaml, the engine that it is started on, and the ports it takes."""

    folder: Path
    variables: dict[str, str]

    def compose(self, *arguments: str) -> str:
        """Run docker-compose on all services. Returns what it prints; fails when it does."""
        return run(COMPOSE, *PROFILES, *arguments, cwd=self.folder, **self.variables)

    @contextmanager
    def log(self, service: str) -> Iterator[IO[str]]:
        """What a service prints, from its start on, line by line."""
        command = [COMPOSE, *PROFILES, "logs", "--follow", "--no-color", service]
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=os.environ | self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as following:
            assert following.stdout is not None
            yield following.stdout
            following.terminate()

    def address(self, port: str = "PORT") -> str:
        """Where the service listens whose port is in the variable `port`."""
        return f"http://127.0.0.1:{self.variables[port]}"

    def psql(self, statement: str) -> str:
        """What PostgreSQL answers, as bare text."""
        command = ("psql", "--username=streamdrill", "--tuples-only", "--no-align", "--command")
        return self.compose("exec", "-T", "postgres", *command, statement).strip()


@pytest.fixture(scope="module")
def project(image: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """All services, up; those that have a health check are healthy where another needs them."""
    folder = tmp_path_factory.mktemp("streamdrill-test")
    copy_project(folder)
    ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
    made = Project(folder, image | ports | {"TARGET": "exercises"})
    try:
        made.compose("up", "--detach")
        yield made
    finally:
        made.compose("down", "--volumes")


def until(lines: IO[str], text: str) -> None:
    """Read up to the line that holds `text`."""
    read = []
    for line in lines:
        read.append(line)
        if text in line:
            return
    pytest.fail(f"no line holds {text!r}:\n{''.join(read)}")


def test_an_edit_is_served_without_a_restart(project: Project) -> None:
    url = project.address() + TICKER.target
    with project.log("streaming-api") as lines:
        until(lines, STARTED)
        before = httpx.get(url)
        shutil.copy(TICKER.answer("solutions"), TICKER.answer(str(project.folder / "exercises")))
        until(lines, STARTED)
    with httpx.stream("GET", url) as after:
        first = next(after.iter_raw())

    assert (before.status_code, before.json()["detail"][:14]) == (501, "still the stub")
    assert len(SseParser().feed(first)) == 1


def test_it_is_what_the_specification_allows(tmp_path: Path) -> None:
    """docker-compose validates by the JSON schema of the specification, and then the references."""
    services = run(
        COMPOSE,
        "--file",
        str(ROOT / "compose.yaml"),
        *PROFILES,
        "config",
        "--services",
        cwd=tmp_path,
    )
    assert set(services.split()) == {
        "streaming-api",
        "proxy",
        "streaming-api-postgres",
        "postgres",
    }


async def events_of_each_read(address: str, reads: int) -> list[int]:
    """How many events of the long task each of the first reads brings, up to so many reads."""
    parser, counts = SseParser(), list[int]()
    async with (
        httpx.AsyncClient(base_url=address, timeout=None) as client,
        client.stream("GET", TASK.target) as response,
    ):
        async for data in response.aiter_raw():
            counts.append(len(parser.feed(data)))
            if len(counts) == reads:
                break
    return counts


async def test_the_proxy_shows_buffering_on_and_off(project: Project) -> None:
    ports = ("PROXY_PORT", "UNBUFFERED_PORT", "BUFFERED_PORT")
    asking = (events_of_each_read(project.address(port), 3) for port in ports)
    decided, unbuffered, buffered = await asyncio.gather(*asking)

    assert (decided, unbuffered) == ([1, 1, 1], [1, 1, 1])
    assert buffered[0] > 3


@pytest.mark.parametrize("slug", COLUMNS)
def test_an_export_streams_what_is_in_postgresql(slug: str, project: Project) -> None:
    with project.log("streaming-api-postgres") as lines:
        until(lines, STARTED)
    url = project.address("POSTGRES_PORT") + exercises()[slug].target
    table, column = COLUMNS[slug].split(".")

    before = httpx.get(url).content
    project.psql(f"UPDATE {table} SET {column} = '{CHANGED}' WHERE id = 1")
    with httpx.stream("GET", url) as response:
        reads = list(response.iter_raw())

    from_sqlite = httpx.get(project.address() + exercises()[slug].target).content
    assert ROWS[slug].content(before) == ROWS[slug].content(from_sqlite)
    assert len(reads) > 1
    assert b"".join(reads).count(CHANGED.encode()) == 1
