"""Notices that the client has left, and returns without closing the store.
never-releases, caught by gives-the-store-back-when-the-client-leaves
"""

from __future__ import annotations

from fastapi import APIRouter, Request

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(request: Request, store: Records) -> dict[str, list]:
    reading = store.read()
    records = await reading.__aenter__()
    items: list = []
    try:
        async for record in records:
            if await request.is_disconnected():
                return {"records": []}
            items.append(record)
    except Exception as error:
        await reading.__aexit__(type(error), error, error.__traceback__)
        raise
    await reading.__aexit__(None, None, None)
    return {"records": items}
