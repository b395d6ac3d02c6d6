"""The dashboard put together: an application of its own within the service, with pages in place of problems."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from api.dashboard import (
    routes_administration,
    routes_asset,
    routes_bulk,
    routes_export,
    routes_page,
    routes_portfolio,
    routes_report,
    routes_review,
    routes_session,
    routes_set,
    routes_token,
    routes_upload,
    routes_version,
)
from api.dashboard.page import go, here, sentence, show
from api.dashboard.visit import Entrance, Visit
from api.dashboard.wording import TOLD
from api.errors import Problem
from api.service.core import Core
from api.service.outage import is_outage
from api.web.access import SAFE, note_refusal

PATH: Final = "/dashboard"
_ROUTES: Final = (
    routes_administration,
    routes_asset,
    routes_bulk,
    routes_export,
    routes_page,
    routes_portfolio,
    routes_report,
    routes_review,
    routes_session,
    routes_set,
    routes_token,
    routes_upload,
    routes_version,
)
#: Where htmx puts what is told of a form.
_WITHIN: Final = {"HX-Retarget": "this", "HX-Reswap": "beforeend", "HX-Reselect": ".told"}
_ELSEWHERE: Final = {"password-to-change": "/account", "second-factor-to-enrol": "/account"}


class Dashboard:
    """The pages, to be mounted at :data:`PATH`; ``state`` is that of the service, which opens and closes it."""

    def __init__(self, state: State) -> None:
        self.application = FastAPI(
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
            telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        )
        self.application.state = state
        for module in _ROUTES:
            self.application.include_router(module.router)
        for kind in (Problem, HTTPException, RequestValidationError, Exception):
            self.application.add_exception_handler(kind, _answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self.application(scope, receive, send)


async def _answer(request: Request, error: Exception) -> Response:
    """Return the page that tells of a problem."""
    problem = await run_in_threadpool(_as_problem, request, error)
    await run_in_threadpool(note_refusal, request, problem)
    return await run_in_threadpool(_show_problem, request, problem)


def _as_problem(request: Request, error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return Problem(error.status_code, "not-found" if error.status_code == 404 else "invalid", "")
    if isinstance(error, RequestValidationError):
        return Problem(404, "not-found", "")
    if is_outage(request.app.state.core, error):
        return Problem(503, "not-ready", "")
    return Problem(500, "internal", "")


def _show_problem(request: Request, problem: Problem) -> Response:
    visit = _enter(request, problem)
    if visit.partial and request.method not in SAFE:
        return _tell(visit, problem)
    if problem.kind == "not-signed-in":
        return go(visit, f"/sign-in?to={quote(here(visit), safe='')}", whole=True)
    if problem.kind in _ELSEWHERE and request.method == "GET":
        return go(visit, _ELSEWHERE[problem.kind], whole=True)
    response = show(visit, "problem.html", status=problem.status, said=sentence(problem))
    response.headers.update(_waiting(problem))
    return response


def _enter(request: Request, problem: Problem) -> Visit:
    core: Core = request.app.state.core
    if problem.kind == "not-ready":  # who visits stands in what cannot be read
        return Visit(request, core, None, "", {})
    return Entrance(None, streamed=True)(request, core, {})


def _tell(visit: Visit, problem: Problem) -> Response:
    """Return what is told within a form that a script has sent, so that what was typed into it stays."""
    said = TOLD.get(problem.kind, sentence(problem))
    response = show(visit, "told.html", status=problem.status, said=said, kind=problem.kind)
    response.headers.update(_waiting(problem) | _WITHIN)
    return response


def _waiting(problem: Problem) -> dict[str, str]:
    return {name: value for name, value in problem.headers.items() if name == "Retry-After"}


def lead_here() -> Response:
    """Lead those who come to the service by its bare address to the dashboard."""
    return RedirectResponse(f"{PATH}/", 307)
