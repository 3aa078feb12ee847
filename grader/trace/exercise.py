"""What the source and the wire of an exercise do while one behaviour is looked for."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from grader.catalogue import exercises
from grader.places import shown_path
from grader.report import verdict_line
from grader.terminal import Page
from grader.timeline import headings, timeline
from grader.verdicts import Behaviour, Moment, Outcome, Verdict

# The behaviours that show best how items travel.
TELLING = ("lockstep", "streams", "nobody-waits-for-a-batch", "yields-at-once")
