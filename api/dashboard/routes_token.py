"""Personal tokens, by which programs call the service."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.dashboard.form import read_form
from api.dashboard.page import go, sentence, show
from api.dashboard.visit import Owning, Visit
from api.errors import Problem
from api.service import accounts as managing
from api.service.caller import SCOPES, Permission
from api.store import account as accounts
from api.store.audit import Entry
from api.web.shape import NewToken

router = APIRouter(prefix="/tokens")


@router.get("")
def read_tokens(visit: Owning) -> Response:
    """Show one's own tokens, without the tokens themselves."""
    return _page(visit)


def _page(visit: Visit, problem: Problem | None = None, made: str = "") -> Response:
    with visit.core.audited(Entry("token-list", visit.member.account_id)) as connection:
        tokens = accounts.list_tokens(connection, visit.member.account_id)
    return show(
        visit,
        "tokens.html",
        status=problem.status if problem else 200,
        tokens=tokens,
        made=made,
        scopes=[str(scope) for scope in SCOPES],
        problem=sentence(problem) if problem else "",
        typed=visit.fields if problem else {},
    )


@router.post("")
def create_token(visit: Owning) -> Response:
    """Make a token and show it, once."""
    scopes = ["contracts:read", "contracts:write"] if visit.fields.get("write") == "yes" else ["contracts:read"]
    try:
        given = read_form(
            NewToken, {"name": visit.fields.get("name", ""), "scopes": scopes, "days": visit.fields.get("days", "")}
        )
        granted = tuple(Permission(scope) for scope in given.scopes)
        _, secret = managing.create_token(visit.core, visit.member, name=given.name, scopes=granted, days=given.days)
    except Problem as problem:
        return _page(visit, problem)
    return _page(visit, made=secret)


@router.post("/{token_id}/deletion")
def delete_token(token_id: str, visit: Owning) -> Response:
    """Delete a token; it is refused from now on."""
    managing.delete_token(visit.core, visit.member, token_id)
    return go(visit, "/tokens", "token-deleted")
