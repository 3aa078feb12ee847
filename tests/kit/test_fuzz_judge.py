"""Whole judgements of endpoints that write what they like to their connection, past the framework.

Each gets its verdict, with a reason, and the judge stays small.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.control import Decoder, Message, ProtocolViolation, encode
from grader.judge.judges import Forked
from grader.judge.sessions import Grader, Job, Progress
from grader.judge.trust import checked
from grader.verdicts import Result, Verdict

SLUG = "stock-ticker"
MEMORY_LIMIT = 100 << 20  # bytes of resident size, all told
RAW = '''
"""Writes to its connection, past the framework."""

import asyncio
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from sources.prices import Market

router = APIRouter()
OK = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\nCache-Control: no-cache\\r\\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\\r\\n\\r\\n"
EVENT = b"b\\r\\ndata: {{}}\\n\\n\\r\\n"


@router.get("/stream/stock-ticker")
async def stock_ticker(request: Request, market: Market):
    transport = request.receive.__self__.transport

    async def flood(piece):
        while not transport.is_closing():
            transport.write(piece * (1 + 4096 // len(piece)))
            await asyncio.sleep(0.0001)

    async def stream(piece):
        while True:
            yield piece

    {code}
    await asyncio.Event().wait()
'''
STREAM = "return StreamingResponse(stream({}), media_type='text/event-stream')"
HOSTILE = {
    "nothing": "transport.close()",
    "silence": "",
    "cut off in the head": "transport.write(OK); transport.close()",
    "cut off in a chunk": "transport.write(CHUNKED + b'fff\\r\\ndata'); transport.close()",
    "binary": "transport.write(bytes(range(256)) * 9)",
    "another protocol": "transport.write(b'SSH-2.0-OpenSSH_9.9\\r\\n')",
    "HTTP/2": "transport.write(b'\\0\\0\\x12\\x04\\0\\0\\0\\0\\0' * 9)",
    "two lengths": "transport.write(OK + b'Content-Length: 1\\r\\nContent-Length: 2\\r\\n\\r\\na')",
    "a length and chunks": "transport.write(OK + b'Content-Length: 2\\r\\n' + CHUNKED[len(OK):])",
    "a length that is too small": "transport.write(OK + b'Content-Length: 2\\r\\n\\r\\ndata: {}')",
    "a length that is too large": (
        "transport.write(OK + b'Content-Length: 99\\r\\n\\r\\ndata'); transport.close()"
    ),
    "two responses": "transport.write((OK + b'Content-Length: 0\\r\\n\\r\\n') * 2)",
    "chunks without sizes": "transport.write(CHUNKED + b'data: {}\\n\\n')",
    "gzip": (
        "import gzip; z = gzip.compress(bytes(10_000_000))\n"
        "    transport.write(OK + b'Content-Encoding: gzip\\r\\nContent-Length: %d' % len(z))\n"
        "    transport.write(b'\\r\\n\\r\\n' + z)"
    ),
    "switching protocols": "transport.write(b'HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n')",
    "endless interim responses": "await flood(b'HTTP/1.1 103 Early Hints\\r\\n\\r\\n')",
    "an endless header": "transport.write(OK + b'X: '); await flood(b'x')",
    "endless headers": "transport.write(OK); await flood(b'X: y\\r\\n')",
    "endless trailers": "transport.write(CHUNKED + b'0\\r\\n'); await flood(b'X: y\\r\\n')",
    "an endless chunk": "transport.write(CHUNKED + b'fffffffff\\r\\n'); await flood(b'x' * 65536)",
    "endless events": "transport.write(CHUNKED); await flood(EVENT)",
}
ENDLESS = {
    "timers": "while True: await asyncio.sleep(1e-7)",
    "large pieces": STREAM.format("'x' * (1 << 20)"),
    "tiny pieces": STREAM.format("'x'"),
    "events": STREAM.format("'data: {}\\n\\n'"),
    "events from threads": (
        "return StreamingResponse(iter(lambda: 'data: {}\\n\\n', 0), "
        "media_type='text/event-stream')"
    ),
}


class Watched:
    """A grader whose judges' resident size is looked at after every behaviour."""

    def __init__(self, grader: Grader) -> None:
        self.peak = 0  # bytes
        self._grader = grader
        assert isinstance(grader._session, Forked)
        self._session = psutil.Process(grader._session.pid)

    def judge(self, *files: Path) -> list[Verdict]:
        jobs = [Job(SLUG, file) for file in files]
        found = {each.file: each for each in self._grader.judge(jobs, progress=self._look)}
        return [found[str(file)] for file in files]

    def _look(self, _: Progress) -> None:
        for judge in self._session.children():
            try:
                status = Path(f"/proc/{judge.pid}/status").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if "VmHWM:" in status:  # the highest so far, in KiB
                highest = int(status.partition("VmHWM:")[2].split()[0])
                self.peak = max(self.peak, highest << 10)


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    with Grader([SLUG]) as grader:
        yield Watched(grader)


