"""The requirements that change, and the cards that go with a behaviour: it is all there."""

from __future__ import annotations

import pytest

from grader.cards import cards
from grader.catalogue import exercise, exercises
from grader.judge.behaviour import Rule, suite
from grader.judge.sessions import Grader, Job
from grader.mock.content import Change, cards_by_behaviour, changes, changes_of
from grader.verdicts import Level, Outcome, Verdict

# Entries of the bank that together leave unmet what the changes of an exercise ask for.
WITHOUT = {
    "health": ("right/plain_def", "right/answers_post_too"),
    "large-file": (
        "right/chunked_without_a_length",
        "right/answers_every_method",
        "right/one_line_break_too_many",
    ),
    "image": ("right/iterator_class", "right/file_response", "right/anyio_file"),
    "stock-ticker": ("right/bounded_queue", "wrong/no_cache_control", "wrong/one_joined_body"),
    "live-logs": (
        "right/first_entry_decides_the_status",
        "right/native_entries",
        "right/skips_what_the_client_has",
    ),
    "users-csv": ("right/line_feeds_and_a_byte_order_mark", "right/keyset_pages"),
    "data-jsonl": (
        "right/answers_head_by_running",
        "right/blank_lines_between",
        "right/dates_in_utc_without_an_offset",
        "right/line_feed_in_front",
        "right/native_without_annotation",
    ),
    "database-results": ("right/answers_every_method", "right/native_queue"),
    "chat-stream": ("right/bare_asgi", "right/waits_for_the_first_token"),
    "chat-stream-sse": ("right/writes_like_a_typewriter",),
    "long-task": ("right/bare_asgi", "right/native_yield", "right/begins_at_zero"),
    "comparison-buffered": ("right/bare_asgi", "right/tells_the_reason"),
    "comparison-streamed": ("right/native_raw_yield",),
    "fetch-large-file": (
        "right/removes_the_older_file_first",
        "right/temporary_file",
        "right/resumes_and_trusts_the_range",
    ),
    "watch-stock-ticker": ("right/no_limit_of_time",),
    "watch-live-logs": (
        "right/httpx_takes_ascii_ids_only",
        "right/takes_ids_as_they_come",
        "wrong/last_event_id_in_the_query",
    ),
    "import-csv": (
        "right/small_limit_and_no_number",
        "right/reads_what_is_on_the_wire",
        "wrong/the_last_record_needs_an_end",
    ),
    "import-jsonl": ("right/reports_at_the_end", "right/text_split_at_lf"),
    "read-chat": ("right/aiter_text",),
    "read-chat-sse": ("right/reads_raw_bytes",),
    "track-task": ("right/reads_raw_bytes",),
    "compare-responses": ("right/highest_of_the_process", "right/one_client_for_both"),
}


def named(change: Change) -> str:
    return f"{change.exercise}: {change.behaviours[0]}"


def rules(slug: str) -> dict[str, Rule]:
    return {rule.id: rule for rule in suite(exercise(slug).suite)}


def test_every_exercise_has_a_change() -> None:
    assert {change.exercise for change in changes()} == set(exercises())


@pytest.mark.parametrize("change", changes(), ids=named)
def test_a_change_asks_for_what_was_good_or_expert_before(change: Change) -> None:
    known = rules(change.exercise)
    assert set(change.behaviours) <= set(known)
    assert all(known[each].level is not Level.ESSENTIAL for each in change.behaviours)
    assert len(change.words.split()) < 60


@pytest.mark.parametrize("change", changes(), ids=named)
def test_the_cards_of_a_change_exist(change: Change) -> None:
    assert change.cards
    assert set(change.cards) <= set(cards())


def test_what_is_asked_about_is_a_behaviour_of_some_suite_and_a_card() -> None:
    known = {rule.id for each in exercises().values() for rule in suite(each.suite)}
    assert set(cards_by_behaviour()) <= known
    assert {slug for named in cards_by_behaviour().values() for slug in named} <= set(cards())


@pytest.mark.slow
@pytest.mark.parametrize("slug", exercises())
def test_a_changed_requirement_is_one_that_answers_lack_and_the_reference_has(slug: str) -> None:
    wanted = {each for change in changes_of(slug) for each in change.behaviours}
    chosen = exercise(slug)
    reference = chosen.answer("solutions")
    lacking = [chosen.bank / f"{name}.py" for name in WITHOUT[slug]]
    with Grader([slug]) as grader:
        jobs = [Job(slug, file) for file in (reference, *lacking)]
        verdicts = {verdict.file: verdict for verdict in grader.judge(jobs)}
    outcomes = {file: _of(verdict) for file, verdict in verdicts.items()}
    of_the_reference = outcomes.pop(next(file for file in outcomes if "solutions" in file))
    assert {each for each in wanted if of_the_reference[each] is not Outcome.MET} == set()
    unmet = {each for found in outcomes.values() for each in wanted if found[each] is Outcome.UNMET}
    assert wanted - unmet == set()


def _of(verdict: Verdict) -> dict[str, Outcome]:
    return {behaviour.id: behaviour.outcome for behaviour in verdict.behaviours}
