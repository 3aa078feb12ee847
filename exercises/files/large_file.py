"""Large file: let the client download a 10 MiB object, with a few hundred KiB of it in memory.

`storage.size(LARGE_FILE)` gives its size in bytes, `storage.open(LARGE_FILE)` a handle to read and
close; the key LARGE_FILE is in sources.storage. Every call, `read` and `close` included, makes its
thread wait, as boto3's do.

- The body is the object, byte for byte, read in chunks as the client takes them.
- No call to the storage runs on the event loop: other requests go on meanwhile.
- The media type is the one for bytes of no known kind, and a browser must not guess another.
- A browser saves it under the name large-file.bin.
- The size is known, so say it: the client can show progress and see a body that is cut short.
- Whoever opens a handle closes it: at the end, when a read fails, when the client leaves.
- An object that is missing is an error status; a read that fails later breaks the body off.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import Storage

router = APIRouter()


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    raise NotImplementedError
