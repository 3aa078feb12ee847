"""The blocks of the quick start that need a browser, a proxy or a while."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.catalogue import ROOT
from tests.kit.quickstart.newcomer import Ran, plain_environment
from tests.kit.quickstart.output import difference
from tests.kit.quickstart.page import Block, name, of_kind
from tests.kit.quickstart.server import live
from tests.kit.quickstart.situations import ON_THE_PAGE, curl
from tests.kit.quickstart.walk import Walk

from .browser import browser, missing
from .servers import missing_nginx, nginx_site

pytestmark = [pytest.mark.endtoend, pytest.mark.timeout(300)]

UPSTREAM = "http://streaming-api:8000"


@dataclass(frozen=True, slots=True)
class Kit:
    """A folder of a block's own, and where the live references are, as `host:port`."""

    folder: Path
    address: str


async def console(block: Block, kit: Kit) -> Ran:
    """JavaScript in the console of the front page."""
    return await _console(block, kit, origin=kit.address)


async def console_elsewhere(block: Block, kit: Kit) -> Ran:
    """The same on the page of another origin, which localhost is to a browser."""
    return await _console(block, kit, origin=kit.address.replace("127.0.0.1", "localhost"))


async def _console(block: Block, kit: Kit, *, origin: str) -> Ran:
    async with browser() as open_tab:
        tab = await open_tab(f"http://{origin}")
        lines = await tab.console(block.text.replace(ON_THE_PAGE, kit.address))
    failed = block.output is None and any(kind == "error" for kind, _ in lines)
    return Ran("".join(f"{text}\n" for _, text in lines), int(failed))


async def page(block: Block, kit: Kit) -> Ran:
    """HTML in a page of the server: each link is clicked and saves a file, each image is seen."""
    async with browser() as open_tab:
        tab = await open_tab(f"http://{kit.address}")
        saved = await tab.show(block.text)
    assert len(saved) == len(re.findall("<(?:a|img) ", block.text))
    return Ran("".join(f"{name}: {size}\n" for name, size in saved if size), 0)


async def proxied(block: Block, kit: Kit) -> Ran:
    """Commands while nginx is in front of the references, as Compose configures it."""
    site = (ROOT / "docker" / "nginx.conf").read_text()
    assert UPSTREAM in site
    with nginx_site(kit.folder, site.replace(UPSTREAM, f"http://{kit.address}")) as addresses:
        commands = block.text
        for port, address in addresses.items():
            commands = commands.replace(f"http://127.0.0.1:{port}", address)
        ran = curl(commands, kit.folder, settings="fail\n")
    assert ran.output.count("data: ") == 50 * block.text.count("/stream/stock-ticker")
    return ran


async def set_up(block: Block, kit: Kit) -> Ran:
    """Commands in a fresh clone."""
    return Walk(kit.folder).run(block.text)


RUNNERS: dict[str, Callable[[Block, Kit], Awaitable[Ran]]] = {
    "js": console,
    "js other-origin": console_elsewhere,
    "html": page,
    "sh proxy": proxied,
    "sh endtoend": set_up,
}
MISSING = {"js": missing, "html": missing, "sh proxy": missing_nginx}


@pytest.fixture(scope="module", autouse=True)
def environment() -> Iterator[None]:
    with plain_environment():
        yield


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with live() as address:
        yield address


@pytest.mark.parametrize("block", of_kind(*RUNNERS), ids=name)
async def test_a_block_does_what_the_page_shows(block: Block, tmp_path: Path, address: str) -> None:
    for needed in {block.kind, block.language} & MISSING.keys():
        if reason := MISSING[needed]():
            pytest.skip(reason)

    ran = await RUNNERS[block.kind](block, Kit(tmp_path, address))

    assert ran.code == int(block.value or 0), ran.output
    if block.output is None:
        assert ran.output.strip(), "it printed nothing"
    else:
        problem = difference(block.output, ran.output)
        assert not problem, problem
