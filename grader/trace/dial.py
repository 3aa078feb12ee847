"""The way to a server: its name looked up, a connection made, TLS agreed on, each of them timed."""

from __future__ import annotations

import socket
import ssl
import time

from grader.trace.address import Address
from grader.trace.capture import Connected


class Unreachable(ConnectionError):
    """There is no response to draw. The text is one sentence that says why."""


def dial(to: Address, *, seconds: float) -> tuple[socket.socket, Connected]:
    """A connection to that address, within so many seconds. Raises `Unreachable`."""
    began = time.monotonic()
    places = _look_up(to)
    looked_up = time.monotonic() - began
    connection = _connect(to, places, deadline=began + seconds, seconds=seconds)
    connected = time.monotonic() - began - looked_up
    host, port = connection.getpeername()[:2]
    peer = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if to.scheme == "http":
        return connection, Connected(peer, looked_up, connected)
    secure = _secure(to, connection, seconds=seconds)
    secured = time.monotonic() - began - looked_up - connected
    return secure, Connected(peer, looked_up, connected, secured, secure.version() or "")


def _look_up(to: Address) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    try:
        found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Unreachable(f"the host {to.host} is not known ({reason}).") from None
    return [(family, place) for family, _, _, _, place in found]  # type: ignore[misc]


def _connect(
    to: Address,
    places: list[tuple[socket.AddressFamily, tuple[str, int]]],
    *,
    deadline: float,
    seconds: float,
) -> socket.socket:
    """The first of the addresses that answers."""
    failure: OSError = TimeoutError()
    for family, place in places:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.settimeout(left)
        try:
            connection.connect(place)
        except OSError as error:
            failure = error
            connection.close()
            continue
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
    raise Unreachable(_no_connection(to, failure, seconds))


def _no_connection(to: Address, error: OSError, seconds: float) -> str:
    where = f"{to.host}, port {to.port}"
    match error:
        case TimeoutError():
            return f"there was no connection to {where} within {seconds:g} seconds."
        case ConnectionRefusedError():
            return f"nothing listens on {where}: the connection was refused."
    return f"there is no connection to {where}: {error.strerror or error}."


def _secure(to: Address, connection: socket.socket, *, seconds: float) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    try:
        return context.wrap_socket(connection, server_hostname=to.host)
    except ssl.SSLCertVerificationError as error:
        text = f"the certificate of {to.host} cannot be trusted: {error.verify_message}."
    except ssl.SSLError as error:
        reason = (error.reason or str(error)).replace("_", " ").lower()
        text = f"{to.host}, port {to.port}, does not agree on TLS ({reason}); is it http://?"
    except TimeoutError:
        text = f"{to.host}, port {to.port}, did not agree on TLS within {seconds:g} seconds."
    except OSError as error:
        text = f"{to.host}, port {to.port}, hung up before TLS was agreed on ({error})."
    connection.close()
    raise Unreachable(text) from None
