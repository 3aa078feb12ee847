"""An ASGI callable as the response, which sends its body in two messages of known length."""

import json
from datetime import UTC, datetime

from fastapi import APIRouter, Response

router = APIRouter()


class Health(Response):
    def __init__(self) -> None:
        self.background = None

    async def __call__(self, scope, receive, send) -> None:
        document = {"status": "healthy", "timestamp": datetime.now(UTC).isoformat()}
        body = json.dumps(document).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body[:10], "more_body": True})
        await send({"type": "http.response.body", "body": body[10:], "more_body": False})


@router.get("/health")
async def health():
    return Health()
