"""The start script at the root: when it sets up, when it hands over at once, and what it says.

Nothing is installed here: the steps of a set-up are replaced, the decisions are the script's own.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from importlib.util import cache_from_source, module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone as far as the start script can tell: itself, the metadata and the pins."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in ("grade", "pyproject.toml", "constraints.txt"):
        shutil.copy2(PROJECT / name, folder)
    return folder


@pytest.fixture
def script(clone: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The clone's start script, imported. Nothing but what a test puts there is on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(sys, "path", sys.path[:])
    return load(clone)


def load(clone: Path) -> ModuleType:
    loader = SourceFileLoader("start_script", str(clone / "grade"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def interpreter(path: Path, *, version: str, prefix: object = "", venv: str = "yes") -> Path:
    """A stand-in for a Python interpreter: it answers the probe, and nothing else."""
    new = "yes" if tuple(map(int, version.split("."))) >= (3, 11) else ""
    facts = (version, new, path, prefix, venv, "yes")
    return executable(path, "".join(f"echo '{fact}'\n" for fact in facts))


def make_venv(script: ModuleType, *, version: str = "3.12.1") -> None:
    """Leave .venv as `python -m venv` leaves it: its interpreter is a link to one elsewhere."""
    python = Path(script.PYTHON)
    python.parent.mkdir(parents=True)
    elsewhere = Path(script.ROOT).parent / f"python{version}"
    python.symlink_to(interpreter(elsewhere, version=version, prefix=script.VENV))


def installed(script: ModuleType, extra: str = "") -> None:
    """Leave .venv as a complete set-up leaves it."""
    make_venv(script)
    executable(Path(script.GRADE), "printf '<%s>' \"$@\"; exit 7")
    script.write_stamp(script.stamp(extra))


@dataclass
class Steps:
    """Stands in for `run`: every step succeeds but those that are given an error to raise."""

    script: ModuleType
    taken: list[str] = field(default_factory=list)
    errors: dict[str, BaseException] = field(default_factory=dict)

    def __call__(self, tool: str, command: list[str]) -> None:
        self.taken.append(tool)
        if tool in self.errors:
            raise self.errors[tool]
        if tool in ("venv", "uv venv"):
            make_venv(self.script)
        elif tool in ("pip", "uv"):
            executable(Path(self.script.GRADE), "")


@pytest.fixture
def steps(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Steps:
    """The steps that the script takes from here on; handing over is replaced as well."""
    stand_in = Steps(script)
    monkeypatch.setattr(script, "run", stand_in)
    monkeypatch.setattr(script, "hand_over", lambda arguments: 0)
    return stand_in


# What is in place


def test_a_clone_without_venv_is_not_ready(script: ModuleType) -> None:
    assert not script.ready("")


@pytest.mark.parametrize(
    ("extra", "needed", "ready"),
    [("", "", True), ("", "test", False), ("test", "", True), ("test", "test", True)],
)
def test_a_venv_serves_the_extras_it_was_made_for(
    script: ModuleType, extra: str, needed: str, ready: bool
) -> None:
    installed(script, extra)
    assert script.ready(needed) is ready


def append(name: str, text: str) -> Callable[[Path], None]:
    def change(clone: Path) -> None:
        with (clone / name).open("a") as file:
            file.write(text)

    return change


def add_dependency(clone: Path) -> None:
    path = clone / "pyproject.toml"
    path.write_text(path.read_text().replace("dependencies = [", 'dependencies = [\n"new",', 1))


OUTDATED: dict[str, Callable[[Path], None]] = {
    "a pin changed": append("constraints.txt", "new==1.0\n"),
    "a dependency was added": add_dependency,
    "the interpreter vanished": lambda clone: (clone / ".venv/bin/python").resolve().unlink(),
    "the command vanished": lambda clone: (clone / ".venv/bin/grade").unlink(),
    "set-up was cut off": append(".venv/streamdrill-setup.txt", "unfinished"),
}


@pytest.mark.parametrize("change", OUTDATED.values(), ids=OUTDATED)
def test_a_venv_that_is_out_of_date_is_not_ready(
    script: ModuleType, clone: Path, change: Callable[[Path], None]
) -> None:
    installed(script)
    change(clone)
    assert not script.ready("")


def test_a_venv_is_not_ready_when_its_interpreter_is_another_one(
    script: ModuleType, tmp_path: Path
) -> None:
    installed(script)
    Path(script.PYTHON).resolve().rename(tmp_path / "python3.11")
    Path(script.PYTHON).unlink()
    Path(script.PYTHON).symlink_to(tmp_path / "python3.11")
    assert not script.ready("")


def test_the_settings_of_the_linters_do_not_matter(script: ModuleType, clone: Path) -> None:
    installed(script)
    append("pyproject.toml", "\n[tool.ruff.format]\nquote-style = 'single'\n")(clone)
    assert script.ready("")


def test_a_moved_clone_is_set_up_anew(script: ModuleType, clone: Path, tmp_path: Path) -> None:
    installed(script)
    moved = load(clone.rename(tmp_path / "moved"))
    interpreter(Path(moved.PYTHON).resolve(), version="3.12.1", prefix=moved.VENV)
    assert not moved.ready("")
    assert not moved.usable()


@pytest.mark.parametrize(
    ("stamp", "version", "kept"),
    [("", "3.12.1", True), ("unfinished", "3.12.1", False), ("", "3.10.13", False)],
)
def test_a_venv_of_somebody_else_is_kept_if_it_can_be_used(
    script: ModuleType, stamp: str, version: str, kept: bool
) -> None:
    make_venv(script, version=version)
    script.write_stamp(stamp)
    assert script.usable("pip") is kept


# Handing over


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        ([], ""),
        (["run", "--all"], ""),
        (["test", "-k", "feeds"], "test"),
        (["--color", "always", "test"], "test"),
        (["--version"], ""),
        (["verify"], "test"),
    ],
)
def test_only_the_commands_that_test_need_the_test_extra(
    script: ModuleType, arguments: list[str], extra: str
) -> None:
    assert script.extra_for(arguments) == extra


def test_the_arguments_and_the_exit_status_pass_through(
    script: ModuleType, clone: Path, tmp_path: Path
) -> None:
    installed(script)
    command = [sys.executable, str(clone / "grade"), "run", "a b", "--json", ""]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (7, "<run><a b><--json><>", "")


def test_handing_over_imports_nothing(script: ModuleType, clone: Path) -> None:
    installed(script)
    program = (
        "import os, sys\n"
        "before = set(sys.modules)\n"
        "os.execv = lambda *_: sys.exit(str(sorted(set(sys.modules) - before)))\n"
        "source = open(sys.argv[1]).read()\n"
        "exec(source, {'__name__': '__main__', '__file__': sys.argv.pop(1)})\n"
    )
    command = [sys.executable, "-I", "-c", program, str(clone / "grade")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.stderr == "[]\n"


# Making it


def test_a_fresh_clone_is_set_up_by_venv_and_pip(script: ModuleType, steps: Steps) -> None:
    assert script.main(["test"]) == 0
    assert steps.taken == ["venv", "ensurepip", "pip"]
    assert script.ready("test")


def test_uv_is_taken_where_there_is_one(script: ModuleType, steps: Steps, tmp_path: Path) -> None:
    executable(tmp_path / "path" / "uv", "")
    assert script.main(["run"]) == 0
    assert steps.taken == ["uv venv", "uv"]
    assert script.ready("")


def test_pip_is_tried_when_uv_fails(script: ModuleType, steps: Steps, tmp_path: Path) -> None:
    executable(tmp_path / "path" / "uv", "")
    steps.errors["uv venv"] = script.SetupError("no such index")
    assert script.main(["run"]) == 0
    assert steps.taken == ["uv venv", "venv", "ensurepip", "pip"]


def test_the_test_extra_is_added_to_the_same_venv(script: ModuleType, steps: Steps) -> None:
    installed(script)
    assert script.main(["test"]) == 0
    assert steps.taken == ["pip"]


def test_a_venv_is_complete_only_when_its_last_step_is(script: ModuleType, steps: Steps) -> None:
    steps.errors["pip"] = KeyboardInterrupt()
    assert script.main(["run"]) == 130
    executable(Path(script.GRADE), "")  # pip had got as far as this
    assert not script.ready("")
    assert not script.usable()


def test_a_venv_is_not_complete_while_it_is_brought_up_to_date(
    script: ModuleType, steps: Steps
) -> None:
    installed(script)
    steps.errors["pip"] = KeyboardInterrupt()
    assert script.main(["test"]) == 130
    assert not script.ready("")
    assert not script.usable()


def test_after_a_failure_the_next_start_goes_on_from_there(
    script: ModuleType, steps: Steps, capfd: pytest.CaptureFixture[str]
) -> None:
    steps.errors["pip"] = script.SetupError("pip failed; check the network")
    assert script.main(["run"]) == 2
    out, err = capfd.readouterr()
    assert (out, err.splitlines()[-1]) == ("", "grade: pip failed; check the network")
    del steps.errors["pip"], steps.taken[:]
    assert script.main(["run"]) == 0
    assert steps.taken == ["pip"]


def test_a_set_up_compiles_what_every_start_imports(script: ModuleType, clone: Path) -> None:
    module = clone / "grader" / "module.py"
    module.parent.mkdir()
    module.write_text("")
    Path(script.BIN).mkdir(parents=True)
    Path(script.PYTHON).symlink_to(sys.executable)
    script.compile_ours()
    assert Path(cache_from_source(str(module))).exists()


def test_a_failed_step_shows_the_end_of_its_output(script: ModuleType) -> None:
    lines = "i=0; while [ $i -lt 99 ]; do i=$((i+1)); echo line $i; echo oops >&2; done; exit 1"
    with pytest.raises(script.SetupError, match="pip failed; check the network") as raised:
        script.run("pip", ["/bin/sh", "-c", lines])
    assert re.findall(r"  \| (.+)", str(raised.value))[-3:] == ["oops", "line 99", "oops"]


def test_what_the_file_system_refuses_is_one_sentence(
    script: ModuleType, clone: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (clone / ".streamdrill").touch()  # a file where the folder for the lock should be
    assert script.main(["run"]) == 2
    assert re.fullmatch(r"grade: cannot set up .+; mend that .+\n", capfd.readouterr().err)


def test_two_starts_do_not_set_up_at_once(script: ModuleType) -> None:
    first = script.wait_for_lock()
    second = os.open(Path(script.ROOT, ".streamdrill", "setup.lock"), os.O_RDWR)
    assert not script.take(second)
    os.close(first)
    assert script.take(second)
    os.close(second)


def test_a_start_that_had_to_wait_finds_the_work_done(
    script: ModuleType, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait_for_lock() -> int:
        installed(script)
        return os.open(script.ROOT, os.O_RDONLY)

    monkeypatch.setattr(script, "wait_for_lock", wait_for_lock)
    assert script.main(["run"]) == 0
    assert steps.taken == []


# Interpreters


def test_an_old_interpreter_gets_one_clear_sentence(
    script: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    old = interpreter(tmp_path / "python3", version="3.8.18")
    monkeypatch.setattr(sys, "executable", str(old))
    monkeypatch.setattr(sys, "version", "3.8.18 (default)")
    assert script.main(["run"]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert f"streamdrill needs Python 3.11 or newer; this is 3.8.18 at {old};" in err
    assert err.count("\n") == 1


def test_a_newer_interpreter_on_path_is_found(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = interpreter(tmp_path / "python3", version="3.8.18")
    monkeypatch.setattr(sys, "executable", str(old))
    executable(tmp_path / "path" / "python3.13", "echo version not installed; exit 127")
    newer = interpreter(tmp_path / "path" / "python3.12", version="3.12.1")
    assert script.python_with_venv()["base"] == str(newer)


def test_an_interpreter_without_venv_names_the_package_that_has_it(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = interpreter(tmp_path / "python3", version="3.11.2", venv="")
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(script.SetupError, match=r"sudo apt install python3\.11-venv"):
        script.python_with_venv()


def test_the_probe_knows_this_interpreter(script: ModuleType) -> None:
    facts = script.probe(sys.executable)
    assert facts["version"] == "{}.{}.{}".format(*sys.version_info)
    assert (facts["new"], facts["prefix"]) == ("yes", sys.prefix)


def test_an_old_interpreter_can_parse_the_script() -> None:
    ast.parse((PROJECT / "grade").read_text(), feature_version=(3, 8))
