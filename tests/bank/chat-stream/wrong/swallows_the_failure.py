"""A failure is logged, and the reply ends as if it were complete.
passes-failure-off-as-success, caught by a-failing-model-is-not-passed-off-as-complete
"""

import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
logger = logging.getLogger(__name__)
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(tokens(model, prompt), media_type="text/plain", headers=HEADERS)


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    async with model.reply(prompt) as reply:
        try:
            async for token in reply:
                yield token
        except ConnectionError:
            logger.exception("the model broke off")
