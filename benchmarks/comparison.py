"""What streaming buys and costs: the two comparison references side by side, on a real uvicorn.

    python -m benchmarks.comparison

Each request gets a server process of its own, and the two endpoints take turns. Memory is how far
the server's resident size rose above that before the request, as Linux counts it (VmHWM). The
ratios are what to quote, the seconds are of this machine.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
import httpx
from fastapi import FastAPI

from grader.application import live_application
from grader.catalogue import ROOT, exercise
from sources.records import LiveRecordStore, record_store

BOTH = ("comparison-buffered", "comparison-streamed")
# What the store holds, by name: how many records, and the seconds that each of them takes.
STORES = {"live": (1000, 0.001), "large": (100_000, 0.0)}
SETTING = "BENCHMARK_STORE"


@dataclass(frozen=True, slots=True)
class Measured:
    """One request: seconds to the first and to the last byte of the body, and MiB of memory."""

    first: float
    total: float
    memory: float


def application() -> FastAPI:
    """What the server serves: the references, on the store that the environment names."""
    count, interval = STORES[os.environ[SETTING]]
    app = live_application("solutions")
    app.dependency_overrides[record_store] = lambda: LiveRecordStore(count=count, interval=interval)
    return app


@contextmanager
def serving(store: str) -> Iterator[tuple[int, str]]:
    """A uvicorn in a process of its own: its process id and its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = ["uvicorn", "--factory", "benchmarks.comparison:application"]
        options = ["--fd", str(listener.fileno()), "--log-level", "warning"]
        process = subprocess.Popen(
            [sys.executable, "-m", *command, *options],
            cwd=ROOT,
            env=os.environ | {SETTING: store},
            pass_fds=[listener.fileno()],
        )
        try:
            yield process.pid, "http://{}:{}".format(*listener.getsockname())
        finally:
            process.kill()
            process.wait()


def measure(slug: str, store: str) -> Measured:
    """Ask a fresh server for one document."""
    with serving(store) as (pid, address), httpx.Client(base_url=address, timeout=120) as client:
        client.get("/openapi.json").raise_for_status()  # it has started, and has answered once
        before = _kibibytes(pid, "VmRSS")
        began = time.perf_counter()
        with client.stream("GET", exercise(slug).path) as response:
            response.raise_for_status()
            pieces = response.iter_raw()
            next(pieces)
            first = time.perf_counter() - began
            for _ in pieces:
                pass
        total = time.perf_counter() - began
        return Measured(first, total, (_kibibytes(pid, "VmHWM") - before) / 1024)


def _kibibytes(pid: int, name: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(rf"^{name}:\s+(\d+) kB$", status, flags=re.MULTILINE)
    assert found is not None
    return int(found[1])


@click.command()
@click.option("--times", default=5, show_default=True, help="Requests of each; the median counts.")
def main(times: int) -> None:
    """Compare the first byte, the last byte and the memory of both references."""
    for store, (count, interval) in STORES.items():
        taken: dict[str, list[Measured]] = {slug: [] for slug in BOTH}
        for _ in range(times):
            for slug, measured in taken.items():
                measured.append(measure(slug, store))
        click.echo(f"\n{count:,} records, each of which takes {interval * 1000:g} ms")
        click.echo(f"{'':22}{'first byte':>12}{'last byte':>12}{'memory':>12}")
        medians = [_medians(measured) for measured in taken.values()]
        for slug, (first, total, memory) in zip(taken, medians, strict=True):
            click.echo(f"{slug:22}{first:10.3f} s{total:10.3f} s{memory:8.1f} MiB")
        buffered, streamed = medians
        ratios = [s / b if b else float("nan") for s, b in zip(streamed, buffered, strict=True)]
        click.echo(f"{'streamed to buffered':22}" + "".join(f"{ratio:12.3f}" for ratio in ratios))


def _medians(measured: list[Measured]) -> tuple[float, float, float]:
    return (
        median(each.first for each in measured),
        median(each.total for each in measured),
        median(each.memory for each in measured),
    )


if __name__ == "__main__":
    main()
