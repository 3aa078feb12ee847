"""Health: say that the server is up, and what time it is there. The one answer not to stream.

The body is `{"status": "healthy", "timestamp": "..."}`, JSON, with the time in ISO 8601.

- Whoever polls it, a load balancer or Kubernetes, calls every few seconds and waits one or two:
  answer at once, and ask nothing that might be slow.
- One small body, sent whole: its size is in Content-Length, and nothing arrives in chunks.
- The time is that of the request, with its offset from UTC, so that it means the same everywhere.
- Nobody on the way may store the answer, and give it to the next one who asks.
- Some checks send HEAD in place of GET. FastAPI answers that with 405 unless you say otherwise.
"""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
async def health() -> dict[str, str]:
    raise NotImplementedError
