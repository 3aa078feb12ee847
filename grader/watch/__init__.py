"""`grade watch`: judge an exercise on every save, and show what has changed."""

from __future__ import annotations

from rich.text import Text

from grader.catalogue import exercises
from grader.progress import Progress
from grader.terminal import Page


def watch(slug: str | None, *, page: Page, records: Progress) -> int:
    """Watch the exercise `slug`, or the next unsolved one, until the learner leaves.

    Returns the exit code: 0, or 4 if nothing can be judged. Raises `UnknownExercise`.
    """
    from grader.judge.evidence import Distrust
    from grader.judge.sessions import Grader
    from grader.watch.inputs import Inputs
    from grader.watch.session import Session, first
    from grader.watch.view import View, about

    chosen = first(slug, records)
    starting = Text("the judge is starting ...", style="dim")
    View(page).draw(about(chosen, "watching"), [starting], whole=False, note="")
    folder = chosen.answer("exercises").parents[1]
    try:
        with Inputs(folder) as inputs, Grader(exercises()) as grader:
            Session(grader, inputs, records, page, chosen).run()
    except Distrust as error:
        page.print(page.wrap(Text(f"nothing can be judged: {error}", style="red")))
        return 4
    return 0
