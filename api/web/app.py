"""The application put together; nothing is opened before it starts."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from api.dashboard import PATH, Dashboard, lead_here
from api.errors import Problem
from api.service.accounts import has_administrator
from api.service.alerts import Alerts
from api.service.core import Core, open_core
from api.service.limits import Limits
from api.service.page import PageReader
from api.service.text import TextReader
from api.service.upload import purge_spool
from api.service.worker import Worker
from api.settings import Settings
from api.store import account as accounts
from api.web import (
    routes_admin,
    routes_contract,
    routes_export,
    routes_factor,
    routes_job,
    routes_page,
    routes_report,
    routes_review,
    routes_session,
    routes_set,
    routes_setup,
    upload_route,
)
from api.web.access import CoreNeeded, OwningUnchanged
from api.web.guard import Guard
from api.web.problem import PROBLEM_SCHEMA, add_handlers, problems
from api.web.routes_setup import SetupCode
from dpa_checker.ingestion.isolation import purge_scratch
from dpa_checker.version import ENGINE_VERSION

_LOG: Final = logging.getLogger("dpa_checker.service")
_THREADS: Final = 10
_TITLE = "dpa-checker"
_ABOUT = "Contracts in, reports on the mentions of GDPR Article 28(3) out. Errors are problems by RFC 9457."


def create_app(settings: Settings) -> FastAPI:
    """Return the application; databases and worker are opened when it starts and closed when it stops."""

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        # More at once would only take the interpreter away from each other.
        current_default_thread_limiter().total_tokens = _THREADS
        core = await run_in_threadpool(_start, settings)
        app.state.core = core
        app.state.pages = pages = PageReader()
        app.state.texts = texts = TextReader()
        app.state.setup = await run_in_threadpool(_offer_setup, core)
        alerts = Alerts(core)
        await run_in_threadpool(alerts.start)
        worker = Worker(core) if settings.embedded_worker else None
        if worker:
            worker.start()
        try:
            yield
        finally:
            if worker:
                await run_in_threadpool(worker.stop)
            await run_in_threadpool(pages.close)
            await run_in_threadpool(texts.close)
            await run_in_threadpool(alerts.stop)
            await run_in_threadpool(core.close)

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
        # Its spans and records would hold addresses with names in them, and messages of errors.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    add_handlers(app)
    # Routes are tried in this order: those that are asked most come first.
    most = (upload_route, routes_job, routes_export, routes_contract, routes_report)
    own = (*most, routes_page, routes_review, routes_set)
    for module in (*own, routes_session, routes_factor, routes_admin, routes_setup):
        app.include_router(module.router)
    _add_own_routes(app, settings)
    app.state.limits = limits = Limits(settings)
    for path in ("/", PATH):
        app.add_api_route(path, lead_here, include_in_schema=False)
    app.mount(PATH, Dashboard(app.state))
    app.add_middleware(Guard, secure=settings.secure_cookies, limits=limits)
    return app


def _start(settings: Settings) -> Core:
    core = open_core(settings)
    purge_spool(core)
    purge_scratch()
    core.log.begin("serve")
    _settle_memory()
    return core


def _settle_memory() -> None:
    """Have what was loaded once looked through for garbage no more: that would show in slow answers."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _offer_setup(core: Core) -> SetupCode | None:
    """Show the link by which the first administrator is made, where there is none."""
    if has_administrator(core):
        return None
    if not core.settings.is_own or core.settings.processes > 1:
        _LOG.warning("there is no administrator: python -m api create-administrator NAME makes one")
        return None
    setup = SetupCode()
    sys.stdout.write(f"Make the first administrator: {setup.link(core.settings)}\n")
    sys.stdout.flush()
    return setup


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
    for operations in document["paths"].values():
        for operation in operations.values():
            if "requestBody" in operation:  # one that cannot be read, and one that does not come
                operation["responses"] |= {str(code): one for code, one in problems(400, 408).items()}
    for path in ("/health", "/ready", "/v1/sign-in", "/setup"):
        for operation in document["paths"][path].values():
            operation["security"] = []
    return document
