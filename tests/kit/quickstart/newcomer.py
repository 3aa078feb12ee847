"""A newcomer's machine: a repository to clone, a terminal, and the start script with all in place.

`git clone`, the shell and the clone's `./grade` are real. Only the set-up is not done again, which
takes a minute and the network: `.venv` borrows the packages that these tests run with.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from grader.catalogue import ROOT, exercises
from grader.progress import is_stub
from grader.stub import pristine
from sources.model import SETTINGS

NOT_CLONED = (".*", "__pycache__", "*.egg-info", "bank", "kit", "endtoend", "benchmarks")
CONSOLE_SCRIPT = """\
#!{python}
from {module} import main
if __name__ == "__main__":
    main()
"""
THIS_REPOSITORY = "<this repository>"
NOBODY = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", "kit"), ("EMAIL", "kit@example.com"))
} | {"GIT_CONFIG_GLOBAL": os.devnull}


@contextmanager
def plain_environment() -> Iterator[None]:
    """Forget where this machine keeps its state, and which database and model it has."""
    with pytest.MonkeyPatch.context() as environment:
        for setting in (*SETTINGS, "DATABASE_URL", "STREAMDRILL_STATE"):
            environment.delenv(setting, raising=False)
        yield


@dataclass(frozen=True, slots=True)
class Ran:
    """What a terminal showed, and the exit code of the last command."""

    output: str
    code: int


@dataclass(slots=True)
class Terminal:
    """A shell session: the folder stays from one block to the next."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, commands: str) -> Ran:
        """Run the commands up to the first that fails. Both outputs come as on a screen."""
        here = self.folder / ".where"
        script = f"trap 'pwd >\"{here}\"' EXIT\n{commands}"
        ran = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.folder,
            env={
                **os.environ,
                "COLUMNS": "80",
                "NO_COLOR": "1",
                "PYTHONUTF8": "1",
                **self.environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.folder = Path(here.read_text().strip())
        here.unlink()
        return Ran(ran.stdout, ran.returncode)


def repository(folder: Path) -> Path:
    """What is here now, with untouched stubs, as a repository that can be cloned."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_CLONED))
    for exercise in exercises().values():
        mine = exercise.answer("exercises")
        if not (mine.exists() and is_stub(mine.read_bytes())):
            (folder / mine.relative_to(ROOT)).write_bytes(pristine(mine))
    commands = ("init", "-c gc.auto=0 add .", "-c commit.gpgsign=false commit --message all")
    for command in commands:
        git = ["git", *command.split()]
        subprocess.run(git, cwd=folder, env=os.environ | NOBODY, check=True, capture_output=True)
    return folder


def set_up(clone: Path) -> None:
    """Leave `.venv` as the start script of the clone leaves it."""
    made = clone / ".venv"
    venv.EnvBuilder(symlinks=True, with_pip=False).create(made)
    here = {"base": str(made), "platbase": str(made)}
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    # A path in a .pth file is a place to look, whose own .pth files are not read.
    pth = Path(sysconfig.get_path("purelib", scheme="venv", vars=here), "kit.pth")
    pth.write_text("\n".join([str(clone), *borrowed]))
    for name, module in (("grade", "grader.cli"), ("uvicorn", "uvicorn.main")):
        script = made / "bin" / name
        script.write_text(CONSOLE_SCRIPT.format(python=made / "bin" / "python", module=module))
        script.chmod(0o755)
    loader = SourceFileLoader("start_script", str(clone / "grade"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    start = module_from_spec(spec)
    loader.exec_module(start)
    start.write_stamp(start.stamp("test"))
    assert start.ready("test")
