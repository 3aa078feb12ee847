"""What a learner's code prints is shown as the learner's: the kit adds nothing to it."""

from __future__ import annotations

from grader.catalogue import exercises
from grader.judge.sessions import Grader, Job
from grader.verdicts import Result


def test_a_client_that_prints_nothing_has_printed_nothing() -> None:
    clients = [exercise for exercise in exercises().values() if exercise.function]
    jobs = [Job(exercise.slug, exercise.answer("solutions")) for exercise in clients]
    with Grader([job.slug for job in jobs]) as grader:
        verdicts = list(grader.judge(jobs))
    assert [verdict.result for verdict in verdicts] == [Result.PASSED] * len(clients)
    assert {verdict.exercise: verdict.output for verdict in verdicts if verdict.output} == {}
