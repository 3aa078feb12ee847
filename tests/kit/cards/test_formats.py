"""Cards about what a body is made of: CSV, JSON and JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse


def written(*rows: list[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def test_a_csv_record_may_span_lines_and_none_is_an_empty_field() -> None:
    text = written(['Smith, "Jo"\nJunior', None])
    assert text == '"Smith, ""Jo""\nJunior",\r\n'
    assert next(csv.reader(io.StringIO(text, newline=""))) == ['Smith, "Jo"\nJunior', ""]


def test_quoting_does_not_disarm_a_formula() -> None:
    text = written(['=HYPERLINK("x","y")'])
    assert text.startswith('"=')
    assert next(csv.reader(io.StringIO(text)))[0].startswith("=")


def array(rows: list[dict[str, object]]) -> Iterator[str]:
    yield "["
    separator = ""
    for row in rows:
        yield separator + json.dumps(row)
        separator = ","
    yield "]"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_array_written_by_hand_is_valid_for_any_number_of_rows(count: int) -> None:
    rows: list[dict[str, object]] = [{"id": number, "note": None} for number in range(count)]
    assert json.loads("".join(array(rows))) == rows
    if rows:
        with pytest.raises(json.JSONDecodeError):
            json.loads("".join(str(row) for row in rows))


def test_the_encoder_makes_a_date_iso_8601() -> None:
    when = datetime(2026, 11, 22, 13, tzinfo=UTC)
    assert jsonable_encoder({"at": when}) == {"at": "2026-11-22T13:00:00+00:00"}


def test_a_json_string_may_hold_what_splitlines_cuts_at() -> None:
    record = json.dumps({"text": "a\nb\u2028c"}, ensure_ascii=False)
    assert record.count("\n") == 0
    assert len(record.splitlines()) == 2


def test_a_number_that_is_none_is_written_where_json_has_none() -> None:
    assert json.dumps(math.nan) == "NaN"
    with pytest.raises(ValueError, match="not JSON compliant"):
        JSONResponse(math.nan)
