"""The FastAPI application around the answers: the same for `grade serve`, uvicorn and the stage."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Awaitable, Callable, Iterable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

from grader.catalogue import Exercise, endpoints
from grader.front_page import front_page
from grader.places import project_path


def application(routers: Iterable[APIRouter], *, title: str) -> FastAPI:
    """An application of `routers` in which a stub answers 501 with the line to implement."""
    app = FastAPI(title=title)
    for router in routers:
        app.include_router(router)
    app.add_exception_handler(NotImplementedError, _still_the_stub)
    return app


def live_application(target: str) -> FastAPI:
    """Every exercise of the folder `target` in one application, on live sources, listed at `/`.

    A file that cannot be imported takes none of the others down: its path answers 503 with one
    sentence that names the file, the line and the error.
    """
    routers = [_router(exercise, exercise.answer(target)) for exercise in endpoints().values()]
    return application([front_page(target), *routers], title=f"streamdrill: {target}")


async def _still_the_stub(request: Request, error: Exception) -> JSONResponse:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{project_path(Path(frame.filename))}, line {frame.lineno}"
    detail = f"still the stub: implement {frame.name} in {place}"
    return JSONResponse({"detail": detail}, status_code=501)


def _router(exercise: Exercise, file: Path) -> APIRouter:
    router = APIRouter()
    try:
        router.include_router(_router_in(file))
    except (Exception, SystemExit) as error:
        router.add_api_route(
            exercise.path, _unavailable(import_error(file, error)), methods=[exercise.method]
        )
    return router


def imported(file: Path) -> ModuleType:
    """The module in `file`, imported anew. Raises whatever importing it raises."""
    name = ".".join(file.with_suffix("").parts[-3:])  # exercises.feeds.stock_ticker
    spec = spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _router_in(file: Path) -> APIRouter:
    router = getattr(imported(file), "router", None)
    if not isinstance(router, APIRouter):
        raise TypeError("the module needs an APIRouter named router, as in the stub")
    return router


def import_error(file: Path, error: BaseException) -> str:
    """A sentence that names the file, the line in it, and what importing it raised."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(file)]
    if isinstance(error, SyntaxError) and error.filename == str(file):
        lines.append(error.lineno)
    place = f"{project_path(file)}, line {lines[-1]}" if lines else project_path(file)
    reason = " ".join(traceback.format_exception_only(error)[-1].split())
    return f"{place} cannot be imported: {reason}"


def _unavailable(detail: str) -> Callable[[], Awaitable[None]]:
    async def unavailable() -> None:
        raise HTTPException(503, detail)

    return unavailable
