"""All measurements of one exercise: the learner's answer and the reference, in turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from grader.bench.kinds import KINDS, Kind
from grader.bench.measure import NoAnswer, Slow, Way, Whole, by_chunk_size, slow, whole
from grader.catalogue import Exercise
from grader.places import TARGETS

SCHEMA = "streamdrill.bench/1"
PACED, INTERVAL = 50, 0.02  # items for the first byte, and the seconds between two of them
TIMES = 3  # requests for the first byte, of which the median is shown
CHUNK_SIZES = (4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20)
READ = 1 << 15  # bytes that a slow client reads before it stops


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured of one answer. What came in the place of a response is its `failure`."""

    target: str
    begin: Whole | None = None  # on a source that takes its time, where it can
    sizes: tuple[tuple[int, Whole], ...] = ()
    slow: Slow | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Both answers to one exercise, in the order of `TARGETS`."""

    exercise: Exercise
    kind: Kind | None
    measured: tuple[Measured, ...]
    chunk_sizes: tuple[tuple[int, float], ...] = ()  # of the reference, and bytes per second

    def to_json(self) -> dict[str, Any]:
        """The document that `--json` prints. Times are seconds, memory is bytes."""
        return {
            "schema": SCHEMA,
            "exercise": self.exercise.slug,
            "unit": self.kind.unit if self.kind else None,
            "counted": self.kind.counted if self.kind else False,
            "interval": INTERVAL if self.kind and self.kind.paced else None,
            "chunk_sizes": [
                {"chunk_size": size, "bytes_per_second": rate} for size, rate in self.chunk_sizes
            ],
            "answers": [_json(measured) for measured in self.measured],
        }


def _json(measured: Measured) -> dict[str, Any]:
    return {
        "target": measured.target,
        "failure": measured.failure or None,
        "begin": _whole(measured.begin) if measured.begin else None,
        "sizes": [{"count": count, **_whole(each)} for count, each in measured.sizes],
        "slow": {"read": measured.slow.read, **measured.slow.counts._asdict()}
        if measured.slow
        else None,
    }


def _whole(measured: Whole) -> dict[str, Any]:
    return {**asdict(measured), "counts": measured.counts._asdict()}


def bench(exercise: Exercise, *, tell: Callable[[float], None] = lambda _: None) -> Bench:
    """Measure both answers. `tell` is called with how much of all is done, from 0 to 1.

    The reference is measured even if there is nothing to measure of the learner's answer.
    """
    kind = KINDS[exercise.source] if exercise.source else None
    runs = {target: _Run(exercise, target, kind) for target in TARGETS}
    steps = [
        step for pair in zip(*(r.steps() for r in runs.values()), strict=True) for step in pair
    ]
    for number, step in enumerate(steps):
        step()
        tell((number + 1) / (len(steps) + 1))
    chunk_sizes: dict[int, float] = {}
    if kind is not None and exercise.source == "storage":
        way = Way(exercise=exercise, target="solutions", count=kind.sizes[1])
        chunk_sizes = by_chunk_size(way, CHUNK_SIZES)
    tell(1.0)
    return Bench(
        exercise=exercise,
        kind=kind,
        measured=tuple(run.measured() for run in runs.values()),
        chunk_sizes=tuple(chunk_sizes.items()),
    )


class _Run:
    """The measurements of one answer, one after another, until one of them fails."""

    def __init__(self, exercise: Exercise, target: str, kind: Kind | None) -> None:
        self._exercise = exercise
        self._target = target
        self._kind = kind
        self._begin: Whole | None = None
        self._sizes: list[tuple[int, Whole]] = []
        self._slow: Slow | None = None
        self._failure = ""

    def steps(self) -> list[Callable[[], None]]:
        steps = [self._measure_begin]
        if self._kind is not None:
            steps += [self._measure_size(count) for count in self._kind.sizes]
            steps.append(self._measure_slow)
        return [self._unless_failed(step) for step in steps]

    def _unless_failed(self, step: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            if self._failure:
                return
            try:
                step()
            except NoAnswer as error:
                self._failure = str(error)

        return run

    def _way(self, count: int = 0, interval: float = 0.0) -> Way:
        return Way(exercise=self._exercise, target=self._target, count=count, interval=interval)

    def _measure_begin(self) -> None:
        if self._kind is None:
            way = self._way()
        elif self._kind.paced:
            way = self._way(PACED, INTERVAL)
        else:
            way = self._way(self._kind.sizes[1])
        self._begin = whole(way, times=TIMES)

    def _measure_size(self, count: int) -> Callable[[], None]:
        return lambda: self._sizes.append((count, whole(self._way(count))))

    def _measure_slow(self) -> None:
        assert self._kind is not None
        self._slow = slow(self._way(self._kind.sizes[-1]), read=READ)

    def measured(self) -> Measured:
        return Measured(
            target=self._target,
            begin=self._begin,
            sizes=tuple(self._sizes),
            slow=self._slow,
            failure=self._failure,
        )
