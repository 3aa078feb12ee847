"""`serve`: what it refuses, and how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections import deque

import httpx
import pytest

from grader.catalogue import ROOT, endpoints
from grader.serve import CannotServe, serve


def test_a_busy_port_is_one_sentence_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(CannotServe) as refusal:
            serve("solutions", host="127.0.0.1", port=port)

    assert f"port {port} on 127.0.0.1 is in use" in refusal.value.message
    assert "grade serve --port 0" in refusal.value.message


def test_a_host_of_somebody_else_is_refused_with_the_remedy() -> None:
    with pytest.raises(CannotServe, match=r"192\.0\.2\.1.*--host 127\.0\.0\.1"):
        serve("solutions", host="192.0.2.1", port=0)


def test_a_folder_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CannotServe, match="no folder 'solution'"):
        serve("solution", host="127.0.0.1", port=0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_the_server_and_cuts_its_open_streams() -> None:
    code = "from grader.serve import serve; serve('solutions', host='127.0.0.1', port=0)"
    command = [sys.executable, "-u", "-c", code]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as server:
        assert server.stdout is not None
        lines = iter(server.stdout.readline, "")
        listed = [next(lines) for _ in range(1 + len(endpoints()))][1:]
        assert len({line.index("http://") for line in listed}) == 1  # one column
        url = next(line.split()[-1] for line in listed if "/stream/stock-ticker" in line)
        with httpx.stream("GET", url) as response:
            body = response.iter_raw()
            assert next(body).startswith(b"data: ")
            server.send_signal(signal.SIGINT)
            with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
                deque(body)
        _, errors = server.communicate()

    assert server.returncode == 0
    assert errors == ""
