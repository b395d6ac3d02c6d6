"""Problems as answers, and as the OpenAPI document tells of them (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from api.errors import TYPE, Problem
from api.web.access import note_refusal

MEDIA_TYPE: Final = "application/problem+json"
_CODES: Final = {404: "not-found", 405: "method-not-allowed"}
PROBLEM_SCHEMA: Final = {
    "type": "object",
    "title": "Problem",
    "description": "What is wrong, by RFC 9457. `type` is stable; programs decide by it.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
    "examples": [{"type": TYPE + "not-found", "title": "There is nothing here.", "status": 404}],
}


def problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of the problems that a route may answer with; each may answer 429 and 503."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {code: {"description": HTTPStatus(code).phrase, "content": content} for code in sorted({*codes, 429, 503})}


def add_handlers(app: FastAPI) -> None:
    """Make every error of a route a problem."""
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_invalid)


async def _answer_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    await run_in_threadpool(note_refusal, request, error)
    return JSONResponse(error.content(), error.status, headers=error.headers, media_type=MEDIA_TYPE)


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    problem = Problem(error.status_code, _CODES.get(error.status_code, "request"), phrase, headers=error.headers)
    return await _answer_problem(request, problem)


async def _answer_invalid(request: Request, error: Exception) -> Response:
    """Say where and what, and never repeat what was given."""
    assert isinstance(error, RequestValidationError)
    found = [{"where": ".".join(map(str, item["loc"])), "what": item["msg"]} for item in error.errors()]
    return await _answer_problem(
        request, Problem(422, "invalid", "The request is not as it should be.", fields={"errors": found})
    )
