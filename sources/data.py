"""Where the live sources keep their files, and how such a file comes to be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from grader.catalogue import STATE

DATA = STATE / "data"

_making = Lock()


def ensure(file: Path, make: Callable[[Path], None]) -> Path:
    """Return `file`, which `make` writes on first use; it appears at once and whole.

    `make` is given a path in a temporary folder beside it, so that an interrupted first use
    leaves nothing that a later one would take for the real file.
    """
    with _making:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(dir=file.parent) as folder:
                draft = Path(folder) / file.name
                make(draft)
                draft.replace(file)
    return file
