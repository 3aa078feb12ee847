"""What happens while an exercise is watched: a save, a key, a terminal of another size."""

from __future__ import annotations

import contextlib
import queue
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from watchfiles import watch

from grader.platforms import next_key, single_keys

LEAVE = "q"
_LOOK = 0.2  # seconds between two looks at whether to stop
_QUIET = 2  # milliseconds without another change, until a save counts as complete
_MOST = 20  # milliseconds until it does in any case


@dataclass(frozen=True, slots=True)
class Saved:
    """These files were written, replaced or removed."""

    files: frozenset[Path]


@dataclass(frozen=True, slots=True)
class Key:
    """A key was pressed."""

    char: str


@dataclass(frozen=True, slots=True)
class Resized:
    """The terminal has another size."""


@dataclass(frozen=True, slots=True)
class Polling:
    """Changes are looked for a few times a second, because the system does not tell them."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing more will come: the input is at its end."""


Input = Saved | Key | Resized | Polling | Ended


class Inputs:
    """Collects what happens, in threads of its own. A context manager."""

    def __init__(self, folder: Path) -> None:
        self.leaving = False  # the key to leave has been pressed
        self._folder = folder
        self._queue: queue.SimpleQueue[Input] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._exit = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._exit.enter_context(single_keys())
        threading.Thread(target=self._watch, daemon=True).start()
        if sys.stdin.isatty():
            keys = threading.Thread(target=self._read_keys, daemon=True)
            keys.start()
            # Or whoever reads the terminal next would lose a key to it.
            self._exit.callback(keys.join)
        if hasattr(signal, "SIGWINCH"):
            before = signal.signal(signal.SIGWINCH, lambda *_: self._queue.put(Resized()))
            self._exit.callback(signal.signal, signal.SIGWINCH, before)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._exit.close()

    def next(self, seconds: float | None = None) -> Input | None:
        """What happens next; waits for it, so many seconds at most. None if nothing does."""
        while True:
            # Not without a limit, which would keep Ctrl-C waiting on some systems.
            with contextlib.suppress(queue.Empty):
                return self._queue.get(timeout=_LOOK if seconds is None else seconds)
            if seconds is not None:
                return None

    def _watch(self) -> None:
        try:
            self._report_changes(polling=False)
        except OSError as error:  # the system's watches are used up, for one
            self._queue.put(Polling(str(error)))
            self._report_changes(polling=True)

    def _report_changes(self, *, polling: bool) -> None:
        changes = watch(
            self._folder,
            debounce=_MOST,
            step=_QUIET,
            stop_event=self._stop,
            rust_timeout=int(_LOOK * 1000),
            force_polling=polling or None,
            raise_interrupt=False,
        )
        for changed in changes:
            files = frozenset(Path(name) for _, name in changed if name.endswith(".py"))
            if files:
                self._queue.put(Saved(files))

    def _read_keys(self) -> None:
        while not self._stop.is_set():
            key = next_key(_LOOK)
            if key in ("", LEAVE, "\x04"):  # the latter is Ctrl-D
                self.leaving = True
                self._queue.put(Ended())
                return
            if key is not None:
                self._queue.put(Key(key))
