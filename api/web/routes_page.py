"""Pages of a contract as pictures."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from api.service.page import PageReader, read_page
from api.web.access import CoreNeeded, Reading
from api.web.problem import problems

router = APIRouter(prefix="/v1", tags=["reports"])
_MOST_PAGES: Final = 2_000


@router.get(
    "/contracts/{contract_id}/pages/{page}",
    summary="Read a page as a picture",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, **problems(401, 403, 404, 409, 413, 422, 503)},
)
def read_page_image(
    contract_id: str,
    page: Annotated[int, Path(ge=1, le=_MOST_PAGES)],
    request: Request,
    caller: Reading,
    core: CoreNeeded,
    mention: Annotated[
        str | None, Query(pattern="^[a-z0-9-]{1,60}$", description="Mark the evidence of this mention, not of all.")
    ] = None,
    width: Annotated[int, Query(ge=100, le=2_400, description="In pixels.")] = 1_000,
) -> Response:
    """Return a page of a PDF as PNG with its evidence in boxes: yellow what grants, red what denies."""
    pages: PageReader = request.app.state.pages
    picture = read_page(core, caller, pages, contract_id, page, mention=mention, width=width)
    return Response(picture, media_type="image/png")
