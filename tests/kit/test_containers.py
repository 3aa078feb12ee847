"""The files that make and describe the containers, as far as they can be read."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from grader.catalogue import ROOT

SCRIPTS = (
    "run_docker.sh",
    "docker/without_registry.sh",
    "docker/stand_ins/postgres/start.sh",
)


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with what follows them, each in one line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines) if word]


def requirements() -> list[str]:
    """The requirements of the image, each with its hashes in one line."""
    text = (ROOT / "docker" / "requirements.txt").read_text()
    lines = text.replace("\\\n", " ").splitlines()
    return [line for line in lines if not line.startswith("#")]


def pins(lines: list[str]) -> dict[str, str]:
    """The version of each package."""
    found = (re.match(r"([\w.-]+)==([\w.]+)", line) for line in lines)
    return {canonicalize_name(pin[1]): pin[2] for pin in found if pin}


def required_by(package: str) -> set[str]:
    """What an installed package requires without any of its extras."""
    needs = map(Requirement, requires(package) or ())
    return {
        canonicalize_name(need.name)
        for need in needs
        if need.marker is None or need.marker.evaluate({"extra": ""})
    }


def test_every_requirement_of_the_image_has_a_version_and_hashes() -> None:
    lines = requirements()
    assert len(pins(lines)) == len(lines)
    assert [line for line in lines if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", line)] == []


def test_the_requirements_name_no_registry() -> None:
    text = (ROOT / "docker" / "requirements.txt").read_text()
    assert re.findall(r"\S*://\S*|--\S*index\S*|--find-links", text) == []


def test_the_image_has_the_versions_that_everybody_has() -> None:
    everybody = pins((ROOT / "constraints.txt").read_text().splitlines())
    other = {
        name: version
        for name, version in pins(requirements()).items()
        if everybody.get(name, version) != version
    }
    assert other == {}


def test_the_image_has_what_the_kit_needs_at_run_time_and_not_what_its_tests_need() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}
    for_tests = {canonicalize_name(Requirement(text).name) for text in extras["test"]}

    # What a package of the image requires is there whether a test needs it, too, or not.
    required = {name for package in needed for name in required_by(package)}

    there = pins(requirements()).keys()

    assert needed - there == set()
    assert (for_tests - needed - required) & there == set()


def test_all_that_the_dockerfile_copies_is_there_and_sent_to_the_engine() -> None:
    allowed = (ROOT / ".dockerignore").read_text().splitlines()
    copied = [
        source
        for word, rest in instructions()
        if word == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]
    assert len(copied) > 5
    for source in copied:
        assert (ROOT / source).exists()
        assert any(f"!{part}" in allowed for part in (source, *map(str, Path(source).parents)))


def test_the_image_drops_root_before_it_starts_anything() -> None:
    last_stage = [word for word, _ in instructions()]
    last_stage = last_stage[len(last_stage) - last_stage[::-1].index("FROM") :]
    users = [rest for word, rest in instructions() if word == "USER"]
    assert users == ["10001:10001"]
    assert last_stage.index("USER") > last_stage.index("RUN")
    assert "RUN" not in last_stage[last_stage.index("USER") :]


def test_what_changes_most_is_copied_last() -> None:
    copied = [rest.split()[0] for word, rest in instructions() if word == "COPY"]
    assert copied[0] == "docker/requirements.txt"
    assert copied[-1] == "exercises"


def test_the_default_base_is_the_public_slim_image() -> None:
    assert ("ARG", "BASE=python:3.13-slim") in instructions()
    assert "${BASE:-python:3.13-slim}" in (ROOT / "compose.yaml").read_text()


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_nothing(script: str) -> None:
    found = subprocess.run(["shellcheck", ROOT / script], capture_output=True, text=True)
    assert found.stdout == ""


def test_the_requirements_say_by_which_command_they_are_made() -> None:
    text = (ROOT / "docker" / "requirements.txt").read_text()
    command = next(line for line in text.splitlines() if "uv pip compile" in line)
    words = shlex.split(command.removeprefix("#"))
    assert words[-1] == "docker/requirements.txt"
    assert " ".join(words) in " ".join(
        (ROOT / "CONTRIBUTING.md").read_text().replace("\\\n", "").split()
    )
