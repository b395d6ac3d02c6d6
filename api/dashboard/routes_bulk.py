"""What is done to the contracts ticked in the portfolio: assigned, put into a state, deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Response

from api.dashboard.choice import Choice, read_choice
from api.dashboard.form import filled, read_form
from api.dashboard.page import go, sentence, show
from api.dashboard.routes_portfolio import find_workspace
from api.dashboard.ticked import PREFIX, read_ticked
from api.dashboard.visit import Visit, Writing
from api.dashboard.wording import LEFT, NOTICES, REVIEW_STATES
from api.service import bulk
from api.service.bulk import Outcome, Refusal
from api.store.account import Workspace
from api.store.contract import ReviewState
from api.web.shape_review import NewAssignment, NewState

router = APIRouter(prefix="/workspaces/{workspace_id}/ticked")
#: So long an address leads back.
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Left:
    """A contract that stayed as it was: its name, empty where it is not there, and why, in English."""

    contract_id: str
    name: str
    why: str


@router.post("/assignee")
def assign(workspace_id: str, visit: Writing) -> Response:
    """Assign the contracts to a member, or to nobody."""
    workspace = find_workspace(visit, workspace_id)
    given = read_form(NewAssignment, {"account": visit.fields.get("account") or None})
    ticked = read_ticked(visit.fields)
    outcome = bulk.assign_each(visit.core, visit.member, workspace.id, ticked, given.account)
    return _answer(visit, workspace, outcome, "bulk-assigned")


@router.post("/state")
def change_state(workspace_id: str, visit: Writing) -> Response:
    """Set where people stand with the contracts."""
    workspace = find_workspace(visit, workspace_id)
    state = ReviewState(read_form(NewState, filled(visit.fields, "state")).state)
    ticked = read_ticked(visit.fields)
    outcome = bulk.change_state_of_each(visit.core, visit.member, workspace.id, ticked, state)
    return _answer(visit, workspace, outcome, "bulk-state")


@router.post("/deletion")
def delete(workspace_id: str, visit: Writing) -> Response:
    """Delete the contracts with their keys; first shows which, and asks."""
    workspace = find_workspace(visit, workspace_id)
    ticked = read_ticked(visit.fields)
    if visit.fields.get("sure") == "yes":
        outcome = bulk.delete_each(visit.core, visit.member, workspace.id, ticked)
        return _answer(visit, workspace, outcome, "bulk-deleted")
    contracts = bulk.read_ticked(visit.core, visit.member, workspace.id, ticked)
    return show(
        visit,
        "bulk_deletion.html",
        workspace=workspace,
        contracts=contracts,
        seen={one.contract_id: one.version for one in ticked},
        gone=len(ticked) - len(contracts),
        prefix=PREFIX,
        back=_back(visit).query(page=_back(visit).page),
        review_states=REVIEW_STATES,
    )


def _answer(visit: Visit, workspace: Workspace, outcome: Outcome, notice: str) -> Response:
    """Lead back to the portfolio; where some contracts stayed as they were, show which and why."""
    choice = _back(visit)
    address = f"/workspaces/{workspace.id}{choice.query(page=choice.page)}"
    if not outcome.refusals:
        return go(visit, address, notice, number=str(outcome.done))
    return show(
        visit,
        "bulk_outcome.html",
        status=200 if outcome.done else 409,
        workspace=workspace,
        done=outcome.done,
        kind=notice,
        notices=NOTICES,
        left=[_left(refusal) for refusal in outcome.refusals if refusal.name],
        gone=sum(not refusal.name for refusal in outcome.refusals),
        address=address,
    )


def _left(refusal: Refusal) -> Left:
    why = LEFT.get(refusal.problem.kind) or sentence(refusal.problem)
    return Left("" if refusal.problem.kind == "not-found" else refusal.contract_id, refusal.name, why)


def _back(visit: Visit) -> Choice:
    """Return the choice of the portfolio from which the form was sent."""
    return read_choice(dict(parse_qsl(visit.fields.get("back", "").removeprefix("?")[:_LONGEST])))
