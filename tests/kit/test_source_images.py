"""The library of images: what the live one holds, and what the judge's images are."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

from grader.control import Message
from grader.judge.jpeg import MOST, around, jpeg
from grader.stage.channel import Channel, SourceFailed
from sources.images import COUNT, ImageLibrary, open_library
from sources.scripted.images import ObservedLibrary


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ImageLibrary:
    return open_library(tmp_path_factory.mktemp("images"))


@pytest.mark.parametrize("image_id", range(1, COUNT + 1))
def test_live_images_are_jpegs_of_about_three_megabytes_that_decode(
    library: ImageLibrary, image_id: int
) -> None:
    file = library.path(image_id)
    with Image.open(file) as image:
        image.load()
        assert image.format == "JPEG"
    assert 2_500_000 < file.stat().st_size < 3_500_000


def test_no_two_images_are_alike(library: ImageLibrary) -> None:
    assert len({library.path(n).read_bytes() for n in range(1, COUNT + 1)}) == COUNT


@pytest.mark.parametrize("image_id", [0, -1, COUNT + 1, 10**30])
def test_an_unknown_id_is_no_file(library: ImageLibrary, image_id: int) -> None:
    with pytest.raises(FileNotFoundError, match=f"no image {image_id} in the library"):
        library.path(image_id)


@pytest.mark.parametrize("size", [0, 1, MOST, MOST + 1, 1 << 20])
def test_the_judges_images_hold_their_comment_and_decode(size: int) -> None:
    comment = os.urandom(size)
    data = jpeg(comment)

    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.size == (1, 1)
    assert comment[:100] in data
    assert data.startswith(b"\xff\xd8\xff")
    assert data.endswith(b"\xff\xd9")


@pytest.mark.parametrize("size", [1000, 1 << 16, 1 << 19])
def test_the_judges_images_can_be_of_a_given_size(size: int) -> None:
    assert len(jpeg(bytes(around(size)))) == size


def test_live_images_are_made_once(tmp_path: Path) -> None:
    first = open_library(tmp_path).path(1)
    made = first.stat().st_mtime_ns

    assert open_library(tmp_path).path(1).stat().st_mtime_ns == made


class FakeChannel:
    """A judge that gives leave for `most` bytes at a time, and remembers what it was told."""

    def __init__(self, folder: Path, *, most: int = 1 << 20, fails_at: int | None = None) -> None:
        self.folder, self.most, self.fails_at = folder, most, fails_at
        self.said: list[str] = []

    async def ask(self, what: str, *, source: int) -> Message:
        return Message(what, {"value": str(self.folder)}, b"")

    def new_source(self) -> int:
        return 1

    def tell(self, kind: str, **fields: Any) -> None:
        self.said.append(kind)

    def hear_during(self, call: Callable[[], None]) -> None:
        call()

    def ask_blocking(self, what: str, *, source: int, **where: int) -> Message:
        self.said.append(what)
        if what == "open":
            return Message("reply", {"value": None}, b"")
        if self.fails_at is not None and where["position"] >= self.fails_at:
            raise SourceFailed("the source failed")
        return Message("reply", {"value": min(where["amount"], self.most)}, b"")


async def opened(channel: FakeChannel, **options: Any) -> Any:
    """The file 1.jpg of the folder, as an answer opens it."""
    observed = ObservedLibrary(cast(Channel, channel))
    library = await observed.images()
    return observed.open(library.path(1), "rb", **options)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "1.jpg").write_bytes(bytes(range(200)))
    return tmp_path


@pytest.mark.parametrize("options", [{}, {"buffering": 0}])
async def test_a_file_is_read_as_leave_is_given(folder: Path, options: dict[str, int]) -> None:
    file = await opened(channel := FakeChannel(folder, most=60), **options)

    assert file.read() == bytes(range(200))
    file.seek(10)
    assert file.read(20) == bytes(range(10, 30))
    file.close()
    file.close()
    assert channel.said.count("pull") > 3
    assert channel.said.count("closed") == 1


async def test_a_failure_is_an_error_of_the_read(folder: Path) -> None:
    file = await opened(FakeChannel(folder, most=60, fails_at=120))
    with pytest.raises(OSError, match="the source failed"):
        file.read()


async def test_what_is_not_read_as_bytes_from_the_library_is_opened_as_ever(folder: Path) -> None:
    observed = ObservedLibrary(cast(Channel, channel := FakeChannel(folder)))
    library = await observed.images()
    (folder / "below").mkdir()
    (folder / "below" / "1.jpg").touch()

    with observed.open(library.path(1), encoding="latin-1") as text:
        assert isinstance(text, io.TextIOWrapper)
    with observed.open(folder / "below" / "1.jpg", "rb") as other:
        assert type(other) is io.BufferedReader
    with observed.open(os.open(library.path(1), os.O_RDONLY), "rb") as by_descriptor:
        assert type(by_descriptor) is io.BufferedReader
    assert channel.said == []
