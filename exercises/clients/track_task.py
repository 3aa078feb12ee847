"""Track a task: tell the progress of a long task, and know whether it has come to its end.

GET /process/long-task runs a task and answers with server-sent events. Those without a type are
reports; their data is JSON with at least `progress_percent` and `message`. An event of the type
`failed` says that the task has failed, in a `message`. Ignore other types and other fields.

- `on_progress(progress_percent, message)` is a plain function: call it for each report, at once and
  with the values that came. The percentage may be whole or not, 12 or 12.5.
- At 100 the task is done: return, and hang up, though the server may keep the connection open.
- A failure, an end before 100, a lost connection, an error status and another media type are errors
  that your caller sees. Never ask again: that would run the task once more.
  A redirect may be followed.
- The server sends something every 15 seconds, a comment if there is nothing to report. When no
  byte has come for 30 seconds, the connection is lost, even if nobody has closed it. A task may
  take hours.
- Who is cancelled hangs up. Chunks, lines and events are as in WHATWG HTML 9.2.
- Expert: a line without an end fills no memory. What is longer than 1 MiB may be refused.
"""

from __future__ import annotations

from collections.abc import Callable


async def track_task(base_url: str, *, on_progress: Callable[[float, str], None]) -> None:
    raise NotImplementedError
