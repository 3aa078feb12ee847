"""What the live application of the references has beside the bodies of its endpoints."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from grader.catalogue import exercises

from .expected import endpoints
from .servers import GRADE_SERVE, served

pytestmark = pytest.mark.endtoend


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(*GRADE_SERVE, "solutions") as address:
        yield address


def test_the_front_page_links_to_every_endpoint(address: str) -> None:
    page = httpx.get(address, headers={"Accept": "text/html,*/*;q=0.8"})

    assert page.headers["content-type"].startswith("text/html")
    targets = [exercises()[slug].target for slug in endpoints()]
    assert [target for target in targets if f'href="{address}{target}"' not in page.text] == []


def test_a_program_gets_the_addresses_of_all_endpoints(address: str) -> None:
    listed = httpx.get(address, headers={"Accept": "application/json"}).json()["endpoints"]

    wanted = {f"{address}{exercises()[slug].target}" for slug in endpoints()}
    assert {endpoint["url"] for endpoint in listed} == wanted


@pytest.mark.parametrize(("image_id", "status"), [("99", 404), ("cat", 422)])
def test_an_image_that_there_is_not_is_a_status(address: str, image_id: str, status: int) -> None:
    response = httpx.get(f"{address}/download/image/{image_id}")

    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
