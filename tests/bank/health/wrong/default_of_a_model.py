"""The default of the model's field is the moment at which the class was made.
computes-once, caught by tells-the-time-of-each-request
"""

from datetime import UTC, datetime

from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter()


class Health(BaseModel):
    status: str = "healthy"
    timestamp: datetime = datetime.now(UTC)


@router.get("/health", response_model=Health)
async def health():
    return Health()
