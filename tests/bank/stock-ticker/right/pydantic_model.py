"""Updates pass through a Pydantic model with a field more, which writes the JSON."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from sources.prices import Market, PriceFeed

router = APIRouter()


class StockUpdate(BaseModel):
    timestamp: str
    stock: str
    price: float
    change: float
    update_number: int
    sent_at: datetime = Field(default_factory=lambda: datetime.now(UTC))

    def event(self) -> str:
        return f"id: {self.update_number}\ndata: {self.model_dump_json()}\n\n"


async def ticker(market: PriceFeed) -> AsyncIterator[str]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield StockUpdate.model_validate(update).event()


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(
        ticker(market),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
