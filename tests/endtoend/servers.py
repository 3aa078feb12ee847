"""Servers in processes of their own, and nginx in front of one."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from grader.catalogue import ROOT

GRADE_SERVE = ("grader", "serve", "--port", "0", "--target")
UVICORN = ("uvicorn", "--port", "0", "--no-access-log", "--timeout-graceful-shutdown", "0")

# Defaults throughout, but for the paths that only root may write to.
_NGINX = """\
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/client_body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""

_SITE = """\
server {{
    listen 80;
    location / {{
        proxy_pass {upstream};
        {directive}
    }}
}}
"""


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """Run `python -m ARGUMENTS`. Gives the first address on this machine that it prints."""
    command = [sys.executable, "-u", "-m", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            yield _address(server)
        finally:
            server.terminate()


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    printed = ""
    for line in iter(server.stdout.readline, ""):
        printed += line
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise RuntimeError(f"{server.args!r} ended without an address:\n{printed}")


def missing_nginx() -> str:
    """What there is no nginx for want of; "" where there is one."""
    return "" if _nginx_command() else "nginx is not installed"


def _nginx_command() -> str | None:
    # A package may put it where only root looks.
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def nginx(folder: Path, upstream: str, *, directive: str = "") -> Iterator[str]:
    """Run nginx in front of the address `upstream`, with `directive` in its location."""
    with nginx_site(folder, _SITE.format(upstream=upstream, directive=directive)) as addresses:
        yield addresses[80]


@contextmanager
def nginx_site(folder: Path, site: str) -> Iterator[dict[int, str]]:
    """Run nginx with the server blocks `site`. Gives an address for each port they listen on.

    nginx inherits the listeners, as it does from an older nginx at an upgrade. So no other program
    can take a port meanwhile, and whoever connects early is served when nginx is up.
    """
    command = _nginx_command()
    assert command is not None
    with ExitStack() as listeners:
        descriptors, addresses = [], {}
        for port in map(int, re.findall(r"listen (\d+);", site)):
            listener = listeners.enter_context(socket.create_server(("127.0.0.1", 0)))
            address = "{}:{}".format(*listener.getsockname())
            site = site.replace(f"listen {port};", f"listen {address};")
            addresses[port] = f"http://{address}"
            descriptors.append(listener.fileno())
        config = folder / "nginx.conf"
        config.write_text(_NGINX.format(user=_user(), folder=folder, site=site))
        arguments = [command, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(config)]
        inherited = "".join(f"{number};" for number in descriptors)
        server = subprocess.Popen(arguments, env={"NGINX": inherited}, pass_fds=descriptors)
    try:
        yield addresses
    finally:
        server.terminate()
        server.wait()


def _user() -> str:
    """Without the directive, the workers of a root's nginx may not reach its temporary files."""
    return "user root;" if os.geteuid() == 0 else ""
