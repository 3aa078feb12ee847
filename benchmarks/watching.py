"""How long a learner who watches an exercise waits, from saving it until the screen shows it.

    python -m benchmarks.watching stock-ticker users-csv

In a copy of the project, on a terminal of its own, wrong answers from the bank and the reference
are saved in turns, as editors do. What fails is shown twice: what to mend first as soon as it is
found, and the whole verdict. What passes can only be shown when everything has been looked for.
The ratios are what to quote, the seconds are of this machine.
"""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click

from grader.catalogue import ROOT, Exercise, exercise, exercises

_CLEAR, _FOOTER = b"\x1b[2J", b"quit"  # each screen begins with the one and ends with the other
_DONE = b"watching"  # in the heading, as soon as nothing is being judged
_LIMIT = 120.0  # seconds for one screen
_QUIET = 0.5  # seconds between two saves: the judge gets ready for the next one meanwhile


@dataclass(frozen=True, slots=True)
class Waited:
    """Seconds from one save to the first screen about it, and to the whole verdict."""

    first: float
    whole: float


@click.command()
@click.argument("slugs", nargs=-1)
@click.option("--answers", default=5, show_default=True, help="Wrong answers for each exercise.")
def main(slugs: tuple[str, ...], answers: int) -> None:
    """Time what is shown after a save, for some exercises or all of them."""
    chosen = [exercise(slug) for slug in slugs or exercises()]
    failing: list[Waited] = []
    passing: list[Waited] = []
    click.echo(f"{'':22}{'first unmet':>13}{'whole':>9}{'ratio':>8}{'passing':>11}")
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        left_out = shutil.ignore_patterns(".git", ".venv", ".streamdrill", "__pycache__", "*cache")
        shutil.copytree(ROOT, copy, ignore=left_out)
        for each in chosen:
            failed, passed = measure(each, copy, answers)
            failing += failed
            passing += passed
            _print(each.slug, failed, passed)
    if len(chosen) > 1:
        _print("all of them", failing, passing)


def measure(chosen: Exercise, copy: Path, answers: int) -> tuple[list[Waited], list[Waited]]:
    """What was waited for wrong answers, spread evenly over the bank, and for the reference."""
    bank = sorted((chosen.bank / "wrong").glob("*.py"))
    wrong = [bank[index * len(bank) // answers].read_text() for index in range(answers)]
    right = chosen.answer("solutions").read_text()
    file = copy / chosen.answer("exercises").relative_to(ROOT)
    failed, passed = [], []
    file.write_text(right)
    with watched(chosen.slug, copy) as terminal:
        _until_done(terminal, began=time.perf_counter())
        for number, text in enumerate(wrong):
            failed.append(_save(terminal, file, text))
            passed.append(_save(terminal, file, f"{right}# {number}\n"))
    return failed, passed


@contextmanager
def watched(slug: str, copy: Path) -> Iterator[int]:
    """`grade watch` on a terminal, as the descriptor of the end that a person sits at."""
    ours, theirs = pty.openpty()
    settings = {"PYTHONPATH": str(copy), "TERM": "xterm", "COLUMNS": "100", "LINES": "40"}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "grader", "watch", slug],
        cwd=copy,
        env=os.environ | settings,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield ours
        os.write(ours, b"q")
        process.wait(_LIMIT)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _save(terminal: int, file: Path, text: str) -> Waited:
    time.sleep(_QUIET)
    draft = file.with_suffix(".draft")
    draft.write_text(text)
    began = time.perf_counter()
    draft.replace(file)
    return _until_done(terminal, began=began)


def _until_done(terminal: int, *, began: float) -> Waited:
    written, first = b"", 0.0
    while select.select([terminal], [], [], _LIMIT)[0]:
        written += os.read(terminal, 1 << 16)
        now = time.perf_counter() - began
        screens = [screen for screen in written.split(_CLEAR)[1:] if _FOOTER in screen]
        if not screens:
            continue
        first = first or now
        if _DONE in screens[-1].partition(b"\n")[0]:
            return Waited(first, now)
    raise click.ClickException(f"nothing more was shown: {written[-500:]!r}")


def _print(name: str, failing: Sequence[Waited], passing: Sequence[Waited]) -> None:
    first, whole = median(w.first for w in failing), median(w.whole for w in failing)
    passed = median(w.whole for w in passing)
    click.echo(f"{name:22}{first:13.3f}{whole:9.3f}{first / whole:8.2f}{passed:11.3f}")


if __name__ == "__main__":
    main()
