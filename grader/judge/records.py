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
    " \t white space around it\n",
    "ready",  # once more
)
_SLOW = 2.0  # virtual seconds that a slow store takes; the live one takes more than one
_PATIENCE = 30.0  # more, for an answer that tries again, and waits before it does


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


def wait_for_the_end(stage: Stage, client: Client) -> None:
    """Wait for the end of a response. One that tries again may wait between its attempts."""
    checks.waits_for_the_end(stage, client, seconds=_PATIENCE)


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
    ids = [item.get("id") for item in found]
    every = [value["id"] for value in given]
    exports.has_all(ids, every, unit="record", order="in the order in which the store gave them")
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
    stage.source.released = len(given)  # for whatever is opened from now on
    second = stage.get(path)
    served = stage.until(lambda: second.complete)
    had = so_far(second)
    stage.release_all()
    expect(
        served,
        observed=f"the second client had {had} of 5 records, and no end of them",
        expected="5 records and their end, while the first client waits",
        sign="one-at-a-time" if stage.until(lambda: so_far(second) == 5) else "mixed",
    )
    are_all_there(second, given)


def keeps_requests_apart(stage: Stage, path: str) -> None:
    """Two clients, of whom now one and now the other is given a record, get a document each."""
    given = fresh(5)
    play(stage, given, released=0)
    first = stage.get(path)
    of_first = tuple(stage.source.openings)
    second = stage.get(path)
    of_second = stage.source.openings[len(of_first) :]
    for openings in (of_first, of_second) * 2:
        for opening in openings:
            stage.release(opening=opening)
    stage.release_all()
    for client in (first, second):
        stage.until(lambda: client.over)  # noqa: B023
        _is_of_its_own(stage, client, given)


def _is_of_its_own(stage: Stage, client: Client, given: list[Record]) -> None:
    with checks.retold("two clients at the same time, and one of them had ", sign="kept"):
        checks.completes(stage, client)
        are_all_there(client, given)


def waits_for_a_slow_store(stage: Stage, path: str) -> None:
    """A store that takes its time is waited for: it is slow, and has not failed."""
    if stage.real:
        checks.needs_virtual_time()
    given = fresh(16)
    play(stage, given, released=0)
    client = stage.get(path)
    for _ in given:
        stage.release()
        stage.advance(_SLOW / len(given))
    stage.until(lambda: client.over)
    expect(
        client.complete and client.status == 200,
        observed=f"a store that took {_SLOW:g} s, and {_result(client)}",
        expected="the whole document",
        sign="hasty" if client.over else "unended",
    )
    are_all_there(client, given)


def sends_none_twice(stage: Stage, client: Client, given: list[Record]) -> None:
    """Who reads again after a failure, as nobody has to, sends each record once all the same."""
    wait_for_the_end(stage, client)
    if client.complete and client.status == 200:
        are_all_there(client, given)


def is_no_document(client: Client) -> None:
    """A body that broke off is not the document all the same, for whoever parses what has come.

    One that says more than the document does may say that it is not whole.
    """
    try:
        found = json_body.parsed(client.body.decode("utf-8"))
    except ValueError:
        return
    expect(
        not isinstance(found, dict) or found.keys() != {KEY},
        observed=f"the store failed, and what came is valid JSON: {json.dumps(found)[-300:]}",
        expected="a document that breaks off: without its end, no parser takes it for a whole one",
        sign="half",
    )


def holds_none(client: Client, given: list[Record]) -> None:
    """Nothing of what was read is in the answer to a failure."""
    text = client.body.decode("utf-8", "replace")
    there = sum(record["data"] in text for record in given)
    expect(
        not there,
        observed=f"status {client.status}, and {there} of the records in its body: {text[:300]}",
        expected="an error without any part of the document",
        sign="half",
    )


def _result(client: Client) -> str:
    if client.complete:
        return f"the response was {client.status} and complete"
    return "the response was cut off" if client.over else "the response did not end"


def _same(item: Record, value: Record) -> bool:
    at = moment(item.get("timestamp"))
    return item.get("data") == value["data"] and at == moment(value["timestamp"])
