"""What a learner's function gives, as a JSON value that can be compared."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from datetime import date
from typing import Any

_DEEPEST = 20


def plain(value: Any, depth: int = 0) -> Any:
    """A JSON value: dataclasses, named tuples and models are objects, what has no JSON is text."""
    if depth > _DEEPEST:
        return "..."
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case bytes() | bytearray():
            return {"bytes": bytes(value).hex()}
        case date():  # and so is a datetime
            return value.isoformat()
    fields = _fields(value)
    if fields is not None:
        return {str(name): plain(each, depth + 1) for name, each in fields.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each, depth + 1) for each in value]
    return repr(value)


def _fields(value: Any) -> Mapping[Any, Any] | None:
    """The named parts of a value, if it has such."""
    if isinstance(value, Mapping):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return dict(value._asdict())
    if hasattr(value, "model_dump"):
        return dict(value.model_dump())
    return None
