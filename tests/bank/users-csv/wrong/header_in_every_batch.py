"""Writes the header once for each batch.
takes-a-part-for-the-whole, caught by sends-a-large-table-whole
"""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.users import User, Users

router = APIRouter()

FIELDS = ["id", "username", "email", "created_at", "status"]


def generate(sessions):
    with sessions() as session:
        columns = [getattr(User, name) for name in FIELDS]
        result = session.execute(
            select(*columns).order_by(User.id).execution_options(yield_per=100)
        )
        sent = False
        for batch in result.mappings().partitions():
            out = io.StringIO(newline="")
            writer = csv.DictWriter(out, FIELDS)
            writer.writeheader()
            writer.writerows(batch)
            yield out.getvalue()
            sent = True
    if not sent:
        yield ",".join(FIELDS) + "\r\n"


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        generate(sessions),
        media_type="text/csv",
        headers={"Content-Disposition": "attachment; filename=users.csv"},
    )
