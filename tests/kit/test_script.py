"""What a source says: nothing that is not released; then its end, its failure or its silence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.judge.script import (
    Bytes,
    Items,
    Lists,
    Opening,
    Question,
    Reply,
    Rows,
    Script,
    Source,
    StoredFile,
    several,
)

ITEMS = Items(values=["a", "b", "c"], unit="update")
FAILING = replace(ITEMS, fails_at=1)


def ask(
    script: Script, position: int, *, released: float = float("inf"), amount: int = 1
) -> Reply | None:
    question = Question(
        ticket=1, source=1, position=position, amount=amount, on_loop=False, line=None
    )
    return Source(script).answer(question, Opening(number=1, released=released))


@pytest.mark.parametrize(
    ("position", "released", "reply"),
    [
        (0, 0, None),
        (0, 1, Reply("item", 1, value="a")),
        (1, 1, None),
        (1, 2, Reply("item", 1, value="b")),
        (2, float("inf"), Reply("item", 1, value="c")),
        (3, 3, Reply("ends")),
        (9, 0, Reply("ends")),
    ],
)
def test_an_item_is_handed_over_when_it_is_released(
    position: int, released: float, reply: Reply | None
) -> None:
    assert ask(ITEMS, position, released=released) == reply


@pytest.mark.parametrize(
    ("position", "released", "values"),
    [
        (0, 0, None),
        (0, 99, [0]),  # one by one at first
        (19, 99, [19]),
        (20, 99, [20, 21]),
        (20, 21, [20]),  # no more than was released
        (90, 99, [90, 91, 92, 93]),  # nor than may be handed over at once
    ],
)
def test_lists_grow(position: int, released: float, values: list[int] | None) -> None:
    reply = Reply("item", len(values), value=values) if values else None
    assert ask(Lists(values=range(99), at_once=4), position, released=released) == reply


def test_a_silent_source_does_not_end() -> None:
    assert ask(replace(ITEMS, silent=True), 3) is None
    assert ask(replace(ITEMS, silent=True), 2) == Reply("item", 1, value="c")


def test_a_source_fails_instead_of_handing_over_an_item_and_goes_on_failing() -> None:
    assert ask(FAILING, 0) == Reply("item", 1, value="a")
    assert ask(FAILING, 1) == Reply("fails", reason="the source failed at update 2")
    assert ask(FAILING, 2) == Reply("fails", reason="the source failed at update 3")


def test_a_source_that_recovers_fails_once() -> None:
    source = Source(FAILING, recovers=True)
    question = Question(ticket=1, source=1, position=1, amount=1, on_loop=False, line=None)
    replies = [
        source.answer(question, Opening(number=number, released=3)) for number in (1, 1, 2, 3)
    ]

    assert [reply.outcome for reply in replies if reply] == ["fails", "item", "item", "item"]


def test_a_failure_needs_no_release_and_wins_over_silence() -> None:
    reply = ask(replace(FAILING, silent=True), 1, released=1)
    assert reply is not None
    assert reply.outcome == "fails"


@pytest.mark.parametrize(
    ("position", "amount", "released", "payload"),
    [
        (0, 4, 10, b"0123"),
        (0, 4, 3, None),  # a read that asks for four waits for four
        (0, 4, 4, b"0123"),
        (8, 4, 10, b"89"),  # or for what is left
        (8, 4, 9, None),
        (4, 100, 10, b"456789"),
        (4, 1, 10, b"4"),
    ],
)
def test_bytes_come_as_many_as_are_asked_for(
    position: int, amount: int, released: float, payload: bytes | None
) -> None:
    reply = ask(Bytes(data=b"0123456789"), position, amount=amount, released=released)
    assert (reply and reply.payload) == payload
    assert reply is None or reply.units == len(reply.payload)


@pytest.mark.parametrize(
    ("position", "amount", "payload"),
    [(0, 2, b"01"), (2, 3, b"201"), (3, 100, b"0120"), (6, 1, b"0")],
)
def test_bytes_are_repeated_up_to_a_size(position: int, amount: int, payload: bytes) -> None:
    repeated = Bytes(data=b"012", size=7)
    assert repeated.length == 7
    assert repeated.whole == b"0120120"
    assert ask(repeated, position, amount=amount) == Reply("item", len(payload), payload=payload)


def test_bytes_stop_before_the_failure() -> None:
    failing = Bytes(data=b"0123456789", fails_at=6)
    assert ask(failing, 4, amount=4) == Reply("item", 2, payload=b"45")
    assert ask(failing, 6) == Reply("fails", reason="the source failed at byte 7")


@pytest.mark.parametrize(
    ("position", "released", "leave"),
    [
        (0, 1000, 1),
        (9, 1000, 10),
        (50, 1000, 55),
        (100, 1000, 110),
        (500, 1000, 550),  # fifty at once and no more
        (100, 103, 103),  # and none that is not released
        (995, 1000, 1000),
        (100, 100, None),
    ],
)
def test_leave_to_read_rows_grows_with_the_position(
    position: int, released: float, leave: int | None
) -> None:
    reply = ask(Rows(length=1000), position, released=released)
    assert (reply and reply.value) == leave
    assert reply is None or reply.units == reply.value - position


def test_rows_are_not_left_to_be_read_beyond_the_failure() -> None:
    failing = Rows(length=1000, fails_at=105)
    assert ask(failing, 100) == Reply("item", 5, value=105)
    assert ask(failing, 105) == Reply("fails", reason="the source failed at row 106")


def test_holding_applies_to_what_is_open_and_to_what_will_be() -> None:
    source = Source(ITEMS, openings=[Opening(number=1, released=float("inf"))])
    source.hold(2)
    assert (source.released, source.openings[0].released) == (2, 2)
    source.hold()
    assert (source.released, source.openings[0].released) == (0, 0)


def test_what_is_handed_over_and_what_is_open_is_counted_over_all_openings() -> None:
    first, second = Opening(number=1, handed=2, open=False), Opening(number=2, handed=3)
    source = Source(ITEMS, openings=[first, second])
    assert (source.handed, source.still_open) == (5, [second])


def test_what_only_the_garbage_collector_has_closed_was_never_closed() -> None:
    closed, collected = Opening(number=1, open=False), Opening(number=2, open=False, collected=True)
    left = Opening(number=3)
    assert Source(ITEMS, openings=[closed, collected, left]).never_closed == [collected, left]


@pytest.mark.parametrize(
    ("unit", "plural"), [("update", "updates"), ("entry", "entries"), ("log entry", "log entries")]
)
def test_units_have_a_plural(unit: str, plural: str) -> None:
    assert several(unit) == plural


def test_leave_to_read_a_file_is_for_what_is_there_and_released() -> None:
    file = StoredFile(length=100)

    assert ask(file, 0, amount=30) == Reply("item", 30, value=30)
    assert ask(file, 90, amount=30) == Reply("item", 10, value=10)
    assert ask(file, 90, amount=30, released=95) is None
    assert ask(file, 100, amount=30) == Reply("ends")
    assert ask(replace(file, fails_at=50), 40, amount=30) == Reply("item", 10, value=10)
