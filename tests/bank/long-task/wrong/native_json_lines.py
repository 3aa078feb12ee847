"""A native endpoint without response_class streams JSON Lines.
wrong-media-type, caught by starts
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter

from sources.tasks import Tasks

router = APIRouter()


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> AsyncIterator[dict[str, Any]]:
    async with tasks.start() as task:
        total = len(task.steps)
        for number, step in enumerate(task.steps, 1):
            await step.run()
            yield {
                "step": number,
                "total_steps": total,
                "message": step.message,
                "progress_percent": number * 100 // total,
                "timestamp": datetime.now(UTC).isoformat(),
            }
