"""How a person would test the ticker without us: a uvicorn subprocess, httpx and pytest.

It makes about the requests that our suite makes, and it sees less: nothing of lockstep, of
backpressure, of memory, of time, or of what is left open in the server.
"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

PATH = "/stream/stock-ticker"


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["-m", "uvicorn", "benchmarks.plainly.app:app", "--port", str(port)]
    server = subprocess.Popen([sys.executable, *command, "--log-level", "error"])
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except ConnectionRefusedError:
            time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.kill()
    server.wait()


def events(response: httpx.Response) -> list[Any]:
    lines = (line for line in response.iter_lines() if line.startswith("data:"))
    return [json.loads(line.removeprefix("data:")) for line in lines]


@pytest.mark.parametrize("attempt", range(4))
def test_sends_all_updates(base_url: str, attempt: int) -> None:
    with httpx.stream("GET", base_url + PATH) as response:
        assert [event["update_number"] for event in events(response)] == list(range(1, 51))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache"),
        ("x-accel-buffering", "no"),
    ],
)
def test_headers(base_url: str, header: str, value: str) -> None:
    with httpx.stream("GET", base_url + PATH) as response:
        assert response.headers[header].startswith(value)


def test_two_clients(base_url: str) -> None:
    with (
        httpx.stream("GET", base_url + PATH) as first,
        httpx.stream("GET", base_url + PATH) as second,
    ):
        assert len(events(first)) == len(events(second)) == 50


@pytest.mark.parametrize("attempt", range(4))
def test_leaving_early_does_no_harm(base_url: str, attempt: int) -> None:
    with httpx.stream("GET", base_url + PATH) as response:
        next(response.iter_lines())
    assert httpx.get(base_url + "/health").status_code == 200


def test_other_methods(base_url: str) -> None:
    assert httpx.post(base_url + PATH).status_code == 405
    assert httpx.head(base_url + PATH).status_code == 405
