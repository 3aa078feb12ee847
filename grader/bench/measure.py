"""One measurement at a time: a server of its own, one request, and what it took."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
import psutil

from grader.bench.kinds import KINDS
from grader.bench.load import Load
from grader.bench.server import CHUNKS, Setting
from grader.bench.tally import Counts, Tally
from grader.catalogue import ROOT, Exercise

BUFFER = 1 << 13  # bytes that are asked for as the kernel's on each side of a slow client
STEADY = 0.5  # seconds without a change after which a server is taken to wait
PATIENCE = 5.0
LONGEST = 120.0  # seconds that a body may take
_LIMIT = 60.0  # seconds without a byte


class NoAnswer(RuntimeError):
    """There is nothing to measure. The text says what came instead of a response."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A body that was read to its end. Times are seconds, memory is bytes above the start's."""

    first: float
    last: float
    size: int
    memory: int
    cpu: float  # seconds that the server computed, for all the times that it was asked
    counts: Counts


@dataclass(frozen=True, slots=True)
class Slow:
    """What a server had done when its client had read `read` bytes and then no more."""

    read: int
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Which answer is measured, and under which load."""

    exercise: Exercise
    target: str
    count: int = 0
    interval: float = 0.0


@dataclass(slots=True)
class Server:
    """A server under measurement."""

    process: psutil.Process
    port: int
    tally: Tally

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(way: Way, *, narrow: bool = False) -> Iterator[Server]:
    """A uvicorn in a process of its own, which may not have started yet.

    `narrow` keeps what the kernel takes ahead of a client small.
    """
    with TemporaryDirectory() as folder, socket.socket() as listener:
        if narrow:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        tally = Path(folder) / "tally"
        setting = Setting(
            target=way.target,
            source=way.exercise.source,
            tally=str(tally),
            folder=folder,
            count=way.count,
            interval=way.interval,
        )
        counters = Tally(tally)
        if way.exercise.source:
            load = Load(count=way.count, interval=way.interval, folder=Path(folder))
            KINDS[way.exercise.source].prepare(load)
        options = ["--factory", "grader.bench.server:application", "--fd", str(listener.fileno())]
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "uvicorn", *options],
            cwd=ROOT,
            env={**setting.environment(), "PYTHONPATH": str(ROOT)},
            pass_fds=[listener.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port = listener.getsockname()[1]
        try:
            yield Server(psutil.Process(process.pid), port, counters)
        finally:
            process.kill()
            process.wait()


def whole(way: Way, *, times: int = 1) -> Whole:
    """Read a body to its end, as fast as it comes; of several times, the median. See `NoAnswer`."""
    with serving(way) as server, httpx.Client(base_url=server.url, timeout=_LIMIT) as client:
        _ask_once(client)
        before, computed = server.process.memory_info().rss, _computed(server.process)
        peak = _Peak(server.process)
        runs = []
        for _ in range(times):
            server.tally.reset()
            runs.append(_read(client, way.exercise.target, peak))
        first, last, size = (median(figures) for figures in zip(*runs, strict=True))
        return Whole(
            first,
            last,
            size=int(size),
            memory=max(0, peak.bytes() - before),
            cpu=_computed(server.process) - computed,
            counts=server.tally.read(),
        )


def _computed(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def by_chunk_size(way: Way, sizes: Sequence[int]) -> dict[int, float]:
    """Bytes per second of the reference by the size of its chunks. Raises `NoAnswer`."""
    with serving(way) as server, httpx.Client(base_url=server.url, timeout=_LIMIT) as client:
        _ask_once(client)
        rates = {}
        for chunk_size in (*sizes[:1], *sizes):  # the first request of a server counts for nothing
            target = CHUNKS.format(chunk_size=chunk_size)
            _, last, size = _read(client, target, _Peak(server.process))
            rates[chunk_size] = size / last
        return rates


def _read(client: httpx.Client, target: str, peak: _Peak) -> tuple[float, float, int]:
    """The seconds to the first and to the last byte of a body, and its size."""
    size, first = 0, 0.0
    began = time.perf_counter()
    try:
        with client.stream("GET", target) as response:
            _check(response)
            for piece in response.iter_raw():
                first = first or time.perf_counter() - began
                size += len(piece)
                peak.look()
                if time.perf_counter() - began > LONGEST:
                    raise NoAnswer(f"the response had no end after {LONGEST:.0f} seconds")
    except httpx.HTTPError as error:
        raise NoAnswer(f"the response broke off: {type(error).__name__}: {error}") from None
    return first, time.perf_counter() - began, size


def _ask_once(client: httpx.Client) -> None:
    """Wait until it answers: the listener takes the request before the server is there."""
    try:
        client.get("/openapi.json").raise_for_status()
    except httpx.HTTPError as error:
        raise NoAnswer(f"the server did not start: {error}") from None


def _check(response: httpx.Response) -> None:
    if response.status_code == 200:
        return
    response.read()
    try:
        detail = str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"it answers with status {response.status_code}"
    raise NoAnswer(detail)


class _Peak:
    """The most memory that a process held: as Linux counts it, elsewhere from samples."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._status = Path(f"/proc/{process.pid}/status")
        self._most = 0

    def look(self) -> None:
        if not self._status.exists():
            self._most = max(self._most, self._process.memory_info().rss)

    def bytes(self) -> int:
        if not self._status.exists():
            return self._most
        found = re.search(r"^VmHWM:\s+(\d+) kB$", self._status.read_text(), flags=re.MULTILINE)
        assert found is not None
        return int(found[1]) * 1024


def slow(way: Way, *, read: int) -> Slow:
    """Read so many bytes of a response and then none, until its server does nothing more."""
    with serving(way, narrow=True) as server, socket.socket() as client:
        with httpx.Client(base_url=server.url, timeout=_LIMIT) as first:
            _ask_once(first)
        server.tally.reset()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        client.settimeout(_LIMIT)
        client.connect(("127.0.0.1", server.port))
        line = f"GET {way.exercise.target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        client.sendall(line.encode())
        had = 0
        while had < read and (data := client.recv(read - had)):
            had += len(data)
        return Slow(had, _steady(server.tally))


def _steady(tally: Tally) -> Counts:
    """The counts when they have not changed for a while, or when patience is at its end."""
    counts, since = tally.read(), time.monotonic()
    end = since + PATIENCE
    while (now := time.monotonic()) < end and now - since < STEADY:
        time.sleep(0.02)
        if (seen := tally.read()) != counts:
            counts, since = seen, time.monotonic()
    return counts
