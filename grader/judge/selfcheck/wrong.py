"""A wrong answer: it collects before it sends, and sleeps on the event loop's thread."""

import time

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market

router = APIRouter()


@router.get("/check")
async def check(market: Market) -> StreamingResponse:
    lines = []
    async with market.subscribe() as updates:
        async for update in updates:
            time.sleep(1)  # noqa: ASYNC251 - which is what is wrong here
            lines.append(f"{update['update_number']}\n")
    return StreamingResponse(iter(lines), media_type="text/plain")
