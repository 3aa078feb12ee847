"""A language model behind any server that speaks OpenAI's protocol for chat completions."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from openai import AsyncOpenAI, AsyncStream, OpenAIError
from openai.types.chat import ChatCompletionChunk


class HostedModel:
    """The model `name` of the server at `base_url`. See `sources.model.LanguageModel`."""

    def __init__(self, *, base_url: str, api_key: str, name: str) -> None:
        self._base_url = base_url
        self._api_key = api_key
        self._name = name

    @asynccontextmanager
    async def reply(self, prompt: str) -> AsyncGenerator[AsyncIterator[bytes]]:
        """See `LanguageModel.reply`. Leaving the block closes the connection to the server."""
        # No retries: a second request would be paid for as well.
        async with (
            AsyncOpenAI(base_url=self._base_url, api_key=self._api_key, max_retries=0) as client,
            await self._ask(client, prompt) as chunks,
            aclosing(self._tokens(chunks)) as tokens,
        ):
            yield tokens

    async def _ask(self, client: AsyncOpenAI, prompt: str) -> AsyncStream[ChatCompletionChunk]:
        try:
            return await client.chat.completions.create(
                model=self._name, messages=[{"role": "user", "content": prompt}], stream=True
            )
        except OpenAIError as error:
            reason = f"the model at {self._base_url} cannot be asked: {error}"
            raise ConnectionRefusedError(reason) from error

    async def _tokens(self, chunks: AsyncStream[ChatCompletionChunk]) -> AsyncGenerator[bytes]:
        finished = False
        try:
            async for chunk in chunks:
                for choice in chunk.choices:  # none in a chunk that is about usage alone
                    finished |= choice.finish_reason is not None
                    if choice.delta.content:
                        yield choice.delta.content.encode()
        except OpenAIError as error:
            raise ConnectionResetError(f"the model broke off: {error}") from error
        if not finished:
            raise ConnectionResetError("the model's reply ended without a finish_reason")
