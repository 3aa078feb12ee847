"""A page of HTML that needs no other file and no JavaScript, and what such pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from grader.terminal import visible

_STYLE = Path(__file__).with_name("pages.css")


def page(title: str, body: Iterable[str], *, style: Path = _STYLE) -> str:
    """The whole page; the parts of `body` are HTML already, and empty ones are left out."""
    content = "\n".join(filter(None, body))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{text(title)}</title>
<style>
{style.read_text(encoding="utf-8")}</style>
</head>
<body>
{content}
</body>
</html>
"""


def text(value: str) -> str:
    """`value` as HTML, with every character shown that would not be seen."""
    return escape(visible(value))


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """A list of names, which are HTML already, with what is to be said of each."""
    items = "".join(f"<dt>{name}</dt><dd>{text(value)}</dd>" for name, value in pairs)
    return f"<dl>{items}</dl>"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int) -> str:
    """A table whose first `numbers` columns are to the right. Cells are HTML already."""
    css = [' class="number"' if n < numbers else "" for n in range(len(heads))]
    top = "".join(f'<th scope="col"{c}>{escape(h)}</th>' for c, h in zip(css, heads, strict=True))
    lines = (
        f"<tr>{''.join(f'<td{c}>{v}</td>' for c, v in zip(css, row, strict=True))}</tr>"
        for row in rows
    )
    body = "\n".join(lines)
    return (
        f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody>'
        "</table></div>"
    )


def drawing(lines: Iterable[str], *, width: int, height: int, label: str) -> str:
    """An SVG as wide as the page; `label` says in words what it shows."""
    drawn = "\n".join(lines)
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">'
        f"\n{drawn}\n</svg>"
    )
