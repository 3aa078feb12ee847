"""The language models: the local one, and one behind a server that speaks OpenAI's protocol."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import StreamingResponse

from sources import model
from sources.hosted_model import HostedModel
from sources.model import LanguageModel, LocalModel, language_model


class Upstream:
    """A server of chat completions: it says `contents`, and then `ends` as it is told to."""

    def __init__(self, *contents: str | None, ends: str = "well", status: int = 200) -> None:
        self.asked: list[dict[str, Any]] = []
        self.left = asyncio.Event()  # the client has closed its connection before the end
        self._contents = contents
        self._ends = ends
        self._status = status
        self.app = FastAPI()
        self.app.add_api_route("/v1/chat/completions", self.complete, methods=["POST"])

    async def complete(self, request: Request) -> StreamingResponse:
        self.asked.append(await request.json())
        if self._status != 200:
            raise HTTPException(self._status, "go away")
        return StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[str]:
        for content in self._contents:
            yield _event(choices=[_choice(delta={"content": content})])
        try:
            async for event in self._end():
                yield event
        except asyncio.CancelledError:
            self.left.set()
            raise

    async def _end(self) -> AsyncIterator[str]:
        match self._ends:
            case "well":
                yield _event(choices=[_choice(delta={}, finish_reason="stop")])
                yield _event(choices=[], usage={"completion_tokens": 3})
                yield "data: [DONE]\n\n"
            case "with an error":
                yield _event(error={"message": "the model is overloaded"})
            case "without a finish_reason":
                yield "data: [DONE]\n\n"
            case "cut off":
                raise OSError("the power is gone")
            case "never":
                await asyncio.Event().wait()


def _event(**fields: Any) -> str:
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "small"}
    return f"data: {json.dumps(chunk | fields)}\n\n"


def _choice(*, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish_reason}


@asynccontextmanager
async def hosted(upstream: Upstream) -> AsyncGenerator[LanguageModel]:
    """The model behind `upstream`, on a real uvicorn."""
    config = uvicorn.Config(upstream.app, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = asyncio.create_task(server.serve(sockets=[listener]))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        try:
            yield HostedModel(base_url=url, api_key="secret", name="small")
        finally:
            server.should_exit = True
            await running


async def all_of(asked: LanguageModel, prompt: str) -> list[bytes]:
    async with asked.reply(prompt) as tokens:
        return [token async for token in tokens]


async def test_a_hosted_model_streams_its_tokens_as_utf_8() -> None:
    upstream = Upstream(None, " Hello", "", " ", "🥨\n")
    async with hosted(upstream) as asked:
        tokens = await all_of(asked, "a prompt\nof two lines")

    assert tokens == [b" Hello", b" ", "🥨\n".encode()]
    (request,) = upstream.asked
    assert (request["model"], request["stream"]) == ("small", True)
    assert request["messages"] == [{"role": "user", "content": "a prompt\nof two lines"}]


@pytest.mark.parametrize("ends", ["with an error", "without a finish_reason", "cut off"])
async def test_a_hosted_model_that_fails_in_the_middle_breaks_off(ends: str) -> None:
    async with hosted(Upstream(" one", " two", ends=ends)) as asked, asked.reply("Hi") as tokens:
        assert [await anext(tokens), await anext(tokens)] == [b" one", b" two"]
        with pytest.raises(ConnectionResetError, match="the model"):
            await anext(tokens)


@pytest.mark.parametrize("status", [401, 429, 500])
async def test_a_server_that_refuses_is_asked_once(status: int) -> None:
    upstream = Upstream(status=status)
    async with hosted(upstream) as asked:
        with pytest.raises(ConnectionRefusedError, match="cannot be asked"):
            await all_of(asked, "Hi")

    assert len(upstream.asked) == 1


async def test_a_server_that_is_not_there_refuses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    nobody = HostedModel(base_url=url, api_key="secret", name="small")
    with pytest.raises(ConnectionRefusedError, match=url):
        await all_of(nobody, "Hi")


async def test_leaving_the_block_closes_the_connection_to_the_server() -> None:
    upstream = Upstream(" one", ends="never")
    async with hosted(upstream) as asked:
        async with asked.reply("Hi") as tokens:
            assert await anext(tokens) == b" one"
            assert not upstream.left.is_set()
        await upstream.left.wait()


async def test_a_reader_that_is_cancelled_closes_the_connection_to_the_server() -> None:
    upstream, first = Upstream(" one", ends="never"), asyncio.Event()

    async def read(asked: LanguageModel) -> None:
        async with asked.reply("Hi") as tokens:
            async for _ in tokens:
                first.set()

    async with hosted(upstream) as asked:
        reading = asyncio.create_task(read(asked))
        await first.wait()
        reading.cancel()
        await upstream.left.wait()


async def test_the_local_model_repeats_the_prompt_in_some_sixty_tokens() -> None:
    tokens = await all_of(LocalModel(fastest=0, slowest=0), "Hello {there}")

    assert b"".join(tokens).decode().startswith("You asked: Hello {there}\n")
    assert 55 <= len(tokens) <= 70
    assert tokens == await all_of(LocalModel(fastest=0, slowest=0), "Hello {there}")


async def test_the_local_model_splits_an_emoji_and_a_combining_accent() -> None:
    tokens = await all_of(LocalModel(fastest=0, slowest=0), "Hello")

    ends = {sum(map(len, tokens[:count])) for count in range(1, len(tokens))}
    reply = b"".join(tokens)
    for character in ("🥨", "\u0301"):
        start, size = reply.index(character.encode()), len(character.encode())
        assert ends & set(range(start + 1, start + size))


@pytest.fixture
def chosen() -> Iterator[None]:
    """The model is chosen anew, and nobody else is given what was chosen here."""
    language_model.cache_clear()
    yield
    language_model.cache_clear()


def choose(monkeypatch: pytest.MonkeyPatch, *values: str) -> LanguageModel:
    for setting, value in zip(model.SETTINGS, values, strict=True):
        monkeypatch.setenv(setting, value)
    return language_model()


@pytest.mark.usefixtures("chosen")
@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (("", "", ""), LocalModel),
        (("", "secret", "small"), LocalModel),
        (("http://localhost/v1", "", "small"), LocalModel),
        (("http://localhost/v1", "secret", "small"), HostedModel),
    ],
)
def test_the_environment_chooses_the_model(
    monkeypatch: pytest.MonkeyPatch, values: tuple[str, str, str], kind: type
) -> None:
    assert isinstance(choose(monkeypatch, *values), kind)


@pytest.mark.usefixtures("chosen")
def test_a_server_without_a_model_is_answered_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(HTTPException, match="set OPENAI_MODEL") as refusal:
        choose(monkeypatch, "http://localhost/v1", "secret", "")

    assert refusal.value.status_code == 503


@pytest.mark.usefixtures("chosen")
def test_a_missing_package_is_answered_with_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "find_spec", lambda name: None)
    with pytest.raises(HTTPException, match="needs openai; install it") as refusal:
        choose(monkeypatch, "http://localhost/v1", "secret", "small")

    assert refusal.value.status_code == 503
