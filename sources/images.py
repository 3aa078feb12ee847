"""A library of JPEG files on disk. An endpoint takes it as a parameter, `images: Images`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from typing import Annotated

from fastapi import Depends

from sources.data import DATA, ensure

COUNT = 3  # live images; their ids count from 1

_SIZE = (2000, 1500)  # pixels
_GRAIN = 0.6  # how much of a picture is noise: at this quality it makes files of about 3 MB


class ImageLibrary:
    """The images in a folder, each in a file of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, image_id: int) -> Path:
        """The file of an image. Raises FileNotFoundError for an unknown id."""
        file = self._folder / f"{image_id}.jpg"
        if not file.is_file():
            raise FileNotFoundError(f"no image {image_id} in the library")
        return file


def open_library(folder: Path) -> ImageLibrary:
    """The library in `folder`, whose live images are made if they do not exist."""
    for image_id in range(1, COUNT + 1):
        ensure(folder / f"{image_id}.jpg", _draw)
    return ImageLibrary(folder)


def _draw(file: Path) -> None:
    """A gradient under noise, which no compression makes small."""
    from PIL import Image  # here: nothing else needs it, and it takes its time

    random = Random(file.name)
    width, height = _SIZE
    colours = [Image.linear_gradient("L").rotate(90 * random.randrange(4)) for _ in "RGB"]
    picture = Image.merge("RGB", colours).resize(_SIZE)
    noise = Image.frombytes("RGB", _SIZE, random.randbytes(width * height * 3))
    Image.blend(picture, noise, _GRAIN).save(file, "JPEG", quality=95)


@cache
def image_library() -> ImageLibrary:
    """The dependency behind `Images`. It is called in a worker thread, since it makes the files."""
    return open_library(DATA / "images")


Images = Annotated[ImageLibrary, Depends(image_library)]
