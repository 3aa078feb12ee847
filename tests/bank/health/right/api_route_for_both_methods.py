"""One route for GET and HEAD, and a dependency that says what time it is."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends

router = APIRouter()


def now() -> datetime:
    return datetime.now(UTC)


@router.api_route("/health", methods=["GET", "HEAD"])
async def health(moment: Annotated[datetime, Depends(now)]):
    return {"status": "healthy", "timestamp": moment}
