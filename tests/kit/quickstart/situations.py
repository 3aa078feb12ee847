"""How a block of the quick start is run, by its kind: everything but what needs a browser."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Protocol

import httpx

from grader.catalogue import ROOT
from tests.kit.docker_stand_in import Machine, make_machine

from .newcomer import Ran, Terminal
from .page import Block, of_kind
from .walk import Walk

ON_THE_PAGE = "127.0.0.1:8000"
ADDRESS = r"http://(127\.0\.0\.1:\d+)"
COMPOSE_VERBS = ("up", "down")


class Kit(Protocol):
    """What the blocks are run with: a folder of their own, and what is made when first asked for.

    `address` is where the live references are, as `host:port`.
    """

    @property
    def folder(self) -> Path: ...

    @property
    def address(self) -> str: ...

    @property
    def walk(self) -> Walk: ...


def live(block: Block, kit: Kit) -> Ran:
    """Commands while the references are served. A status that is an error makes curl fail."""
    return _asked(block, kit.folder, address=kit.address, settings="fail\n")


def walked(block: Block, kit: Kit) -> Ran:
    """A step of the walk, which has been taken."""
    return kit.walk.ran[block.line]


def server(block: Block, kit: Kit) -> Ran:
    """A command that serves until Ctrl-C, and answers until then."""
    with _serving(block.text, kit.walk.clone) as (address, process):
        assert httpx.get(f"http://{address}/health").status_code == 200
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate()
    return Ran(address + output, process.returncode)


def docker(block: Block, kit: Kit) -> Ran:
    """Commands beside a `docker` that only records: what it is asked for is in compose.yaml."""
    machine = make_machine(kit.folder)
    machine.has("port", kit.address.rpartition(":")[2])
    path = f"{machine.path}{os.pathsep}{os.environ['PATH']}"
    terminal = Terminal(kit.walk.clone, {"PATH": path, "PORT": str(_free_port())})
    ran = terminal.run(block.text)
    _check_compose(machine)
    return Ran(ran.output + "".join(" ".join(call) for call in machine.calls("compose")), ran.code)


def port_in_use(block: Block, kit: Kit) -> Ran:
    """A server on a port that another program holds."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        return kit.walk.run(f"{block.text.strip()} --port {holder.getsockname()[1]}")


def no_packages(block: Block, kit: Kit) -> Ran:
    """Another Python than that of .venv, which has the standard library only."""
    python = kit.folder / "python3"
    python.write_text(f'#!/bin/sh\nexec {os.path.realpath(sys.executable)} -I -S "$@"\n')
    python.chmod(0o755)
    (kit.folder / "try.py").write_text("import httpx\n")
    path = f"{kit.folder}{os.pathsep}{os.environ['PATH']}"
    return Terminal(kit.folder, {"PATH": path}).run(block.text)


def nobody_listens(block: Block, kit: Kit) -> Ran:
    """Commands while nothing is served."""
    return _asked(block, kit.folder, address=f"127.0.0.1:{_free_port()}")


def python(block: Block, kit: Kit) -> Ran:
    """A file, run while the references are served, beside those that the page says to save."""
    saved = {block.value: block for block in of_kind("python file")}
    for name, other in saved.items():
        (kit.folder / name).write_text(other.text.replace(ON_THE_PAGE, kit.address))
    file = kit.folder / "try.py"
    file.write_text(block.text.replace(ON_THE_PAGE, kit.address))
    printed = StringIO()
    before = os.getcwd()
    os.chdir(kit.folder)
    sys.path.insert(0, str(kit.folder))
    try:
        with redirect_stdout(printed):
            runpy.run_path(str(file), run_name="__main__")
    finally:
        sys.path.remove(str(kit.folder))
        os.chdir(before)
        for name in saved:
            sys.modules.pop(Path(name).stem, None)
    return Ran(printed.getvalue(), 0)


def saved(block: Block, kit: Kit) -> Ran:
    """A file that others import: it is run by itself as well, and prints nothing."""
    ran = python(block, kit)
    assert ran.output == ""
    return Ran(f"saved as {block.value}", ran.code)


RUNNERS: dict[str, Callable[[Block, Kit], Ran]] = {
    "sh": live,
    "sh walk": walked,
    "sh server": server,
    "sh docker": docker,
    "sh port-in-use": port_in_use,
    "sh no-packages": no_packages,
    "sh nobody-listens": nobody_listens,
    "python": python,
    "python file": saved,
    "python answer": walked,
    "python passes": walked,
}


def curl(commands: str, folder: Path, *, settings: str = "") -> Ran:
    """Run commands in `folder`, with `settings` in what is curl's configuration there."""
    # Where its output is a screen, curl leaves out the progress meter by itself.
    (folder / ".curlrc").write_text(f"no-progress-meter\n{settings}")
    return Terminal(folder, {"CURL_HOME": str(folder)}).run(commands)


def _asked(block: Block, folder: Path, *, address: str, settings: str = "") -> Ran:
    return curl(block.text.replace(ON_THE_PAGE, address), folder, settings=settings)


@contextmanager
def _serving(command: str, clone: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a server on a free port, in a process group as a shell gives it one, until it answers."""
    with subprocess.Popen(
        ["bash", "-c", f"exec {command.strip()} --port 0"],
        cwd=clone,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            # With --reload uvicorn says where it is before it is there.
            ready = [ADDRESS] + [r"startup complete"] * ("uvicorn" in command)
            printed = ""
            while not all(re.search(pattern, printed) for pattern in ready):
                line = process.stdout.readline()
                assert line, f"{command} ended:\n{printed}"
                printed += line
            yield re.findall(ADDRESS, printed)[0], process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _check_compose(machine: Machine) -> None:
    """Whether Compose knows the profiles and the verbs that it was called with."""
    compose = (ROOT / "compose.yaml").read_text()
    for words in machine.calls("compose"):
        if words[0] == "--profile":
            assert f"profiles: [{words[1]}]" in compose
            words = words[2:]
        assert words[0] in COMPOSE_VERBS


def _free_port() -> int:
    """A port on which nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as holder:
        return int(holder.getsockname()[1])


def missing() -> str:
    """What the blocks cannot be run for want of; "" where all is there."""
    tools = [tool for tool in ("bash", "curl", "git") if not shutil.which(tool)]
    return f"not installed: {', '.join(tools)}" if tools else ""
