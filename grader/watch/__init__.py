"""`grade watch`: judge an exercise on every save, and show what has changed."""

from __future__ import annotations

from rich.text import Text

from grader.board import standing, unsolved
from grader.catalogue import Exercise, exercise, exercises
from grader.progress import Progress
from grader.terminal import Page


def watch(slug: str | None, *, page: Page, records: Progress) -> int:
    """Watch the exercise `slug`, or the next unsolved one, until the learner leaves.

    Returns the exit code: 0, or 4 if nothing can be judged. Raises `UnknownExercise`.
    """
    from grader.judge.evidence import Distrust
    from grader.watch.graders import Graders
    from grader.watch.inputs import Inputs
    from grader.watch.session import Session
    from grader.watch.view import JUDGING, STARTING, View, about

    chosen = first(slug, records)
    View(page).draw(about(chosen, JUDGING), [STARTING], whole=False, note="")
    folder = chosen.answer("exercises").parents[1]
    try:
        with Inputs(folder) as inputs, Graders() as graders:
            Session(graders, inputs, records, page, chosen).run()
    except Distrust as error:
        page.print(page.wrap(Text(f"nothing can be judged: {error}", style="red")))
        return 4
    return 0


def first(slug: str | None, records: Progress) -> Exercise:
    """What to watch: the exercise that is named, or the next unsolved one."""
    if slug is not None:
        return exercise(slug)
    return exercise(unsolved(standing(records.read())) or next(iter(exercises())))
