"""The bank: every right and wrong answer gets the verdict that it must get.

`grade verify` proves the same and more, with a table; this is for one entry at a time, by `-k`, and
for whoever has pytest only. Judging them all takes minutes, so `./grade test -m slow` does it. With
`--real` the same entries are judged on an unmodified uvicorn and real time.
"""

from __future__ import annotations

import pytest

from grader.catalogue import ROOT, exercises
from grader.judge.sessions import Grader, Job
from grader.verdicts import Verdict
from grader.verify.entries import Entry, entries
from grader.verify.judging import entry_fault

pytestmark = pytest.mark.timeout(1800)  # the first test waits for all of the verdicts

ENTRIES = entries(*exercises().values())


@pytest.fixture(scope="session")
def verdicts(request: pytest.FixtureRequest) -> dict[str, Verdict]:
    """The verdicts on all entries that were chosen, by file as a verdict shows it."""
    chosen = [item.callspec.params.get("entry") for item in _parametrised(request.session)]
    jobs = [Job(entry.slug, entry.file) for entry in chosen if isinstance(entry, Entry)]
    real = request.config.getoption("--real")
    with Grader([job.slug for job in jobs], real=real) as grader:
        return {verdict.file: verdict for verdict in grader.judge(jobs)}


def _parametrised(session: pytest.Session) -> list[pytest.Function]:
    functions = [item for item in session.items if isinstance(item, pytest.Function)]
    return [item for item in functions if hasattr(item, "callspec")]


@pytest.mark.slow
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_gets_its_verdict(entry: Entry, verdicts: dict[str, Verdict]) -> None:
    assert entry_fault(entry, verdicts[entry.file.relative_to(ROOT).as_posix()]) is None
