"""Timestamps of answers: what counts as one, and when it was taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from grader.judge.moments import made_between, made_elsewhere, moment_of
from grader.judge.zygote import ZONE

BEGUN = datetime(2027, 1, 15, 8, 0, 0, 123_456, tzinfo=UTC)
ENDED = BEGUN + timedelta(milliseconds=2)


@pytest.mark.parametrize(
    "value",
    [
        "2027-01-15T08:00:00+00:00",
        "2027-01-15T08:00:00Z",
        "2027-01-15t08:00:00",
        "20270115T080000Z",
    ],
)
def test_iso_8601_is_a_moment(value: str) -> None:
    moment = moment_of(value)
    assert moment is not None
    assert moment.replace(tzinfo=None) == datetime(2027, 1, 15, 8)


@pytest.mark.parametrize(
    "value",
    [
        "2027-01-15 08:00:00",
        "Fri, 15 Jan 2027 08:00:00 GMT",
        1_800_000_000.0,
        None,
        "2027-01-15",
        "T",
    ],
)
def test_anything_else_is_none(value: Any) -> None:
    assert moment_of(value) is None


@pytest.mark.parametrize("moment", [BEGUN, ENDED, BEGUN.astimezone(timezone(timedelta(hours=5)))])
def test_what_was_taken_meanwhile_is_in_any_zone(moment: datetime) -> None:
    assert made_between(moment, BEGUN, ENDED)


@pytest.mark.parametrize("digits", [0, 3])
def test_digits_that_are_left_out_may_lie_before(digits: int) -> None:
    step = 10 ** (6 - digits)
    cut = BEGUN.replace(microsecond=BEGUN.microsecond // step * step)
    assert made_between(cut, BEGUN, ENDED)
    assert not made_between(cut - timedelta(microseconds=step), BEGUN, ENDED)


@pytest.mark.parametrize("off", [timedelta(microseconds=-1), timedelta(milliseconds=3)])
def test_before_and_after_are_not_meanwhile(off: timedelta) -> None:
    assert not made_between(BEGUN + off, BEGUN, ENDED)


def test_without_an_offset_it_is_utc_or_local() -> None:
    assert made_between(BEGUN.replace(tzinfo=None), BEGUN, ENDED)
    assert made_between(BEGUN.astimezone(ZONE).replace(tzinfo=None), BEGUN, ENDED)


@pytest.mark.parametrize("moment", [datetime.min, datetime.max])
def test_the_first_and_the_last_moment_are_not_meanwhile(moment: datetime) -> None:
    assert not made_between(moment, BEGUN, ENDED)


def test_local_time_with_a_z_was_made_elsewhere() -> None:
    moment = BEGUN.astimezone(ZONE).replace(tzinfo=UTC)
    assert not made_between(moment, BEGUN, ENDED)
    assert made_elsewhere(moment, BEGUN, ENDED)
