"""A language model that answers token by token, and works only while somebody reads its reply.

An endpoint takes it as a parameter, `model: Model`, and reads the reply inside its stream:

    async with model.reply(prompt) as tokens:
        async for token in tokens:
            ...
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from functools import cache
from importlib.util import find_spec
from random import Random
from typing import Annotated, Protocol

from fastapi import Depends, HTTPException

SETTINGS = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL")

_REPLY = """\
You asked: {prompt}

I run in this process and know one thing only: a reply comes in tokens. A token may be a word, \
a line break, a single space, or half of a character, as in the pretzel \U0001f968 and the accent \
of cafe\u0301.

    async for token in tokens:
        send(token)

Send each one when it is there.
"""
_PIECE = re.compile(r"\s*\S+|\s+")
_MOST_BYTES = 3  # of a token that is not plain ASCII, so that characters are cut in two


class LanguageModel(Protocol):
    """Whatever answers a prompt."""

    def reply(self, prompt: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Ask for the reply to `prompt`: its tokens, in order, until it is complete.

        A token is a few bytes of UTF-8, as a byte-level tokenizer gives them. All tokens joined
        are the reply; a single one may be white space alone, and may end inside a character.

        The model works, and is paid for, as long as the block is open. Opening it and reading the
        tokens raise `ConnectionError` when the model cannot be reached, or breaks off.
        """
        ...


class LocalModel:
    """Echoes the prompt in some sixty tokens, each `fastest` to `slowest` seconds after another."""

    def __init__(self, *, fastest: float = 0.02, slowest: float = 0.08) -> None:
        self._fastest = fastest
        self._slowest = slowest

    @asynccontextmanager
    async def reply(self, prompt: str) -> AsyncGenerator[AsyncIterator[bytes]]:
        """See `LanguageModel.reply`."""
        async with aclosing(self._tokens(prompt)) as tokens:
            yield tokens

    async def _tokens(self, prompt: str) -> AsyncGenerator[bytes]:
        pace = Random(1)
        for token in tokenize(_REPLY.format(prompt=prompt)):
            await asyncio.sleep(pace.uniform(self._fastest, self._slowest))
            yield token


def tokenize(text: str) -> Iterator[bytes]:
    """Words with the white space in front of them; what is not ASCII comes in threes of bytes."""
    for piece in _PIECE.findall(text):
        data = piece.encode()
        size = len(data) if piece.isascii() else _MOST_BYTES
        for start in range(0, len(data), size):
            yield data[start : start + size]


@cache
def language_model() -> LanguageModel:
    """The dependency behind `Model`: the local model, or the server that the environment names.

    It is the latter when both OPENAI_BASE_URL and OPENAI_API_KEY are set. Then what is missing
    makes it answer 503 with one sentence.
    """
    base_url, api_key, name = (os.environ.get(setting, "") for setting in SETTINGS)
    if not (base_url and api_key):
        return LocalModel()
    if not name:
        raise HTTPException(503, "OPENAI_BASE_URL is set; set OPENAI_MODEL to a model's name, too.")
    if find_spec("openai") is None:
        raise HTTPException(503, "OPENAI_BASE_URL needs openai; install it into this kit's .venv.")
    from sources.hosted_model import HostedModel  # importing openai takes a second

    return HostedModel(base_url=base_url, api_key=api_key, name=name)


Model = Annotated[LanguageModel, Depends(language_model)]
