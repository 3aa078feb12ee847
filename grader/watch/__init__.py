"""`grade watch`: judge an exercise on every save, and show what has changed."""

from __future__ import annotations

from grader.catalogue import exercises
from grader.progress import Progress
from grader.terminal import Page


def watch(slug: str | None, *, page: Page, records: Progress) -> int:
    """Watch the exercise `slug`, or the next unsolved one, until the learner leaves.

    Returns the exit code: 0. Raises `UnknownExercise`.
    """
    from grader.judge.sessions import Grader
    from grader.watch.inputs import Inputs
    from grader.watch.session import Session, first

    chosen = first(slug, records)
    folder = chosen.answer("exercises").parents[1]
    with Inputs(folder) as inputs, Grader(exercises()) as grader:
        Session(grader, inputs, records, page, chosen).run()
    return 0
