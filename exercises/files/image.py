"""Image: hand out a picture from a library of files on disk, and let the browser keep it.

`images.path(image_id)` gives the path of a JPEG file, and raises FileNotFoundError for an id that
it does not know. There are some of 3 MB each; try /download/image/1.

- The body is the file, byte for byte, and its media type is that of JPEG.
- An id that is unknown is 404, one that is no whole number 422: both before anything is sent.
- A browser may keep the picture for an hour: Cache-Control with max-age=3600.
- The file is read in chunks as the client takes them, off the event loop, and closed in the end.
- What does the client need to show progress, and to ask later whether its copy still holds?

A path is given, not a handle: look at what FastAPI has for files before you write a loop.
"""

from __future__ import annotations

from fastapi import APIRouter, Response

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images) -> Response:
    raise NotImplementedError
