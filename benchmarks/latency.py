"""How long a verdict takes: cold, warm, and the way a person would do it without us.

    python -m benchmarks.latency stock-ticker

cold    `grade run SLUG --target solutions` as a whole process
warm    the same judgement again, with the zygote and the pytest session at hand
plain   pytest on benchmarks/plainly: a uvicorn subprocess and the same requests by httpx

The three take turns in one run; the ratios are what to quote, the seconds are of this machine.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

import click

from grader.catalogue import ROOT, exercise
from grader.judge.sessions import Grader, Job
from grader.verdicts import Result

PLAIN = ROOT / "benchmarks" / "plainly" / "test_stock_ticker_plainly.py"


@click.command()
@click.argument("slug", default="stock-ticker")
@click.option("--times", default=9, show_default=True, help="Rounds; the median is printed.")
def main(slug: str, times: int) -> None:
    """Time one exercise's verdict three ways."""
    took: dict[str, list[float]] = {"warm": [], "cold": [], "plain": []}
    with Grader([slug]) as grader:
        ways: dict[str, Callable[[], None]] = {
            "warm": lambda: _warm(grader, slug),
            "cold": lambda: command("-P", "-m", "grader", "run", slug, "--target", "solutions"),
            "plain": lambda: command("-m", "pytest", "-q", str(PLAIN)),
        }
        for way in ways.values():
            way()  # not counted: file caches, and the self-check
        for _ in range(times):
            for name, way in ways.items():
                took[name].append(timed(way))
    _print(slug, took)


def _warm(grader: Grader, slug: str) -> None:
    (verdict,) = grader.judge([Job(slug, exercise(slug).answer("solutions"))])
    if verdict.result is not Result.PASSED:
        raise click.ClickException(f"the reference of {slug} was judged {verdict.result}")


def command(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def timed(way: Callable[[], None]) -> float:
    began = time.perf_counter()
    way()
    return time.perf_counter() - began


def _print(slug: str, took: dict[str, list[float]]) -> None:
    click.echo(f"{slug}: seconds until the verdict on the reference, all behaviours\n")
    click.echo(f"{'':8}{'median':>8}{'min':>8}{'max':>8}   of plain")
    for name, seconds in took.items():
        ratio = median(seconds) / median(took["plain"])
        click.echo(
            f"{name:8}{median(seconds):8.3f}{min(seconds):8.3f}{max(seconds):8.3f}   {ratio:.2f}"
        )


if __name__ == "__main__":
    main()
