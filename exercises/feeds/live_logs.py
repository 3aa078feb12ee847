"""Live logs: follow a log in the browser, as server-sent events, through long silences.

`logs.follow()` opens a log; its entries are dictionaries that are ready for JSON, and a message may
have many lines. The browser reads with `new EventSource("/stream/live-logs")` and `onmessage`.

- An entry is one event without a type, with the entry as JSON in its data. It leaves before the
  next one exists, and arrives as it was, line breaks and all.
- A log may be silent for minutes. A proxy hangs up on a connection that is, so something has to be
  sent every 15 to 30 seconds: nothing that onmessage sees, and at the cost of no entry.
- The event's id is the entry's `request_id`. A browser that comes back sends the last one that it
  got as `Last-Event-ID`: go on behind it (`follow(after=...)`). An unknown id is no error.
- The media type is that of server-sent events. No cache and no proxy may hold the stream back.
- The log is followed while the client reads, and only then; a slow client slows it down, and
  nobody else. A buffer of up to 20 entries is fine. When the log fails half-way, the body breaks
  off, or an event of another type says so.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.logs import Logs

router = APIRouter()


@router.get("/stream/live-logs")
async def live_logs(logs: Logs) -> StreamingResponse:
    raise NotImplementedError
