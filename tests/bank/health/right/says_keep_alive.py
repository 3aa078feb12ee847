"""Headers that many examples show: Connection says what HTTP/1.1 does anyway."""

from datetime import UTC, datetime

from fastapi import APIRouter, Response

router = APIRouter()


@router.get("/health")
async def health(response: Response):
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Connection"] = "keep-alive"
    return {"status": "healthy", "timestamp": datetime.now(tz=UTC).isoformat()}
