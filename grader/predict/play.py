"""A snippet is run: by the judge's stage, under a real uvicorn, on the virtual clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from grader.catalogue import Exercise
from grader.judge.answer import Answer
from grader.judge.held import START
from grader.judge.stage import Stage
from grader.judge.wire import Client
from grader.predict.scene import Scene, Seen
from grader.predict.sources import FILL


def play(zygote: str, exercise: Exercise, file: Path, scene: Scene) -> Seen:
    """What there is of `scene` at its moment, if `file` answers the exercise.

    `zygote` is the address of one that knows the exercise's source. Raises
    `grader.judge.evidence.Finding` if the file cannot be run.
    """
    with Answer(zygote=zygote, exercise=exercise, file=file, real=False) as answer:
        stage = answer.fresh()
        try:
            client = _act(stage, exercise, scene)
            return _seen(stage, client, scene)
        finally:
            answer.end(stage)


def _act(stage: Stage, exercise: Exercise, scene: Scene) -> Client:
    """Do all of the scene. Returns the client that is looked at."""
    script = FILL[exercise.source](stage, scene)
    at_first = scene.released if scene.released is not None else float("inf")
    stage.play(script, released=0 if scene.arrive else at_first)
    ask = stage.get if scene.reads else stage.open_unread
    client = ask(exercise.target)
    acts = [(time, act) for time, act in _acts(stage, client, scene) if time <= scene.at]
    for time, act in sorted(acts, key=lambda pair: pair[0]):
        _wait_until(stage, time)
        act()
    _wait_until(stage, scene.at)
    stage.log.add(scene.at, "client", "advance", f"t = {scene.at:g} s: this is what is asked for")
    return client


def _acts(
    stage: Stage, client: Client, scene: Scene
) -> Iterator[tuple[float, Callable[[], object]]]:
    yield from ((time, stage.release) for time in scene.arrive)
    if scene.leaves_at is not None:
        yield scene.leaves_at, lambda: stage.hang_up(client)


def _wait_until(stage: Stage, time: float) -> None:
    """Let time pass, unless the loop waits for what is not there: then it passes for nobody."""
    left = START + time - stage.now
    if left > 0 and stage.blocked_on is None:
        stage.advance(left)


def _seen(stage: Stage, client: Client, scene: Scene) -> Seen:
    # A snippet that sleeps on the loop carries the clock beyond the moment that is asked for.
    chunks = [chunk for chunk in client.chunks if chunk.at - START <= scene.at]
    openings = stage.source.openings
    return Seen(
        status=client.status,
        body=b"".join(chunk.data for chunk in chunks),
        chunks=tuple(chunk.at - START for chunk in chunks),
        ending=_ending(client),
        handed=stage.source.handed,
        length=scene.length,
        source="open" if stage.source.still_open else "closed" if openings else "unopened",
        loop="free" if stage.blocked_on is None else "blocked",
        timeline=stage.log.timeline(),
    )


def _ending(client: Client) -> str:
    if client.gone:
        return "left"
    if client.complete:
        return "complete"
    return "cut" if client.over else "open"
