"""Bounds the reading with a timeout, which is a 504."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, HTTPException

from sources.records import Record, Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list[Record]]:
    try:
        async with asyncio.timeout(30):
            async with store.read() as records:
                return {"records": [record async for record in records]}
    except TimeoutError:
        raise HTTPException(504, "the store took too long") from None
    except ConnectionError:
        raise HTTPException(502, "the store broke off") from None
