"""One run of the judge: every job gets a verdict, whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from grader.bar import bar
from grader.catalogue import ROOT, exercise
from grader.judge.evidence import Distrust
from grader.judge.sessions import Grader, Job, Progress
from grader.places import target_of
from grader.progress import Progress as Records
from grader.progress import digest
from grader.verdicts import Result, Verdict

Tell = Callable[[Progress], None]


def judge(jobs: Sequence[Job], *, real: bool, color: str, records: Records) -> list[Verdict]:
    """The verdicts in the order of `jobs`; those on the learner's own files are remembered.

    A judge that breaks down, or that leaves a job out, makes a kit error of what is missing.
    """
    digests = {job: digest(job.file) for job in jobs}
    verdicts: dict[Job, Verdict] = {}
    reason = "the judge ended without a verdict"
    try:
        slugs = [job.slug for job in jobs]
        with Grader(slugs, real=real) as grader, _shown_progress(jobs, color) as tell:
            # What takes long comes late in the catalogue; begun first, it is not waited for alone.
            for verdict in grader.judge(reversed(jobs), progress=tell):
                verdicts[_job_of(verdict, [job for job in jobs if job not in verdicts])] = verdict
    except Distrust as error:
        reason = str(error)
    except Exception as error:
        reason = f"the judge broke down: {type(error).__name__}: {error}"
    for job, verdict in verdicts.items():
        if target_of(exercise(job.slug), job.file) == "exercises":
            records.remember(verdict, sha256=digests[job])
    return [verdicts.get(job) or _missing(job, reason, real=real) for job in jobs]


def _job_of(verdict: Verdict, waiting: Sequence[Job]) -> Job:
    file = (ROOT / verdict.file).resolve()
    for job in waiting:
        if job.slug == verdict.exercise and job.file.resolve() == file:
            return job
    raise LookupError(f"a verdict on {verdict.file} as {verdict.exercise}, which nobody asked for")


def _missing(job: Job, reason: str, *, real: bool) -> Verdict:
    return Verdict(
        exercise=job.slug,
        file=str(job.file),
        result=Result.KIT_ERROR,
        mode="real" if real else "virtual",
        reason=reason,
    )


@contextmanager
def _shown_progress(jobs: Sequence[Job], color: str) -> Iterator[Tell | None]:
    name = jobs[0].slug if len(jobs) == 1 else f"{len(jobs)} exercises"
    parts: dict[str, float] = {}
    with bar(name, total=len(jobs), color=color) as show:
        if show is None:
            yield None
            return

        def tell(progress: Progress) -> None:
            parts[progress.slug] = progress.done / max(progress.total, 1)
            show(sum(parts.values()))

        yield tell
