"""A plain `def`, which FastAPI runs in a worker thread, and a time without an offset."""

from datetime import datetime

from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
def health():
    return {"status": "healthy", "timestamp": datetime.now().isoformat()}
