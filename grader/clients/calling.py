"""One client, called: its file is imported, its function gets what it has parameters for."""

from __future__ import annotations

import asyncio
import inspect
import traceback
from collections.abc import Callable
from contextlib import ExitStack, aclosing
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from grader.application import import_error, imported
from grader.catalogue import Exercise
from grader.clients.screen import Screen
from grader.places import shown_path

PROMPT = "What is a&b #1 + 50%? Tell me about Python."
LIMIT = 45.0  # seconds for a client; no live endpoint takes longer, but a watcher may come back


class End(Enum):
    """How a client ended."""

    WELL = "well"
    FAILED = "failed"
    STUB = "stub"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended, and a clause about it."""

    end: End
    text: str


def call(exercise: Exercise, file: Path, *, url: str, screen: Screen) -> Outcome:
    """Run the client in `file` against the server at `url`, and show what it gives.

    Whatever it raises is an outcome, but for Ctrl-C.
    """
    try:
        function = getattr(imported(file), exercise.function)
    except AttributeError:
        return Outcome(End.FAILED, f"{shown_path(str(file))} has no {exercise.function}")
    except (Exception, SystemExit) as error:
        return Outcome(End.FAILED, import_error(file, error))
    try:
        with ExitStack() as stack:
            given = _arguments(function, exercise, url, screen, stack)
            ended = asyncio.run(_consume(function, given, screen))
            text = _saved(given)
    except (Exception, SystemExit) as error:
        return _trouble(error, file)
    finally:
        screen.end()
    if not ended and not screen.count:
        return Outcome(End.FAILED, f"nothing came of it within {LIMIT:.0f} seconds")
    counted = f"{screen.count:,} item{'s' * (screen.count > 1)}" if screen.count else "done"
    return Outcome(End.WELL, text or counted + ("" if ended else f" in {LIMIT:.0f} seconds"))


def _arguments(
    function: Callable[..., Any], exercise: Exercise, url: str, screen: Screen, stack: ExitStack
) -> dict[str, Any]:
    """A value for each parameter, by its name. Those that are optional and unknown are left out."""
    given: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        match name:
            case "base_url":
                given[name] = url
            case "prompt":
                given[name] = PROMPT
            case "target":
                folder = stack.enter_context(TemporaryDirectory())
                given[name] = Path(folder) / exercise.path.rpartition("/")[2]
            case "progress":
                given[name] = stack.enter_context(screen.downloads())
            case "on_progress":
                given[name] = stack.enter_context(screen.steps())
            case "report":
                given[name] = screen.note
            case _ if parameter.default is parameter.empty and parameter.kind not in _ANY:
                raise TypeError(f"it has a parameter {name}, which the stub has not")
    return given


_ANY = {inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL}


async def _consume(function: Callable[..., Any], given: dict[str, Any], screen: Screen) -> bool:
    """Show what it gives. Returns whether it came to its end: a watcher is left after a while."""
    try:
        async with asyncio.timeout(LIMIT) as limit:
            result = function(**given)
            if inspect.isawaitable(result):
                screen.result(await result)
                return True
            async with aclosing(result) as items:
                async for item in items:
                    screen.item(item)
    except TimeoutError:
        if not limit.expired():
            raise
    return not limit.expired()


def _saved(given: dict[str, Any]) -> str:
    target = given.get("target")
    return f"{target.stat().st_size:,} bytes saved" if target else ""


def _trouble(error: BaseException, file: Path) -> Outcome:
    """What it raised, and in which line of its file."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(file)]
    place = shown_path(str(file)) + (f", line {frames[-1].lineno}" if frames else "")
    if isinstance(error, NotImplementedError) and frames:
        return Outcome(End.STUB, f"still the stub: implement {frames[-1].name} in {place}")
    reason = " ".join(traceback.format_exception_only(error)[-1].split())
    return Outcome(End.FAILED, f"{reason} ({place})")
