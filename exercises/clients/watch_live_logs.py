"""Watch the logs: yield each entry of a server-sent event stream, through every lost connection.

GET /stream/live-logs answers with text/event-stream; the data of each event is a log entry as JSON.
Write an async generator that does what EventSource does (WHATWG HTML, section 9.2).

- Each entry is yielded as a dictionary as soon as its event is complete. Only events without a
  type of their own are entries; a comment comes every 15 seconds, and is none.
- When the connection is lost, or the stream ends, wait, then ask again, and again. `retry:` says
  how many milliseconds to wait at least; before it has been sent, a few seconds will do.
- The last `id:` goes back as Last-Event-ID. A new connection begins with nothing of the old one.
- What breaks the rules is ignored: a `retry` that is not made of digits, an id that contains NULL.
- A connection on which nothing comes for a minute or two is dead. Hang up, and ask again.
- 204 is the end. Any other status but 200, and another media type, are errors your caller sees; a
  redirect may be followed.
- Whoever stops reading hangs up, also while you wait. A slow caller slows the server down, and
  nothing is kept of what has been yielded: a log has no end.
- Expert: a line without an end fills no memory. What is longer than 1 MiB may be refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from sources.logs import LogEntry


async def watch_live_logs(base_url: str) -> AsyncIterator[LogEntry]:
    raise NotImplementedError
    yield  # makes it a generator; your own yield takes its place
