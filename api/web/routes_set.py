"""Contract sets: contracts of one relation, judged together."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.service import contract_set as service
from api.service.set_report import render_set
from api.web.access import CoreNeeded, Reading, Writing
from api.web.etag import Seen, read_cursor, write_cursor, write_tag
from api.web.problem import problems
from api.web.report_format import CONTENT, Format, answer_report, choose_format, read_sent_options
from api.web.set_upload import DOCUMENTED, UPLOADED, read_new_set, upload_set
from api.web.shape_set import SetChange, SetPage, SetShape, SetUpload
from dpa_checker.report.letter import LetterOptions

router = APIRouter(prefix="/v1", tags=["sets"])
_READ: Final = problems(401, 403, 404, 413, 422)


@router.post(
    "/sets",
    status_code=201,
    summary="Make a set, of contracts or of files",
    response_model=None,
    responses={201: {"model": SetShape}, **UPLOADED, **problems(400, 401, 403, 404, 409, 413, 415, 422)},
    openapi_extra=DOCUMENTED,
)
async def create_set(
    request: Request, caller: Writing, core: CoreNeeded, response: Response, workspace: str | None = None
) -> SetShape | SetUpload:
    """Make a set: by JSON of contracts that are there, by a form of files that become contracts of it.

    Of the files all are kept or none: a set without one of its documents would be judged to lack what that says.
    One that cannot be taken is named in `file`, by its number and name.  Whether files can be examined shows later, by
    their jobs.  Further ones are uploaded into the set one by one, with `set`.
    """
    chosen = caller.workspace(workspace)
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        return await upload_set(request, response, core, caller, chosen)
    given = await read_new_set(request)
    made = await run_in_threadpool(service.create_set, core, caller, chosen, given.name, given.contracts)
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
    responses={200: {"content": CONTENT}, **problems(401, 403, 404, 406, 409, 413, 422, 500)},
)
def read_set_report(
    set_id: str,
    request: Request,
    caller: Reading,
    core: CoreNeeded,
    options: Annotated[LetterOptions, Depends(read_sent_options)],
    format: Format | None = None,  # noqa: A002  # the name in the query
    reviewed: Annotated[
        bool | None,
        Query(description="Judge by the verdicts that hold after reviews. All but JSON do, unless told otherwise."),
    ] = None,
) -> Response:
    """Return what the contracts of a set say together, each in its latest version, by `format` or `Accept`.

    JSON is by the machine's verdicts; the others are by those that hold after reviews. PDF and DOCX are to be sent,
    HTML and XLSX to work with.
    """
    chosen = choose_format(request, format)
    named = replace(options, reviewer=caller.name if options.reviewer else "")
    decided = chosen != "json" if reviewed is None else reviewed
    content = render_set(core, caller, set_id, chosen, named, reviewed=decided)
    return answer_report(content, chosen)
