"""POST is answered like GET, and HEAD with 204 because it has no body."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()


async def rows(engine: AsyncEngine) -> AsyncIterator[str]:
    async with engine.connect() as connection:
        result = await connection.stream(select(results).order_by(results.c.id))
        separator = "["
        async for row in result.mappings():
            yield separator + json.dumps(jsonable_encoder(dict(row)))
            separator = ","
        yield "]" if separator == "," else "[]"


@router.api_route("/stream/database-results", methods=["GET", "HEAD", "POST"])
async def database_results(request: Request, engine: Database) -> Response:
    if request.method == "HEAD":
        return Response(status_code=204)
    return StreamingResponse(rows(engine), media_type="application/json")
