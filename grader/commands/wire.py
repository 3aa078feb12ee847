"""The commands about the wire: what travels on it, and when."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.catalogue import exercise
from grader.commands.common import SLUG, Session, color_option, target_option, write

if TYPE_CHECKING:
    from grader.terminal import Page
    from grader.trace.account import Account
    from grader.trace.capture import Capture
    from grader.trace.fetch import Asked

OF_AN_EXERCISE = ("target", "behaviour")
OF_A_URL = ("method", "headers", "data", "follow", "max_time", "max_bytes")


@click.command()
@click.argument("what", metavar="SLUG|FILE|URL", type=SLUG)
@target_option
@click.option(
    "--behaviour", metavar="ID", help="What was done while this behaviour was looked for."
)
@click.option("-X", "--method", metavar="NAME", help="The request's method; GET, or POST with -d.")
@click.option("-H", "--header", "headers", metavar="'NAME: VALUE'", multiple=True, help="Send it.")
@click.option("-d", "--data", metavar="TEXT", help="The request's body; JSON unless -H says else.")
@click.option("-L", "--follow", is_flag=True, help="Follow redirects.")
@click.option(
    "-m",
    "--max-time",
    metavar="SECONDS",
    type=click.FloatRange(0, min_open=True),
    default=30.0,
    show_default=True,
    help="Hang up then, and draw what has come.",
)
@click.option(
    "--max-bytes",
    type=click.IntRange(1),
    default=32 << 20,
    show_default="32 MiB",
    help="Hang up when so much of the body has come.",
)
@click.option(
    "--html",
    metavar="FILE.html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a page with the wire drawn.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for a program.")
@click.option("-v", "--verbose", is_flag=True, help="Draw every moment, however many there are.")
@color_option
@click.pass_obj
def trace(
    session: Session,
    what: str,
    target: str,
    behaviour: str | None,
    method: str | None,
    headers: tuple[str, ...],
    data: str | None,
    follow: bool,
    max_time: float,
    max_bytes: int,
    html: Path | None,
    as_json: bool,
    verbose: bool,
) -> int:
    """Draw the wire, of an exercise or of any URL.

    Of an exercise: what its source gives and what comes over the wire, while the first behaviour
    is looked for that an answer has to mend, or one in which items travel. Exit codes as for run.

    Of a URL: a real request. The time of the first byte, every chunk with its time and size,
    server-sent events read by the rules, the headers that matter, and whether something holds
    the body back. Ctrl-C ends it and draws what has come. Exit code 1 if there is no response.
    """
    page = session.page(verbose=verbose)
    is_url = "://" in what
    _refuse_what_does_not_fit(what, is_url=is_url)
    if not is_url:
        return _exercise(
            session, page, what, target=target, behaviour=behaviour, html=html, as_json=as_json
        )
    asked = _asked(what, method=method, headers=headers, data=data)
    asked = replace(asked, follow=follow, seconds=max_time, bytes=max_bytes)
    about = _fetched(session, asked)
    if html:
        from grader.trace.html import page_of_url

        write(html, page_of_url(about))
    if as_json:
        from grader.trace.account import to_json

        click.echo(json.dumps(to_json(about), indent=2))
    else:
        from grader.trace.view import drawn

        page.print(drawn(about, page))
    return 0


def _refuse_what_does_not_fit(what: str, *, is_url: bool) -> None:
    """An option that would be ignored is a mistake, and so is a URL without its scheme."""
    context = click.get_current_context()
    typed = click.core.ParameterSource.COMMANDLINE
    for name in OF_AN_EXERCISE if is_url else OF_A_URL:
        if context.get_parameter_source(name) is typed:
            option = next(p.opts[-1] for p in context.command.params if p.name == name)
            kind = "an exercise" if is_url else "a URL"
            raise click.UsageError(f"{option} is for {kind}, and {what} is none.")
    if not is_url and re.match(r"[\w.-]+:\d+(/|$)|www\.", what):
        raise click.UsageError(f"{what} is no URL yet; write http://{what}.")


def _exercise(
    session: Session,
    page: Page,
    what: str,
    *,
    target: str,
    behaviour: str | None,
    html: Path | None,
    as_json: bool,
) -> int:
    from grader.report import tell
    from grader.running import judge
    from grader.targets import jobs
    from grader.trace.exercise import NothingToDraw, chosen, drawn
    from grader.verdicts import Report

    named = jobs([what], slug=None, target=target, everything=False)
    todo = [replace(job, timelines=True) for job in named]
    report = Report(tuple(judge(todo, real=False, color=session.color, records=session.records())))
    (verdict,) = report.verdicts
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
    elif not verdict.behaviours:
        page.print(tell(report, page))
    if not verdict.behaviours or (as_json and not html):
        return report.exit_code
    try:
        shown = chosen(verdict, behaviour)
    except NothingToDraw as error:
        raise click.UsageError(str(error)) from None
    if html:
        from grader.trace.html import page_of_exercise

        write(html, page_of_exercise(verdict, shown))
    if not as_json:
        page.print(drawn(verdict, shown, page))
    return report.exit_code


def _asked(url: str, *, method: str | None, headers: tuple[str, ...], data: str | None) -> Asked:
    """The request that was typed. Raises `click.ClickException`, whose exit code is 1."""
    from grader.trace.address import NoUrl, address
    from grader.trace.fetch import Asked, fields

    method = method or ("GET" if data is None else "POST")
    if not re.fullmatch("[A-Za-z-]+", method) or method.upper() == "CONNECT":
        raise click.ClickException(f"{method!r} is no method to trace; GET is one.")
    try:
        return Asked(
            to=address(url),
            method=method.upper(),
            headers=fields(headers),
            data=(data or "").encode("utf-8", "surrogateescape"),
        )
    except (NoUrl, ValueError) as error:
        raise click.ClickException(str(error)) from None


def _fetched(session: Session, asked: Asked) -> Account:
    from grader.trace.account import account
    from grader.trace.address import NoUrl
    from grader.trace.dial import Unreachable
    from grader.trace.fetch import fetch

    try:
        with _counter(session) as tell:
            return account(fetch(asked, tell=tell))
    except (NoUrl, Unreachable) as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def _counter(session: Session) -> Iterator[Callable[[Capture], None]]:
    """What to call with what has come so far: a line on standard error counts it, in a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    console = session.page(stderr=True).console
    with console.status("connecting", spinner="line") as shown:
        yield lambda seen: shown.update(
            f"{seen.received:,} bytes in {len(seen.pieces):,} pieces; Ctrl-C ends it and draws them"
        )


@click.command()
@click.argument("slug", type=SLUG)
@click.option("--json", "as_json", is_flag=True, help="Print what was measured as JSON.")
@color_option
@click.pass_obj
def bench(session: Session, slug: str, as_json: bool) -> int:
    """Measure your answer and the reference, side by side.

    Each on a uvicorn of its own: the first byte, throughput, memory against the size of the body,
    and how far the server runs ahead of a client that stops reading. The numbers are shown, and
    nothing is judged. Exit code: 0 measured, 2 usage, 3 there is nothing to measure of yours.
    """
    from grader.bar import bar
    from grader.bench.run import bench as measured
    from grader.bench.view import drawn

    chosen = exercise(slug)
    if chosen.function:
        raise click.UsageError(f"{slug} is a client; only what serves can be measured.")
    with bar(slug, total=1.0, color=session.color, doing="measuring") as show:
        found = measured(chosen, tell=show or (lambda _: None))
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=2))
    else:
        page = session.page()
        page.print(drawn(found, page))
    return 3 if any(each.failure for each in found.measured) else 0
