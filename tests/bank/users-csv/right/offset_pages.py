"""Pages by LIMIT and OFFSET, which costs the database more and more, and is right."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.users import User, Users

router = APIRouter()

BATCH_SIZE = 100


@router.get("/export/users/csv")
def users_csv(sessions: Users):
    def generate():
        output = io.StringIO()
        writer = csv.writer(output)
        writer.writerow(["id", "username", "email", "created_at", "status"])
        offset = 0
        with sessions() as db:
            while True:
                query = select(User).order_by(User.id).offset(offset).limit(BATCH_SIZE)
                users = db.scalars(query).all()
                for user in users:
                    writer.writerow(
                        [user.id, user.username, user.email, user.created_at, user.status]
                    )
                yield output.getvalue()
                output.seek(0)
                output.truncate()
                if len(users) < BATCH_SIZE:
                    break
                db.expunge_all()
                offset += BATCH_SIZE

    return StreamingResponse(
        generate(),
        media_type="text/csv",
        headers={"Content-Disposition": "attachment; filename=users_export.csv"},
    )
