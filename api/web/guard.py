"""The outermost layer: headers of every answer, limits on bodies and on how often, and the last resort for errors.

What is logged of a request is its method, the template of its route, its status and its time: no address with
names in it, no message of an error.  A NUL is refused before anything is looked up: no name or id has one, and
PostgreSQL takes none.
"""

from __future__ import annotations

import json
import logging
import re
import time
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import TYPE
from api.service.limits import Limits, retry_after
from api.service.outage import is_outage
from api.web.connection import patient

_LOG: Final = logging.getLogger("dpa_checker.service")
#: Bodies other than uploads.
_MOST_BODY: Final = 64 * 1024
_UNLIMITED: Final = frozenset({"/health", "/ready"})
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
UPLOAD_PATH: Final = "/v1/contracts"
#: Makes a set, of contracts by JSON or of files by a form.
SET_PATH: Final = "/v1/sets"
#: Forms that may carry files; each is limited where it is read.
_UPLOAD_FORM: Final = re.compile(
    r"/dashboard/(?:workspaces/[0-9a-f]{32}(?:/sets)?|sets/[0-9a-f]{32}|contracts/[0-9a-f]{32})/upload"
)
_FORM: Final = b"multipart/form-data"
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_CSP: Final = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000")


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, *, secure: bool, limits: Limits) -> None:
        self._app = app
        self._limits = limits
        self._headers = (*_HEADERS, _HSTS) if secure else _HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(message)
            await send(message)

        try:
            if wait := self._wait(scope):
                retry = (b"retry-after", retry_after(wait).encode())
                await _send_problem(answer, 429, "too-many-requests", "Too many requests. Wait.", retry)
            elif "\0" in scope["path"]:
                await _send_problem(answer, 404, "not-found", "There is nothing here.")
            elif b"%00" in scope["query_string"]:
                await _send_problem(answer, 422, "invalid", "The request is not as it should be.")
            elif _too_large(scope):
                await _send_problem(answer, 413, "too-large", "The request is too large.")
            else:
                await self._app(scope, patient(receive) if scope["method"] in _WITH_BODY else receive, answer)
        except ClientDisconnect:
            status = status or 499
        except Exception as error:  # noqa: BLE001  # its message may hold text of a contract
            _LOG.error("a request met %s", type(error).__name__)
            if status != 0:
                return
            if await run_in_threadpool(is_outage, scope["app"].state.core, error):
                await _send_problem(answer, 503, "not-ready", "The service cannot work at the moment.")
            else:
                await _send_problem(answer, 500, "internal", "Something went wrong in the service.")
        finally:
            route = getattr(scope.get("route"), "path", "-")
            seconds = time.perf_counter() - began
            _LOG.info("%s %s %d %.0f ms", scope["method"], route, status, 1000 * seconds)

    def _wait(self, scope: Scope) -> float:
        """Return how long the caller's address has to wait; whoever watches the service need not."""
        client = scope.get("client")
        return 0.0 if scope["path"] in _UNLIMITED else self._limits.seconds_for_address(client[0] if client else "")

    def _add_headers(self, message: Message) -> None:
        given = {name for name, _ in message["headers"]}
        added = [pair for pair in (*self._headers, _CSP) if pair[0] not in given]
        message["headers"] = [*message["headers"], *added]


def _too_large(scope: Scope) -> bool:
    """Tell whether a body that is no upload announces too many bytes, or does not say how many."""
    headers = dict(scope["headers"])
    if scope["method"] == "POST" and headers.get(b"content-type", b"").lower().startswith(_FORM):
        path = scope["path"]
        if path in (UPLOAD_PATH, SET_PATH) or _UPLOAD_FORM.fullmatch(path):
            return False
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" in headers or not length.isdigit() or int(length) > _MOST_BODY


async def _send_problem(send: Send, status: int, kind: str, title: str, *more: tuple[bytes, bytes]) -> None:
    body = json.dumps({"type": TYPE + kind, "title": title, "status": status}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
