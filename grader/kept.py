"""What the kit remembers: JSON documents that are only ever replaced as a whole.

A file that cannot be understood is set aside under another name, and the learner is told so.
Commands that change one at once wait for each other.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from filelock import FileLock

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Generic[T]):
    """How a document is written. Its `schema` stands in it."""

    schema: str
    empty: Callable[[], T]
    decode: Callable[[dict[str, Any]], T]  # raises what a wrong shape raises: KeyError and so on
    encode: Callable[[T], dict[str, Any]]


class Kept(Generic[T]):
    """One document in `file`; `warn` is told, in a clause, when it had to be set aside."""

    def __init__(self, file: Path, form: Form[T], *, warn: Callable[[str], None]) -> None:
        self.file = file
        self._form = form
        self._warn = warn

    def read(self) -> T:
        """What is remembered. Raises OSError if the file is there and cannot be read."""
        try:
            document = json.loads(self.file.read_bytes())
            if document["schema"] != self._form.schema:
                raise ValueError
            return self._form.decode(document)
        except FileNotFoundError:
            return self._form.empty()
        except (ValueError, LookupError, TypeError, AttributeError):
            self._set_aside()
            return self._form.empty()

    @contextmanager
    def changing(self) -> Iterator[T]:
        """Give what is remembered, to be changed, and write it when the block has come to its end.

        Raises OSError if that cannot be.
        """
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.file.with_suffix(".lock")):
            content = self.read()
            yield content
            self._write(content)

    def _write(self, content: T) -> None:
        document = {"schema": self._form.schema, **self._form.encode(content)}
        text = json.dumps(document, indent=2)
        descriptor, name = tempfile.mkstemp(dir=self.file.parent, prefix=f"{self.file.stem}-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text + "\n")
            os.replace(name, self.file)
        except BaseException:
            os.unlink(name)
            raise

    def _set_aside(self) -> None:
        with contextlib.suppress(FileNotFoundError):  # another command has done it
            digest = hashlib.sha256(self.file.read_bytes()).hexdigest()[:8]
            aside = self.file.with_name(f"{self.file.stem}.unreadable-{digest}.json")
            os.replace(self.file, aside)
            self._warn(f"{self.file.name} could not be understood; it is kept as {aside.name}")
