"""Users as CSV: export ten thousand users for a spreadsheet, from a session that blocks.

`with sessions() as session` opens a synchronous SQLAlchemy session on the table of `User` in
sources.users. Whatever a session does makes its thread wait.

- The first line is id,username,email,created_at,status; then one record for each user, by id.
- Names hold commas, quotes and line breaks, and arrive unharmed. A missing email is an empty field.
- Dates are ISO 8601 text. The media type is that of CSV; a browser saves it as users.csv.
- Rows leave in batches as they are read, of a thousand at most; nothing holds the whole table.
- No row is read on the event loop: other requests go on meanwhile.
- A client that reads slowly slows the reading of the table down.
- The session is closed at the end, when a read fails, and when the client leaves.
- When the database fails half-way, the body breaks off. It must not look complete.
- An expert asks what a spreadsheet makes of a user who is called =1+1.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.users import Users

router = APIRouter()


@router.get("/export/users/csv")
async def users_csv(sessions: Users) -> StreamingResponse:
    raise NotImplementedError
