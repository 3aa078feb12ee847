"""A native endpoint leaves the task on CancelledError, and a stalled one ends by GeneratorExit.
never-releases, caught by cancels-when-a-stalled-client-leaves
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse

from sources.tasks import Tasks

router = APIRouter()


@router.get("/process/long-task", response_class=EventSourceResponse)
async def long_task(tasks: Tasks) -> AsyncIterator[dict[str, Any]]:
    started = tasks.start()
    task = await started.__aenter__()
    try:
        for number, step in enumerate(task.steps, 1):
            await step.run()
            yield {
                "step": number,
                "total_steps": len(task.steps),
                "message": step.message,
                "progress_percent": 100 * number / len(task.steps),
                "timestamp": datetime.now(UTC),
            }
    except (Exception, asyncio.CancelledError) as error:
        await started.__aexit__(type(error), error, error.__traceback__)
        raise
    await started.__aexit__(None, None, None)
