"""The files that pages load; open to all, since there is nothing in them but looks."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response

from api.dashboard.asset import load_assets
from api.errors import not_found

router = APIRouter()
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


@router.get("/static/{name}")
def read_asset(name: str) -> Response:
    """Return a file; its address changes with its content."""
    asset = load_assets().get(name)
    if asset is None:
        raise not_found()
    return Response(asset.content, media_type=asset.media_type, headers={"Cache-Control": _FOR_GOOD})
