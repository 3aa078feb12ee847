"""What the suites of both clients that read a chat have in common."""

from __future__ import annotations

import secrets
from typing import Any

from grader.judge import clients
from grader.judge.checks import expect
from grader.judge.server import Server
from grader.judge.visit import Request

QUESTION: dict[str, Any] = {"prompt": "What is streaming?"}


def call(server: Server, path: str) -> Request:
    """Have a question asked, and answer nothing yet."""
    return clients.call(server, path, **QUESTION)


def arrives(server: Server, path: str, prompt: str, *, sign: str) -> None:
    """The server is asked exactly this."""
    query = clients.call(server, path, prompt=prompt).query
    expect(
        query.get("prompt") == prompt,
        observed=f"the server was asked {clients.shown(query)}",
        expected=clients.shown({"prompt": prompt}),
        sign=sign,
    )


def one_get(server: Server, path: str) -> None:
    """One GET request, with the prompt as a parameter."""
    prompt = word()
    arrives(server, path, prompt, sign="request")
    expect(
        [each.method for each in server.requests] == ["GET"],
        observed=", ".join(f"{each.method} {each.target}" for each in server.requests),
        expected=f"GET {path}?prompt={prompt}",
        sign="request",
    )


def word() -> str:
    """A fresh word: nobody can know it beforehand."""
    return secrets.token_hex(4)
