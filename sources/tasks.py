"""A worker that carries out long tasks: asynchronous, step by step.

An endpoint takes it as a parameter, `tasks: Tasks`, and runs a task while its client watches:

    async with tasks.start() as task:
        for step in task.steps:
            await step.run()
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Protocol

from fastapi import Depends

MESSAGES = (
    "Reading the upload",
    "Checking its format",
    "Removing duplicates",
    "Matching customers",
    "Computing totals",
    "Writing the report",
    "Rendering charts",
    "Sending the mail",
)


class Step(Protocol):
    """One step of a task."""

    @property
    def message(self) -> str:
        """What the step does, for people."""

    async def run(self) -> None:
        """Do the work of this step. Whatever it raises means that the task has failed."""


class Task(Protocol):
    """A task that has been started."""

    @property
    def steps(self) -> Sequence[Step]:
        """Its steps, in the order in which to run them: each builds on the one before it."""


class Worker(Protocol):
    """Whoever carries out tasks."""

    def start(self) -> AbstractAsyncContextManager[Task]:
        """Start a task. Leaving the block before all of its steps are done cancels it.

        A task that is neither finished nor cancelled keeps the worker from taking another one.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStep:
    message: str
    seconds: float

    async def run(self) -> None:
        await asyncio.sleep(self.seconds)


@dataclass(frozen=True, slots=True)
class LiveTask:
    steps: Sequence[LiveStep]


class LiveWorker:
    """Eight steps for each task, each of which takes `seconds`."""

    def __init__(self, *, seconds: float = 1.0) -> None:
        self._seconds = seconds

    @asynccontextmanager
    async def start(self) -> AsyncGenerator[Task]:
        """See `Worker.start`."""
        yield LiveTask([LiveStep(message=text, seconds=self._seconds) for text in MESSAGES])


@cache
def worker() -> Worker:
    """The dependency behind `Tasks`."""
    return LiveWorker()


Tasks = Annotated[Worker, Depends(worker)]
