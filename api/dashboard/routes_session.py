"""Signing in and out, choices of language and theme, one's own password and second factor."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from api.dashboard.form import read_form
from api.dashboard.language import LANGUAGES
from api.dashboard.page import (
    KEYS_COOKIE,
    LANGUAGE_COOKIE,
    THEME_COOKIE,
    THEMES,
    go,
    list_workspaces,
    safe_address,
    sentence,
    show,
)
from api.dashboard.visit import (
    Anyone,
    Owning,
    OwningUnchanged,
    OwningUnenrolled,
    Visit,
    keep_choice,
)
from api.errors import Problem
from api.service import accounts as managing
from api.service import second_factor as second_factors
from api.service.guessing import require_password
from api.service.sign_in import sign_in
from api.store import account as accounts
from api.store.audit import Entry
from api.web.access import cookie_name, drop_session, set_session
from api.web.example import Name, Secret
from api.web.shape import PasswordChange
from api.web.shape_factor import CodeGiven, PasswordAgain, PasswordAndCode

router = APIRouter()
_CODE: Final = 40
_CHOICES: Final[dict[str, tuple[str, Collection[str]]]] = {
    "language": (LANGUAGE_COOKIE, LANGUAGES),
    "theme": (THEME_COOKIE, THEMES),
    "keys": (KEYS_COOKIE, ("on", "off")),
}


class _SignIn(BaseModel):
    name: Name
    password: Secret


@router.get("/")
def read_start(visit: Owning) -> Response:
    """Lead to the contracts of the first workspace."""
    found = list_workspaces(visit)
    if not found:
        return show(visit, "no_workspace.html")
    return RedirectResponse(f"{visit.request.scope['root_path']}/workspaces/{found[0].id}", 303)


@router.get("/sign-in")
def read_sign_in(visit: Anyone, to: str = "/") -> Response:
    """Show the form for signing in."""
    if visit.caller is not None:
        return go(visit, safe_address(to))
    return _sign_in_page(visit, to=to)


@router.post("/sign-in")
def begin_session(visit: Anyone) -> Response:
    """Begin a session; the code is asked for where the account has a second factor."""
    request = visit.request
    to = safe_address(visit.fields.get("to"))
    code = visit.fields.get("code", "").strip()[:_CODE] or None
    asked = "code" in visit.fields
    try:
        request.app.state.limits.require_sign_in(request.client.host if request.client else "")
        given = read_form(_SignIn, visit.fields)
        former = request.cookies.get(cookie_name(visit.core))
        begun = sign_in(visit.core, given.name, given.password, code, former=former)
    except Problem as problem:
        needed = problem.kind == "second-factor-needed"
        said = "" if needed and not asked else sentence(problem)
        status = 200 if needed else problem.status
        return _sign_in_page(
            visit, to=to, name=visit.fields.get("name", ""), code=needed or asked, problem=said, status=status
        )
    response = go(visit, to, whole=True)
    set_session(visit.core, response, begun.token)
    return response


def _sign_in_page(
    visit: Visit, *, to: str, name: str = "", code: bool = False, problem: str = "", status: int = 200
) -> Response:
    return show(visit, "sign_in.html", to=to, name=name, code=code, problem=problem, status=status)


@router.post("/sign-out")
def end_session(visit: OwningUnchanged) -> Response:
    """End the session."""
    caller = visit.member
    if caller.session:
        with visit.core.audited(Entry("sign-out", caller.account_id)) as connection:
            accounts.end_session(connection, caller.session)
    response = go(visit, "/sign-in", "signed-out")
    drop_session(visit.core, response)
    return response


@router.post("/preferences")
def choose(visit: Anyone) -> Response:
    """Keep a choice of language, theme or shortcuts, and lead back."""
    response = go(visit, safe_address(visit.fields.get("to")))
    for field, (cookie, values) in _CHOICES.items():
        value = visit.fields.get(field, "")
        if value in values:
            keep_choice(visit, response, cookie, value)
    return response


@router.get("/account")
def read_account(visit: OwningUnchanged) -> Response:
    """Show one's own account: password, second factor."""
    return _account_page(visit)


def _account_page(visit: Visit, problem: Problem | None = None, **more: object) -> Response:
    with visit.core.database.read() as connection:
        account = accounts.find_account(connection, visit.member.account_id)
    shown: dict[str, Any] = {"account": account, "enrolment": None, "codes": None, "section": "account"} | more
    if problem is not None:
        shown |= {"problem": sentence(problem), "status": problem.status}
    return show(visit, "account.html", **shown)


@router.post("/account/password")
def change_password(visit: OwningUnchanged) -> Response:
    """Change the password; every session ends."""
    try:
        given = read_form(PasswordChange, {name: visit.fields.get(name, "") for name in ("present", "new")})
        if given.new != visit.fields.get("again"):
            raise Problem(422, "passwords-differ", "The new passwords differ.")
        managing.change_password(visit.core, visit.member, present=given.present, new=given.new)
    except Problem as problem:
        return _account_page(visit, problem)
    response = go(visit, "/sign-in", "password-changed")
    drop_session(visit.core, response)
    return response


@router.post("/account/second-factor")
def begin_enrolment(visit: OwningUnenrolled) -> Response:
    """Show a secret for the authenticator."""
    try:
        given = read_form(PasswordAgain, {"password": visit.fields.get("password", "")})
        require_password(visit.core, visit.member, given.password, "second-factor-begin")
        enrolment = second_factors.begin_enrolment(visit.core, visit.member)
    except Problem as problem:
        return _account_page(visit, problem)
    return _account_page(visit, enrolment=enrolment)


@router.post("/account/second-factor/confirmation")
def confirm_enrolment(visit: OwningUnenrolled) -> Response:
    """Confirm the second factor and show the recovery codes."""
    try:
        given = read_form(CodeGiven, {"code": visit.fields.get("code", "").strip()})
        codes = second_factors.confirm_enrolment(visit.core, visit.member, given.code)
    except Problem as problem:
        secret = (visit.fields.get("secret", ""), visit.fields.get("uri", ""))
        return _account_page(visit, problem, enrolment=secret)
    return _account_page(visit, codes=codes)


@router.post("/account/recovery-codes")
def renew_recovery_codes(visit: Owning) -> Response:
    """Show new recovery codes; the old ones are good no more."""
    try:
        given = _password_and_code(visit)
        codes = second_factors.renew_recovery_codes(visit.core, visit.member, password=given.password, code=given.code)
    except Problem as problem:
        return _account_page(visit, problem)
    return _account_page(visit, codes=codes)


@router.post("/account/second-factor/removal")
def remove_second_factor(visit: Owning) -> Response:
    """Do without a second factor."""
    try:
        given = _password_and_code(visit)
        second_factors.remove(visit.core, visit.member, password=given.password, code=given.code)
    except Problem as problem:
        return _account_page(visit, problem)
    return go(visit, "/account", "second-factor-removed")


def _password_and_code(visit: Visit) -> PasswordAndCode:
    return read_form(PasswordAndCode, {name: visit.fields.get(name, "") for name in ("password", "code")})
