"""A `docker` that only records how it is called, and a machine on which nothing else is."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from grader.catalogue import ROOT

# It knows of a container while the file `container` is there, and of an image while `image` is.
DOCKER = """\
#!/bin/sh
cd "{folder}"
echo "$*" >>calls
case "$1 $2" in
    "version "*) [ ! -e down ] ;;
    "image inspect") [ -e image ] ;;
    "build "*) touch image ;;
    "run --detach") touch container ;;
    "rm "*) [ -e container ] && rm container ;;
    "logs "*) echo printed by the server ;;
    "inspect --format")
        [ -e container ] || exit 1
        case "$3" in
            *Running*) [ -e ended ] && echo false || echo true ;;
            *Health*) cat health 2>/dev/null || echo healthy ;;
            *Labels*) cat port 2>/dev/null || echo 8765 ;;
        esac ;;
esac
"""
TOOLS = ("bash", "cat", "cp", "dirname", "env", "rm", "sh", "sleep", "touch")


@dataclass(frozen=True, slots=True)
class Machine:
    """What the script finds: a folder for the stand-in's files, and one that is all of PATH."""

    state: Path
    path: Path

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the script from a folder that is not the project's."""
        return subprocess.run(
            [ROOT / "run_docker.sh", *arguments],
            cwd=self.state,
            env={"PATH": str(self.path), **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    def has(self, name: str, text: str = "") -> None:
        (self.state / name).write_text(text)

    def calls(self, verb: str) -> list[list[str]]:
        """How docker was called with this verb: the arguments after it."""
        calls = self.state / "calls"
        lines = calls.read_text().splitlines() if calls.exists() else []
        return [words[1:] for words in map(str.split, lines) if words[0] == verb]


def make_machine(folder: Path) -> Machine:
    """A machine of which the stand-in and the files of both are in `folder`."""
    state, path = folder / "state", folder / "path"
    state.mkdir()
    path.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (path / tool).symlink_to(found)
    docker = path / "docker"
    docker.write_text(DOCKER.format(folder=state))
    docker.chmod(0o755)
    return Machine(state, path)
