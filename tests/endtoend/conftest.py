"""What several of the end-to-end tests ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.catalogue import ROOT

from .engine import engine, run


@pytest.fixture(scope="session")
def image() -> Iterator[dict[str, str]]:
    """The variables by which an engine is found in which the image has been built."""
    with engine() as variables:
        run(str(ROOT / "run_docker.sh"), "build", **variables)
        yield variables
