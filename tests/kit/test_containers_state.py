"""Where the kit keeps what it remembers, when its own folder cannot be written to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.catalogue import ROOT

CODE = """
from grader.judge.selfcheck import MEMORY
from grader.progress import FILE
from grader.stub import ASIDE
from sources.data import DATA
print(MEMORY, FILE, ASIDE, DATA, sep="\\n")
"""


@pytest.mark.parametrize("named", [True, False], ids=["named", "not named"])
def test_one_variable_moves_all_that_is_kept(named: bool, tmp_path: Path) -> None:
    folder = tmp_path if named else ROOT / ".streamdrill"
    environment = os.environ | {"STREAMDRILL_STATE": str(tmp_path) if named else ""}

    command = [sys.executable, "-P", "-c", CODE]
    printed = subprocess.check_output(command, cwd=ROOT, env=environment, text=True)

    names = ("selfcheck.json", "progress.json", "kept", "data")
    assert printed.split() == [str(folder / name) for name in names]


def test_advice_names_the_command_that_runs_the_container() -> None:
    environment = os.environ | {"STREAMDRILL_COMMAND": "./run_docker.sh grade"}
    command = [sys.executable, "-P", "-m", "grader", "card", "--help"]
    printed = subprocess.check_output(command, cwd=ROOT, env=environment, text=True)
    assert printed.startswith("Usage: ./run_docker.sh grade card ")
