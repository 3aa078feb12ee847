"""Any method is answered alike, because some checks send POST."""

from datetime import UTC, datetime

from fastapi import APIRouter

router = APIRouter()


@router.api_route("/health", methods=["GET", "HEAD", "POST"])
async def health():
    return {"status": "healthy", "timestamp": datetime.now(UTC).isoformat()}
