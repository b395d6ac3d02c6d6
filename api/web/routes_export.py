"""The contracts of a workspace as one table, for programs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from fastapi import APIRouter, Response

from api.moment import written
from api.service.export import Listing, read_listing
from api.store.portfolio import Order
from api.web.access import CoreNeeded, Reading
from api.web.example import AT, ID
from api.web.narrowing import NARROWED, Narrowed, Part
from api.web.problem import problems
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.render_csv import write_rows

router = APIRouter(prefix="/v1", tags=["contracts"])
_ABOUT: Final = (
    "id",
    "name",
    "counterparty",
    "reference",
    "state",
    "language",
    "kind",
    "processing",
    "created",
    "number",
    "review_state",
    "assigned_to",
)
_ROW: Final = f"{ID},agreement.pdf,Example Ltd,C-2026-17,examined,en,dpa,yes,{AT},1,to-review,"
_EXAMPLE: Final = f"{','.join((*_ABOUT, *MENTIONS))}\r\n{_ROW}{',present' * len(MENTIONS)}\r\n"
_CONTENT: Final[dict[str, Any]] = {"text/csv": {"schema": {"type": "string"}, "example": _EXAMPLE}}


@router.get(
    "/contracts/export",
    summary="Export contracts with their verdicts",
    openapi_extra=NARROWED.documented,
    response_class=Response,
    responses={
        200: {"description": "CSV (RFC 4180)", "content": _CONTENT},
        **problems(400, 401, 403, 404, 413, 422),
    },
)
def export_contracts(
    caller: Reading,
    core: CoreNeeded,
    narrowed: Narrowed,
    workspace: str | None = None,
    search: Part = None,
    order: Order = Order.NEWEST,
) -> Response:
    """Return a row for each contract of one workspace, with the verdicts on the mentions as reviewed, by their ids.

    Where a document contradicts itself and nobody has settled that, `conflict` stands in place of the verdict. Names
    that a spreadsheet would take for a formula begin with an apostrophe.
    """
    chosen = caller.workspace(workspace)
    wanted = narrowed.filter(core, caller, chosen)
    listing = read_listing(core, caller, chosen, wanted, order, part=search)
    target = io.StringIO(newline="")
    write_rows(target, (*_ABOUT, *MENTIONS), _rows(listing))
    headers = {"Content-Disposition": 'attachment; filename="contracts.csv"'}
    return Response(target.getvalue(), media_type="text/csv", headers=headers)


def _rows(listing: Listing) -> Iterator[list[str | int | None]]:
    for row in listing.rows:
        one = row.contract
        names = (one.names.name, one.names.counterparty, one.names.reference)
        about = (one.state.value, one.language, one.kind, one.processing, written(one.created), one.number)
        verdicts = (row.verdicts.get(mention) for mention in MENTIONS)
        yield [one.id, *names, *about, one.review_state.value, one.assigned_to, *verdicts]
