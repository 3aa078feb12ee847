"""A response model whose default is made anew for each answer."""

from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

router = APIRouter()


class Health(BaseModel):
    status: Literal["healthy"] = "healthy"
    timestamp: datetime = Field(default_factory=lambda: datetime.now(UTC))


@router.get("/health")
async def health() -> Health:
    return Health()
