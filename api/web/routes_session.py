"""Signing in and one's own account."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.service import accounts as managing
from api.service.caller import Permission
from api.service.sign_in import sign_in
from api.store import account as accounts
from api.store.audit import Entry
from api.web.access import CoreNeeded, Owning, OwningUnchanged, cookie_name, drop_session, set_session
from api.web.problem import problems
from api.web.shape import Me, NewToken, PasswordChange, SignedInAnswer, SignIn, TokenShape

router = APIRouter(prefix="/v1", tags=["session"])


@router.post("/sign-in", summary="Begin a session", responses=problems(401, 413, 422, 429))
def begin_session(given: SignIn, request: Request, core: CoreNeeded, response: Response) -> SignedInAnswer:
    """Set the cookie of a new session."""
    request.app.state.limits.require_sign_in(request.client.host if request.client else "")
    former = request.cookies.get(cookie_name(core))
    begun = sign_in(core, given.name, given.password, given.code, former=former)
    set_session(core, response, begun.token)
    return SignedInAnswer(
        csrf_token=begun.csrf_token,
        must_change_password=begun.account.must_change,
        must_enrol_second_factor=begun.must_enrol,
    )


@router.post("/sign-out", status_code=204, summary="End the session", responses=problems(401, 403, 413))
def end_session(caller: OwningUnchanged, core: CoreNeeded, response: Response) -> None:
    """End the session that calls."""
    if caller.session:
        with core.audited(Entry("sign-out", caller.account_id)) as connection:
            accounts.end_session(connection, caller.session)
    drop_session(core, response)


@router.get("/me", summary="Who calls", responses=problems(401, 403, 413))
def read_me(caller: OwningUnchanged) -> Me:
    """Return the account that calls."""
    permissions = sorted(str(permission) for permission in caller.permissions)
    return Me(
        id=caller.account_id,
        name=caller.name,
        role=caller.role,
        workspaces=list(caller.workspaces),
        permissions=permissions,
    )


@router.post("/password", status_code=204, summary="Change one's password", responses=problems(401, 403, 413, 422, 429))
def change_password(given: PasswordChange, caller: OwningUnchanged, core: CoreNeeded) -> None:
    """Change the password; every session of the account ends."""
    managing.change_password(core, caller, present=given.present, new=given.new)


@router.get("/tokens", summary="List one's tokens", responses=problems(401, 403, 413))
def list_tokens(caller: Owning, core: CoreNeeded) -> list[TokenShape]:
    """Return the tokens of the caller, without the tokens themselves."""
    with core.audited(Entry("token-list", caller.account_id)) as connection:
        return [TokenShape.of(token) for token in accounts.list_tokens(connection, caller.account_id)]


@router.post("/tokens", status_code=201, summary="Make a token", responses=problems(401, 403, 413, 422))
def create_token(given: NewToken, caller: Owning, core: CoreNeeded) -> TokenShape:
    """Return a new token, which is shown only now."""
    scopes = tuple(sorted({Permission(scope) for scope in given.scopes}))
    token, secret = managing.create_token(core, caller, name=given.name, scopes=scopes, days=given.days)
    return TokenShape.of(token, secret)


@router.delete(
    "/tokens/{token_id}", status_code=204, summary="Delete a token", responses=problems(401, 403, 404, 413, 422)
)
def delete_token(token_id: str, caller: Owning, core: CoreNeeded) -> None:
    """Delete one of the caller's tokens; it is refused from now on."""
    managing.delete_token(core, caller, token_id)
