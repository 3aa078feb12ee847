"""Chromium without a window: its fetch with a reader, and its EventSource."""

from __future__ import annotations

import base64
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from grader.sse import Event

from .answer import Answer
from .expected import EventStream

if TYPE_CHECKING:
    from playwright.async_api import ConsoleMessage, Page

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_FETCH = """
async (url) => {
    const response = await fetch(url);
    const reader = response.body.getReader();
    const chunks = [];
    for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        chunks.push(value);
    }
    const file = new FileReader();
    const read = new Promise((resolve) => { file.onload = resolve; });
    file.readAsDataURL(new Blob(chunks));
    await read;
    return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: file.result.split(",")[1],
    };
}
"""

# An EventSource connects again when the stream is over: a page closes it at the last event.
_EVENT_SOURCE = """
({ url, types, last, count, hear }) => new Promise((resolve, reject) => {
    const source = new EventSource(url);
    const events = [];
    const take = (event) => {
        const heard = { data: event.data, type: event.type, last_event_id: event.lastEventId };
        events.push(heard);
        if (hear) window[hear](heard);
        if (event.type === last && --count === 0) {
            source.close();
            resolve(events);
        }
    };
    for (const type of types) source.addEventListener(type, take);
    source.onerror = () => {
        source.close();
        reject(new Error(`the EventSource failed after ${events.length} events`));
    };
})
"""

# At the end of a stream an EventSource is told of an error, and would connect again.
_EVENT_SOURCES = """
async ({ urls, types }) => {
    const hear = (url) => new Promise((resolve) => {
        const source = new EventSource(url);
        const events = [];
        const take = ({ data, type, lastEventId }) =>
            events.push({ data, type, last_event_id: lastEventId });
        for (const type of types) source.addEventListener(type, take);
        source.onerror = () => {
            source.close();
            resolve(events);
        };
    });
    const heard = [];
    for (const url of urls) heard.push(await hear(url));
    return heard;
}
"""

# An EventSource that a script leaves open would go on after it.
_NOTE_SOURCES = """
() => {
    window.sources = [];
    window.EventSource = class extends EventSource {
        constructor(...parameters) {
            super(...parameters);
            window.sources.push(this);
        }
    };
}
"""
_ALL_CLOSED = "window.sources.every((source) => source.readyState === EventSource.CLOSED)"


def missing() -> str:
    """What there is no browser for want of; "" where there is one."""
    if find_spec("playwright") is None:
        return "Playwright is not installed: pip install -e '.[endtoend]'"
    if not any(map(shutil.which, COMMANDS)):
        return f"no browser on PATH: {', '.join(COMMANDS)}"
    return ""


class Tab:
    """A page of the server at hand, with connections of its own: six at a time, as browsers do."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def fetch(self, path: str) -> Answer:
        """Ask for `path` and read its body chunk by chunk. Fails for a body that is cut short."""
        got: Any = await self._page.evaluate(_FETCH, path)
        return Answer(
            status=got["status"], headers=got["headers"], body=base64.b64decode(got["body"])
        )

    async def run(self, script: str, argument: Any = None) -> Any:
        """What a function of JavaScript gives for `argument`."""
        return await self._page.evaluate(script, argument)

    async def console(self, script: str) -> list[tuple[str, str]]:
        """What the console shows for a script, which may await, until its streams are closed.

        Gives for each line its type, such as "log" or "error", and its text.
        """
        lines: list[tuple[str, str]] = []

        def take(message: ConsoleMessage) -> None:
            if not message.location["url"].endswith("/favicon.ico"):  # which nobody has asked for
                lines.append((message.type, message.text))

        self._page.on("console", take)
        await self._page.evaluate(_NOTE_SOURCES)
        await self._page.evaluate(f"async () => {{ {script}\n }}")
        await self._page.wait_for_function(_ALL_CLOSED)
        return lines

    async def show(self, html: str) -> list[tuple[str, int]]:
        """Show `html`. Gives what each link saves, with its bytes, and images with their width."""
        await self._page.evaluate("(html) => { document.body.innerHTML = html; }", html)
        found = []
        for link in await self._page.locator("a").all():
            async with self._page.expect_download() as download:
                await link.click()
            file = await download.value
            found.append((file.suggested_filename, (await file.path()).stat().st_size))
        for image in await self._page.locator("img").all():
            width = "async (image) => { await image.decode(); return image.naturalWidth; }"
            source = str(await image.get_attribute("src"))
            found.append((source, await image.evaluate(width)))
        return found

    async def event_source(
        self,
        path: str,
        stream: EventStream,
        *,
        hear: Callable[[Event], None] | None = None,
    ) -> list[Event]:
        """The events of a stream up to its last one, at which the page closes it.

        Each is given to `hear` when the page gets it. Fails for a connection that ends before.
        """
        arguments: dict[str, Any] = {
            "url": path,
            "types": stream.types,
            "last": stream.last.type,
            "count": stream.last.count,
        }
        if hear:
            arguments["hear"] = "hear"
            await self._page.expose_function("hear", lambda event: hear(Event(**event)))
        return [Event(**event) for event in await self._page.evaluate(_EVENT_SOURCE, arguments)]

    async def event_sources(self, paths: Sequence[str], types: Sequence[str]) -> list[list[Event]]:
        """The events of these types in each of the streams, one after another, up to its end."""
        arguments = {"urls": list(paths), "types": list(types)}
        heard: Any = await self._page.evaluate(_EVENT_SOURCES, arguments)
        return [[Event(**event) for event in events] for events in heard]


@asynccontextmanager
async def browser() -> AsyncIterator[Callable[[str], Awaitable[Tab]]]:
    """The first browser on PATH, if none is `missing`: called with an address, it opens a tab."""
    from playwright.async_api import async_playwright

    program = next(filter(None, map(shutil.which, COMMANDS)))
    async with async_playwright() as playwright:
        # Chromium's own sandbox needs what a container, or root, does not give it.
        chromium = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])

        async def open_tab(address: str) -> Tab:
            context = await chromium.new_context()
            page = await context.new_page()
            await page.goto(f"{address}/health")
            return Tab(page)

        try:
            yield open_tab
        finally:
            await chromium.close()
