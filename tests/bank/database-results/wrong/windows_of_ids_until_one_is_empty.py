"""Reads windows of 200 ids, and takes a gap in the ids for the end of the table.
takes-a-part-for-the-whole, caught by sends-a-large-table-whole
"""

from __future__ import annotations

import json
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.database import Database, results

router = APIRouter()


def obj(row) -> str:
    return json.dumps(dict(row), default=datetime.isoformat)


async def generate(engine):
    start, sep = 0, "["
    async with engine.connect() as connection:
        while True:
            rows = (
                (
                    await connection.execute(
                        select(results)
                        .where(results.c.id > start, results.c.id <= start + 200)
                        .order_by(results.c.id)
                    )
                )
                .mappings()
                .all()
            )
            if not rows:
                break
            yield sep + ",".join(map(obj, rows))
            sep = ","
            start += 200
    yield "]" if sep == "," else "[]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
