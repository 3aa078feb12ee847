"""An iterator class with a __next__ that blocks, which Starlette calls in a worker thread."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from sources.users import User, Users

router = APIRouter()

FIELDS = ["id", "username", "email", "created_at", "status"]


class UserLines:
    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.session = sessions()
        self.batches = None
        self.buffer = io.StringIO(newline="")
        self.writer = csv.DictWriter(self.buffer, FIELDS)

    def __iter__(self) -> UserLines:
        return self

    def __next__(self) -> str:
        try:
            if self.batches is None:
                self.writer.writeheader()
                query = select(*[getattr(User, f) for f in FIELDS]).order_by(User.id)
                result = self.session.execute(query, execution_options={"yield_per": 100})
                self.batches = result.mappings().partitions()
            else:
                self.writer.writerows(next(self.batches))
        except BaseException:
            self.session.close()
            raise
        text = self.buffer.getvalue()
        self.buffer.seek(0)
        self.buffer.truncate()
        return text

    def __del__(self) -> None:
        self.session.close()


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        UserLines(sessions),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="users.csv"'},
    )
