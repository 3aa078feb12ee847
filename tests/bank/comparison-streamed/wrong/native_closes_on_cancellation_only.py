"""A native endpoint closes the store on CancelledError, and may end by GeneratorExit.
never-releases, caught by closes-the-store-when-a-stalled-client-leaves
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records

router = APIRouter()


class JSONStream(StreamingResponse):
    media_type = "application/json"


@router.get("/demo/comparison/streamed", response_class=JSONStream)
async def comparison_streamed(store: Records) -> AsyncIterator[str]:
    reading = store.read()
    records = await reading.__aenter__()
    try:
        yield '{"records": ['
        separator = ""
        async for record in records:
            yield separator + json.dumps(record)
            separator = ","
    except asyncio.CancelledError:  # the client has gone
        await reading.__aexit__(None, None, None)
        raise
    except Exception as error:
        await reading.__aexit__(type(error), error, error.__traceback__)
        raise
    await reading.__aexit__(None, None, None)
    yield "]}"
