"""Import CSV: yield each row of an export as a dictionary, while the export is still coming.

GET /export/users/csv answers with text/csv in UTF-8. The first record is the header, which names
the fields; each record behind it is a row. Write an async generator.

- A row is yielded as soon as its record is complete. Nothing holds the whole export.
- A field in quotes may contain commas, line breaks and doubled quotes (RFC 4180), and arrives as it
  was, character by character. A chunk may end anywhere: in a field, in a quote, in a character.
- Records end with CRLF or LF; the last one may end with the body. A blank line is no record.
- Columns may come in any order, and there may be more of them: go by the header. A byte order mark
  in front of it is no part of a name.
- A record with a field too few or too many is a ValueError that says where; so is a quote that
  never closes. The rows in front of it have been yielded by then.
- An error status, another media type and a body that breaks off are errors that your caller sees.
- A redirect is followed, or it is an error. Whoever asks again after a 503 waits as long as its
  Retry-After says.
- The server may be silent for half a minute. Whoever stops reading hangs up.
- Expert: a quote that never closes fills no memory. What is longer than 1 MiB may be refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator


async def import_csv(base_url: str) -> AsyncIterator[dict[str, str]]:
    raise NotImplementedError
    yield {}  # makes it a generator; your own yield takes its place
