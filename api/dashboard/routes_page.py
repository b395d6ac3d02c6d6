"""The pages of a contract, for whoever reviews it: each as a picture, with its words to lay over it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Response

from api.dashboard.page import show
from api.dashboard.page_view import lay_words
from api.dashboard.visit import Reading
from api.service.page import PageReader, read_words, turn_to_page

router = APIRouter(prefix="/contracts/{contract_id}/pages")
_MOST_PAGES: Final = 2_000
#: In how many pixels across pages are shown: for common screens, and for those with finer dots.
WIDTHS: Final = (1000, 1600)

PageNumber = Annotated[int, Path(ge=1, le=_MOST_PAGES)]


@router.get("/{page}")
def read_picture(
    contract_id: str, page: PageNumber, visit: Reading, width: Annotated[int, Query(ge=100, le=2_400)] = WIDTHS[0]
) -> Response:
    """Give a page as PNG, without marks: those are laid over it."""
    pages: PageReader = visit.request.app.state.pages
    picture = turn_to_page(visit.core, visit.member, pages, contract_id, page, width=width)
    return Response(picture, media_type="image/png")


@router.get("/{page}/words")
def read_layer(contract_id: str, page: PageNumber, visit: Reading) -> Response:
    """Give the words of a page, to be laid over its picture so that they can be chosen and copied."""
    state = visit.request.app.state
    found = read_words(visit.core, visit.member, state.pages, state.texts, contract_id, page)
    return show(visit, "page_words.html", page=found, lines=lay_words(found))
