"""The language model that the judge drives. It is told the prompt of each reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.stage.channel import Channel
from sources.model import LanguageModel, language_model
from sources.scripted.subscription import Subscription


class ScriptedModel:
    """See `sources.model.LanguageModel`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def reply(self, prompt: str) -> Subscription[bytes]:
        return Subscription(self._channel, item=lambda reply: reply.payload, argument=prompt)


def overrides(channel: Channel) -> dict[Callable[..., Any], Callable[..., Any]]:
    model: LanguageModel = ScriptedModel(channel)

    async def scripted() -> LanguageModel:
        return model

    return {language_model: scripted}


def warm_up() -> None:
    """Nothing of this source is done late."""
