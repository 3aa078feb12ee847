"""Opens and closes the store by hand, in try and finally."""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    reading = store.read()
    records = await reading.__aenter__()
    try:
        return {"records": [record async for record in records]}
    finally:
        await reading.__aexit__(None, None, None)
