"""A live server for clients to talk to: `grade serve --target solutions` on a free port."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import click

from grader.catalogue import ROOT

_COMMAND = ("-P", "-u", "-m", "grader", "serve", "--target", "solutions", "--port", "0")


@contextmanager
def live_server() -> Iterator[str]:
    """Run the references of the endpoints in a process of their own. Gives their address.

    Raises `click.ClickException` with what it has printed if it does not start.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, *_COMMAND], cwd=ROOT, stdout=pipe, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            address = _address(server)
            # What it prints from now on is read and dropped: a full pipe would stop it.
            Thread(target=deque, args=(server.stdout, 0), daemon=True).start()
            yield address
        finally:
            server.kill()


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    printed = []
    for line in server.stdout:
        printed.append(line.strip())
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise click.ClickException(f"the server did not start: {' '.join(printed[-3:])}")