def write(folder: Path, code: str, *, number: int = 0) -> Path:
    file = folder / f"answer_{number}.py"
    file.write_text(RAW.format(code=code))
    return file


def is_a_verdict(verdict: Verdict) -> None:
    """It failed, and the first unmet behaviour says on what evidence."""
    assert verdict.result is Result.FAILED, verdict
    first = verdict.first_unmet
    assert first is not None
    assert first.evidence is not None
    assert first.evidence.observed
    assert len(first.evidence.observed) < 100_000


@pytest.fixture(scope="module")
def verdicts(watched: Watched, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    folder = tmp_path_factory.mktemp("hostile")
    files = [write(folder, code, number=n) for n, code in enumerate(HOSTILE.values())]
    return dict(zip(HOSTILE, watched.judge(*files), strict=True))


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_on_the_wire_gets_its_verdict(name: str, verdicts: dict[str, Verdict]) -> None:
    is_a_verdict(verdicts[name])


def test_the_judge_stays_small(watched: Watched, verdicts: dict[str, Verdict]) -> None:
    assert 0 < watched.peak < MEMORY_LIMIT


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("code", ENDLESS.values(), ids=ENDLESS)
def test_a_response_without_an_end_gets_its_verdict(
    watched: Watched, tmp_path: Path, code: str
) -> None:
    (verdict,) = watched.judge(write(tmp_path, code))
    is_a_verdict(verdict)
    assert watched.peak < MEMORY_LIMIT


fragments = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n",
        b"Content-Type: text/event-stream\r\n",
        b"Cache-Control: no-cache\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Length: 9\r\n",
        b"Content-Encoding: gzip\r\n",
        b"\r\n",
        b"b\r\ndata: {}\n\n\r\n",
        b"0\r\n\r\n",
        b"data: {}\n\n",
    ]
)
responses = st.lists(st.one_of(fragments, fragments, st.binary(max_size=30)), max_size=14)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(responses, st.booleans())
def test_any_response_gets_its_verdict(
    watched: Watched, tmp_path: Path, parts: list[bytes], closes: bool
) -> None:
    code = f"for part in {parts!r}: transport.write(part); await asyncio.sleep(0)"
    closing = "\n    transport.close()" if closes else ""
    (verdict,) = watched.judge(write(tmp_path, code + closing))
    is_a_verdict(verdict)
    assert watched.peak < MEMORY_LIMIT


# -- what the process of the answer may say on the control channel --------------------------------

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
kinds = st.sampled_from(["ask", "opened", "closed", "idle", "slept", "raised", "answer", "spawn"])
names = st.sampled_from(["now", "ticket", "what", "source", "amount", "on_loop", "line", "due"])
quick = settings(max_examples=100, deadline=None, derandomize=True)


def said(data: bytes, sizes: list[int]) -> list[Message] | None:
    """The messages in the data, or None if there is one that the stage may not send."""
    decoder, messages = Decoder(), []
    try:
        for size in [*sizes, len(data)]:
            messages += [checked(message) for message in decoder.feed(data[:size])]
            data = data[size:]
    except ProtocolViolation:
        return None
    return messages


@quick
@given(st.binary(max_size=300), st.lists(st.integers(0, 40), max_size=9))
def test_any_bytes_are_messages_or_a_violation(data: bytes, sizes: list[int]) -> None:
    assert said(data, sizes) == said(data, [])


@quick
@given(kinds, st.dictionaries(names, json_values), st.binary(max_size=20))
def test_any_message_is_taken_or_is_a_violation(
    kind: str, fields: dict[str, object], payload: bytes
) -> None:
    data = encode(kind, payload, **fields)
    messages = said(data, [])
    assert messages is None or [(m.kind, m.payload) for m in messages] == [(kind, payload)]
    assert messages == said(data, [1] * len(data))
