"""The pins that the start script installs by."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[2]


def pins() -> list[str]:
    return (PROJECT / "constraints.txt").read_text().splitlines()


def test_a_pin_is_a_name_and_a_version_and_nothing_else() -> None:
    assert [pin for pin in pins() if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []


def test_every_dependency_has_a_pin_that_it_allows() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    wanted = map(Requirement, chain(project["dependencies"], *extras))
    pinned = dict(pin.split("==") for pin in pins())
    versions = {canonicalize_name(name): version for name, version in pinned.items()}
    unmet = [
        str(requirement)
        for requirement in wanted
        if not requirement.specifier.contains(versions.get(canonicalize_name(requirement.name), ""))
    ]
    assert unmet == []
