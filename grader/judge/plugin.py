"""The pytest plugin behind the suites: their fixtures, and how a test becomes a behaviour.

Under plain `pytest` it judges the answers in `--target` (the references, unless told otherwise),
one zygote for the whole run. `warm_pytest` uses the same hooks, in a fork for each judgement.
"""

from __future__ import annotations

import traceback
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path

import pytest

from grader.catalogue import Exercise, exercises
from grader.judge import diagnosis
from grader.judge.answer import Answer, ClientAnswer
from grader.judge.behaviour import MARK, Rule
from grader.judge.evidence import NotGradable, NotJudged, Unmet, trace
from grader.judge.held import Process
from grader.judge.server import Server
from grader.judge.stage import Stage
from grader.judge.zygote import Zygote
from grader.verdicts import Behaviour, Evidence, Moment, Outcome


@dataclass(slots=True)
class Judgement:
    """What is being judged, and what has come of it so far."""

    zygote: str  # the address of the zygote
    file: Path | None = None  # None: the exercise's own file in `target`
    target: str = "solutions"
    real: bool = False
    timelines: bool = False  # of what is met, too
    spare: bool = False  # see `Loader`
    behaviours: dict[str, dict[str, Behaviour]] = field(default_factory=dict)  # by exercise, by id
    refusal: NotGradable | None = None
    printed: bytes = b""
    truncated: bool = False

    def record(self, exercise: Exercise, behaviour: Behaviour) -> None:
        known = self.behaviours.setdefault(exercise.slug, {})
        known.setdefault(behaviour.id, behaviour)

    def blocker(self, exercise: Exercise, rule: Rule) -> str | None:
        """The behaviour because of which `rule` cannot be reached, if there is one."""
        known = self.behaviours.get(exercise.slug, {})
        for need in rule.needs:
            behaviour = known.get(need)
            if behaviour is not None and behaviour.outcome not in _NO_OBSTACLE:
                return behaviour.blocked_by or need
        return None


_NO_OBSTACLE = (Outcome.MET, Outcome.NOT_JUDGED)
JUDGEMENT = pytest.StashKey[Judgement]()
MET = pytest.StashKey[bool]()  # of an item: whether its behaviour was met
TRACE = pytest.StashKey[str]()  # of an item: the digest of what happened
TIMELINE = pytest.StashKey[tuple[Moment, ...]]()  # of an item: what happened


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("streamdrill", "judging answers")
    group.addoption(
        "--target", default="solutions", help="folder of the answers to judge (solutions)"
    )
    group.addoption(
        "--real", action="store_true", help="judge on real time, on an unmodified uvicorn"
    )


