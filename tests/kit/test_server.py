"""The judge as the server of a client exercise: what it sends, hears and notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from textwrap import dedent

import pytest

from grader.catalogue import Exercise
from grader.judge import callers
from grader.judge.answer import ClientAnswer
from grader.judge.evidence import NotGradable, Stopped, Unmet
from grader.judge.server import Raised, Returned, Server

HEAD = """
import asyncio, json, time
from collections import namedtuple
from dataclasses import dataclass
from datetime import datetime, timezone
import httpx

"""
GENERATOR = """
async def client(base_url):
    async with httpx.AsyncClient(base_url=base_url, timeout=None) as http:
        async with http.stream("GET", "/items?name=a%20b") as response:
            async for line in response.aiter_lines():
                yield line
"""
Begin = Callable[[str], Server]


@pytest.fixture(params=[False, True], ids=["virtual", "real"])
def begin(request: pytest.FixtureRequest, zygote: str, tmp_path: Path) -> Iterator[Begin]:
    """Write a client, and have it loaded."""
    with ExitStack() as stack:

        def load(source: str) -> Server:
            file = tmp_path / "client.py"
            file.write_text(HEAD + dedent(source))
            exercise = Exercise(
                slug="client",
                title="",
                topic="",
                method="GET",
                path="/items",
                function="client",
                level="",
                minutes=0,
                teaches="",
                hints=(),
                cards=(),
            )
            answer = ClientAnswer(zygote=zygote, exercise=exercise, file=file, real=request.param)
            return stack.enter_context(stack.enter_context(answer).process())

        yield load


def test_an_item_comes_as_soon_as_its_bytes_have(begin: Begin) -> None:
    server = begin(GENERATOR)
    server.call()
    server.next()
    request = server.request()
    assert request is not None
    assert (request.method, request.path, request.query) == ("GET", "/items", {"name": "a b"})
    server.begin(request, content_type="text/plain")
    for byte in "eins é\n".encode():
        assert server.items == []
        server.send(request, bytes([byte]))
    assert server.until(lambda: server.items == ["eins é"])
    server.next()
    assert server.items == ["eins é"]
    server.finish(request)
    assert server.until(lambda: server.outcome == Returned(None))


@pytest.mark.parametrize(
    ("yields", "reused"),
    [
        ("item = {'id': 1}; yield item; item['id'] = 2; yield item", True),
        ("item = {'id': 1}; yield item; yield item", False),
        ("yield {'id': 1}; yield {'id': 2}", False),
        ("yield 'a'; yield 'a'", False),
    ],
)
def test_one_object_with_other_contents_is_told_from_the_same_item_twice(
    begin: Begin, yields: str, reused: bool
) -> None:
    server = begin(f"async def client(base_url): {yields}")
    server.call()
    for number in (1, 2):
        server.next()
        assert server.until(lambda n=number: len(server.items) == n)  # type: ignore[misc]
    assert server.reused is reused


def test_an_item_of_one_call_is_not_compared_with_that_of_another(begin: Begin) -> None:
    server = begin("""
    item = {"id": 0}

    async def client(base_url):
        item["id"] += 1
        yield item
    """)
    for number in (1, 2):
        server.call()
        server.next()
        assert server.until(lambda n=number: len(server.items) == n)  # type: ignore[misc]
    assert not server.reused


@pytest.mark.parametrize(
    ("ends", "seen"),
    [
        ("return", "1 item, and then the end"),
        ("raise ValueError('no')", "1 item, and then ValueError: no"),
        ("await asyncio.Event().wait()", "1 item, and then nothing more, although more was sent"),
    ],
)
def test_memory_is_measured_of_who_reads_on(begin: Begin, ends: str, seen: str) -> None:
    server = begin(GENERATOR.replace("yield line", f"yield line; {ends}"))
    if server.real and "wait" in ends:
        pytest.skip("on real time, each look for what does not come takes its while")
    server.call()
    server.next()
    request = server.request()
    assert request is not None
    server.begin(request, content_type="text/plain")
    with pytest.raises(Unmet) as unmet:
        callers.forgets_what_it_gave(server, request, b"line\n" * 2, items=2)
    assert unmet.value.observed == seen


def test_a_generator_that_is_left_hangs_up(begin: Begin) -> None:
    server = begin(GENERATOR)
    server.call()
    server.next()
    request = server.request()
    assert request is not None
    server.begin(request, content_type="text/plain")
    server.send(request, b"one\n")
    server.until(lambda: len(server.items) == 1)
    assert not request.visit.gone
    server.stop()
    assert server.until(lambda: request.visit.gone)
    assert server.tasks_left() == []


def test_a_connection_that_is_cut_is_an_error_of_the_client(begin: Begin) -> None:
    server = begin(GENERATOR)
    server.call()
    server.next()
    request = server.request()
    assert request is not None
    server.begin(request, content_type="text/plain")
    server.cut(request)
    assert server.until(lambda: isinstance(server.outcome, Raised))
    assert isinstance(server.outcome, Raised)
    assert "HTTPError" in server.outcome.types
    assert server.outcome.line is not None
    assert "aiter_lines" in server.outcome.line["text"]


def test_a_client_that_comes_back_is_heard_again(begin: Begin) -> None:
    server = begin("""
        async def client(base_url):
            async with httpx.AsyncClient(base_url=base_url, timeout=None) as http:
                while True:
                    try:
                        return (await http.get("/items")).text
                    except httpx.TransportError:
                        pass
    """)
    server.call()
    for number in (1, 2):
        request = server.request(number)
        assert request is not None
        server.cut(request)
    request = server.request(3)
    assert request is not None
    server.respond(request, b"at last")
    assert server.until(lambda: server.outcome == Returned("at last"))


def test_a_client_that_does_not_read_is_not_sent_more(begin: Begin) -> None:
    server = begin(GENERATOR.replace("yield line", "yield line; await asyncio.Event().wait()"))
    server.call()
    server.next()
    request = server.request()
    assert request is not None
    server.begin(request, content_type="text/plain")
    server.raw(request, b"10000000\r\n" + b"x\n" * (8 << 20))
    assert request.visit.sent < 8 << 20


def test_values_are_told_as_json(begin: Begin) -> None:
    server = begin("""
        @dataclass
        class Point:
            x: int
            y: float

        Pair = namedtuple("Pair", "a b")

        async def client(base_url, *, target, tell):
            tell(1, total=None)
            moment = datetime(2026, 11, 22, tzinfo=timezone.utc)
            return [Point(1, 2.5), Pair("a", b"b"), {"when": moment}, float("nan"), target.name]
    """)
    server.call(target="/tmp/file", paths=["target"], callbacks=["tell"], tell="")
    assert server.until(lambda: server.outcome is not None)
    assert server.outcome == Returned(
        [
            {"x": 1, "y": 2.5},
            {"a": "a", "b": {"bytes": "62"}},
            {"when": "2026-11-22T00:00:00+00:00"},
            "nan",
            "file",
        ]
    )
    assert [(c.name, list(c.arguments)) for c in server.called] == [("tell", [1, None])]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "async def client(base_url): raise NotImplementedError",
            "still the stub: implement client in /.*/client.py, line 8",
        ),
        ("def client(base_url): return [1]", "a value of type list"),
    ],
)
def test_what_cannot_be_called_is_not_gradable(begin: Begin, source: str, reason: str) -> None:
    server = begin(source)
    with pytest.raises(NotGradable, match=reason):
        server.call()


def test_a_function_of_another_name_is_not_gradable(begin: Begin) -> None:
    with pytest.raises(NotGradable, match="no function `client`; it has clients: did you mean"):
        begin("async def clients(base_url): ...")


def test_a_call_and_its_request_are_two_moments(begin: Begin) -> None:
    server = begin(GENERATOR)
    server.call()
    server.next()
    assert server.request() is not None
    texts = [moment.text for moment in server.log.timeline()]
    assert texts == ["is called", "GET /items?name=a%20b"]


def test_a_blocked_loop_is_noticed(begin: Begin) -> None:
    server = begin("async def client(base_url): time.sleep(1)")
    server.call()
    server.until(lambda: server.outcome is not None)
    assert server.log.first("slept") is not None


def test_a_client_that_never_waits_is_ended(begin: Begin) -> None:
    server = begin("async def client(base_url):\n    while True: pass")
    with pytest.raises(Stopped):
        server.call()


def test_a_connection_that_a_thread_makes_is_judged_on_real_time_alone(begin: Begin) -> None:
    server = begin("""
        def fetch(url):
            with httpx.Client(base_url=url, timeout=None) as http:
                return http.get("/items").text

        async def client(base_url):
            return await asyncio.to_thread(fetch, base_url)
    """)

    if not server.real:
        with pytest.raises(NotGradable, match=r"in a thread .* --real"):
            server.call()
        return
    server.call()
    request = server.request()
    assert request is not None
    server.respond(request, b"text")
    server.until(lambda: server.outcome is not None)
    assert server.outcome == Returned("text")


def test_a_connection_that_the_loops_own_thread_waits_for_blocks_it(begin: Begin) -> None:
    server = begin("""
        async def client(base_url):
            return httpx.get(base_url + "/items").text
    """)

    if server.real:
        return
    with pytest.raises(Unmet) as found:
        server.call()
    assert found.value.sign == "blocked"


def test_what_an_earlier_call_has_raised_is_no_trouble_of_the_next_one(begin: Begin) -> None:
    server = begin("""
        async def client(base_url):
            raise ValueError("once")
    """)
    server.call()
    server.call()
    assert len(server.log.troubles) == 1
