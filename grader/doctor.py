"""`grade doctor`: whether this machine has what the kit needs, one line for each thing."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import socket
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from packaging.requirements import Requirement
from rich.text import Text

from grader.platforms import START, Unsupported, forks
from grader.terminal import Page

PORT = 8000
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` is empty when all is well."""

    about: str
    found: str
    remedy: str = ""
    blocks: bool = False  # nothing can be judged until it is mended


def examine() -> Iterator[Finding]:
    """Look at everything, in the order in which it matters."""
    yield _python()
    yield from _packages()
    yield _processes()
    yield _watcher()
    yield _port(PORT)
    yield _program("browser", BROWSERS, "install chromium for the end-to-end tests only")
    yield _program("nginx", ("nginx",), "install nginx for the end-to-end tests only")
    yield _program("git", ("git",), "install git; `reset` and `show` read the stubs from it")
    yield _terminal()


def told(findings: Iterable[Finding], page: Page) -> Iterator[Text]:
    """One line for each finding, and its remedy."""
    for finding in findings:
        name, style = ("met", "green") if not finding.remedy else ("improve", "yellow")
        if finding.blocks:
            name, style = "unmet", "red"
        mark = Text.assemble((f"{page.glyph(name)} ".ljust(3), style), finding.about.ljust(10))
        yield from page.wrap(Text(finding.found), first=mark, indent=14)
        if finding.remedy:
            yield from page.wrap(Text(finding.remedy, style="dim"), indent=14)


def _python() -> Finding:
    name = f"{platform.python_implementation()} {platform.python_version()}"
    return Finding("python", f"{name}, {sys.executable}")


def _packages() -> Iterator[Finding]:
    """What pyproject.toml asks for, as it was installed."""
    needed = [Requirement(text) for text in importlib.metadata.requires("streamdrill") or []]
    wanted = [need for need in needed if need.marker is None or need.marker.evaluate()]
    wrong = [text for need in wanted if (text := _wrong(need))]
    if wrong:
        remedy = "remove the folder .venv, and run the command again: it is made anew."
        yield Finding("packages", "; ".join(wrong), remedy, blocks=True)
        return
    shown = [need.name for need in wanted if need.name in ("fastapi", "starlette", "uvicorn")]
    versions = [f"{name} {importlib.metadata.version(name)}" for name in shown]
    yield Finding("packages", f"{len(wanted)} as required, with {', '.join(versions)}")


def _wrong(need: Requirement) -> str:
    try:
        version = importlib.metadata.version(need.name)
    except importlib.metadata.PackageNotFoundError:
        return f"{need.name} is missing"
    return (
        "" if need.specifier.contains(version) else f"{need.name} {version}, not {need.specifier}"
    )


def _processes() -> Finding:
    """How the judge starts those that run an answer."""
    try:
        forked = forks()
    except Unsupported as error:
        return Finding("processes", "nothing can be judged", str(error), blocks=True)
    found = "forked: verdicts come warm" if forked else "fresh ones: slower, the same verdicts"
    if os.environ.get(START):
        return Finding("processes", f"{found}, as {START} asks", "unset it.")
    if not sys.platform.startswith("linux"):
        remedy = "this is tested on Linux only; please report what is amiss."
        return Finding("processes", f"{found}, on {platform.system()}", remedy)
    return Finding("processes", found)


def _watcher() -> Finding:
    try:
        import watchfiles
    except ImportError as error:
        return Finding("watcher", str(error), "remove the folder .venv, and run a command again.")
    if os.environ.get("WATCHFILES_FORCE_POLLING"):
        return Finding("watcher", "polling, as WATCHFILES_FORCE_POLLING asks", "unset it.")
    return Finding("watcher", f"watchfiles {watchfiles.__version__}")


def _port(port: int) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            remedy = "`serve --port 0` finds a free one."
            return Finding("port", f"{port} cannot be used: {error.strerror}", remedy)
    return Finding("port", f"{port} is free for `serve`")


def _program(about: str, names: tuple[str, ...], remedy: str) -> Finding:
    found = next((path for name in names if (path := shutil.which(name))), None)
    return Finding(about, found) if found else Finding(about, "not found", f"{remedy}.")


def _terminal() -> Finding:
    size = shutil.get_terminal_size()
    encoding = sys.stdout.encoding or "unknown"
    found = f"{size.columns} columns, {encoding}, TERM={os.environ.get('TERM', 'not set')}"
    if encoding.lower().replace("-", "") != "utf8":
        return Finding("terminal", found, "set PYTHONUTF8=1 for symbols; ASCII works, too.")
    if size.columns < 80:
        return Finding("terminal", found, "80 columns and more are easier to read.")
    return Finding("terminal", found)
