"""Cards about files: what FileResponse does that a stream over an open file does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import FileResponse, StreamingResponse

from .asking import within


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_bytes(b"0123456789")
    return tmp_path / "file"


async def ask(app: Any, **headers: str) -> httpx.Response:
    async with within(app) as asking:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await asking.get("/", headers=sent)


async def test_a_file_response_has_validators_and_gives_no_304(file: Path) -> None:
    first = await ask(FileResponse(file))
    assert {"etag", "last-modified", "content-length", "accept-ranges"} <= set(first.headers)
    assert (await ask(FileResponse(file), if_none_match=first.headers["etag"])).status_code == 200


async def test_a_file_response_resumes_only_what_has_not_changed(file: Path) -> None:
    etag = (await ask(FileResponse(file))).headers["etag"]
    rest = await ask(FileResponse(file), range="bytes=7-", if_range=etag)
    assert (rest.status_code, rest.content) == (206, b"789")
    assert rest.headers["content-range"] == "bytes 7-9/10"
    whole = await ask(FileResponse(file), range="bytes=7-", if_range='"another"')
    assert (whole.status_code, whole.content) == (200, b"0123456789")


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [("bytes=-2", 206, b"89"), ("bytes=10-", 416, None), ("bytes=zero-", 400, None)],
)
async def test_a_range_is_a_part_or_an_error(
    file: Path, asked: str, status: int, body: bytes | None
) -> None:
    response = await ask(FileResponse(file), range=asked)
    assert response.status_code == status
    assert body in (None, response.content)


async def test_several_ranges_are_one_body_of_several_parts(file: Path) -> None:
    response = await ask(FileResponse(file), range="bytes=0-1,8-9")
    assert response.status_code == 206
    assert response.headers["content-type"].startswith("multipart/byteranges")


async def test_a_stream_over_an_open_file_knows_neither_length_nor_ranges(file: Path) -> None:
    with file.open("rb") as opened:
        response = await ask(StreamingResponse(opened), range="bytes=7-")
    assert (response.status_code, response.content) == (200, b"0123456789")
    assert "content-length" not in response.headers
    assert "etag" not in response.headers
