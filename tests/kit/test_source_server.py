"""DATABASE_URL, as far as it can be told without a server."""

from __future__ import annotations

import sys
from collections.abc import Callable
from inspect import unwrap

import pytest
from fastapi import HTTPException

from sources.database import database
from sources.server import server_url
from sources.users import user_sessions

USABLE = [
    "postgresql://me:secret@127.0.0.1:5432/kit",
    "postgres://me:secret@127.0.0.1:5432/kit",
    "postgresql+psycopg://me:secret@127.0.0.1:5432/kit",
    "postgresql+asyncpg://me:secret@127.0.0.1:5432/kit",
]
UNUSABLE = {
    "secret nonsense": "is not a database URL",
    "postgresql://me:secret@127.0.0.1:port/kit": "is not a database URL",
    "mysql://me:secret@127.0.0.1/kit": "'mysql', and only PostgreSQL",
}


@pytest.mark.parametrize("text", USABLE)
def test_every_url_of_postgresql_is_read_with_psycopg(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", text)
    url = server_url()

    assert url is not None
    assert url.render_as_string(hide_password=False) == USABLE[2]


@pytest.mark.parametrize("text", ["", " "])
def test_without_one_there_is_no_server(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("DATABASE_URL", text)

    assert server_url() is None


@pytest.mark.parametrize("text", UNUSABLE)
@pytest.mark.parametrize("source", [database, user_sessions])
def test_another_one_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, source: Callable[[], object], text: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", text)
    source = unwrap(source)  # it is remembered, and another test may have asked for it

    with pytest.raises(HTTPException) as refused:
        source()
    assert refused.value.status_code == 503
    assert UNUSABLE[text] in refused.value.detail
    assert "secret" not in refused.value.detail


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", USABLE[0])
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(HTTPException, match=r"install psycopg\[binary\]"):
        unwrap(user_sessions)()
