"""Every block of the quick start does what the page shows, in the situation that its word names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from .newcomer import plain_environment
from .output import difference
from .page import Block, name, of_kind
from .server import live
from .situations import RUNNERS, missing
from .walk import Walk

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell"),
    pytest.mark.skipif(bool(missing()), reason=missing()),
    pytest.mark.timeout(300),  # the first of them takes the whole walk
]


@pytest.fixture(scope="module", autouse=True)
def environment() -> Iterator[None]:
    with plain_environment():
        yield


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with live() as address:
        yield address


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return Walk(tmp_path_factory.mktemp("walk")).take()


@dataclass(frozen=True, slots=True)
class LazyKit:
    """Makes what a block does not need for none."""

    folder: Path
    request: pytest.FixtureRequest

    @property
    def address(self) -> str:
        return cast(str, self.request.getfixturevalue("address"))

    @property
    def walk(self) -> Walk:
        return cast(Walk, self.request.getfixturevalue("walk"))


@pytest.mark.parametrize("block", of_kind(*RUNNERS), ids=name)
def test_a_block_does_what_the_page_shows(
    block: Block, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    ran = RUNNERS[block.kind](block, LazyKit(tmp_path, request))

    if block.language == "sh":
        assert ran.code == int(block.value or 0), ran.output
    if block.output is None:
        assert ran.output.strip(), "it printed nothing"
    else:
        problem = difference(block.output, ran.output)
        assert not problem, problem
