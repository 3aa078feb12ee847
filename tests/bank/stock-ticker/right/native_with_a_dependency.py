"""A dependency with `yield` holds the subscription, and another sets a second Cache-Control."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.sse import EventSourceResponse

from sources.prices import Market, Update

router = APIRouter()


async def subscription(market: Market) -> AsyncIterator[AsyncIterator[Update]]:
    async with market.subscribe() as updates:
        yield updates


async def no_store(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


@router.get(
    "/stream/stock-ticker",
    response_class=EventSourceResponse,
    dependencies=[Depends(no_store)],
)
async def stock_ticker(
    updates: Annotated[AsyncIterator[Update], Depends(subscription)],
) -> AsyncIterable[Update]:
    async for update in updates:
        yield update
