"""Real SQLite databases whose every row, as SQLite reads it, is reported to the judge.

The judge makes the file. In it each table is a view, and the view calls the SQL function
`row_read(position, name)` for each row that is stepped over. The function asks the judge whether
that row may be read yet, in the thread that reads it, and returns the name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref

from sqlalchemy import Engine, event

from grader.stage.channel import Channel


class Reader:
    """One database connection, as the judge sees it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._lent: Callable[[], object] = lambda: None
        self._source = 0
        self._allowed = range(0)  # the rows that may be read without asking again

    def checked_out(self, lent: object) -> None:
        """`lent` is what its borrower holds of it."""
        self._lent = ref(lent)
        self._source = self._channel.new_source()
        self._allowed = range(0)
        line = self._channel.learner.calling_line()
        self._channel.tell("opened", source=self._source, line=line)

    def checked_in(self) -> None:
        """The pool has it back: it was closed, or its borrower has forgotten it."""
        self._channel.tell("closed", source=self._source, collected=self._lent() is None)

    def collected(self) -> None:
        self._channel.tell("closed", source=self._source, collected=True)

    def row_read(self, position: int, name: str) -> str:
        """The SQL function. What it raises becomes an error of the query, as in production."""
        if position not in self._allowed:
            reply = self._channel.ask_blocking("pull", source=self._source, position=position)
            self._allowed = range(position, reply["value"])
        return name


def observe(engine: Engine, channel: Channel) -> None:
    """Report every connection of `engine` to the judge, and every row that it reads."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        reader = record.info["reader"] = Reader(channel)
        connection.create_function("row_read", 2, reader.row_read)

    @event.listens_for(engine, "checkout")
    def checked_out(connection: Any, record: Any, proxy: Any) -> None:
        record.info["reader"].checked_out(proxy)

    @event.listens_for(engine, "checkin")
    def checked_in(connection: Any, record: Any) -> None:
        if "reader" in record.info:
            record.info["reader"].checked_in()

    # A connection of an asynchronous engine that the garbage collector finds is detached from the
    # pool, and terminated.
    @event.listens_for(engine, "detach")
    def detached(connection: Any, record: Any) -> None:
        record.info["reader"].collected()
