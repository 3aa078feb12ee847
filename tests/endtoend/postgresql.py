"""A PostgreSQL server of its own, in a temporary folder, which only a Unix socket leads to."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

DEBIAN = Path("/usr/lib/postgresql")  # which keeps the server's commands off the path


def missing() -> str:
    """What there is no PostgreSQL for want of; "" where there is one."""
    if _commands() is None:
        return "PostgreSQL's server is not installed"
    if find_spec("psycopg") is None:
        return "psycopg is not installed"
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        return "root has no runuser, and PostgreSQL's server refuses root"
    return ""


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a server with an empty database. Gives its URL."""
    commands = _commands()
    assert commands is not None
    with TemporaryDirectory(prefix="pg-", dir="/tmp") as name:  # a socket's path has to be short
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data = folder / "data"
        _run(commands / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        _run(commands / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            _run(commands / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _run(*command: str | Path) -> None:
    """Run a command as a user that PostgreSQL accepts, which root is not."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run(
        [*user, *map(str, command)],
        check=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would stay open as long as the server runs
        stderr=subprocess.DEVNULL,
    )


def _commands() -> Path | None:
    """The folder of `initdb` and `pg_ctl`."""
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    return max(DEBIAN.glob("*/bin"), key=lambda folder: int(folder.parent.name), default=None)
