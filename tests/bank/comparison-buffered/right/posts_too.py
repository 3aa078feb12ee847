"""Answers POST as it answers GET."""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.api_route("/demo/comparison/buffered", methods=["GET", "POST"])
async def comparison_buffered(store: Records) -> dict[str, list]:
    async with store.read() as records:
        return {"records": [record async for record in records]}
