"""`curl -N`, httpx and a browser consume every live endpoint, from `grade serve` and from uvicorn.

Everything is asked for at once, since the longest answer takes half a minute, and each test looks
at one answer.
"""

from __future__ import annotations

import asyncio
import importlib
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from typing import Any

import httpx
import pytest

from grader.catalogue import ROOT, exercises
from grader.sse import Event
from sources.model import SETTINGS

from . import browser
from .answer import Answer, by_httpx
from .curl import by_curl
from .expected import CLIENTS, ROWS, clients, endpoints, row, streams
from .servers import GRADE_SERVE, UVICORN, missing_nginx, nginx, served

pytestmark = [pytest.mark.endtoend, pytest.mark.timeout(300)]

ASKED = [slug for slug in endpoints() if slug in ROWS]  # `row` fails for the others

EVENT_SOURCE = "EventSource"
REFERENCE = "the reference"
MISSING: Mapping[str, Callable[[], str]] = {
    "curl": lambda: "" if shutil.which("curl") else "curl is not installed",
    "httpx": lambda: "",
    "httpx from uvicorn": lambda: "",
    "httpx through nginx": missing_nginx,
    "fetch": browser.missing,
}
WAYS = tuple(MISSING)

Asking = Callable[[str], Awaitable[Answer]]
Got = Mapping[tuple[str, str], Answer | list[Any] | BaseException]


@pytest.fixture(scope="module")
def got(tmp_path_factory: pytest.TempPathFactory) -> Got:
    """What each way got for each exercise: an answer, events, or the reason why it got nothing."""
    with ExitStack() as stack:
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        for setting in (*SETTINGS, "DATABASE_URL"):
            environment.delenv(setting, raising=False)  # the sources are the local ones
        serve = stack.enter_context(served(*GRADE_SERVE, "solutions"))
        addresses = {
            "httpx": serve,
            "httpx from uvicorn": stack.enter_context(served(*UVICORN, "solutions.main:app")),
        }
        if not missing_nginx():
            proxy = nginx(tmp_path_factory.mktemp("nginx"), serve)
            addresses["httpx through nginx"] = stack.enter_context(proxy)
        return asyncio.run(_ask_for_everything(serve, addresses))


async def _ask_for_everything(serve: str, addresses: Mapping[str, str]) -> Got:
    ways: dict[str, Asking] = {}
    calls: dict[tuple[str, str], Awaitable[Answer | list[Any]]] = {
        (REFERENCE, slug): _items(slug, serve) for slug in CLIENTS
    }
    async with AsyncExitStack() as stack:
        if not MISSING["curl"]():
            ways["curl"] = lambda path: by_curl(serve + path)
        for way, address in addresses.items():
            session = httpx.AsyncClient(base_url=address, timeout=30)
            ways[way] = partial(by_httpx, await stack.enter_async_context(session))
        if not browser.missing():
            open_tab = await stack.enter_async_context(browser.browser())
            ways["fetch"] = (await open_tab(serve)).fetch
            calls |= _events(await open_tab(serve))
        calls |= {
            (way, slug): ask(exercises()[slug].target)
            for way, ask in ways.items()
            for slug in ASKED
        }
        results = await asyncio.gather(*calls.values(), return_exceptions=True)
    return dict(zip(calls, results, strict=True))


def _events(tab: browser.Tab) -> dict[tuple[str, str], Awaitable[list[Event]]]:
    return {
        (EVENT_SOURCE, slug): tab.event_source(exercises()[slug].target, stream)
        for slug in ASKED
        if (stream := ROWS[slug].stream)
    }


async def _items(slug: str, address: str) -> list[Any]:
    exercise = exercises()[slug]
    module = importlib.import_module(f"solutions.{exercise.topic}.{exercise.module}")
    return [item async for item in getattr(module, exercise.function)(address)]


def gained(got: Got, way: str, slug: str) -> Any:
    """What `way` got for `slug`. Raises what it failed with."""
    found = got[way, slug]
    if isinstance(found, BaseException):
        raise found
    return found


def answer(got: Got, way: str, slug: str) -> Answer:
    """The answer that `way` got, if what it needs is not missing here."""
    if reason := MISSING[way]():
        pytest.skip(reason)
    found = gained(got, way, slug)
    assert isinstance(found, Answer)
    return found


@pytest.mark.parametrize("slug", endpoints())
@pytest.mark.parametrize("way", WAYS)
def test_a_client_gets_the_whole_answer(got: Got, way: str, slug: str) -> None:
    expected = row(slug)
    found = answer(got, way, slug)

    assert found.status == 200
    assert found.headers["content-type"].partition(";")[0] == expected.media_type
    # nginx acts on X-Accel-Buffering and keeps it to itself.
    kept = {"x-accel-buffering"} if "nginx" in way else set()
    wanted = {name: value for name, value in expected.headers.items() if name not in kept}
    assert {name: found.headers.get(name) for name in wanted} == wanted
    assert expected.content(found.body)


@pytest.mark.parametrize("slug", endpoints())
@pytest.mark.parametrize("way", [way for way in WAYS if way != "httpx"])
def test_a_client_gets_what_httpx_gets(got: Got, way: str, slug: str) -> None:
    content = row(slug).content

    assert content(answer(got, way, slug).body) == content(answer(got, "httpx", slug).body)


@pytest.mark.parametrize(
    ("one", "other"),
    [("comparison-buffered", "comparison-streamed"), ("chat-stream", "chat-stream-sse")],
)
def test_two_endpoints_send_the_same_in_two_ways(got: Got, one: str, other: str) -> None:
    contents = [row(slug).content(answer(got, "httpx", slug).body) for slug in (one, other)]

    assert contents[0] == contents[1]


def test_what_is_buffered_has_a_length_and_what_is_streamed_has_none(got: Got) -> None:
    buffered = answer(got, "httpx", "comparison-buffered")
    streamed = answer(got, "httpx", "comparison-streamed")

    assert buffered.headers["content-length"] == str(len(buffered.body))
    assert "content-length" not in streamed.headers


@pytest.mark.skipif(bool(browser.missing()), reason=browser.missing())
@pytest.mark.parametrize("slug", streams())
def test_an_event_source_gets_every_event(got: Got, slug: str) -> None:
    stream = row(slug).stream
    content = row(slug).content

    assert stream is not None
    found = stream.read(gained(got, EVENT_SOURCE, slug))
    assert found == content(answer(got, "httpx", slug).body)


@pytest.mark.parametrize("slug", CLIENTS)
def test_the_reference_of_a_client_reads_what_the_endpoint_sends(got: Got, slug: str) -> None:
    expected = CLIENTS[slug]
    content = row(expected.endpoint).content

    found = expected.content(gained(got, REFERENCE, slug))
    assert found == content(answer(got, "httpx", expected.endpoint).body)


def test_every_client_ends_well_against_the_live_server() -> None:
    command = [sys.executable, "-m", "grader", "clients", "all", "--target", "solutions"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    marks = [line.split()[:2] for line in ran.stdout.splitlines() if line.strip()]
    assert [f"{slug}:" for slug in clients()] == [
        mark[1] for mark in marks if len(mark) > 1 and mark[0] in ("\u2713", "ok")
    ]
