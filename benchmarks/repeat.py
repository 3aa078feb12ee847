"""Judge every reference and every bank entry many times, while other processes keep the cores busy.

    python -m benchmarks.repeat --times 200 --parallel 1 --parallel 6 --keep repeats.json

Each must get one and the same verdict every time: the same result, the same outcome of every
behaviour, and the same misconception and line for the first unmet one. Exit code 1 if any did not.
What depends on how busy the machine is shows only when that changes: with several `--parallel`,
the batches take turns.
Ctrl-C ends it early; with `--keep` it goes on from there, unless what judges has changed since.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import click

from grader.catalogue import ROOT, exercises
from grader.judge.sessions import PARALLEL, Grader, Job
from grader.places import project_path
from grader.verdicts import Verdict
from grader.verify.entries import entries
from grader.verify.judging import fingerprint

HOG = "while True: sum(range(100_000))"
BATCH = 100  # judgements between two lines of progress, and under one load
# What the judge, the stage and the sources import of the rest of the kit.
SHARED = ("application", "catalogue", "control", "places", "platforms", "sse", "verdicts")
JUDGES = (
    "grader/judge/**/*.py",
    "grader/stage/**/*.py",
    "grader/misconceptions.toml",
    "sources/**/*.py",
    *(f"grader/{module}.py" for module in SHARED),
)

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
@click.option(
    "--parallel",
    multiple=True,
    type=click.IntRange(min=1),
    default=[PARALLEL],
    show_default=True,
    help="Judgements at a time; of several, in turns.",
)
@click.option("--real", is_flag=True, help="On an unmodified uvicorn, in real time.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(list(exercises())),
    metavar="SLUG",
    help="Only this exercise's files.",
)
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Keep the figures there, and go on from them."
)
def main(
    times: int,
    hogs: int,
    parallel: tuple[int, ...],
    real: bool,
    only: tuple[str, ...],
    keep: Path | None,
) -> None:
    """Count the distinct verdicts on every reference and bank entry.

    Ctrl-C ends it early, with the figures of what was judged until then.
    """
    known = everything()
    jobs = {project_path(job.file): job for job in known if job.slug in (only or exercises())}
    tally = Tally(keep, known, real=real)
    left = [job for file, job in jobs.items() for _ in range(times - tally.seen[file].total())]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        judge_repeatedly(left, tally, hogs=hogs, real=real, parallel=parallel)
    tally.save()
    unsteady = sorted(file for file in jobs if len(tally.seen[file]) > 1)
    for file in unsteady:
        click.echo(f"\n{file}")
        for verdict, count in tally.seen[file].most_common():
            click.echo(f"  {count:5} x {verdict}")
    counts = [tally.seen[file].total() for file in jobs]
    click.echo(
        f"{sum(counts):,} judgements of {len(jobs)} files, {min(counts)} to {max(counts)} of each, "
        f"{hogs} busy processes beside: "
        f"{len(jobs) - len(unsteady)} files with one verdict, {len(unsteady)} with several"
    )
    sys.exit(1 if unsteady or min(counts) < times else 0)


class Tally:
    """The verdicts so far, and the file that they are kept in, if any."""

    def __init__(self, keep: Path | None, jobs: list[Job], *, real: bool) -> None:
        self.seen: Verdicts = defaultdict(Counter)
        self._file = keep
        self._judges = digest([path for glob in JUDGES for path in ROOT.glob(glob)], real=real)
        self._answers = {
            project_path(job.file): digest([job.file, exercises()[job.slug].suite]) for job in jobs
        }
        if keep is None or not keep.exists():
            return
        known = json.loads(keep.read_text())
        if known["judges"] != self._judges:
            click.echo(f"{keep} is of another judge: counting from 0", err=True)
            return
        for file, answer in self._answers.items():
            if known["answers"].get(file) == answer:
                self.seen[file].update(known["verdicts"].get(file, {}))

    def save(self) -> None:
        if self._file is None:
            return
        found = {"judges": self._judges, "answers": self._answers, "verdicts": self.seen}
        whole = self._file.with_name(f"{self._file.name}.new")
        whole.write_text(json.dumps(found, indent=1))
        whole.replace(self._file)


def digest(files: list[Path], **also: object) -> str:
    """Of what is in the files, by name."""
    found = hashlib.sha256(repr(also).encode())
    for file in sorted(files):
        found.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()


def judge_repeatedly(
    jobs: list[Job], tally: Tally, *, hogs: int, real: bool, parallel: tuple[int, ...]
) -> None:
    """Count in `tally` how often each file gets which verdict."""
    random.Random(len(jobs)).shuffle(jobs)  # so that neighbours differ
    began, loads = time.monotonic(), cycle(parallel)
    with busy(hogs), Grader([job.slug for job in jobs], real=real) as grader:
        for done in range(0, len(jobs), BATCH):
            batch = jobs[done : done + BATCH]
            for verdict in grader.judge(batch, parallel=next(loads)):
                _count(verdict, tally.seen[verdict.file])
            tally.save()
            several = sum(len(verdicts) > 1 for verdicts in tally.seen.values())
            click.echo(
                f"{done + len(batch):,} of {len(jobs):,} in {time.monotonic() - began:,.0f} s; "
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
