"""Every source that an exercise can have, with what takes its place in a measurement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grader.bench.items import (
    archive_load,
    logs_load,
    model_load,
    prices_load,
    records_load,
    tasks_load,
)
from grader.bench.load import Load, Override
from grader.bench.stored import (
    database_load,
    fill_database,
    fill_users,
    images_load,
    sparse,
    storage_load,
    users_load,
)
from grader.bench.tally import Tally

MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One source: what it gives, how it takes the place of the live one, and three sizes of it."""

    unit: str
    override: Callable[[Load, Tally], Override]
    sizes: tuple[int, int, int]
    prepare: Callable[[Load], None] = lambda _: None
    paced: bool = False  # whether it gives items that a clock can hold back
    counted: bool = True  # whether it can be seen what is taken from it


KINDS = {
    "prices": Kind(unit="update", override=prices_load, sizes=(1000, 5000, 20_000), paced=True),
    "logs": Kind(unit="entry", override=logs_load, sizes=(1000, 5000, 20_000), paced=True),
    "archive": Kind(unit="record", override=archive_load, sizes=(1000, 5000, 20_000), paced=True),
    "model": Kind(unit="token", override=model_load, sizes=(1000, 5000, 20_000), paced=True),
    "records": Kind(unit="record", override=records_load, sizes=(1000, 5000, 20_000), paced=True),
    "tasks": Kind(unit="step", override=tasks_load, sizes=(1000, 5000, 20_000), paced=True),
    "storage": Kind(
        unit="byte",
        override=storage_load,
        sizes=(MIB, 16 * MIB, 64 * MIB),
        prepare=sparse("large-file.bin"),
    ),
    "images": Kind(
        unit="byte",
        override=images_load,
        sizes=(MIB, 16 * MIB, 64 * MIB),
        prepare=sparse("1.jpg"),
        counted=False,
    ),
    "users": Kind(
        unit="row", override=users_load, sizes=(5000, 20_000, 80_000), prepare=fill_users
    ),
    "database": Kind(
        unit="row", override=database_load, sizes=(1000, 5000, 20_000), prepare=fill_database
    ),
}
