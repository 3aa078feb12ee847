"""Reads and sends a thousand rows at a time."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.users import User, Users

router = APIRouter()

FIELDS = ["id", "username", "email", "created_at", "status"]


@router.get("/export/users/csv")
async def users_csv(sessions: Users) -> StreamingResponse:
    def body():
        with sessions.begin() as session:
            columns = [getattr(User, name) for name in FIELDS]
            result = session.execute(
                select(*columns).order_by(User.id).execution_options(yield_per=1000)
            )
            out = io.StringIO(newline="")
            writer = csv.writer(out)
            writer.writerow(FIELDS)
            for batch in result.partitions():
                writer.writerows(batch)
                yield out.getvalue()
                out = io.StringIO(newline="")
                writer = csv.writer(out)
            yield out.getvalue()

    return StreamingResponse(
        body(),
        media_type="text/csv",
        headers={"Content-Disposition": "attachment; filename=users.csv"},
    )
