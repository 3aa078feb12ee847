"""Fetch the large file: save a download of any size, and tell how far it is.

GET /download/large-file answers with the bytes of a file. `base_url` is where the server is,
http://127.0.0.1:8000 for one. Write a coroutine that saves them as `target`.

- Memory stays bounded, however large the file is.
- What has come so far is in a file beside the target, of the same name with .part behind it.
  Nothing is at `target` until all of it is there, and then it is there at once.
- progress(received, total) is called as the bytes come, and in the end with all of them. total is
  the size of the file, or None where the server does not tell it.
- A body that is too short is an error, and so is any status but success. Your caller sees it, and
  what was at `target` before is still there. A redirect may be followed. Whoever asks again after a
  503 waits as long as its Retry-After says.
- The server may pause for half a minute. One that never answers may not hold you for ever.
- Expert: the next call goes on where a lost one has stopped, by Range and If-Range (RFC 9110,
  sections 13.1.5 and 14.2). It never mixes two versions of the file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Progress = Callable[[int, int | None], None]  # bytes received so far, and in total


async def fetch_large_file(base_url: str, target: Path, progress: Progress) -> None:
    raise NotImplementedError
