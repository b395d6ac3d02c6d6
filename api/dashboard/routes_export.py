"""The portfolio as a file: all contracts that are shown by a choice, or those that were ticked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from fastapi import APIRouter, Response

from api.dashboard.choice import describe, read_choice
from api.dashboard.page import catalogue_of, tongue_of
from api.dashboard.portfolio_sheet import About, write_csv, write_xlsx
from api.dashboard.routes_portfolio import find_workspace
from api.dashboard.ticked import read_ticked
from api.dashboard.visit import Reading, Visit
from api.moment import now, written
from api.service.export import Listing, read_listing, read_picked
from api.service.rendering import MEDIA_TYPES
from api.store.account import Workspace

router = APIRouter(prefix="/workspaces/{workspace_id}")
Format = Literal["xlsx", "csv"]
_MEDIA_TYPES: Final = {"xlsx": MEDIA_TYPES["xlsx"], "csv": "text/csv; charset=utf-8"}
_DAY: Final = len("2026-03-02")


@router.get("/export.{chosen}")
def export_shown(workspace_id: str, chosen: Format, visit: Reading) -> Response:
    """Give all contracts that the choice in the address shows, on whatever page, in their order."""
    workspace = find_workspace(visit, workspace_id)
    choice = read_choice(visit.request.query_params)
    wanted = choice.filter(visit.core, visit.member, workspace.id)
    listing = read_listing(visit.core, visit.member, workspace.id, wanted, choice.order, part=choice.part)
    narrowed = [(chip.label, chip.word) for chip in describe(choice, tongue_of(visit), catalogue_of(visit))]
    return _answer(visit, workspace, listing, chosen, narrowed)


@router.post("/export.{chosen}")
def export_ticked(workspace_id: str, chosen: Format, visit: Reading) -> Response:
    """Give the contracts that were ticked."""
    workspace = find_workspace(visit, workspace_id)
    picked = [one.contract_id for one in read_ticked(visit.fields)]
    return _answer(visit, workspace, read_picked(visit.core, visit.member, workspace.id, picked), chosen, ())


def _answer(
    visit: Visit, workspace: Workspace, listing: Listing, chosen: Format, narrowed: Sequence[tuple[str, str]]
) -> Response:
    """Return the file; its name has no name of a contract or workspace."""
    tongue, catalogue, made = tongue_of(visit), catalogue_of(visit), now()
    if chosen == "xlsx":
        content = write_xlsx(listing, About(workspace.name, made, narrowed), tongue, catalogue)
    else:
        content = write_csv(listing, tongue, catalogue)
    name = f"contracts-{(written(made) or '')[:_DAY]}.{chosen}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_MEDIA_TYPES[chosen], headers=headers)
