"""The first administrator of a service on one's own machine: by a link that is shown once, on loopback only."""

from __future__ import annotations

import hmac
import secrets
import threading
from html import escape
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, StringConstraints

from api.errors import not_found
from api.moment import SECOND, now
from api.service.accounts import create_own_administrator
from api.settings import Settings
from api.web.access import CoreNeeded
from api.web.example import Name, Secret, config
from api.web.problem import problems

router = APIRouter(tags=["session"])
PATH: Final = "/setup"
_GOOD_FOR: Final = 60 * 60 * SECOND
_CSP: Final = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_PAGE: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>dpa-checker</title></head>
<body>
<h1>dpa-checker</h1>
{body}
</body>
</html>
"""
_FORM: Final = """<p>Make the first administrator. The password must have at least 12 characters.</p>
<form method="post" action="{path}">
<input type="hidden" name="code" value="{code}">
<p><label>Name <input name="name" required maxlength="200" autocomplete="username"></label></p>
<p><label>Password <input name="password" type="password" required minlength="12" maxlength="200"
autocomplete="new-password"></label></p>
<p><button>Make the account</button></p>
</form>"""
_MADE: Final = """<p>The account is made. <a href="/dashboard/">Sign in</a> with it; a second factor has to be enrolled
first.</p>"""


class FirstAdministrator(BaseModel):
    """The first administrator, with the code of the link."""

    model_config = config(code="mK2…", name="anna", password="four words are long enough")  # noqa: S106
    code: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    name: Name
    password: Secret


class SetupCode:
    """The code of the link: good for an hour, and once."""

    def __init__(self) -> None:
        self._code = secrets.token_urlsafe(32)
        self._until = now() + _GOOD_FOR
        self._lock = threading.Lock()

    def link(self, settings: Settings) -> str:
        """Return the link with the code."""
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        scheme = "https" if settings.tls_certificate else "http"
        return f"{scheme}://{host}:{settings.port}{PATH}?code={self._code}"

    def fits(self, given: str) -> bool:
        """Tell whether it is the code, and still good."""
        return now() < self._until and hmac.compare_digest(given.encode(), self._code.encode())

    def spend(self, core: CoreNeeded, given: FirstAdministrator) -> None:
        """Make the administrator; raises :class:`Problem`, and the code stays good where the password was too weak."""
        with self._lock:
            if not self.fits(given.code):
                raise not_found()
            create_own_administrator(core, given.name, given.password)
            self._until = 0


Code = Annotated[str, Query(min_length=1, max_length=100)]


@router.get(PATH, summary="The page of the link shown at the first start", responses=problems(404, 413, 422))
def read_setup(request: Request, code: Code) -> HTMLResponse:
    """Return a form for the first administrator, while there is none."""
    setup: SetupCode | None = request.app.state.setup
    if setup is None or not setup.fits(code):
        raise not_found()
    return _page(_FORM.format(path=PATH, code=escape(code, quote=True)))


@router.post(PATH, status_code=201, summary="Make the first administrator", responses=problems(404, 409, 413, 422))
def make_administrator(
    request: Request,
    core: CoreNeeded,
    given: Annotated[FirstAdministrator, Form()],
) -> HTMLResponse:
    """Make the first administrator, once."""
    setup: SetupCode | None = request.app.state.setup
    if setup is None:
        raise not_found()
    setup.spend(core, given)
    request.app.state.setup = None
    return _page(_MADE, 201)


def _page(body: str, status: int = 200) -> HTMLResponse:
    headers = {"Content-Security-Policy": _CSP}
    return HTMLResponse(_PAGE.format(body=body), status, headers=headers)
