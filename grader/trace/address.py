"""From a URL to where to connect and what to ask for."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

PORTS = {"http": 80, "https": 443}
_KEPT = "%/:=&?~+!$,;'@()*[]|"  # what a request target is left to hold as it is


class NoUrl(ValueError):
    """This is no URL to ask for. The text says why, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a URL that a request needs. `target` is the path with its query."""

    scheme: str
    host: str  # in ASCII, without brackets
    port: int
    target: str

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        """The value of Host: without a port that goes without saying."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port


def address(url: str) -> Address:
    """The address that `url` names. Raises `NoUrl`."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError as error:
        raise NoUrl(f"{url!r} is no URL: {error}.") from None
    if parts.scheme not in PORTS:
        raise NoUrl(f"{url!r} is no URL to trace; it has to begin with http:// or https://.")
    if not host:
        raise NoUrl(f"{url!r} names no host; write http://host/path.")
    if parts.username is not None:
        raise NoUrl(
            "leave the name and the password out; --header 'Authorization: ...' sends them."
        )
    target = quote(parts.path or "/", safe=_KEPT)
    if parts.query:
        target += "?" + quote(parts.query, safe=_KEPT)
    return Address(parts.scheme, host, PORTS[parts.scheme] if port is None else port, target)


def redirected(start: Address, location: str) -> Address:
    """Where `location` leads to from there. Raises `NoUrl`."""
    try:
        url = urljoin(start.url, location)
    except ValueError as error:
        raise NoUrl(f"the redirect to {location!r} leads nowhere: {error}.") from None
    return address(url)
