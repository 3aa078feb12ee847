"""`benchmarks.watching`: a real `grade watch` on a terminal, in a copy of the project."""

from __future__ import annotations

from click.testing import CliRunner

from benchmarks import watching
from grader.catalogue import exercise


def test_saves_are_followed_to_the_screen_in_a_copy() -> None:
    stub = exercise("health").answer("exercises").read_text()
    ran = CliRunner().invoke(watching.main, ["--answers", "1", "health"])
    assert ran.exit_code == 0, ran.output
    _, line = ran.output.splitlines()
    name, *figures = line.split()
    assert name == "health"
    first, whole, _, passing = map(float, figures)
    assert 0 < first <= whole
    assert passing > 0
    assert exercise("health").answer("exercises").read_text() == stub
