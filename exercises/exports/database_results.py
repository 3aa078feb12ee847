"""Database results: send the table `results` as one JSON array, row by row.

`engine` is an asynchronous SQLAlchemy engine; the table is `results` in sources.database. It has a
thousand rows here, and millions at a customer's.

- The body is one JSON array of objects, in the order of the ids, with the table's columns as keys.
- It is valid JSON for no rows, for one and for many: think about the commas.
- Dates are ISO 8601 text, a missing note is null, and any text arrives unharmed.
- The media type is that of JSON.
- Rows leave as they are read. Neither your code nor the driver ever holds the whole table.
- A client that reads slowly slows the reading of the table down.
- The connection goes back to the pool at the end, when a read fails, and when the client leaves.
- When the database fails half-way, the array breaks off unclosed. It must not look complete.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.database import Database

router = APIRouter()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    raise NotImplementedError
