"""`docker/without_registry.sh` where it can have no engine: it says why, and leaves nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from grader.catalogue import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the script is for a POSIX shell")

TOOLS = ("bash", "dirname", "env")
NEEDED = ("dockerd", "docker", "debootstrap")


def refused(folder: Path, *arguments: str, user: int = 0, there: tuple[str, ...] = NEEDED) -> str:
    """What the script says, run by `user` where of NEEDED only those are `there`."""
    path, temporary = folder / "path", folder / "tmp"
    path.mkdir()
    temporary.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (path / tool).symlink_to(found)
    for name, does in {"id": f"echo {user}", **dict.fromkeys(there, "exit 1")}.items():
        (path / name).write_text(f"#!{path}/bash\n{does}\n")
        (path / name).chmod(0o755)
    ran = subprocess.run(
        [ROOT / "docker" / "without_registry.sh", *arguments],
        env={"PATH": str(path), "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout, list(temporary.iterdir())) == (3, "", [])
    assert ran.stderr.count("\n") == 1
    return ran.stderr


@pytest.mark.parametrize("arguments", [(), ("--compose",)])
def test_it_needs_a_command(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert "expected a command to run" in refused(tmp_path, *arguments)


def test_it_needs_root(tmp_path: Path) -> None:
    assert "needs root" in refused(tmp_path, "true", user=1000)


@pytest.mark.parametrize("missing", NEEDED)
def test_what_is_not_installed_is_named(missing: str, tmp_path: Path) -> None:
    there = tuple(name for name in NEEDED if name != missing)
    assert f"{missing} is not installed" in refused(tmp_path, "true", there=there)
