"""The application around the answers: stubs, files that cannot be imported."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from grader.application import application, live_application
from grader.catalogue import endpoints, exercises

ANSWER = """
from fastapi import APIRouter

router = APIRouter()


@router.get("{path}")
def answer() -> str:
    return "answered"
"""


async def _get(app: FastAPI, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(path)


def _router_of(endpoint: Any) -> APIRouter:
    router = APIRouter()
    router.add_api_route("/it", endpoint)
    return router


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of answers: every exercise answers "answered" on its path."""
    for exercise in endpoints().values():
        file = exercise.answer(str(tmp_path))
        file.parent.mkdir(exist_ok=True)
        file.write_text(ANSWER.format(path=exercise.path))
    return tmp_path


async def test_a_stub_answers_501_with_the_line_to_implement() -> None:
    async def prices() -> None:
        raise NotImplementedError

    response = await _get(application([_router_of(prices)], title="t"), "/it")

    line = prices.__code__.co_firstlineno + 1
    place = f"tests/kit/test_application.py, line {line}"
    assert response.status_code == 501
    assert response.json() == {"detail": f"still the stub: implement prices in {place}"}


async def test_a_stub_that_is_a_plain_function_answers_501_as_well() -> None:
    def prices() -> None:
        raise NotImplementedError

    response = await _get(application([_router_of(prices)], title="t"), "/it")

    assert response.status_code == 501
    assert "implement prices" in response.json()["detail"]


async def test_every_exercise_of_a_folder_is_served_and_documented(folder: Path) -> None:
    app = live_application(str(folder))

    paths = [exercise.path for exercise in endpoints().values()]
    assert [(await _get(app, path)).json() for path in paths] == ["answered"] * len(paths)
    assert [*app.openapi()["paths"]] == paths
    assert (await _get(app, "/docs")).status_code == 200


async def _details(app: FastAPI, *, spoilt: str) -> AsyncIterator[str]:
    """What the exercise `spoilt` says of itself, after a check that the others answer."""
    for exercise in endpoints().values():
        response = await _get(app, exercise.path)
        if exercise.slug == spoilt:
            assert response.status_code == 503
            yield response.json()["detail"]
        else:
            assert response.json() == "answered"


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("import json\nprice = = 1\n", ", line 2", "SyntaxError: invalid syntax"),
        ("import no_such_thing\n", ", line 1", "ModuleNotFoundError: No module named"),
        ("\n\nraise SystemExit(3)\n", ", line 3", "SystemExit: 3"),
        ("", "", "TypeError: the module needs an APIRouter named router"),
        (ANSWER.format(path=""), "", "fastapi.exceptions.FastAPIError: Prefix and path"),
    ],
)
async def test_a_file_that_cannot_be_imported_takes_no_other_down(
    folder: Path, text: str, place: str, reason: str
) -> None:
    file = exercises()["stock-ticker"].answer(str(folder))
    file.write_text(text)

    (detail,) = [d async for d in _details(live_application(str(folder)), spoilt="stock-ticker")]

    assert detail.startswith(f"{file}{place} cannot be imported: {reason}")
    assert "\n" not in detail


async def test_a_file_that_is_missing_takes_no_other_down(folder: Path) -> None:
    file = exercises()["large-file"].answer(str(folder))
    file.unlink()

    (detail,) = [d async for d in _details(live_application(str(folder)), spoilt="large-file")]

    assert detail.startswith(f"{file} cannot be imported: FileNotFoundError")
