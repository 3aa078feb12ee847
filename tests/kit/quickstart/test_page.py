"""The quick start is complete: each block can be run, and each link leads somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.catalogue import ROOT, Exercise, endpoints
from tests.endtoend.test_quickstart import RUNNERS as END_TO_END

from . import situations
from .output import difference
from .page import QUICKSTART, blocks, headings, links

TEXT = QUICKSTART.read_text()
BLOCKS = blocks(TEXT)


def test_every_block_has_one_way_of_being_run() -> None:
    assert not situations.RUNNERS.keys() & END_TO_END.keys()
    ways = situations.RUNNERS.keys() | END_TO_END.keys()
    assert [f"line {block.line}: {block.kind}" for block in BLOCKS if block.kind not in ways] == []


def test_no_way_of_running_a_block_is_left_over() -> None:
    ways = situations.RUNNERS.keys() | END_TO_END.keys()
    assert ways - {block.kind for block in BLOCKS} == set()


def test_a_file_to_save_is_one_that_another_block_needs() -> None:
    for block in BLOCKS:
        if block.kind == "python file":
            module = Path(block.value).stem
            assert any(f"from {module} import" in other.text for other in BLOCKS)


@pytest.mark.parametrize("language", ["sh", "js html", "python"])
@pytest.mark.parametrize("endpoint", endpoints().values(), ids=lambda endpoint: endpoint.slug)
def test_each_endpoint_is_asked_by_curl_in_a_browser_and_by_httpx(
    endpoint: Exercise, language: str
) -> None:
    path = endpoint.target.partition("?")[0]
    asked = [block.text for block in BLOCKS if block.language in language.split()]
    assert any(re.search(rf"{re.escape(path)}(?![\w-])", text) for text in asked)


def test_the_test_client_works_with_httpx_and_asks_for_httpx2(tmp_path: Path) -> None:
    saved = next(block for block in BLOCKS if block.value == "lockstep.py")
    client = next(block for block in BLOCKS if "TestClient" in block.text)
    (tmp_path / saved.value).write_text(saved.text)
    without = f"import sys\nsys.modules['httpx2'] = None\n{client.text}"
    ran = subprocess.run(
        [sys.executable, "-c", without], cwd=tmp_path, capture_output=True, text=True
    )
    assert difference(client.output or "", ran.stdout) == ""
    assert "install `httpx2` instead" in ran.stderr


def test_the_contents_are_the_headings() -> None:
    listed = [link.removeprefix("#") for link in links(TEXT) if link.startswith("#")]
    sections = [heading.anchor for heading in headings(TEXT) if heading.level == 2]
    assert listed[: len(sections)] == sections


@pytest.mark.parametrize("link", sorted(set(links(TEXT))))
def test_a_link_leads_somewhere(link: str) -> None:
    file, _, anchor = link.partition("#")
    target = ROOT / file if file else QUICKSTART
    assert target.exists()
    if anchor:
        assert anchor in [heading.anchor for heading in headings(target.read_text())]


def test_the_page_names_no_file_that_is_not_there() -> None:
    named = re.findall(r"`((?:exercises|solutions|docs|tests|docker)/[\w/.-]*)`", TEXT)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a\n...\nd\n", "a\nb\nc\nd\n"),
        ("a\n...\n", "a\n"),
        ('{"price": 1, ...\n', '{"price": 1, "change": 2}\n'),
        ("curl: port 8000 after 0 ms\n", "curl: port 41123 after 12 ms\n"),
    ],
)
def test_what_is_left_out_or_varies_is_no_difference(shown: str, printed: str) -> None:
    assert difference(shown, printed) == ""


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a\n", "a\nb\n"),
        ("a\n...\nd\n", "a\nb\n"),
        ('{"price": 1, ...\n', '{"price": 2, "change": 2}\n'),
        ("a ...\n", "a b\nc\n"),
        ("2026-01-01T09:13:00+00:00\n", "2026-01-01T09:26:00+00:00\n"),
    ],
)
def test_anything_else_is_one(shown: str, printed: str) -> None:
    assert "the page shows" in difference(shown, printed)


@pytest.mark.parametrize(
    "markdown", ["# a\n```text\nb\n```\n", "# a\n```sh\nb\n```\n# c\n```text\nd\n```\n"]
)
def test_an_output_of_nothing_is_refused(markdown: str) -> None:
    with pytest.raises(ValueError, match="no block that this is the output of"):
        blocks(markdown)


@pytest.mark.parametrize("indent", [lambda text: f"    {text}", lambda text: f"```\n{text}\n```"])
def test_a_block_without_a_language_has_no_way_of_being_run(indent: Callable[[str], str]) -> None:
    [block] = blocks(f"# a\n\n{indent('ls')}\n")
    assert block.kind not in situations.RUNNERS
