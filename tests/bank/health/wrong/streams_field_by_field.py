"""The object is streamed member by member.
streams-what-is-small, caught by is-not-streamed
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

router = APIRouter()


def pieces() -> Iterator[str]:
    yield '{"status": "healthy"'
    yield f', "timestamp": "{datetime.now(UTC).isoformat()}"'
    yield "}"


@router.get("/health")
def health():
    return StreamingResponse(pieces(), media_type="application/json")
