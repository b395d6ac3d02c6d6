"""Who calls: every route but three asks for an :class:`Access`, which knows sessions and personal tokens."""

from __future__ import annotations

import hmac
import re
from typing import Annotated, Final

from fastapi import Depends, Request, Response

from api.errors import NOT_ALLOWED, NOT_FOUND, Problem
from api.service.caller import Caller, Permission
from api.service.core import Core
from api.service.sign_in import csrf_token, recognise_session, recognise_token
from api.store.audit import Entry

SAFE: Final = frozenset({"GET", "HEAD"})
CSRF_HEADER: Final = "X-CSRF-Token"
_REFUSALS: Final = frozenset({NOT_FOUND, NOT_ALLOWED})
_ID: Final = re.compile("[0-9a-f]{32}")
_LONGEST: Final = 80


def cookie_name(core: Core) -> str:
    """Return the name of the session's cookie; with its prefix browsers take it from this host over TLS only."""
    return "__Host-dpa_session" if core.settings.secure_cookies else "dpa_session"


def set_session(core: Core, response: Response, token: str) -> None:
    """Set the cookie of a new session."""
    response.set_cookie(
        cookie_name(core),
        token,
        max_age=core.settings.session_hours * 3600,
        path="/",
        secure=core.settings.secure_cookies,
        httponly=True,
        samesite="strict",
    )


def drop_session(core: Core, response: Response) -> None:
    """Take the cookie of a session away."""
    response.delete_cookie(cookie_name(core), path="/", secure=core.settings.secure_cookies, httponly=True)


async def get_core(request: Request) -> Core:
    """Return the open service."""
    core: Core = request.app.state.core
    return core


CoreNeeded = Annotated[Core, Depends(get_core)]


class Access:
    """Lets callers in who have a permission.

    ``unchanged`` also those who have yet to change their password, ``unenrolled`` also those who owe a second factor.
    """

    def __init__(self, permission: Permission, *, unchanged: bool = False, unenrolled: bool = False) -> None:
        self.permission = permission
        self._unchanged = unchanged
        self._unenrolled = unenrolled

    def __call__(self, request: Request, core: CoreNeeded) -> Caller:
        """Return who calls; raises :class:`Problem`."""
        caller = _recognise(request, core)
        if caller is None:
            raise Problem(401, "not-signed-in", "Sign in, or send a token.", headers={"WWW-Authenticate": "Bearer"})
        request.app.state.limits.require_account(caller.account_id)
        remember_caller(request, caller)
        caller.require(self.permission, unchanged=self._unchanged, unenrolled=self._unenrolled)
        return caller


def remember_caller(request: Request, caller: Caller) -> None:
    """Keep who calls with the request, for :func:`note_refusal`."""
    request.state.caller = caller


def note_refusal(request: Request, problem: Problem) -> None:
    """Note what somebody who is known asked for and may not do, or what is another's, or not there.

    Noted is the id that was asked for, or else the template of the route: names may stand in an address.
    """
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None or problem.kind not in _REFUSALS:
        return
    ids = [value for value in request.path_params.values() if _ID.fullmatch(str(value))]
    route = f"{request.method} {getattr(request.scope.get('route'), 'path', '')}"
    request.app.state.core.log.refuse(Entry("access", caller.account_id, (ids or [route])[0][:_LONGEST]))


def _recognise(request: Request, core: Core) -> Caller | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return recognise_token(core, token.strip())
    session = request.cookies.get(cookie_name(core))
    if not session:
        return None
    caller = recognise_session(core, session)
    if caller is not None and request.method not in SAFE:
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), csrf_token(session).encode()):
            raise Problem(403, "csrf", f"Changes in a session want the header {CSRF_HEADER}.")
    return caller


Reading = Annotated[Caller, Depends(Access(Permission.READ))]
Writing = Annotated[Caller, Depends(Access(Permission.WRITE))]
Owning = Annotated[Caller, Depends(Access(Permission.OWN))]
OwningUnchanged = Annotated[Caller, Depends(Access(Permission.OWN, unchanged=True))]
OwningUnenrolled = Annotated[Caller, Depends(Access(Permission.OWN, unenrolled=True))]
Administering = Annotated[Caller, Depends(Access(Permission.ADMINISTER))]
