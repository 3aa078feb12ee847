"""The library of images: what the live one holds, and what the judge's images are."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from grader.judge.jpeg import MOST, jpeg
from sources.images import COUNT, ImageLibrary, open_library


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


def test_live_images_are_made_once(tmp_path: Path) -> None:
    first = open_library(tmp_path).path(1)
    made = first.stat().st_mtime_ns

    assert open_library(tmp_path).path(1).stat().st_mtime_ns == made
