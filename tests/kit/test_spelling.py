"""Names that do not exist, and what was meant by them."""

from __future__ import annotations

import pytest

from grader.stage.spelling import explained


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import asynico", "no module named 'asynico' to import; did you mean asyncio?"),
        ("import qqq", "no module named 'qqq' to import; check the spelling, or install it"),
        ("import json.decodr", "'json.decodr' to import; did you mean json.decoder?"),
        ("import json.qqq", "'json.qqq' to import; check the spelling, or install it"),
        ("from sources.prices import Markt", "sources.prices has no Markt; did you mean Market?"),
        ("from sources.prices import qqq", "sources.prices has no qqq."),
        ("prices = 1\nprint(price)", "price is not defined; did you mean prices?"),
        ("prnt('')", "prnt is not defined; did you mean print?"),
        ("def f():\n    prices = 1\n    price\nf()", "price is not defined; did you mean prices?"),
        ("import json\njson.dump_s", "json has no dump_s; did you mean dumps?"),
        ("[].appendd", "list has no appendd; did you mean append?"),
        ("list.appendd", "list has no appendd; did you mean append?"),
        ("[].qqq", "list has no qqq."),
    ],
)
def test_what_was_meant_is_named_if_it_is_near(code: str, says: str) -> None:
    with pytest.raises((ImportError, NameError, AttributeError)) as raised:
        exec(compile(code, "answer.py", "exec"), {})
    assert says in (explained(raised.value) or "")


@pytest.mark.parametrize(
    "error",
    [ValueError("x"), ImportError("x"), ModuleNotFoundError("x"), NameError("x"), AttributeError()],
)
def test_an_error_that_names_nothing_is_not_explained(error: Exception) -> None:
    assert explained(error) is None
