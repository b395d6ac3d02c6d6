"""Reviews: what people decide on findings and contracts, beside the machine's verdicts."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Response

from api.service import review as service
from api.service.review import Sheet
from api.store.contract import ReviewState
from api.web.access import CoreNeeded, Reading, Writing
from api.web.etag import Seen, write_tag
from api.web.problem import problems
from api.web.shape_review import (
    EventShape,
    History,
    MemberList,
    NewAssignment,
    NewComment,
    NewDecision,
    NewState,
    PersonShape,
    SheetShape,
)

router = APIRouter(prefix="/v1", tags=["reviews"])
_READ: Final = problems(401, 403, 404, 413, 422)
_CHANGE: Final = problems(400, 401, 403, 404, 409, 412, 413, 422, 428)
Mention = Annotated[str, Path(max_length=60, pattern="^[a-z0-9-]+$")]


@router.get("/members", summary="List the members of a workspace", responses=problems(400, 401, 403, 404, 413, 422))
def list_members(caller: Reading, core: CoreNeeded, workspace: str | None = None) -> MemberList:
    """Return those to whom contracts and findings can be assigned."""
    found = service.list_members(core, caller, caller.workspace(workspace))
    return MemberList(members=[PersonShape(id=person.id, name=person.name) for person in found])


@router.get("/contracts/{contract_id}/reviews", summary="Read the reviews of a contract", responses=_READ)
def read_reviews(contract_id: str, caller: Reading, core: CoreNeeded, response: Response) -> SheetShape:
    """Return where each finding stands; the ETag is wanted by changes."""
    return _answer(service.read_sheet(core, caller, contract_id), response)


@router.get("/contracts/{contract_id}/history", summary="Read the history of a contract's reviews", responses=_READ)
def read_history(
    contract_id: str,
    caller: Reading,
    core: CoreNeeded,
    before: Annotated[int | None, Query(ge=1, le=2_000_000_000)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> History:
    """Return who decided and said what and when, newest first; nothing is ever taken out of it."""
    events, following = service.read_history(core, caller, contract_id, before=before, limit=limit)
    return History(events=[EventShape.of(event) for event in events], next=following)


@router.put("/contracts/{contract_id}/reviews/{mention}", summary="Decide on a finding", responses=_CHANGE)
def decide(
    contract_id: str,
    mention: Mention,
    given: NewDecision,
    caller: Writing,
    core: CoreNeeded,
    version: Seen,
    response: Response,
) -> SheetShape:
    """Confirm or override a verdict, or withdraw that; the machine's verdict stays beside it."""
    return _answer(service.decide(core, caller, contract_id, version, mention, given.choice()), response)


@router.put("/contracts/{contract_id}/reviews/{mention}/assignee", summary="Assign a finding", responses=_CHANGE)
def assign_finding(
    contract_id: str,
    mention: Mention,
    given: NewAssignment,
    caller: Writing,
    core: CoreNeeded,
    version: Seen,
    response: Response,
) -> SheetShape:
    """Assign a finding to a member of the workspace, or to nobody."""
    return _answer(service.assign(core, caller, contract_id, version, given.account, mention), response)


@router.put("/contracts/{contract_id}/assignee", summary="Assign a contract", responses=_CHANGE)
def assign_contract(
    contract_id: str,
    given: NewAssignment,
    caller: Writing,
    core: CoreNeeded,
    version: Seen,
    response: Response,
) -> SheetShape:
    """Assign a contract to a member of the workspace, or to nobody."""
    return _answer(service.assign(core, caller, contract_id, version, given.account), response)


@router.put("/contracts/{contract_id}/state", summary="Set the state of a contract", responses=_CHANGE)
def change_state(
    contract_id: str,
    given: NewState,
    caller: Writing,
    core: CoreNeeded,
    version: Seen,
    response: Response,
) -> SheetShape:
    """Set where people stand with a contract."""
    state = ReviewState(given.state)
    return _answer(service.change_state(core, caller, contract_id, version, state, given.note), response)


@router.post(
    "/contracts/{contract_id}/comments",
    status_code=201,
    summary="Comment on a contract",
    responses=problems(400, 401, 403, 404, 409, 413, 422),
)
def add_comment(contract_id: str, given: NewComment, caller: Writing, core: CoreNeeded) -> EventShape:
    """Add a comment to the history, on the contract or on one of its findings."""
    return EventShape.of(service.comment(core, caller, contract_id, given.text, given.mention))


def _answer(sheet: Sheet, response: Response) -> SheetShape:
    response.headers["ETag"] = write_tag(sheet.version)
    return SheetShape.of(sheet)
