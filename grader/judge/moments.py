"""Timestamps that an answer makes, held against the clock that it reads them from.

On virtual time that is the judge's own clock, on real time the one that both processes share. So
there are no tolerances: a timestamp lies between the judge's two looks at the clock, or it does
not. One in whole seconds, or milliseconds, may lie before the first look by what it leaves out.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from grader.judge.held import START
from grader.judge.stage import Stage
from grader.judge.zygote import ZONE
from grader.stage.clock import EPOCH


def clock(stage: Stage) -> datetime:
    """What the stage's clock shows now."""
    if stage.real:
        return datetime.now(UTC)
    return datetime.fromtimestamp(EPOCH + stage.now - START, UTC)


def moment_of(value: Any) -> datetime | None:
    """A date and time in ISO 8601, or None. Without an offset in the text it has no zone."""
    if not isinstance(value, str) or "T" not in value.upper():
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def made_between(moment: datetime, begun: datetime, ended: datetime) -> bool:
    """Whether a timestamp was taken between two looks at the clock.

    Without an offset it may be meant in UTC or in local time: which, nobody can know.
    """
    zones = [moment.tzinfo] if moment.tzinfo else [UTC, ZONE]
    meant = [moment.replace(tzinfo=zone) for zone in zones]
    return any(_cut(begun, like=each) <= each <= ended for each in meant)


def made_elsewhere(moment: datetime, begun: datetime, ended: datetime) -> bool:
    """Whether it was taken between the two looks, if its offset is not true: a Z in local time."""
    return made_between(moment.replace(tzinfo=None), begun, ended)


def _cut(look: datetime, *, like: datetime) -> datetime:
    """The look without the digits that a timestamp leaves out."""
    if like.microsecond == 0:
        return look.replace(microsecond=0)
    if like.microsecond % 1000 == 0:
        return look.replace(microsecond=look.microsecond // 1000 * 1000)
    return look
