"""Health: one small JSON body, made anew for each request, which waits for nothing."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Response

router = APIRouter()


# `async def` although it awaits nothing: a plain `def` would wait for one of the forty worker
# threads, and slow endpoints may have taken them all just when somebody asks for the health.
@router.head("/health", include_in_schema=False)
@router.get("/health")
async def health(response: Response) -> dict[str, str]:
    response.headers["Cache-Control"] = "no-store"
    return {"status": "healthy", "timestamp": datetime.now(UTC).isoformat()}
