"""A parser of its own, character by character, with an incremental decoder."""

from __future__ import annotations

import codecs
import json

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


def check(response: httpx.Response) -> None:
    response.raise_for_status()
    if not response.headers.get("Content-Type", "").lower().startswith("text/event-stream"):
        raise RuntimeError("this is no event stream")


async def lines(response):
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, after_cr, started = [], False, False
    async for data in response.aiter_bytes():
        for char in decoder.decode(data):
            if not started:
                started = True
                if char == "\ufeff":
                    continue
            if char == "\n" and after_cr:
                after_cr = False
                continue
            after_cr = char == "\r"
            if char in "\r\n":
                yield "".join(line)
                line.clear()
            else:
                line.append(char)


async def watch_stock_ticker(base_url):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/stream/stock-ticker") as response:
            if response.status_code == 204:
                return
            check(response)
            data = []
            async for line in lines(response):
                if not line:
                    if data:
                        yield json.loads("\n".join(data))
                    data = []
                    continue
                field, _, value = line.partition(":")
                if field == "data":
                    data.append(value.removeprefix(" "))
