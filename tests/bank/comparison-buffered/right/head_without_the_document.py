"""Answers HEAD with 204, so as not to read the store for it."""

from __future__ import annotations

from fastapi import APIRouter, Response, status

from sources.records import Records

router = APIRouter()


@router.head("/demo/comparison/buffered", status_code=status.HTTP_204_NO_CONTENT)
async def comparison_buffered_head() -> Response:
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    async with store.read() as records:
        return {"records": [record async for record in records]}
