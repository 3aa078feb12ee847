"""Which exercises an interview has, and when its parts are over."""

from __future__ import annotations

from collections import Counter

import pytest

from grader.cards import LEVELS
from grader.catalogue import exercises
from grader.mock.plan import Kind, Plan, plan
from grader.progress import Record
from grader.verdicts import Result

SEEDS = range(60)


def of(seed: int = 1, level: str = "senior", minutes: int = 45, **records: Record) -> Plan:
    named = {slug.replace("_", "-"): record for slug, record in records.items()}
    return plan(seed=seed, level=level, minutes=minutes, records=named)


def record(result: Result, *, met: int = 9, total: int = 9) -> Record:
    return Record(result=result, met=met, total=total, sha256="")


def test_the_same_wishes_are_the_same_interview_and_another_seed_is_another_one() -> None:
    assert all(of(seed) == of(seed) for seed in SEEDS)
    assert len({of(seed).exercises for seed in SEEDS}) > 5


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("minutes", [15, 30, 45, 60, 90, 180])
def test_what_is_chosen_fits_the_time_and_the_level(level: str, minutes: int) -> None:
    highest = {"junior": 0, "mid": 1}.get(level, 2)
    for seed in SEEDS:
        chosen = [exercises()[slug] for slug in of(seed, level, minutes).exercises]
        assert 1 <= len(chosen) <= 2
        assert sum(each.minutes for each in chosen) <= 0.7 * minutes
        assert all(LEVELS.index(each.level) <= highest for each in chosen)


def test_a_long_interview_has_two_exercises_and_a_short_one_has_one() -> None:
    assert {len(of(seed, "junior", 15).exercises) for seed in SEEDS} == {1}
    assert {len(of(seed, "senior", 90).exercises) for seed in SEEDS} == {2}


@pytest.mark.parametrize("minutes", [15, 45, 90])
def test_the_parts_follow_each_other_and_the_requirement_changes_about_half_way(
    minutes: int,
) -> None:
    for seed in SEEDS:
        made = of(seed, "mid", minutes)
        ends = [step.until for step in made.steps]
        assert ends == sorted(ends)
        assert ends[0] > 0
        assert ends[-1] == made.seconds
        assert [step.kind for step in made.steps[-2:]] == [Kind.CHANGE, Kind.QUESTIONS]
        assert 0.4 < made.steps[-3].until / made.seconds < 0.7


def test_the_first_exercise_gets_time_by_its_size() -> None:
    for seed in SEEDS:
        made = of(seed, "senior", 90)
        first, talk, main = made.steps[:3]
        sizes = [exercises()[step.exercise].minutes for step in (first, main)]
        times = [first.until, main.until - talk.until]
        assert times[0] / times[1] == pytest.approx(sizes[0] / sizes[1], rel=0.01)


def drawn(**records: Record) -> Counter[str]:
    return Counter(of(seed, "junior", 30, **records).exercises[-1] for seed in range(300))


@pytest.mark.parametrize(
    ("weak", "strong"),
    [
        (record(Result.FAILED), record(Result.PASSED)),
        (record(Result.NOT_GRADABLE), record(Result.PASSED, met=5)),
        (record(Result.PASSED, met=5), record(Result.PASSED)),
    ],
)
def test_where_the_learner_is_weak_comes_more_often(weak: Record, strong: Record) -> None:
    some, others = drawn(data_jsonl=strong), drawn(data_jsonl=weak)
    assert others["data-jsonl"] > 1.3 * some["data-jsonl"]


def test_the_number_of_questions_follows_from_the_time() -> None:
    assert [of(1, "mid", minutes).questions for minutes in (15, 45, 90)] == [1, 2, 3]
