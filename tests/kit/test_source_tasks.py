"""The live worker: eight steps, a second each."""

from __future__ import annotations

import asyncio

import pytest

from sources.tasks import MESSAGES, LiveWorker


async def test_a_task_has_eight_steps_that_say_what_they_do() -> None:
    async with LiveWorker().start() as task:
        assert [step.message for step in task.steps] == list(MESSAGES)

    assert len(set(MESSAGES)) == 8


async def test_a_step_takes_a_second_and_only_when_it_is_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worked: list[float] = []

    async def work(seconds: float) -> None:
        worked.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", work)
    async with LiveWorker().start() as task:
        assert worked == []
        await task.steps[0].run()
        await task.steps[1].run()

    assert worked == [1.0, 1.0]
