"""Which endpoint of a learner's router is the one that the exercise asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.stage.loader import Expected, Refusal, load_router
from grader.stage.where import Learner

WANTED = Expected(method="GET", path="/download/image/{image_id}")


def answer(folder: Path, path: str) -> Learner:
    file = folder / "image.py"
    file.write_text(
        "from fastapi import APIRouter\n"
        "router = APIRouter()\n"
        f"@router.get({path!r})\n"
        "def image(image_id: int): ...\n"
    )
    return Learner(file)


@pytest.mark.parametrize("path", [WANTED.path, "/download/image/{image_id:int}"])
def test_a_path_may_have_a_converter(tmp_path: Path, path: str) -> None:
    assert load_router(answer(tmp_path, path), WANTED).routes


def test_a_path_with_another_name_is_another_one(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"did you mean /download/image/\{image_id\}"):
        load_router(answer(tmp_path, "/download/image/{number:int}"), WANTED)
