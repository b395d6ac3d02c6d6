"""Pages: templates filled for a visit, in its language and theme, with the headers that pages have."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.routing import Match

from api.dashboard.asset import load_assets
from api.dashboard.language import LANGUAGES, Tongue, choose_language, load_translations, tongue
from api.dashboard.visit import Visit, keep_visit
from api.dashboard.wording import NOTICES, ROLES, SENTENCES
from api.errors import Problem
from api.service.caller import Permission
from api.store import account as accounts
from api.store.account import Workspace
from api.web.access import SAFE
from dpa_checker.report.catalogue import Catalogue, load_catalogue
from dpa_checker.version import ENGINE_VERSION

_TEMPLATES: Final = Path(__file__).parent / "templates"
_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LANGUAGE_COOKIE, THEME_COOKIE, KEYS_COOKIE, VIEW_COOKIE = "dpa_language", "dpa_theme", "dpa_keys", "dpa_view"
_NOTICE_COOKIE: Final = "dpa_notice"
THEMES: Final = ("system", "light", "dark")
#: How a contract is shown beside its findings.
VIEWS: Final = ("pages", "text")
_HTMX: Final = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "responseHandling": [{"code": "204", "swap": False}, {"code": "...", "swap": True}],
    }
)


def language_of(visit: Visit) -> str:
    """Return the language of a visit."""
    request = visit.request
    return choose_language(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("Accept-Language", ""))


def tongue_of(visit: Visit) -> Tongue:
    """Return the words of a visit."""
    return tongue(language_of(visit))


def catalogue_of(visit: Visit) -> Catalogue:
    """Return the words of reports, in the language of a visit."""
    return load_catalogue(language_of(visit))


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(load_translations(language), newstyle=True)  # type: ignore[attr-defined]
    words, catalogue = tongue(language), load_catalogue(language)
    environment.globals |= {"words": words, "t": catalogue.text, "catalogue": catalogue}
    environment.filters |= {"moment": words.moment, "day": words.day, "number": words.number, "size": words.size}
    return environment


def show(visit: Visit, template: str, *, status: int = 200, **context: Any) -> Response:
    """Return a page."""
    language = language_of(visit)
    given = _common(visit, language) | context
    body = _environment(language).get_template(template).render(given)
    response = HTMLResponse(body, status, headers={"Content-Security-Policy": _CSP, "Vary": "Cookie, HX-Request"})
    keep_visit(visit, response)
    if visit.request.cookies.get(_NOTICE_COOKIE):
        response.delete_cookie(_NOTICE_COOKIE, path=_root(visit))
    return response


def go(visit: Visit, address: str, notice: str = "", *, whole: bool = False, **values: str) -> Response:
    """Return the answer to a form: to be seen at ``address``, with a notice; ``whole`` where a part would not do."""
    response: Response
    if whole and visit.partial:
        response = Response(status_code=204, headers={"HX-Redirect": _root(visit) + address})
    else:
        response = RedirectResponse(_root(visit) + address, 303)
    if notice:
        told = base64.urlsafe_b64encode(json.dumps([notice, values]).encode()).decode()
        secure = visit.core.settings.secure_cookies
        response.set_cookie(
            _NOTICE_COOKIE, told, max_age=60, path=_root(visit), secure=secure, httponly=True, samesite="strict"
        )
    return response


def sentence(problem: Problem) -> str:
    """Return what a problem is called on pages, in English."""
    return SENTENCES.get(problem.kind, SENTENCES["invalid" if problem.status < 500 else "internal"])


def safe_address(given: str | None) -> str:
    """Return an address of the dashboard, below its root; any other becomes the first page."""
    if given and given.startswith("/") and not given.startswith(("//", "/\\")) and given.isprintable():
        return given
    return "/"


def list_workspaces(visit: Visit) -> list[Workspace]:
    """Return the workspaces of who visits."""
    if visit.caller is None:
        return []
    with visit.core.database.read() as connection:
        everything = accounts.list_workspaces(connection)
    return [workspace for workspace in everything if workspace.id in visit.caller.workspaces]


def workspace_of(visit: Visit, workspace_id: str) -> Workspace | None:
    """Return one of the workspaces of who visits, None for any other."""
    return next((one for one in list_workspaces(visit) if one.id == workspace_id), None)


def _root(visit: Visit) -> str:
    return str(visit.request.scope.get("root_path", ""))


def _common(visit: Visit, language: str) -> dict[str, Any]:
    request, caller = visit.request, visit.caller
    theme = request.cookies.get(THEME_COOKIE)
    return {
        "visit": visit,
        "caller": caller,
        "may_write": caller is not None and Permission.WRITE in caller.permissions,
        "may_administer": caller is not None and Permission.ADMINISTER in caller.permissions,
        "free": caller is not None and not caller.must_change and not caller.must_enrol,
        "root": _root(visit),
        "csrf": visit.csrf,
        "language": language,
        "languages": LANGUAGES,
        "theme": theme if theme in THEMES else "system",
        "shortcuts": request.cookies.get(KEYS_COOKIE) != "off",
        "here": here(visit),
        "workspaces": list_workspaces(visit),
        "workspace": None,
        "section": "",
        "problem": "",
        "notice": _notice(visit, language),
        "asset": _asset_address(visit),
        "htmx": _HTMX,
        "version": ENGINE_VERSION,
        "roles": ROLES,
    }


def here(visit: Visit) -> str:
    """Return the present address below the root, for forms that lead back to it; of a form that of its page."""
    request = visit.request
    path = request.url.path.removeprefix(_root(visit)) or "/"
    if request.method not in SAFE:
        return _page_of(request, path)
    return f"{path}?{request.url.query}" if request.url.query else path


def _page_of(request: Request, path: str) -> str:
    """Return the page that a form stands on: the nearest above the address that it is sent to."""
    while path and not _is_page(request, path):
        path = path.rpartition("/")[0]
    return path or "/"


def _is_page(request: Request, path: str) -> bool:
    root = request.scope.get("root_path", "")
    scope = {"type": "http", "method": "GET", "path": root + path, "root_path": root}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


def _asset_address(visit: Visit) -> Callable[[str], str]:
    root = _root(visit)

    def address(name: str) -> str:
        return f"{root}/static/{name}?v={load_assets()[name].mark}"

    return address


def _notice(visit: Visit, language: str) -> str:
    """Return what a form that was sent has done; what is not one of ours is not shown."""
    told = visit.request.cookies.get(_NOTICE_COOKIE, "")
    try:
        key, values = json.loads(base64.urlsafe_b64decode(told)) if told else ("", {})
        message = tongue(language).text(NOTICES[key]) if key else ""
        return message % values if isinstance(values, Mapping) else ""
    except (ValueError, KeyError, TypeError):
        return ""
