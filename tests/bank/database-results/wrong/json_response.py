"""Returns all rows in one JSONResponse.
collects-then-yields, caught by streams
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from sqlalchemy import select

from sources.database import Database, results

router = APIRouter()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> JSONResponse:
    async with engine.connect() as conn:
        rows = (await conn.execute(select(results).order_by(results.c.id))).mappings().all()
    return JSONResponse(jsonable_encoder([dict(row) for row in rows]))