@pytest.fixture(scope="session")
def zygote(pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of a zygote that lives as long as this run."""
    known = exercises().values()
    with Zygote((each.source for each in known), clients=True) as started:
        yield started.address


@pytest.fixture(scope="session")
def judgement(pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> Judgement:
    """The judgement that this run is about."""
    if JUDGEMENT not in pytestconfig.stash:
        pytestconfig.stash[JUDGEMENT] = Judgement(
            zygote=request.getfixturevalue("zygote"),
            target=pytestconfig.getoption("--target"),
            real=pytestconfig.getoption("--real"),
        )
    return pytestconfig.stash[JUDGEMENT]


@pytest.fixture(scope="module")
def exercise(request: pytest.FixtureRequest) -> Exercise:
    """The exercise whose suite this module is."""
    return exercise_of(request.path)


@pytest.fixture(scope="module")
def loaded(judgement: Judgement, exercise: Exercise) -> Iterator[Answer | ClientAnswer]:
    """The file under judgement, loaded."""
    kind = ClientAnswer if exercise.function else Answer
    chosen = kind(
        zygote=judgement.zygote,
        exercise=exercise,
        file=judgement.file or exercise.answer(judgement.target),
        real=judgement.real,
        spare=judgement.spare,
    )
    try:
        with chosen as entered:
            yield entered
    finally:
        judgement.printed = bytes(chosen.outlets.printed)
        judgement.truncated = chosen.outlets.truncated


@pytest.fixture(scope="module")
def answer(loaded: Answer | ClientAnswer) -> Answer:
    """The endpoint under judgement, loaded."""
    assert isinstance(loaded, Answer)
    return loaded


@pytest.fixture
def stage(request: pytest.FixtureRequest, answer: Answer) -> Iterator[Stage]:
    """A stage for one behaviour: on it, nothing is left of another."""
    yield answer.borrow()
    answer.give_back(request.node.funcargs["stage"], met=request.node.stash.get(MET, False))


@pytest.fixture
def fresh_stage(answer: Answer) -> Iterator[Stage]:
    """A stage that nothing was ever asked of, for a behaviour that measures the process."""
    with answer.process() as fresh:
        yield fresh


@pytest.fixture(scope="module")
def client_answer(loaded: Answer | ClientAnswer) -> ClientAnswer:
    """The client under judgement, loaded."""
    assert isinstance(loaded, ClientAnswer)
    return loaded


@pytest.fixture
def server(request: pytest.FixtureRequest, client_answer: ClientAnswer) -> Iterator[Server]:
    """The judge as a client's server, for one behaviour: nothing is left of another."""
    yield client_answer.borrow()
    client_answer.give_back(request.node.funcargs["server"], met=request.node.stash.get(MET, False))


@pytest.fixture
def fresh_server(client_answer: ClientAnswer) -> Iterator[Server]:
    """The same with a client that was never called, for a behaviour that measures the process."""
    with client_answer.process() as fresh:
        yield fresh


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Look for a behaviour again, on a fresh stage, if it was unmet on one that was used before.

    What the answer keeps between requests can thus never be held against it here. Whoever shares
    what must not be shared is caught by the behaviours about several clients.
    """
    try:
        return (yield)
    except Unmet:
        if not any(_replace(pyfuncitem, name) for name in ("stage", "server")):
            raise
        names = signature(pyfuncitem.obj).parameters
        return pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})


def _replace(item: pytest.Function, name: str) -> bool:
    """Put a fresh process in the place of one that was used before; False if there is none."""
    process = item.funcargs.get(name)
    answer = item.funcargs.get("answer" if name == "stage" else "client_answer")
    match process, answer:
        case (Stage(used=True), Answer()):
            answer.end(process)
            item.funcargs[name] = answer.fresh()
        case (Server(used=True), ClientAnswer()):
            answer.end(process)
            item.funcargs[name] = answer.fresh()
        case _:
            return False
    return True


def exercise_of(path: Path) -> Exercise:
    """The exercise that a suite's file belongs to."""
    module = path.stem.removeprefix("test_")
    return next(e for e in exercises().values() if e.module == module)


def pytest_runtest_setup(item: pytest.Item) -> None:
    rule = rule_of(item)
    judgement = item.config.stash.get(JUDGEMENT, None)
    if rule is None or judgement is None:
        return
    exercise = exercise_of(item.path)
    blocker = judgement.blocker(exercise, rule)
    if blocker is not None:
        behaviour = _behaviour(rule, Outcome.NOT_REACHED, blocked_by=blocker)
        judgement.record(exercise, behaviour)
        pytest.skip(f"not reached: {blocker} is unmet")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call":
        item.stash[MET] = call.excinfo is None
        item.stash[TRACE] = _trace(item)
    rule = rule_of(item)
    judgement = item.config.stash.get(JUDGEMENT, None)
    if call.when == "call" and judgement is not None and judgement.timelines:
        item.stash[TIMELINE] = next((s.log.timeline() for s in _stages_of(item)), ())
    if rule is None or judgement is None:
        return report
    error = call.excinfo.value if call.excinfo else None
    behaviour = _outcome(item, rule, error, report)
    if behaviour is not None:
        judgement.record(exercise_of(item.path), behaviour)
    if isinstance(error, NotGradable):
        judgement.refusal = error
        report.longrepr = f"not gradable: {error.reason}"
    elif isinstance(error, NotJudged):
        report.outcome = "skipped"
        report.longrepr = (str(item.path), item.reportinfo()[1] or 0, str(error))
    elif isinstance(error, Unmet):
        report.longrepr = f"{rule.sentence}\n{error}"
    return report


def rule_of(item: pytest.Item) -> Rule | None:
    """What the suite declared of this test, if it is a behaviour."""
    rule: Rule | None = getattr(getattr(item, "function", None), MARK, None)
    return rule


def _outcome(
    item: pytest.Item, rule: Rule, error: BaseException | None, report: pytest.TestReport
) -> Behaviour | None:
    match error:
        case None:
            met = _behaviour(
                rule,
                Outcome.MET,
                trace=item.stash.get(TRACE, ""),
                timeline=item.stash.get(TIMELINE, ()),
            )
            return met if report.when == "teardown" else None
        case NotGradable() | pytest.skip.Exception():
            return None
        case NotJudged():
            return _behaviour(rule, Outcome.NOT_JUDGED, reason=str(error))
        case Unmet():
            return _unmet(item, rule, error)
        case _:
            text = "".join(traceback.format_exception(error))
            return _behaviour(rule, Outcome.KIT_ERROR, reason=text)


def _unmet(item: pytest.Item, rule: Rule, error: Unmet) -> Behaviour:
    exercise = exercise_of(item.path)
    stage = _stage_of(item, error)
    if stage is None:
        evidence = Evidence(observed=error.observed, expected=error.expected)
    else:
        by_hand = exercise.curl("http://127.0.0.1:8000")
        if exercise.function:
            by_hand = f"grade clients {exercise.slug}"
        evidence = diagnosis.explain(error, stage, file=stage.file, reproduce=by_hand)
    return _behaviour(rule, Outcome.UNMET, evidence=evidence)


def _stage_of(item: pytest.Item, error: Unmet) -> Process | None:
    """What the behaviour was looked for on: its own process, or that of a shared recording."""
    if isinstance(error.stage, Process):
        return error.stage
    return next(_stages_of(item), None)


def _trace(item: pytest.Item) -> str:
    """What must be the same in each judgement; on real time, nothing of that kind is."""
    logs = [stage.log for stage in _stages_of(item) if not stage.real]
    return trace(logs) if logs else ""


def _stages_of(item: pytest.Item) -> Iterator[Process]:
    for value in getattr(item, "funcargs", {}).values():
        stage = getattr(value, "stage", value)
        if isinstance(stage, Process):
            yield stage


def _behaviour(
    rule: Rule,
    outcome: Outcome,
    *,
    blocked_by: str | None = None,
    reason: str | None = None,
    evidence: Evidence | None = None,
    trace: str = "",
    timeline: tuple[Moment, ...] = (),
) -> Behaviour:
    return Behaviour(
        id=rule.id,
        sentence=rule.sentence,
        level=rule.level,
        outcome=outcome,
        blocked_by=blocked_by,
        reason=reason,
        evidence=evidence,
        trace=trace,
        timeline=timeline,
    )
