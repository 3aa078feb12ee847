"""What both comparison exercises are given, and the document that both have to send."""

from __future__ import annotations

import json
import secrets
from typing import Any

from grader.judge import checks, exports, json_body
from grader.judge.checks import expect
from grader.judge.exports import moment
from grader.judge.script import Lists
from grader.judge.stage import Stage
from grader.judge.wire import Client

Record = dict[str, Any]
KEY = "records"
DOCUMENT = '{"records": [...]}'
# Data that break whoever puts JSON together by hand.
AWKWARD = (
    "ready",
    'quote " and backslash \\',
    "two\nlines and a\ttab",
    "]}",
    '{"not": "an object"}',
    "line\u2028separator",
    "naïve café 🥨",
    "control \x01 character",
    "it's None, and True",
    "",
)


def fresh(count: int, *, data: str = "") -> list[Record]:
    """Records with that data: nobody can know their text and times beforehand."""
    return [record(number, f"{data}{secrets.token_hex(4)}") for number in range(1, count + 1)]


def awkward() -> list[Record]:
    """A record for each awkward text."""
    return [record(number, data) for number, data in enumerate(AWKWARD, 1)]


def record(number: int, data: str) -> Record:
    minute, second = divmod(number, 60)
    at = f"2026-11-22T09:{minute % 60:02}:{second:02}.{secrets.randbelow(10**6):06}+05:30"
    return {"id": number, "data": data, "timestamp": at}


def play(stage: Stage, given: list[Record], *, released: float = float("inf"), **s: Any) -> None:
    """Put exactly these records into the store, of which the first `released` can be read."""
    stage.play(Lists(values=given, unit="record", **s), released=released)


def document(client: Client) -> list[Any]:
    """The records of a complete body. Raises `Unmet` if it is another document.

    Other fields may stand beside them.
    """
    whole = json_body.document(client.body, dict, expected=DOCUMENT)
    found = whole.get(KEY)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        checks.fail(observed=json.dumps(whole)[:600], expected=DOCUMENT, sign="shape")
    return found


def so_far(client: Client) -> int:
    """How many records the client has."""
    return json_body.objects_so_far(client, key=KEY)


def are_all_there(client: Client, given: list[Record]) -> None:
    """Every record is in the document once, in order, with the values that the store gave."""
    found = document(client)
    exports.has_all(
        [item.get("id") for item in found], [value["id"] for value in given], unit="record"
    )
    for item, value in zip(found, given, strict=True):
        expect(
            _same(item, value),
            observed=json.dumps(item, ensure_ascii=False),
            expected=json.dumps(value, ensure_ascii=False),
            sign="differs",
        )


def serves_another(stage: Stage, path: str) -> None:
    """A second client gets the whole document while a first one, which came before, waits."""
    given = fresh(5)
    play(stage, given, released=0)
    stage.get(path)
    second = stage.get(path)
    if len(stage.source.openings) > 1:
        stage.release(len(given), opening=stage.source.openings[1])
    served = stage.until(lambda: second.complete)
    stage.release_all()
    expect(
        served,
        observed=f"the second client had {so_far(second)} of 5 records",
        expected="5 records, while the first client waits",
        sign="one-at-a-time" if stage.until(lambda: so_far(second) == 5) else "mixed",
    )
    are_all_there(second, given)


def _same(item: Record, value: Record) -> bool:
    at = moment(item.get("timestamp"))
    return item.get("data") == value["data"] and at == moment(value["timestamp"])
