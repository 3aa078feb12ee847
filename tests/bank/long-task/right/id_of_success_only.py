"""A success has an id by which the browser is known again; a failure has none, and is tried again."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse

from sources.tasks import Tasks, Worker

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/process/long-task")
async def long_task(
    tasks: Tasks, last_event_id: Annotated[str | None, Header()] = None
) -> Response:
    if last_event_id == "done":
        return Response(status_code=204)
    return StreamingResponse(run(tasks), media_type="text/event-stream", headers=HEADERS)


async def run(tasks: Worker) -> AsyncIterator[str]:
    try:
        async with tasks.start() as task:
            for number, step in enumerate(task.steps, 1):
                await step.run()
                report = {
                    "step": number,
                    "total_steps": len(task.steps),
                    "message": step.message,
                    "progress_percent": 100 * number // len(task.steps),
                    "timestamp": datetime.now(UTC).isoformat(),
                }
                yield event(report)
    except Exception as error:
        yield event({"error": str(error)}, kind="error")
    else:
        yield event({"status": "done"}, kind="done", event_id="done")


def event(payload: dict[str, object], *, kind: str = "", event_id: str = "") -> str:
    named = f"event: {kind}\n" if kind else ""
    marked = f"id: {event_id}\n" if event_id else ""
    return f"{named}{marked}data: {json.dumps(payload)}\n\n"
