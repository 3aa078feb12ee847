"""Reads in a task group beside a watcher that cancels the reading when the client leaves."""

from __future__ import annotations

import anyio
from fastapi import APIRouter, HTTPException, Request

from sources.records import Record, Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(request: Request, store: Records) -> dict[str, list[Record]]:
    items: list[Record] = []

    async def watch(scope: anyio.CancelScope) -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        scope.cancel()

    async def collect() -> None:
        async with store.read() as records:
            async for record in records:
                items.append(record)

    failed: BaseException | None = None
    async with anyio.create_task_group() as group:
        group.start_soon(watch, group.cancel_scope)
        try:
            await collect()
        except ConnectionError as error:
            failed = error
        group.cancel_scope.cancel()
    if failed is not None:
        raise HTTPException(503, "try again later")
    return {"records": items}
