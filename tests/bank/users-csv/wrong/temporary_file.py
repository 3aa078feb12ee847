"""Fills a temporary file, and sends it when the last row is in it.
collects-then-yields, caught by streams
"""

from __future__ import annotations

import csv
import os
import tempfile

from fastapi import APIRouter
from fastapi.responses import FileResponse
from sqlalchemy import select
from starlette.background import BackgroundTask

from sources.users import User, Users

router = APIRouter()


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> FileResponse:
    with tempfile.NamedTemporaryFile(
        "w", newline="", suffix=".csv", encoding="utf-8", delete=False
    ) as file:
        writer = csv.writer(file)
        writer.writerow(["id", "username", "email", "created_at", "status"])
        with sessions() as session:
            query = select(User).order_by(User.id).execution_options(yield_per=100)
            for user in session.scalars(query):
                writer.writerow([user.id, user.username, user.email, user.created_at, user.status])
    return FileResponse(
        file.name,
        media_type="text/csv",
        filename="users.csv",
        background=BackgroundTask(os.unlink, file.name),
    )
