"""The headers that matter to whoever reads a response while it comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.trace.capture import Capture
from grader.trace.events import TYPE

PROXIES = ("Via", "CF-Ray", "X-Cache", "X-Served-By", "X-Amz-Cf-Id", "X-Varnish", "Age")
_SERVERS = ("nginx", "openresty", "cloudflare", "varnish", "envoy", "caddy", "traefik", "haproxy")


@dataclass(frozen=True, slots=True)
class Note:
    """A header, or the lack of one. `good` is None where it says something and judges nothing."""

    name: str
    value: str | None
    good: bool | None
    text: str = ""


def notes(capture: Capture) -> list[Note]:
    """What the headers say, the ones about the body first."""
    live = capture.media_type == TYPE
    return [
        *_type(capture),
        *_framing(capture, live=live),
        *_coding(capture, live=live),
        *_caching(capture, live=live),
        *_buffering(capture, live=live),
        *_connection(capture),
        *_on_the_way(capture),
    ]


def proxies(capture: Capture) -> list[str]:
    """The headers by which something between the server and us gives itself away."""
    named = [name for name in PROXIES if capture.header(name) is not None]
    server = (capture.header("Server") or "").lower()
    return [*named, *("Server" for known in _SERVERS if known in server)]


def _type(capture: Capture) -> Iterator[Note]:
    value = capture.header("Content-Type")
    if value is None and capture.received:
        yield Note("Content-Type", None, False, "the body has no type, so a client has to guess")
    elif value is not None:
        yield Note("Content-Type", value, None)


def _framing(capture: Capture, *, live: bool) -> Iterator[Note]:
    coding, length = capture.header("Transfer-Encoding"), capture.header("Content-Length")
    if coding is not None and length is not None:
        text = "never together with Content-Length (RFC 9112, 6.2): a way to smuggle requests"
        yield Note("Transfer-Encoding", coding, False, text)
    elif coding is not None:
        yield Note("Transfer-Encoding", coding, None)
    if length is not None:
        text = "a stream of events has no length that is known before its end" if live else ""
        yield Note("Content-Length", length, False if live else None, text)
    elif coding is None and capture.received:
        text = "neither is there, so a lost connection looks like the end of the body"
        yield Note("Content-Length", None, False, f"Transfer-Encoding: {text}")


def _coding(capture: Capture, *, live: bool) -> Iterator[Note]:
    value = capture.header("Content-Encoding")
    if value is not None and value != "identity":
        text = "compressed unasked; a compressor holds items back unless it flushes each of them"
        yield Note("Content-Encoding", value, False if live else None, text if live else "")


def _caching(capture: Capture, *, live: bool) -> Iterator[Note]:
    value = capture.header("Cache-Control")
    if value is not None:
        kept = live and not {"no-cache", "no-store"} & {v.strip() for v in value.lower().split(",")}
        text = "a cache may keep a stream of events; no-cache or no-store" if kept else ""
        yield Note("Cache-Control", value, False if kept else None, text)
    elif live:
        text = "a cache may keep a stream of events; send no-cache or no-store"
        yield Note("Cache-Control", None, False, text)


def _buffering(capture: Capture, *, live: bool) -> Iterator[Note]:
    value = capture.header("X-Accel-Buffering")
    if value is not None:
        off = value.strip().lower() == "no"
        text = "nginx passes each piece on at once" if off else "nginx may collect the body"
        yield Note("X-Accel-Buffering", value, True if off else None, text)
    elif live and proxies(capture):
        text = "unknown whether the server sends it: nginx, for one, keeps it to itself"
        yield Note("X-Accel-Buffering", None, None, text)
    elif live:
        text = "nginx in front of this server would collect the events; send no"
        yield Note("X-Accel-Buffering", None, False, text)


def _connection(capture: Capture) -> Iterator[Note]:
    value = capture.header("Connection")
    if value is not None and "keep-alive" in value.lower() and capture.version == "1.1":
        text = "says nothing: connections of HTTP/1.1 stay open, and HTTP/2 forbids this field"
        yield Note("Connection", value, None, text)
    elif value is not None:
        yield Note("Connection", value, None)


def _on_the_way(capture: Capture) -> Iterator[Note]:
    if server := capture.header("Server"):
        named = "Server" in proxies(capture)
        yield Note("Server", server, None, "often in front of another server" if named else "")
    for name in PROXIES:
        if (value := capture.header(name)) is not None:
            yield Note(name, value, None, "something stands between the server and you")
