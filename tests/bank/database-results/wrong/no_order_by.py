"""The query asks for no order, and gets that in which the rows happen to be stored.
takes-a-part-for-the-whole, caught by sends-every-row-once
"""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.database import Database, results

router = APIRouter()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    async def rows() -> AsyncIterator[str]:
        async with engine.connect() as connection:
            result = await connection.stream(select(results))
            first = True
            yield "["
            async for row in result.mappings():
                if not first:
                    yield ","
                first = False
                yield json.dumps(jsonable_encoder(dict(row)))
            yield "]"

    return StreamingResponse(rows(), media_type="application/json")
