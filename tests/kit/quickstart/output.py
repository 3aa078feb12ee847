"""Whether a block printed what the page shows below it.

On the page a line of `...` stands for any lines, and `...` elsewhere for any text in its line.
What differs from run to run is made equal on both sides, by the rules of `VARIES` and no others.
"""

from __future__ import annotations

import re

VARIES = (
    (r"\b(127\.0\.0\.1|localhost):\d+", r"\1:PORT"),
    (r"\('127\.0\.0\.1', \d+\)", "('127.0.0.1', PORT)"),
    (r"\bport [1-9]\d+\b", "port PORT"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", "MOMENT"),
    (r"(?m)^date: .*$", "date: DATE"),
    (r"\b\d+(\.\d+)? m?s\b", "TIME"),
    (r"\[\d+\]$", "[PROCESS]"),
)


def difference(shown: str, printed: str) -> str:
    """What is not as shown, in the words of both; "" if nothing is."""
    wanted, got = _tidy(shown), _tidy(printed)
    if re.fullmatch(_pattern(wanted), got):
        return ""
    return f"the page shows:\n{wanted}\nand what was printed is:\n{got}"


def _tidy(text: str) -> str:
    for pattern, name in VARIES:
        text = re.sub(pattern, name, text)
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    return "".join(f"{line}\n" for line in lines)


def _pattern(shown: str) -> str:
    return "".join(map(_line, shown.splitlines(keepends=True)))


def _line(line: str) -> str:
    if line == "...\n":
        return r"(?:[^\n]*\n)*?"
    return re.escape(line).replace(re.escape("..."), r"[^\n]*")
