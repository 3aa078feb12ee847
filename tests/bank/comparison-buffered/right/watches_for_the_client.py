"""Looks between records whether the client is still there, and stops reading if it is not."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(request: Request, store: Records) -> Response:
    items = []
    try:
        async with store.read() as records:
            async for record in records:
                if await request.is_disconnected():
                    return Response(status_code=499)
                items.append(record)
    except OSError as error:
        raise HTTPException(502, "the store cannot be read") from error
    return JSONResponse({"records": items})
