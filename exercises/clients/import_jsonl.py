"""Import JSON Lines: count the records of an export by category, and say which lines are bad.

GET /export/data/jsonl answers with a media type of JSON Lines: application/x-ndjson,
application/jsonl or application/x-jsonlines. Each line is a JSON object with a `category`.
Return a dictionary with the number of records of each category.

- `report` is called with the number of each bad line, from 1, and a reason in your own words, as
  soon as the line has come. What is no JSON is bad, and what is no object with a category that is
  text. The import goes on behind it.
- Lines end with LF and with nothing else; in front of it a CR is white space, as JSON allows. The
  last one may end with the body. A blank line is no record and no error, but it has a number.
- A chunk may end anywhere, and a line may be longer than many chunks.
- Memory does not grow with the export.
- An error status, another media type and a body that breaks off are errors that your caller sees.
- A redirect is followed, or it is an error. Whoever asks again after a 503 waits as long as its
  Retry-After says.
- The server may be silent for half a minute, but one that has died may not hold you for ever.
- Expert: a line without an end fills no memory. What is longer than 1 MiB may be a bad line.
"""

from __future__ import annotations

from collections.abc import Callable


async def import_jsonl(base_url: str, *, report: Callable[[int, str], None]) -> dict[str, int]:
    raise NotImplementedError
