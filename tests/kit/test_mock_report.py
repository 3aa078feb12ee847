"""The report of an interview, in both forms, and what it tells the learner to practise."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader.cards import cards
from grader.judge.sessions import Job
from grader.mock import account
from grader.mock.conduct import FORMS
from grader.mock.desk import Command
from grader.mock.html import html
from grader.mock.interview import Interview
from grader.mock.report import NOTHING, brief, markdown
from grader.mock.store import SCHEMA
from grader.verdicts import Evidence, Result, Verdict

from .mocks import Room, verdict

UNREADABLE = Verdict(
    exercise="",
    file="",
    result=Result.NOT_GRADABLE,
    mode="virtual",
    reason="syntax error on line 3:\n    <b>def f(:</b>",
)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def whole(room: Room) -> Interview:
    """Fails, passes, is asked, has one of three wishes of the change, and is asked again."""
    room.verdicts = [
        {"lockstep": "one-behind", "sends-ids": "", "resumes": ""},
        {"sends-ids": "", "resumes": ""},
        {"resumes": ""},
    ]
    return room.run(
        room.wait(3),
        room.save("1\n"),
        room.wait(9),
        room.save("2\n"),
        Command.DONE,
        room.wait(5),
        room.save("3\n"),
        lines=["", "1 2", "", "", "all"],
    )


def blind(room: Room) -> Interview:
    """Nothing was judged but what could not be."""
    room.verdicts = [UNREADABLE]
    return room.run(Command.JUDGE, Command.END)


class Words(HTMLParser):
    """The text of a page, and the elements that are open at its end."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_both_forms_tell_the_same(whole: Interview) -> None:
    page, text = Words(html(whole)).text, " ".join(markdown(whole).replace("`", "").split())
    assert whole.changed is not None
    told = [
        *(value for _, value in account.facts(whole)),
        *(moment.text.replace("`", "") for moment in account.moments(whole)),
        *(each.why for each in account.exercises_next(whole)),
        *(each.command for each in account.cards_next(whole)),
        *(point.replace("`", "") for answer in whole.answers for point in answer.missed),
        whole.changed.change.words,
    ]
    assert len(told) > 15
    for each in told:
        assert " ".join(each.split()) in page
        assert " ".join(each.split()) in text


def test_a_page_needs_nothing_but_itself(whole: Interview) -> None:
    page = html(whole)
    assert Words(page).open == []
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="', page)


def test_the_drawing_has_a_mark_for_each_attempt_and_answer(whole: Interview) -> None:
    (first, *_) = re.findall(r"<svg.*?</svg>", html(whole), flags=re.DOTALL)
    drawn = ElementTree.fromstring(first)
    marks = [each for each in drawn.iter() if each.tag == "circle"]
    kinds = [mark.get("class") for mark in marks]
    assert len(marks) == len(whole.attempts) + len(whole.answers)
    passed = sum(made.result is Result.PASSED for made in whole.attempts)
    complete = sum(not answer.missed for answer in whole.answers)
    assert kinds.count("wire") == passed + complete
    assert [mark.get("class") for mark in drawn.iter() if mark.get("class") == "mark"] == ["mark"]
    places = [float(mark.attrib["cx"]) for mark in marks if mark.attrib["cy"] == "62"]
    assert places == sorted(places)


def test_the_behaviours_are_counted_by_level(whole: Interview) -> None:
    last = whole.attempts[-1]
    for level, met, total in account.tally(last):
        assert f"| {level} | {met} | {total} |" in markdown(whole)
    assert {met < total for level, met, total in account.tally(last) if level == "expert"} == {True}


def test_the_changed_requirement_is_a_checklist(whole: Interview) -> None:
    changed = markdown(whole).partition("## The requirement that changed: ")[2]
    assert changed.startswith("not met")
    assert [line[:5] for line in changed.partition("## Questions")[0].splitlines()][-4:-1] == [
        "- [x]",
        "- [x]",
        "- [ ]",
    ]


def test_what_was_missing_is_to_be_practised(whole: Interview) -> None:
    assert [each.command for each in account.exercises_next(whole)] == ["watch live-logs"]
    (practice,) = account.exercises_next(whole)
    assert "Last-Event-ID" in practice.why
    missed = [answer.card for answer in whole.answers if answer.missed]
    named = [each.command.split()[-1] for each in account.cards_next(whole)]
    assert set(missed) <= set(named)
    assert set(named) <= set(cards())


def test_an_interview_in_which_all_went_well_says_so(room: Room) -> None:
    ended = room.run(room.save(), lines=["", "all", ""] * 4)
    assert NOTHING in markdown(ended)
    assert NOTHING in html(ended)


def test_what_could_not_be_judged_is_told_with_its_reason(room: Room) -> None:
    ended = blind(room)
    assert "syntax error on line 3" in markdown(ended)
    assert "&lt;b&gt;def f(:&lt;/b&gt;" in html(ended)
    assert Words(html(ended)).open == []
    assert "There was nothing yet that could be judged." in markdown(ended)


def test_what_an_answer_sends_is_neither_html_nor_moves_the_cursor(room: Room) -> None:
    job = Job("live-logs", Path("x.py"))
    sent = Evidence(observed="<script>\x1b[2J</script>", expected="")
    found = verdict(job, {"lockstep": ""})
    behaviours = (
        replace(each, evidence=sent) if each.evidence else each for each in found.behaviours
    )
    room.verdicts = [replace(found, behaviours=tuple(behaviours))]
    ended = room.run(room.save(), Command.DONE, Command.END)
    for told in (html(ended), markdown(ended)):
        assert "<script>" not in told
        assert "\x1b" not in told
        assert "&lt;script>" in told or "&lt;script&gt;" in told
    assert "\x1b[2J" not in room.shown


def test_a_fault_of_the_kit_is_not_counted_among_the_attempts(room: Room) -> None:
    room.verdicts = [replace(UNREADABLE, result=Result.KIT_ERROR), {}]
    ended = room.run(Command.JUDGE, room.save(), Command.DONE, Command.END)
    first, second, *_ = account.moments(ended)
    assert first.text.startswith("Live logs, no attempt: a fault of the kit")
    assert second.text.startswith("Live logs, attempt 1: passed")
    assert "passed after 0:00, 2 attempts" in markdown(ended)


def test_an_interview_that_ends_before_it_begins_has_a_report(room: Room) -> None:

    def remove() -> Command:
        room.store.answer(room.interview, "live-logs").unlink()
        return Command.END

    ended = room.run(remove)
    assert ended.attempts == ()
    assert "not attempted" in markdown(ended)
    assert Words(html(ended)).open == []


def test_the_terminal_has_the_gist_and_the_places(whole: Interview, room: Room) -> None:
    before = len(room.shown)
    room.page.print(brief(whole, [Path("/elsewhere/report.html")], room.page))
    told = " ".join(room.shown[before:].split())
    assert "Live logs: passed after 12:00, 3 attempts" in told
    assert "the requirement that changed is not met" in told
    assert "points mentioned in 4 answers" in told
    assert "/elsewhere/report.html" in told


def test_the_document_has_everything_that_its_page_names(whole: Interview) -> None:
    told = json.loads(FORMS[".json"](whole))
    assert told["schema"] == SCHEMA
    described = Path(__file__).resolve().parents[2].joinpath("docs/mock.md").read_text()
    for field in (*told["interview"], *told["interview"]["attempts"][0]):
        assert f"`{field}`" in described or f'"{field}"' in described
    for field in told["interview"]["answers"][0]:
        assert f"`{field}`" in described
