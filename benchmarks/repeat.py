"""Judge every reference and every bank entry many times, while other processes keep the cores busy.

    python -m benchmarks.repeat --times 200

Each must get one and the same verdict every time: the same result, the same outcome of every
behaviour, and the same misconception and line for the first unmet one. Exit code 1 if any did not.
"""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import click

from grader.catalogue import exercises
from grader.judge.sessions import Grader, Job
from grader.verdicts import Verdict
from grader.verify.entries import entries
from grader.verify.judging import fingerprint

HOG = "while True: sum(range(100_000))"
BATCH = 100  # judgements between two lines of progress


Verdicts = dict[str, Counter[str]]  # by file, how often which verdict


def everything() -> list[Job]:
    """The references and the entries of the bank, of every exercise."""
    found = []
    for slug, exercise in exercises().items():
        found.append(Job(slug, exercise.answer("solutions")))
        found += [Job(slug, entry.file) for entry in entries(exercise)]
    return found


@contextmanager
def busy(hogs: int) -> Iterator[None]:
    """Keep that many processes running at full speed meanwhile."""
    running = [subprocess.Popen([sys.executable, "-c", HOG]) for _ in range(hogs)]
    try:
        yield
    finally:
        for hog in running:
            hog.kill()
            hog.wait()


@click.command()
@click.option("--times", default=200, show_default=True, help="Judgements of each file.")
@click.option("--hogs", default=os.cpu_count(), show_default=True, help="Busy processes beside.")
@click.option("--real", is_flag=True, help="On an unmodified uvicorn, in real time.")
@click.option("--only", multiple=True, help="Only files whose path contains one of these.")
def main(times: int, hogs: int, real: bool, only: tuple[str, ...]) -> None:
    """Count the distinct verdicts on every reference and bank entry.

    Ctrl-C ends it early, with the figures of what was judged until then.
    """
    jobs = [job for job in everything() if any(part in str(job.file) for part in only or [""])]
    seen: Verdicts = defaultdict(Counter)
    with contextlib.suppress(KeyboardInterrupt):
        judge_repeatedly(jobs, seen, times=times, hogs=hogs, real=real)
    unsteady = {file: verdicts for file, verdicts in seen.items() if len(verdicts) > 1}
    for file, verdicts in sorted(unsteady.items()):
        click.echo(f"\n{file}")
        for verdict, count in verdicts.most_common():
            click.echo(f"  {count:5} x {verdict}")
    total = sum(sum(verdicts.values()) for verdicts in seen.values())
    click.echo(
        f"{total:,} judgements of {len(seen)} files, {hogs} busy processes beside: "
        f"{len(seen) - len(unsteady)} files with one verdict, {len(unsteady)} with several"
    )
    sys.exit(1 if unsteady or total < times * len(jobs) else 0)


def judge_repeatedly(jobs: list[Job], seen: Verdicts, *, times: int, hogs: int, real: bool) -> None:
    """Count in `seen` how often each file gets which verdict."""
    shuffled = jobs * times
    random.Random(times).shuffle(shuffled)  # so that neighbours differ
    began = time.monotonic()
    with busy(hogs), Grader([job.slug for job in jobs], real=real) as grader:
        for start in range(0, len(shuffled), BATCH):
            batch = shuffled[start : start + BATCH]
            for verdict in grader.judge(batch):
                _count(verdict, seen[verdict.file])
            done, passed = start + len(batch), time.monotonic() - began
            several = sum(len(verdicts) > 1 for verdicts in seen.values())
            click.echo(
                f"{done:,} of {len(shuffled):,} in {passed:,.0f} s; "
                f"{several} files with several verdicts",
                err=True,
            )


def _count(verdict: Verdict, verdicts: Counter[str]) -> None:
    found = fingerprint(verdict)
    if verdicts and found not in verdicts:
        first = verdict.first_unmet
        observed = first.evidence.observed if first and first.evidence else verdict.reason
        click.echo(f"another verdict on {verdict.file}: {found}\n  {observed}", err=True)
    verdicts[found] += 1


if __name__ == "__main__":
    main()
