"""Contract sets: contracts of one relation, judged together."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response

from api.service import contract_set as service
from api.web.access import CoreNeeded, Reading, Writing
from api.web.etag import Seen, read_cursor, write_cursor, write_tag
from api.web.problem import problems
from api.web.routes_report import REPORT_CSP, negotiate
from api.web.shape_set import NewSet, SetChange, SetPage, SetShape
from dpa_checker.report.set_html import render_set_html
from dpa_checker.report.set_json import render_set_json

router = APIRouter(prefix="/v1", tags=["sets"])
_READ: Final = problems(401, 403, 404, 413, 422)


@router.post("/sets", status_code=201, summary="Make a set", responses=problems(400, 401, 403, 404, 413, 422))
def create_set(
    given: NewSet, caller: Writing, core: CoreNeeded, response: Response, workspace: str | None = None
) -> SetShape:
    """Make a set of contracts; further ones are uploaded into it with `set`."""
    made = service.create_set(core, caller, caller.workspace(workspace), given.name, given.contracts)
    response.headers["Location"] = f"/v1/sets/{made.id}"
    response.headers["ETag"] = write_tag(made.version)
    return SetShape.of(made)


@router.get("/sets", summary="List sets", responses=problems(400, 401, 403, 404, 413, 422))
def list_sets(
    caller: Reading,
    core: CoreNeeded,
    workspace: str | None = None,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SetPage:
    """Return sets of one workspace, newest first."""
    chosen, before = caller.workspace(workspace), read_cursor(cursor)
    found, last = service.list_sets(core, caller, chosen, before=before, limit=limit)
    return SetPage(sets=[SetShape.of(one) for one in found], next=write_cursor(last))


@router.get("/sets/{set_id}", summary="Read a set", responses=_READ)
def read_set(set_id: str, caller: Reading, core: CoreNeeded, response: Response) -> SetShape:
    """Return a set; the ETag is wanted by changes."""
    found = service.read_set(core, caller, set_id)
    response.headers["ETag"] = write_tag(found.version)
    return SetShape.of(found)


@router.patch("/sets/{set_id}", summary="Change a set", responses=problems(400, 401, 403, 404, 412, 413, 422, 428))
def change_set(
    set_id: str, given: SetChange, caller: Writing, core: CoreNeeded, version: Seen, response: Response
) -> SetShape:
    """Change the name of a set or the contracts in it; a contract that is taken out stays by itself."""
    changed = service.change_set(core, caller, set_id, version, name=given.name, members=given.contracts)
    response.headers["ETag"] = write_tag(changed.version)
    return SetShape.of(changed)


@router.delete("/sets/{set_id}", status_code=204, summary="Delete a set", responses=_READ)
def delete_set(set_id: str, caller: Writing, core: CoreNeeded) -> None:
    """Delete a set; its contracts stay."""
    service.delete_set(core, caller, set_id)


@router.get(
    "/sets/{set_id}/report",
    summary="Read the report on a set",
    response_class=Response,
    responses={
        200: {"content": {"application/json": {"schema": {"type": "object"}}, "text/html": {}}},
        **problems(401, 403, 404, 406, 409, 413, 422),
    },
)
def read_set_report(
    set_id: str,
    request: Request,
    caller: Reading,
    core: CoreNeeded,
    format: Literal["json", "html"] | None = None,  # noqa: A002  # the name in the query
    language: Literal["de", "en", "fr", "sv"] = "en",
) -> Response:
    """Return what the contracts of a set say together, each in its latest version, by the machine's verdicts."""
    formats = {"application/json": "json", "text/html": "html"}
    chosen = format or negotiate(request.headers.get("Accept", "*/*"), formats)
    report = service.read_set_report(core, caller, set_id)
    headers = {"Vary": "Accept", "Content-Security-Policy": REPORT_CSP}
    if chosen == "html":
        page = render_set_html(report, language=language)
        return Response(page, media_type="text/html; charset=utf-8", headers=headers)
    return Response(render_set_json(report, indent=None), media_type="application/json", headers=headers)
