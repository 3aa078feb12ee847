"""Watch the ticker: yield each price update of a server-sent event stream, as it arrives.

GET /stream/stock-ticker answers with text/event-stream; the data of each event is a price update as
JSON. `base_url` is where the server is, http://127.0.0.1:8000 for one. Write an async generator.

- Each update is yielded as a dictionary as soon as its event is complete, and not before.
- Chunks mean nothing: an event may come in twenty pieces, and a piece may end inside a character.
- Lines end with LF, CR or CRLF, and with nothing else. Several data lines are joined by LF.
- Comments, unknown fields, and blocks without data are no events. What is unfinished at the end is
  none either (WHATWG HTML, section 9.2.6).
- The feed may be silent for half a minute. A server that never answers may not hold you for ever.
- An error status, another media type and a stream that breaks off are errors for your caller.
- A redirect is followed, or it is an error. Whoever asks again after a 503 waits as long as its
  Retry-After says.
- Whoever stops reading hangs up: no connection is left open behind. A feed has no end, so nothing
  is kept of what has been yielded.
- Expert: a line without an end fills no memory. What is longer than 1 MiB may be refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from sources.prices import Update


async def watch_stock_ticker(base_url: str) -> AsyncIterator[Update]:
    raise NotImplementedError
    yield  # makes it a generator; your own yield takes its place
