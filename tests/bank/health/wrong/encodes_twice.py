"""json.dumps makes a text of the object, and FastAPI makes a JSON string of that.
encodes-twice, caught by says-that-it-is-healthy
"""

import json
from datetime import UTC, datetime

from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
async def health() -> str:
    return json.dumps({"status": "healthy", "timestamp": datetime.now(UTC).isoformat()})
