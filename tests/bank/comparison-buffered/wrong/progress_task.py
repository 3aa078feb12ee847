"""A task that logs the progress goes on after the response.
ignores-the-client-leaving, caught by leaves-nothing-behind
"""

from __future__ import annotations

import asyncio
import logging

from fastapi import APIRouter

from sources.records import Record, Records

router = APIRouter()
logger = logging.getLogger(__name__)
_tasks: set[asyncio.Task[None]] = set()


async def report(items: list[Record]) -> None:
    while True:
        await asyncio.sleep(5)
        logger.info("%d records so far", len(items))


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list[Record]]:
    items: list[Record] = []
    _tasks.add(asyncio.create_task(report(items)))
    async with store.read() as records:
        async for record in records:
            items.append(record)
    return {"records": items}
