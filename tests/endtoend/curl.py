"""`curl -N`, as the quick start types it."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE

from .answer import Answer


async def by_curl(url: str) -> Answer:
    """Ask for `url`. Fails when curl does, so for a body that is cut short."""
    command = ["curl", "-N", "--silent", "--show-error", "--include", url]
    curl = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    output, errors = await curl.communicate()
    assert curl.returncode == 0, errors.decode()
    head, _, body = output.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return Answer(
        status=int(status.split()[1]),
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
    )
