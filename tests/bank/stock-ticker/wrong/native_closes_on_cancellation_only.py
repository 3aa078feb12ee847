"""A native endpoint closes its subscription on CancelledError, and a stalled one ends by GeneratorExit.
never-releases, caught by ends-when-a-stalled-client-leaves
"""

import asyncio
from collections.abc import AsyncIterable

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse

from sources.prices import Market, Update

router = APIRouter()


@router.get("/stream/stock-ticker", response_class=EventSourceResponse)
async def stock_ticker(market: Market) -> AsyncIterable[Update]:
    subscription = market.subscribe()
    updates = await subscription.__aenter__()
    try:
        async for update in updates:
            yield update
    except asyncio.CancelledError:  # the client has gone
        await subscription.__aexit__(None, None, None)
        raise
    except Exception as failure:
        await subscription.__aexit__(type(failure), failure, failure.__traceback__)
        raise
    await subscription.__aexit__(None, None, None)
