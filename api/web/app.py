"""The application put together; nothing is opened before it starts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from api.errors import Problem
from api.service.core import Core, open_core
from api.service.upload import purge_spool
from api.service.worker import Worker
from api.settings import Settings
from api.store import account as accounts
from api.web import routes_admin, routes_contract, routes_session, upload_route
from api.web.access import CoreNeeded, OwningUnchanged
from api.web.guard import Guard
from api.web.problem import PROBLEM_SCHEMA, add_handlers, problems
from dpa_checker.version import ENGINE_VERSION

_TITLE = "dpa-checker"
_ABOUT = "Contracts in, reports on the mentions of GDPR Article 28(3) out. Errors are problems by RFC 9457."


def create_app(settings: Settings) -> FastAPI:
    """Return the application; databases and worker are opened when it starts and closed when it stops."""

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        core = await run_in_threadpool(_start, settings)
        app.state.core = core
        worker = Worker(core) if settings.embedded_worker else None
        if worker:
            worker.start()
        try:
            yield
        finally:
            if worker:
                await run_in_threadpool(worker.stop)
            core.close()

    # Its own documentation is behind sign-in; FastAPI's would be open.
    app = FastAPI(
        title=_TITLE,
        version=ENGINE_VERSION,
        description=_ABOUT,
        lifespan=live,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    add_handlers(app)
    for module in (routes_session, routes_admin, upload_route, routes_contract):
        app.include_router(module.router)
    _add_own_routes(app, settings)
    app.add_middleware(Guard, secure=settings.secure_cookies)
    return app


def _start(settings: Settings) -> Core:
    core = open_core(settings)
    purge_spool(core)
    return core


def _add_own_routes(app: FastAPI, settings: Settings) -> None:
    @app.get("/health", tags=["state"], summary="Whether the process answers", responses=problems(413))
    def read_health() -> dict[str, str]:
        """Return that the process answers."""
        return {"status": "ok"}

    @app.get("/ready", tags=["state"], summary="Whether the service can work", responses=problems(413, 503))
    def read_ready(core: CoreNeeded) -> dict[str, str]:
        """Return that the database and the key store answer."""
        try:
            with core.database.read() as connection:
                accounts.count_administrators(connection)
            core.keys.anchored()
        except SQLAlchemyError as error:
            raise Problem(503, "not-ready", "The service cannot work at the moment.") from error
        return {"status": "ready"}

    @app.get("/v1/openapi.json", tags=["state"], summary="This document", responses=problems(401, 403, 413))
    def read_openapi(_caller: OwningUnchanged) -> JSONResponse:
        """Return the OpenAPI document."""
        return JSONResponse(app.openapi())

    def build() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, settings)
        return app.openapi_schema

    app.openapi = build  # type: ignore[method-assign]  # as FastAPI's documentation has it


def _document(app: FastAPI, settings: Settings) -> dict[str, Any]:
    """Return the OpenAPI document, with problems and the two ways to be recognised."""
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    cookie = "__Host-dpa_session" if settings.secure_cookies else "dpa_session"
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": cookie},
    }
    document["security"] = [{"token": []}, {"session": []}]
    for path in ("/health", "/ready", "/v1/sign-in"):
        for operation in document["paths"][path].values():
            operation["security"] = []
    return document
