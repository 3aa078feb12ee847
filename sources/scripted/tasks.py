"""The worker that the judge drives: a step is done when the judge says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.stage.channel import Channel
from sources.scripted.subscription import Subscription
from sources.tasks import Task, Worker, worker


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedStep:
    """A step that asks the judge for leave to be done. See `sources.tasks.Step`."""

    message: str
    position: int  # from 0
    task: Subscription[None]

    async def run(self) -> None:
        await self.task.pull(position=self.position)


@dataclass(frozen=True, slots=True)
class ScriptedTask:
    steps: list[ScriptedStep]


class StartedTask:
    """One task, to be opened by `async with`. A class for the reason that `Subscription` has."""

    def __init__(self, channel: Channel) -> None:
        self._task: Subscription[None] = Subscription(channel, item=lambda reply: None)

    async def __aenter__(self) -> Task:
        messages = await self._task.open()
        steps = [
            ScriptedStep(message=message, position=position, task=self._task)
            for position, message in enumerate(messages)
        ]
        return ScriptedTask(steps)

    async def __aexit__(self, *exception: object) -> None:
        await self._task.__aexit__(*exception)


class ScriptedWorker:
    """Starts tasks. See `sources.tasks.Worker`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def start(self) -> StartedTask:
        return StartedTask(self._channel)


def overrides(channel: Channel) -> dict[Callable[..., Any], Callable[..., Any]]:
    scripted: Worker = ScriptedWorker(channel)

    async def replaced() -> Worker:
        return scripted

    return {worker: replaced}


def warm_up() -> None:
    """Nothing of this source is done late."""
