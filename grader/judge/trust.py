"""What the stage may say, as a table: all else is the learner's code, writing to our channel.

Whatever passes here is of the right type and of a sane size. It need not be true, and the judge
does not rest a verdict on it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.control import Message, ProtocolViolation
from grader.judge.evidence import line_of

_LARGEST = 10**12
_Fits = Callable[[Any], bool]


def _whole(value: Any) -> bool:
    return isinstance(value, int) and 0 <= value < _LARGEST


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < _LARGEST


def _anything(value: Any) -> bool:
    return True


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _line(value: Any) -> bool:
    return bool(line_of(value) == value)


def _or_none(fits: _Fits) -> _Fits:
    return lambda value: value is None or fits(value)


def _list_of(fits: _Fits) -> _Fits:
    return lambda value: isinstance(value, list) and all(map(fits, value))


_SAID: dict[str, dict[str, _Fits]] = {
    "ask": {
        "ticket": _whole,
        "what": _text,
        "source": _whole,
        "amount": _whole,
        "on_loop": _flag,
        "line": _line,
    },
    "opened": {"source": _whole},
    "closed": {"source": _whole},
    "withdrawn": {"ticket": _whole},
    "idle": {"due": _or_none(_number), "writing": _flag, "heard": _whole},
    "slept": {"seconds": _number, "line": _line},
    "raised": {"type": _text, "text": _text, "line": _line},
    "livelock": {"lines": _list_of(_line)},
    "answer": {},
    "yielded": {"value": _anything, "same": _flag},
    "returned": {"value": _anything},
    "called": {"name": _text, "arguments": _list_of(_anything)},
    "misfit": {"type": _text},
    "dialled": {"on_loop": _flag, "line": _line},
}
_NOT_ALWAYS: dict[str, _Fits] = {
    "argument": _or_none(_text),
    "position": _or_none(_whole),
    "collected": _number,
    "on_loop": _flag,
    "peak": _whole,
    "line": _line,
    "lines": _list_of(_line),
    "tasks": _list_of(_text),
    "types": _list_of(_text),
}


def checked(message: Message) -> Message:
    """The message, if the stage may say it. Raises `ProtocolViolation`."""
    always = _SAID.get(message.kind)
    if always is None:
        raise ProtocolViolation(f"a message of the kind {message.kind!r:.80}")
    for name, fits in {"now": _number, **always}.items():
        if name not in message.fields:
            raise ProtocolViolation(f"a message {message.kind!r} without {name!r}")
        _check(message, name, fits)
    for name, fits in _NOT_ALWAYS.items():
        if name in message.fields:
            _check(message, name, fits)
    return message


def _check(message: Message, name: str, fits: _Fits) -> None:
    value = message[name]
    if not fits(value):
        raise ProtocolViolation(f"a message {message.kind!r} whose {name!r} is {value!r:.80}")
