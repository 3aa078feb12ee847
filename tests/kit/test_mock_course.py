"""The course of an interview: attempts, the change, time, interruptions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.catalogue import exercise
from grader.mock.course import ENDED, FINISHED, TIME_UP, Left
from grader.mock.desk import Command
from grader.mock.plan import Kind
from grader.progress import is_stub
from grader.verdicts import Level, Outcome, Result, Verdict

from .mocks import BEGAN, Room, Time, planned

SLUG = "live-logs"
BROKEN = Verdict(exercise="", file="", result=Result.KIT_ERROR, mode="virtual", reason="it broke")
UNREADABLE = Verdict(
    exercise="", file="", result=Result.NOT_GRADABLE, mode="virtual", reason="syntax error"
)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_each_save_is_an_attempt_with_its_time_and_what_it_meets(room: Room) -> None:
    room.verdicts = [{"lockstep": "one-behind"}, {}]
    ended = room.run(room.wait(3), room.save("1\n"), room.wait(4), room.save("2\n"))
    first, second, *_ = ended.attempts
    assert (first.at, second.at) == (180, 420)
    assert (first.result, second.result) == (Result.FAILED, Result.PASSED)
    assert [seen.id for seen in first.not_met()] == ["lockstep"]
    assert first.not_met()[0].misconception == "one-behind"
    assert second.not_met() == ()


def test_a_save_that_changes_nothing_is_no_attempt_and_the_key_judges_all_the_same(
    room: Room,
) -> None:
    ended = room.run(room.save(), room.save(), Command.JUDGE)
    in_the_first_step = [made for made in ended.attempts if made.step == 0]
    assert len(in_the_first_step) == 2


def test_what_is_done_without_a_verdict_is_judged_once_more(room: Room) -> None:
    def written() -> None:
        room.store.answer(room.interview, SLUG).write_text("late = 1\n")

    ended = room.run(written, Command.DONE)
    assert ended.attempts[0].step == 0


def test_a_failure_shows_what_was_observed_and_no_hint(room: Room) -> None:
    room.verdicts = [{"a-stalled-client-stops-the-log": "runs-ahead"}]
    room.run(room.save())
    before_the_questions = room.shown.partition("questions")[0]
    assert "40 updates were read while the client took none" in before_the_questions
    for hint in ("likely", "hint", "It runs-ahead", "Because."):
        assert hint not in before_the_questions


def test_the_parts_follow_each_other_to_the_end(room: Room) -> None:
    ended = room.run()
    assert ended.ended == FINISHED
    assert len(ended.ends) == len(ended.plan.steps)
    assert len(ended.answers) == 2 * ended.plan.questions


def test_the_requirement_changes_to_what_the_last_attempt_does_least_of(room: Room) -> None:
    room.verdicts = [{"sends-ids": "", "resumes": "", "takes-an-unknown-id": ""}]
    ended = room.run(room.save())
    assert ended.changed is not None
    assert ended.changed.change.behaviours == ("sends-ids", "resumes", "takes-an-unknown-id")
    assert ended.plan.steps[ended.changed.step].kind is Kind.CHANGE
    assert ended.changed.change.words.split()[0] in room.shown


def test_what_the_changed_requirement_asks_for_is_shown_beside_the_verdict(room: Room) -> None:
    room.verdicts = [{"sends-ids": "", "resumes": ""}, {"resumes": ""}]
    room.run(room.save("1\n"), Command.DONE, room.save("2\n"))
    changed = room.shown.rpartition("The changed requirement")[2]
    marks = {line.split()[0] for line in changed.splitlines() if line.startswith("  ")}
    assert {"✓", "✗"} <= marks


def test_an_answer_that_does_it_already_is_told_so(room: Room) -> None:
    room.run(room.save())
    assert "Your last attempt did all of this already" in room.shown


def test_a_part_whose_time_is_over_gives_way_to_the_next_one(room: Room) -> None:
    room.verdicts = [UNREADABLE]
    ended = room.run(room.wait(23))
    assert ended.ends[0] == pytest.approx(23 * 60)
    assert ended.attempts[0].step == 0  # what is there is judged a last time
    assert "the time for that part was over" in room.shown
    assert ended.ended == FINISHED


def test_the_interview_ends_when_its_time_is_up(room: Room) -> None:
    ended = room.run(Command.DONE, room.wait(46))
    assert ended.ended == TIME_UP
    assert ended.now is not None
    assert ended.now.kind is Kind.CHANGE
    assert ended.left == 0


def test_a_question_that_is_under_way_is_answered_when_the_time_is_up(room: Room) -> None:
    def slowly() -> str:
        room.clock.go_on(minutes=60)
        return "1"

    ended = room.run(Command.DONE, lines=["", slowly])
    assert len(ended.answers) == 1
    assert ended.ended == TIME_UP


def test_questions_whose_time_is_over_give_way_to_the_change(room: Room) -> None:
    def slowly() -> str:
        room.clock.go_on(minutes=30)
        return ""

    ended = room.run(Command.DONE, Command.END, lines=[slowly])
    assert len(ended.answers) == 1
    assert ended.changed is not None
    assert "the time for these questions was over" in room.shown


def test_every_prompt_says_how_much_time_is_left(room: Room) -> None:
    room.run(room.wait(2), Command.HELP, Command.DONE)
    assert room.learner.prompts[0] == "[45:00 left]"
    assert room.learner.prompts[1] == "[43:00 left]"
    assert all("43:00 left" in prompt for prompt in room.learner.prompts[1:])


def test_the_learner_ends_it(room: Room) -> None:
    ended = room.run(room.wait(5), Command.END)
    assert (ended.ended, ended.elapsed) == (ENDED, 300)
    assert ended.answers == ()


def test_leaving_keeps_everything_and_the_clock_stands_meanwhile(room: Room) -> None:
    room.verdicts = [{"lockstep": "one-behind"}]
    with pytest.raises(Left):
        room.run(room.wait(4), room.save(), room.wait(1), Command.LEAVE)
    room.clock.go_on(minutes=600)
    kept = room.store.open()
    assert kept is not None
    assert (len(kept.attempts), kept.elapsed) == (1, 300)
    ended = room.run(room.wait(2), Command.END)
    assert ended.elapsed == 420
    assert len(ended.attempts) == 1


def test_an_interrupted_question_is_asked_again_and_the_answered_one_is_not(room: Room) -> None:
    with pytest.raises(Left):
        room.run(Command.DONE, lines=["", "1", "", "q"])
    kept = room.store.open()
    assert kept is not None
    asked = kept.questions
    ended = room.run(Command.END)
    assert ended.questions[: len(asked)] == asked
    assert [answer.card for answer in ended.answers] == [q.card for q in asked]


def test_what_is_pressed_while_something_is_judged_leaves(room: Room) -> None:
    room.learner.leaving = True
    with pytest.raises(Left):
        room.run(Command.JUDGE)


def test_the_state_is_written_after_each_step(room: Room) -> None:
    seen = []

    def look() -> None:
        seen.append(json.loads((room.store.folder / "open.json").read_text()))

    room.run(room.save(), look, Command.DONE)
    assert len(seen[0]["interview"]["attempts"]) == 1


def test_the_time_of_an_interview_is_kept_although_nothing_happens(room: Room) -> None:
    seen = []

    def look() -> None:
        kept = room.store.open()
        assert kept is not None
        seen.append(kept.elapsed)

    room.run(room.wait(1), look, Command.END)
    assert seen == [60]


def test_a_clock_that_is_put_back_takes_nothing_away(room: Room) -> None:
    ended = room.run(room.wait(5), room.wait(-30), Command.END)
    assert ended.elapsed == 300


def test_a_fault_of_the_kit_is_no_attempt_of_the_learners(room: Room) -> None:
    room.verdicts = [BROKEN, {}]
    ended = room.run(room.save(), Command.JUDGE)
    assert [made.result for made in ended.tries(SLUG)][:1] == [Result.PASSED]
    assert "it broke" in room.shown


def test_a_file_that_is_gone_has_its_stub_again(room: Room) -> None:
    file = room.store.answer(room.interview, SLUG)

    def gone() -> Command:
        file.unlink()
        return Command.JUDGE

    room.run(gone)
    assert is_stub(file.read_bytes())
    assert f"{file.name} was gone; its stub is there again" in room.shown


def test_a_full_disk_ends_nothing(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(interview: object) -> None:
        raise OSError("No space left on device")

    course = room.course()
    monkeypatch.setattr(type(room.store), "keep", lambda self, interview: refuse(interview))
    assert course.run().ended == FINISHED
    assert "the interview could not be kept: No space left" in room.shown


def test_an_interview_of_two_exercises_has_a_file_for_each(tmp_path: Path) -> None:
    one = planned("chat-stream")
    both = type(one)(
        seed=1, level="mid", minutes=60, steps=(*one.steps[:2], *planned("long-task").steps)
    )
    room = Room(tmp_path, both)
    other = room.store.answer(room.interview, "long-task")
    assert not other.exists()  # what comes later is not told
    ended = room.run()
    assert is_stub(other.read_bytes())
    assert [job.slug for job in room.judged] == ["chat-stream", "long-task", "long-task"]
    assert ended.ended == FINISHED


def test_nothing_of_the_learners_is_touched(room: Room) -> None:
    own = exercise(SLUG).answer("exercises")
    before = own.read_bytes()
    ended = room.run(room.save("mine = 1\n"))
    assert own.read_bytes() == before
    assert ended.attempts
    assert all(job.file.is_relative_to(room.store.folder) for job in room.judged)


def test_the_same_happenings_are_the_same_interview(tmp_path: Path) -> None:
    found = []
    for name in ("one", "other"):
        room = Room(tmp_path / name)
        room.clock = Time(BEGAN)
        room.verdicts = [{"a-stalled-client-stops-the-log": "runs-ahead"}, {"resumes": ""}]
        found.append(room.run(room.wait(3), room.save("1\n"), room.save("2\n")))
    assert found[0] == found[1]


def test_what_was_met_is_counted_by_level(room: Room) -> None:
    room.verdicts = [{"resumes": "", "sends-ids": ""}]
    ended = room.run(room.save())
    counts = {level: ended.attempts[0].count(level, Outcome.UNMET) for level in Level}
    assert counts == {Level.ESSENTIAL: 0, Level.GOOD: 1, Level.EXPERT: 1}
