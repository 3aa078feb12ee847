"""Which line of the learner's file is running, or is waiting: `where` in the reports."""

from __future__ import annotations

import gc
import inspect
import linecache
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Any

from greenlet import getcurrent  # type: ignore[import-untyped]

from grader.control import TOLD

LONGEST = 1000  # characters of a line, or of an exception's text, that are passed on


def text_of(error: BaseException) -> str:
    """What an exception says, if it can say it: its `__str__` may be the learner's."""
    try:
        return str(error)[:LONGEST]
    except BaseException:
        return ""


_GENERATORS = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR


@dataclass(frozen=True, slots=True)
class Learner:
    """The learner's file, and what of it can be found on a stack.

    Lines are JSON objects: `number` (from 1), `text` (the source, stripped), `function`,
    and `generator`: whether that function is one.
    """

    file: Path

    def calling_line(self) -> dict[str, Any] | None:
        """The innermost line of the learner's file that led to this call, if any did."""
        for frame in _callers():
            if self._owns(frame.f_code):
                return self._line(frame.f_code, frame.f_lineno)
        return None

    def tell_line(self, descriptor: int) -> None:
        """Write `calling_line` as the fault handler would, which does not see past a greenlet.

        If there is none, "Waits" and the first of `waiting_lines`; at the end, `TOLD`.
        """
        how, line = "File", self.calling_line()
        if line is None:
            how, line = "Waits", next(iter(self.waiting_lines()), None)
        text = TOLD
        if line is not None:
            text = f'  {how} "{self.file}", line {line["number"]} in {line["function"]}\n{TOLD}'
        os.write(descriptor, text.encode("ascii", "backslashreplace"))

    def raising_line(self, traceback: TracebackType | None) -> dict[str, Any] | None:
        """The innermost line of the learner's file in a traceback, if there is one."""
        found = None
        while traceback is not None:
            if self._owns(traceback.tb_frame.f_code):
                found = self._line(traceback.tb_frame.f_code, traceback.tb_lineno)
            traceback = traceback.tb_next
        return found

    def waiting_lines(self) -> list[dict[str, Any]]:
        """Where the learner's coroutines and generators stand, those begun last first."""
        lines = []
        for thing in gc.get_objects():
            frame = _frame_of(thing)
            if frame is not None and self._owns(frame.f_code):
                lines.append(self._line(frame.f_code, frame.f_lineno))
        return lines[::-1]

    def _owns(self, code: CodeType) -> bool:
        return code.co_filename == str(self.file)

    def _line(self, code: CodeType, number: int | None) -> dict[str, Any]:
        number = number or code.co_firstlineno
        text = linecache.getline(str(self.file), number).strip()[:LONGEST]
        in_generator = bool(code.co_flags & _GENERATORS)
        function = code.co_name
        return {"number": number, "text": text, "function": function, "generator": in_generator}


def _callers() -> Iterator[FrameType]:
    """The frames of this thread's stack, and of those who wait for its greenlet (SQLAlchemy)."""
    running: Any = getcurrent()
    frame: FrameType | None = sys._getframe(1)
    while running is not None:
        while frame is not None:
            yield frame
            frame = frame.f_back
        running = running.parent
        frame = running.gr_frame if running is not None else None


def _frame_of(thing: object) -> FrameType | None:
    """The frame of a coroutine or generator that has begun and has not ended."""
    if inspect.iscoroutine(thing):
        return thing.cr_frame
    if inspect.isasyncgen(thing):
        return thing.ag_frame if isinstance(thing.ag_frame, FrameType) else None
    if inspect.isgenerator(thing):
        return thing.gi_frame
    return None
