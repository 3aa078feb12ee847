"""The application of the exercises runs as it is: each stub says of itself that it is one."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from grader.catalogue import exercises

from .expected import endpoints
from .servers import GRADE_SERVE, UVICORN, served

pytestmark = pytest.mark.endtoend

COMMANDS = {
    "grade serve": (*GRADE_SERVE, "exercises"),
    "uvicorn": (*UVICORN, "exercises.main:app"),
}


@pytest.fixture(scope="module", params=COMMANDS)
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    with served(*COMMANDS[request.param]) as address:
        yield address


@pytest.mark.parametrize("slug", endpoints())
def test_a_stub_answers_501_with_the_line_to_implement(address: str, slug: str) -> None:
    response = httpx.get(address + exercises()[slug].target)

    assert response.status_code == 501
    file = exercises()[slug].answer("exercises").name
    assert response.json()["detail"].startswith("still the stub: implement ")
    assert f"/{file}, line " in response.json()["detail"]
