"""What was observed beside what was expected."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from grader.payload import LIMIT, comparison, first_difference
from grader.terminal import Page, visible


def page(*, width: int, verbose: bool = False) -> Page:
    console = Console(file=StringIO(), width=width, color_system=None)
    return Page(console, verbose=verbose)


def lines(observed: str, expected: str, *, width: int = 60, verbose: bool = False) -> list[str]:
    shown = comparison(observed, expected, page(width=width, verbose=verbose), indent=11)
    return [line.plain.rstrip() for line in shown]


@pytest.mark.parametrize(
    ("text", "shown", "plain"),
    [
        ("a\tb\r", "a␉b␍", "a<TAB>b<CR>"),
        ("\x00\x1b[31m", "␀␛[31m", "<NUL><ESC>[31m"),
        ("a\u2028b\ufeff", "a<U+2028>b<U+FEFF>", "a<U+2028>b<U+FEFF>"),
        ("\u202eevil\x7f\x85", "<U+202E>evil<U+007F><U+0085>", "<U+202E>evil<U+007F><U+0085>"),
        ("caf\u00e9 \U0001f600", "caf\u00e9 \U0001f600", "caf<U+00E9> <U+1F600>"),
        ("\ud800", "<U+D800>", "<U+D800>"),
    ],
)
def test_what_cannot_be_seen_is_made_visible(text: str, shown: str, plain: str) -> None:
    assert visible(text) == shown
    assert visible(text, ascii_only=True) == plain


@pytest.mark.parametrize(
    ("observed", "expected", "at"),
    [
        ("data: {'a': 1}", 'data: {"a": 1}', 7),
        ("data: 1\n", "data: 1\n\n", 8),
        ("data: 1\n\n", "data: 1\n", 8),
        ("the same", "the same", None),
        ("nothing came over the wire", "one event for each update", None),
        ("", "anything", None),
    ],
)
def test_the_first_difference_of_two_payloads_is_found(
    observed: str, expected: str, at: int | None
) -> None:
    assert first_difference(observed, expected) == at


def test_the_caret_stands_below_the_character_that_differs() -> None:
    assert lines("data: {'a': 1}", 'data: {"a": 1}') == [
        "  observed data: {'a': 1}",
        "                  ^ first difference",
        '  expected data: {"a": 1}',
        "                  ^ first difference",
    ]


def test_a_payload_that_stops_too_early_says_where_it_ends() -> None:
    assert lines("data: 1\n", "data: 1\n\n") == [
        "  observed data: 1␊",
        "           ^ ends here",
        "  expected data: 1␊",
        "           ␊",
        "           ^ first difference",
    ]


def test_a_space_at_the_end_of_a_line_is_seen() -> None:
    assert lines("data: a ", "data: a")[0] == "  observed data: a␠"


def test_sentences_are_wrapped_and_not_marked() -> None:
    shown = lines("nothing came over the wire for 60 virtual seconds", "one comment", width=40)
    assert shown == [
        "  observed nothing came over the wire",
        "           for 60 virtual seconds",
        "  expected one comment",
    ]


def test_near_the_edge_the_note_stands_before_the_caret() -> None:
    shown = lines("data: " + "x" * 30 + "'", "data: " + "x" * 30 + '"', width=50)
    assert shown[1] == " " * 30 + "first difference ^"
    assert shown[1].index("^") == shown[0].index("'")


def test_an_empty_text_is_named() -> None:
    assert lines("", "data: 1")[0] == "  observed (empty)"


def test_a_long_payload_is_shown_around_its_difference_and_whole_when_asked_for() -> None:
    same = "z" * 5 * LIMIT
    brief = lines(same + "a" + same, same + "b" + same)
    assert "characters before this: -v shows them)" in brief[0]
    assert "characters after this: -v shows them)" in "".join(brief)
    assert any("^ first difference" in line for line in brief)
    whole = lines(same + "a" + same, same + "b" + same, verbose=True)
    assert sum(line.count("z") for line in whole) == 4 * len(same)


TEXT = st.text(alphabet="ab \n\t\u00e9\U0001f600\u2028'\"", min_size=1, max_size=60)


@given(TEXT, TEXT, TEXT)
def test_nothing_is_lost_and_nothing_is_wider_than_the_page(
    start: str, observed: str, expected: str
) -> None:
    observed, expected = start + observed, start + expected
    if first_difference(observed, expected) is None:
        return
    shown = list(comparison(observed, expected, page(width=24), indent=11))
    assert max(line.cell_len for line in shown) <= 24
    bodies = [line.plain[11:] for line in shown if "^" not in line.plain]
    seen = "".join(bodies).replace("␠", " ")
    assert seen == visible(observed) + visible(expected)
