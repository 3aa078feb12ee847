"""`grade trace URL`: what is asked, what is captured, and what is said if nothing comes."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable

import pytest
from click.testing import Result as Ran

from grader.trace.address import NoUrl, address, redirected
from grader.trace.capture import Capture, Ending, Framing
from grader.trace.dial import Unreachable
from grader.trace.fetch import HOPS, Asked, fetch, fields

from .wires import CHUNKED, chunk, serving

Grade = Callable[..., Ran]

EVENTS = [b"data: 1\n\n", b"data: 2\n\ndata: 3\n\n"]
STREAM = CHUNKED + b"".join(map(chunk, EVENTS)) + chunk(b"")
HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


# Addresses


@pytest.mark.parametrize(
    ("url", "authority", "target"),
    [
        ("http://h", "h", "/"),
        ("http://h:80/a?b=c#d", "h", "/a?b=c"),
        ("https://h:443", "h", "/"),
        ("https://h:80", "h:80", "/"),
        ("http://[::1]:8000/x", "[::1]:8000", "/x"),
        ("http://h/a b/é?q=ü%20", "h", "/a%20b/%C3%A9?q=%C3%BC%20"),
        ("HTTP://Bücher.example/", "xn--bcher-kva.example", "/"),
    ],
)
def test_a_url_says_whom_to_ask_for_what(url: str, authority: str, target: str) -> None:
    found = address(url)
    assert (found.authority, found.target) == (authority, target)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://h/", "has to begin with http:// or https://"),
        ("http://", "names no host"),
        ("http://h:port/", "is no URL"),
        ("http://h:70000/", "is no URL"),
        ("http://[::1/", "is no URL"),
        ("http://me:secret@h/", "leave the name and the password out"),
    ],
)
def test_what_is_no_url_is_refused_with_the_reason(url: str, says: str) -> None:
    with pytest.raises(NoUrl, match=says):
        address(url)


def test_a_redirect_may_be_relative_but_leads_to_http() -> None:
    start = address("https://h/a/b?c")
    assert redirected(start, "../d").url == "https://h/d"
    with pytest.raises(NoUrl):
        redirected(start, "file:///etc/passwd")


def test_a_header_is_a_name_and_a_value() -> None:
    assert fields(["A: b: c", "Host:h"]) == (("A", "b: c"), ("Host", "h"))
    for line in ("nothing", ": value", "A B: c", "A: b\r\nC: d"):
        with pytest.raises(ValueError, match="is no header"):
            fields([line])


# What is captured


def ask(base: str, path: str = "/", **asked: object) -> Capture:
    return fetch(Asked(to=address(base + path), **asked))  # type: ignore[arg-type]


def test_chunks_are_the_servers_own_however_they_were_sent() -> None:
    with serving(STREAM) as (base, _):
        seen = ask(base)
    assert [piece.data for piece in seen.pieces] == EVENTS
    assert (seen.framing, seen.ending, seen.status) == (Framing.CHUNKED, Ending.COMPLETE, 200)
    assert seen.received == sum(map(len, EVENTS))


def test_a_frame_that_was_cut_off_is_kept_and_told() -> None:
    with serving(CHUNKED + chunk(b"whole") + b"ff\r\nhalf") as (base, _):
        seen = ask(base)
    assert [(piece.data, piece.whole) for piece in seen.pieces] == [
        (b"whole", True),
        (b"half", False),
    ]
    assert seen.ending is Ending.CUT


@pytest.mark.parametrize(
    ("answer", "framing", "ending"),
    [
        (HELLO, Framing.LENGTH, Ending.COMPLETE),
        (HELLO[:-1], Framing.LENGTH, Ending.CUT),
        (b"HTTP/1.0 200 OK\r\n\r\nhello", Framing.CLOSE, Ending.COMPLETE),
        (CHUNKED + b"5\r\nhello!!\r\n", Framing.CHUNKED, Ending.BROKEN),
        (CHUNKED + chunk(b"hello"), Framing.CHUNKED, Ending.CUT),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + HELLO, Framing.LENGTH, Ending.COMPLETE),
    ],
)
def test_how_a_body_ends_is_told(answer: bytes, framing: Framing, ending: Ending) -> None:
    with serving(answer) as (base, _):
        seen = ask(base)
    assert (seen.framing, seen.ending) == (framing, ending)
    assert seen.body.startswith(b"hell")


def test_a_body_is_read_to_the_limit_and_no_further() -> None:
    with serving(STREAM) as (base, _):
        assert ask(base, bytes=len(EVENTS[0])).ending is Ending.ENOUGH


def test_time_is_up_after_the_seconds_that_were_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(Unreachable, match=r"gave no response within 0\.1 seconds"):
            ask(base, seconds=0.1)


def test_ctrl_c_ends_it_and_keeps_what_has_come() -> None:
    def interrupt(seen: Capture) -> None:
        if seen.pieces:
            raise KeyboardInterrupt

    with serving(CHUNKED + chunk(b"data: 1\n\n")) as (base, _):
        seen = fetch(Asked(to=address(base)), tell=interrupt)
    assert (seen.ending, seen.body) == (Ending.INTERRUPTED, b"data: 1\n\n")


def test_the_request_carries_what_was_asked_for_and_nothing_twice() -> None:
    headers = (("accept", "text/event-stream"), ("X-Key", "schlüssel"))
    with serving(HELLO) as (base, heads):
        ask(base, "/a?b", method="POST", headers=headers, data=b"{}")
    lines = heads[0].split(b"\r\n")
    assert lines[0] == b"POST /a?b HTTP/1.1"
    assert b"Content-Length: 2" in lines
    assert "X-Key: schlüssel".encode() in lines
    assert heads[0].lower().count(b"\r\naccept:") == 1


# Redirects


def moved(status: int, location: str) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def test_a_redirect_is_not_followed_unless_it_is_asked_for() -> None:
    with serving(moved(302, "/b"), HELLO) as (base, _):
        assert ask(base, "/a").status == 302
        seen = ask(base)
    assert seen.redirects == ()


def test_a_redirect_is_followed_as_a_browser_would() -> None:
    with serving(moved(303, "/b"), HELLO) as (base, heads):
        seen = ask(base, "/a", method="POST", data=b"{}", follow=True)
    assert seen.redirects == ((303, f"{base}/a"),)
    assert heads[1].startswith(b"GET /b ")
    assert b"Content-Length" not in heads[1]


def test_secrets_stay_with_whom_they_are_meant_for() -> None:
    secret = (("Authorization", "Bearer x"), ("X-Other", "y"))
    with serving(HELLO) as (other, theirs), serving(moved(307, other)) as (base, ours):
        ask(base, headers=secret, follow=True)
    assert b"Bearer" in ours[0]
    assert b"Bearer" not in theirs[0]
    assert b"X-Other" in theirs[0]


def test_redirects_in_a_circle_end() -> None:
    with (
        serving(*[moved(302, "/")] * (HOPS + 1)) as (base, _),
        pytest.raises(Unreachable, match="after 10 redirects"),
    ):
        ask(base, follow=True)


# What is said when nothing comes


def refused(grade: Grade, *typed: str) -> str:
    ran = grade("trace", *typed)
    assert ran.exit_code == 1, ran.output
    assert ran.stdout == ""
    (line,) = ran.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"", "hung up without a response."),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "is not HTTP/1.1: "),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * (1 << 17), "is not HTTP/1.1: "),
    ],
)
def test_what_is_no_response_is_one_sentence(grade: Grade, answer: bytes, says: str) -> None:
    with serving(answer) as (base, _):
        assert says in refused(grade, base)


def test_nobody_listening_is_one_sentence(grade: Grade) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    line = refused(grade, f"http://127.0.0.1:{port}/")
    assert f"nothing listens on 127.0.0.1, port {port}" in line


def test_an_unknown_host_is_one_sentence(grade: Grade) -> None:
    assert "the host nowhere.invalid is not known" in refused(grade, "http://nowhere.invalid/")


def test_http_where_tls_was_expected_is_one_sentence(grade: Grade) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        assert "did not agree on TLS within 0.2 seconds" in refused(grade, url, "-m", "0.2")


@pytest.mark.parametrize(
    "typed", [("http://h/", "-H", "x"), ("http://h/", "-X", "G T"), ("x://h",)]
)
def test_what_was_typed_wrong_is_one_sentence(grade: Grade, typed: tuple[str, ...]) -> None:
    assert refused(grade, *typed)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("stock-ticker", "-X", "POST"), "--method is for a URL, and stock-ticker is none."),
        (("stock-ticker", "-m", "30"), "--max-time is for a URL, and stock-ticker is none."),
        (("http://h/", "--target", "solutions"), "--target is for an exercise, and http://h/"),
        (("localhost:8000/x",), "localhost:8000/x is no URL yet; write http://localhost:8000/x."),
    ],
)
def test_what_would_be_ignored_is_refused(grade: Grade, typed: tuple[str, ...], says: str) -> None:
    ran = grade("trace", *typed)
    assert ran.exit_code == 2
    assert says in ran.stderr


# What is told


def test_a_stream_is_drawn_chunk_by_chunk_with_its_events(grade: Grade) -> None:
    with serving(STREAM) as (base, _):
        ran = grade("trace", f"{base}/stream")
    assert ran.exit_code == 0
    assert "27 bytes in 2 chunks of 9 to 18 bytes" in ran.stdout
    assert "message 1" in ran.stdout
    assert "2 events: message" in ran.stdout
    assert "Cache-Control is missing" in ran.stdout
    assert max(map(len, ran.stdout.splitlines())) <= 80


def test_a_text_is_shown_beside_its_chunks_and_bytes_are_not(grade: Grade) -> None:
    for kind, there in ((b"text/plain", True), (b"application/json", True), (b"image/jpeg", False)):
        answer = CHUNKED.replace(b"text/event-stream", kind) + chunk(b'{"a": 1}') + chunk(b"")
        with serving(answer) as (base, _):
            assert ('{"a": 1}' in grade("trace", base).stdout) is there


def test_what_a_server_says_cannot_move_the_cursor(grade: Grade) -> None:
    with serving(CHUNKED + chunk(b"data: \x1b[2J\n\n") + chunk(b"")) as (base, _):
        assert "\x1b" not in grade("trace", base).stdout


def test_the_document_has_every_chunk_and_event(grade: Grade) -> None:
    with serving(STREAM) as (base, _):
        told = json.loads(grade("trace", base, "--json").stdout)
    assert told["schema"] == "streamdrill.trace/1"
    assert [piece["size"] for piece in told["pieces"]] == [9, 18]
    assert [(event["data"], event["piece"]) for event in told["events"]] == [
        ("1", 0),
        ("2", 1),
        ("3", 1),
    ]
