"""Who visits: every page but the sign-in asks for a :class:`Visit`, by the session's cookie and the form's token."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response

from api.errors import Problem
from api.service.caller import Caller, Permission
from api.service.core import Core
from api.service.sign_in import csrf_token, recognise_session
from api.web.access import CSRF_HEADER, SAFE, cookie_name, get_core, remember_caller

_FORM: Final = "application/x-www-form-urlencoded"
#: The cookie by which the forms of those who have not signed in are known as ours.
_VISIT: Final = "dpa_visit"
CSRF_FIELD: Final = "csrf_token"
#: As many contracts as are acted on at once, and what stands beside them.
_MOST_FIELDS: Final = 600


@dataclass(frozen=True, slots=True)
class Visit:
    """A request with who sent it; ``fields`` are those of its form, ``csrf`` the token that its forms carry."""

    request: Request
    core: Core
    caller: Caller | None
    csrf: str
    fields: Mapping[str, str]
    fresh: str | None = None

    @property
    def member(self) -> Caller:
        """Who has signed in; raises :class:`Problem` for who has not."""
        if self.caller is None:
            raise not_signed_in()
        return self.caller

    @property
    def partial(self) -> str:
        """The id of the part of the page that is asked for, empty where it is the whole."""
        headers = self.request.headers
        return headers.get("HX-Target", "") if headers.get("HX-Request") == "true" else ""

    def require_form(self, token: str) -> None:
        """Raise :class:`Problem` where a form does not carry this visit's token."""
        if not hmac.compare_digest(token.encode(), self.csrf.encode()):
            raise Problem(403, "csrf", "The form was not one of this session.")


async def read_fields(request: Request) -> Mapping[str, str]:
    """Return the fields of a form, the last of equal names; files are taken elsewhere."""
    if request.method in SAFE or not request.headers.get("content-type", "").startswith(_FORM):
        return {}
    form = await request.form(max_fields=_MOST_FIELDS)
    return {name: value for name, value in form.items() if isinstance(value, str)}


class Entrance:
    """Lets visitors in who have a permission; None lets in everybody.

    ``unchanged`` also those who have yet to change their password, ``unenrolled`` those who owe a second factor.
    ``streamed`` leaves the token to the reader of the form.
    """

    def __init__(
        self,
        permission: Permission | None,
        *,
        unchanged: bool = False,
        unenrolled: bool = False,
        streamed: bool = False,
    ) -> None:
        self.permission = permission
        self._unchanged = unchanged
        self._unenrolled = unenrolled
        self._streamed = streamed

    def __call__(
        self,
        request: Request,
        core: Annotated[Core, Depends(get_core)],
        fields: Annotated[Mapping[str, str], Depends(read_fields)],
    ) -> Visit:
        """Return the visit; raises :class:`Problem`."""
        visit = _recognise(request, core, fields)
        if self.permission is not None:
            self._admit(visit, self.permission)
        if request.method not in SAFE and not self._streamed:
            visit.require_form(fields.get(CSRF_FIELD, "") or request.headers.get(CSRF_HEADER, ""))
        return visit

    def _admit(self, visit: Visit, permission: Permission) -> None:
        caller = visit.member
        visit.request.app.state.limits.require_account(caller.account_id)
        remember_caller(visit.request, caller)
        caller.require(permission, unchanged=self._unchanged, unenrolled=self._unenrolled)


def _recognise(request: Request, core: Core, fields: Mapping[str, str]) -> Visit:
    session = request.cookies.get(cookie_name(core))
    caller = recognise_session(core, session) if session else None
    if session and caller:
        return Visit(request, core, caller, csrf_token(session), fields)
    known = request.cookies.get(_visit_cookie(core))
    fresh = None if known else secrets.token_urlsafe(24)
    return Visit(request, core, None, csrf_token(known or fresh or ""), fields, fresh)


def not_signed_in() -> Problem:
    """Return the answer to who has not signed in, or whose session has ended."""
    return Problem(401, "not-signed-in", "Sign in.")


def keep_visit(visit: Visit, response: Response) -> None:
    """Set the cookie by which the next form of who has not signed in is known."""
    if visit.fresh:
        _set(visit, response, _visit_cookie(visit.core), visit.fresh, path="/")


def _visit_cookie(core: Core) -> str:
    """Return the name of the visit's cookie; with its prefix no neighbouring host can set one that it knows."""
    return f"__Host-{_VISIT}" if core.settings.secure_cookies else _VISIT


def keep_choice(visit: Visit, response: Response, name: str, value: str) -> None:
    """Set the cookie of something chosen: a language, a theme."""
    _set(visit, response, name, value, max_age=365 * 24 * 3600)


def _set(visit: Visit, response: Response, name: str, value: str, **more: Any) -> None:
    fixed: dict[str, Any] = {"secure": visit.core.settings.secure_cookies, "httponly": True, "samesite": "strict"}
    response.set_cookie(name, value, **fixed | {"path": visit.request.scope.get("root_path") or "/"} | more)


Anyone = Annotated[Visit, Depends(Entrance(None))]
Reading = Annotated[Visit, Depends(Entrance(Permission.READ))]
Writing = Annotated[Visit, Depends(Entrance(Permission.WRITE))]
Uploading = Annotated[Visit, Depends(Entrance(Permission.WRITE, streamed=True))]
Owning = Annotated[Visit, Depends(Entrance(Permission.OWN))]
OwningUnchanged = Annotated[Visit, Depends(Entrance(Permission.OWN, unchanged=True))]
OwningUnenrolled = Annotated[Visit, Depends(Entrance(Permission.OWN, unenrolled=True))]
Administering = Annotated[Visit, Depends(Entrance(Permission.ADMINISTER))]
