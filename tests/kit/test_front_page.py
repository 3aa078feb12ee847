"""The front page of the live application: what it lists, for whom, and where it leads."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from grader.application import application
from grader.catalogue import endpoints
from grader.front_page import front_page, prefers_json

BASE = "http://drill.example:8123"
STUB = "def answer():\n    raise NotImplementedError\n"
SERVED = list(endpoints().values())


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """The front page of a folder in which the first exercise is done, and the others are stubs."""
    for exercise in SERVED:
        file = exercise.answer(str(tmp_path))
        file.parent.mkdir(exist_ok=True)
        file.write_text("router = None\n" if exercise is SERVED[0] else STUB)
    return application([front_page(str(tmp_path))], title="t")


async def get(app: FastAPI, accept: str, base: str = BASE) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        return await client.get("/", headers={"Accept": accept})


class Links(HTMLParser):
    """Where a page leads, and what it loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.leads: list[str] = []
        self.loads: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if tag == "a" and name == "href":
                self.leads.append(value or "")
            elif name in ("href", "src"):
                self.loads.append(value or "")


async def test_a_program_gets_every_endpoint_of_the_catalogue(app: FastAPI) -> None:
    response = await get(app, "application/json")

    endpoints = response.json()["endpoints"]
    assert response.headers["content-type"] == "application/json"
    assert [e["slug"] for e in endpoints] == [exercise.slug for exercise in SERVED]
    assert [e["url"] for e in endpoints] == [BASE + exercise.target for exercise in SERVED]
    assert [e["curl"] for e in endpoints] == [exercise.curl(BASE) for exercise in SERVED]
    assert [e["stub"] for e in endpoints] == [False] + [True] * (len(SERVED) - 1)


async def test_a_person_gets_a_link_and_a_command_for_each(app: FastAPI) -> None:
    response = await get(app, "text/html,application/xhtml+xml,*/*;q=0.8")

    page = response.text
    commands = [unescape(code) for code in re.findall(r"<pre><code>(.*?)</code></pre>", page)]
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert Links(page).leads == ["docs", *[BASE + exercise.target for exercise in SERVED]]
    assert commands == [exercise.curl(BASE) for exercise in SERVED]
    assert all(unescape(exercise.teaches) in unescape(page) for exercise in SERVED)
    assert page.count("still the stub") == len(SERVED) - 1


async def test_the_page_needs_nothing_from_elsewhere(app: FastAPI) -> None:
    page = (await get(app, "text/html")).text

    assert Links(page).loads == []
    assert not re.search(r"@import|url\(", page)
    assert "$" not in page


async def test_what_a_client_calls_the_server_is_no_markup(tmp_path: Path) -> None:
    app = application([front_page('<b>&"')], title="t")

    assert "<b>" not in (await get(app, "text/html")).text


async def test_caches_keep_the_two_apart(app: FastAPI) -> None:
    both = [await get(app, accept) for accept in ("text/html", "application/json")]
    assert [response.headers["vary"] for response in both] == ["Accept", "Accept"]


async def test_it_is_not_documented_beside_the_exercises(app: FastAPI) -> None:
    assert "/" not in app.openapi()["paths"]


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        ("application/json", True),
        ("application/json, text/plain, */*", True),
        ("application/json, */*;q=0.5", True),
        ("text/html;q=0.5, application/json", True),
        ("text/html, application/json;q=0.9", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("application/*", True),
        ("Application/JSON; charset=utf-8; q=0.7, text/*; q=0.2", True),
        ("*/*", False),
        ("", False),
        ("application/json;q=0", False),
        ("application/json;q=high", False),
    ],
)
def test_json_is_for_whoever_would_rather_have_it(accept: str, json: bool) -> None:
    assert prefers_json(accept) is json
