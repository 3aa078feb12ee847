"""`GET /` of the live application: its endpoints, as HTML for a person and JSON for a program."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from grader.catalogue import Exercise, endpoints
from grader.progress import is_stub

_PAGE = Path(__file__).with_suffix(".html")
_HEADERS = {"Vary": "Accept", "Cache-Control": "no-store"}

Endpoint = dict[str, Any]


def front_page(target: str) -> APIRouter:
    """A router that answers `/` with what the folder `target` serves."""
    router = APIRouter()

    # A plain def: it reads the files, to see which of them are stubs.
    @router.get("/", include_in_schema=False)
    def front(request: Request) -> Response:
        base = str(request.base_url).rstrip("/")
        endpoints = [_endpoint(exercise, target, base) for exercise in _served()]
        if prefers_json(request.headers.get("accept", "*/*")):
            document = {"target": target, "documentation": f"{base}/docs", "endpoints": endpoints}
            return JSONResponse(document, headers=_HEADERS)
        return HTMLResponse(_html(endpoints, target, base), headers=_HEADERS)

    return router


def prefers_json(accept: str) -> bool:
    """Whether a client would rather have JSON than HTML (RFC 9110, 12.5.1).

    What is named is preferred to what a wildcard lets in as well, and HTML to JSON.
    """
    qualities: dict[str, float] = {}
    for part in accept.lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        qualities[kind] = min(map(_quality, parameters), default=1.0)
    json = _preference("application/json", qualities)
    return json[0] > 0 and json > _preference("text/html", qualities)


def _preference(kind: str, qualities: dict[str, float]) -> tuple[float, bool]:
    """The quality of a media type, by the most specific range, and whether it was named itself."""
    whole = f"{kind.partition('/')[0]}/*"
    quality = qualities.get(kind, qualities.get(whole, qualities.get("*/*", 0.0)))
    return quality, kind in qualities


def _quality(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def _served() -> Iterable[Exercise]:
    return list(endpoints().values())


def _endpoint(exercise: Exercise, target: str, base: str) -> Endpoint:
    file = exercise.answer(target)
    return {
        "slug": exercise.slug,
        "title": exercise.title,
        "topic": exercise.topic,
        "level": exercise.level,
        "minutes": exercise.minutes,
        "method": exercise.method,
        "path": exercise.path,
        "target": exercise.target,
        "url": f"{base}{exercise.target}",
        "curl": exercise.curl(base),
        "teaches": exercise.teaches,
        "stub": file.is_file() and is_stub(file.read_bytes()),
    }


def _html(endpoints: list[Endpoint], target: str, base: str) -> str:
    topics = groupby(endpoints, key=lambda endpoint: endpoint["topic"])
    stubs = sum(endpoint["stub"] for endpoint in endpoints)
    of_them = (
        f", of which {stubs} {'is' if stubs == 1 else 'are'} still to be written" if stubs else ""
    )
    summary = f"{len(endpoints)} endpoints of <code>{escape(target)}</code>{of_them}."
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(
        target=escape(target),
        summary=summary,
        topics="\n".join(_topic(topic, list(members)) for topic, members in topics),
    )


def _topic(topic: str, members: list[Endpoint]) -> str:
    return "\n".join([f"<h2>{escape(topic)}</h2>", *map(_article, members)])


def _article(endpoint: Endpoint) -> str:
    text = {name: escape(str(value)) for name, value in endpoint.items()}
    state = '<span class="stub">still the stub: it answers 501</span>' if endpoint["stub"] else ""
    return f"""<article id="{text["slug"]}">
<h3>{text["title"]}</h3> <span class="quiet">{text["level"]}, {text["minutes"]} min</span> {state}
<p>{text["teaches"]}</p>
<p>Try <a href="{text["url"]}">{text["method"]} {text["target"]}</a></p>
<div class="command"><pre><code>{text["curl"]}</code></pre></div>
</article>"""
