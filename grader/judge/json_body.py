"""A body that is one JSON document: what it says when it is whole, and how far it has come."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, TypeVar

from grader.judge.checks import fail
from grader.judge.wire import Client

Document = TypeVar("Document", list[Any], dict[str, Any])


def document(body: bytes, kind: type[Document], *, expected: str) -> Document:
    """The body as one JSON document of that kind (RFC 8259). Raises `Unmet` if it is none."""
    try:
        found = parsed(body.decode("utf-8"))
    except ValueError as error:
        begin = max(getattr(error, "pos", 0) - 300, 0)
        there = body.decode("utf-8", "replace")[begin : begin + 600]
        fail(
            observed=f"not JSON: {error}, in {there}",
            expected=expected,
            sign="repr" if b"{'" in body else "not-json",
        )
    if not isinstance(found, kind):
        fail(
            observed=f"a JSON {type(found).__name__}: {json.dumps(found)[:400]}",
            expected=expected,
            sign="encoded-twice" if isinstance(found, str) and _is_json(found) else "shape",
        )
    return found


def parsed(text: str) -> Any:
    """The JSON value of a text. NaN and Infinity are not JSON (RFC 8259, 6): `ValueError`."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def objects_so_far(client: Client, *, key: str = "") -> int:
    """How many objects of the array are complete: the whole body's, or the one behind `key`."""
    text = client.body.decode("utf-8", "replace")
    opening = re.search(rf'"{re.escape(key)}"\s*:\s*\[' if key else r"\[", text)
    decoder, position, count = json.JSONDecoder(), opening.end() if opening else len(text), 0
    with suppress(ValueError):
        while True:
            _, position = decoder.raw_decode(text, text.index("{", position))
            count += 1
    return count


def _is_json(text: str) -> bool:
    with suppress(ValueError):
        return isinstance(parsed(text), dict | list)
    return False


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
