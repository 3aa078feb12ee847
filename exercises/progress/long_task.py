"""Long task: run a task step by step, and show the browser how far it has come.

`tasks.start()` starts a task, and `task.steps` are its steps, however many. `step.message` says
what a step does, and `await step.run()` does it; each builds on the one before, so one at a time.
The browser reads with `new EventSource("/process/long-task")` and `onmessage`.

- A step is reported when it is done, not before: one event without a type, and its data is JSON
  with `step` (from 1), `total_steps`, `message`, `progress_percent` and `timestamp`.
- `progress_percent` is the share of the steps that are done, whole or exact: 100 once, at the end,
  and not a step before it, even if there are hundreds.
- `timestamp` is the moment at which the step was done, in ISO 8601 with an offset.
- The media type is that of server-sent events. No cache and no proxy may hold the stream back.
- A task is cancelled by leaving its block, which has to happen when the client leaves.
- A step may raise, and then the task has failed: nothing of it is run again. The client must see
  that it has failed: in an event, or by a body that breaks off.
- A browser that comes back after the end must not run the task once more.
"""

from __future__ import annotations

from fastapi import APIRouter, Response

from sources.tasks import Tasks

router = APIRouter()


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> Response:
    raise NotImplementedError
