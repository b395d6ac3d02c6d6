"""The upload of a contract: streamed into the sealed spool, kept durably, then answered."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.errors import Problem
from api.service.caller import Caller
from api.service.contracts import Names, submit, workspace_key
from api.service.core import Core
from api.service.upload import Upload
from api.store import job as jobs
from api.store.job import Job
from api.web.access import CoreNeeded, Writing
from api.web.form import Form, read_form
from api.web.guard import UPLOAD_PATH
from api.web.problem import problems
from api.web.shape import JobShape
from dpa_checker.library import load_library

router = APIRouter(tags=["contracts"])
_MOST_WAIT: Final = 30
_POLL_SECONDS: Final = 0.05
_LONGEST_NAME: Final = 200
_HEADERS: Final[dict[str, Any]] = {
    "Location": {"description": "Where the job is.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {"description": "Set when an earlier request had done it.", "schema": {"type": "string"}},
}
_DOCUMENTED: Final[dict[str, Any]] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "schema": {"type": "string", "maxLength": 200},
            "description": "The same upload with the same key is done once, within a day.",
        },
        {
            "name": "Prefer",
            "in": "header",
            "schema": {"type": "string"},
            "description": "`wait=10` waits up to so many seconds for the report (RFC 7240), at most 30.",
        },
    ],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
                        "counterparty": {"type": "string", "maxLength": _LONGEST_NAME},
                        "reference": {"type": "string", "maxLength": _LONGEST_NAME},
                        "language": {"type": "string", "description": "ISO 639-1; detected when left out."},
                    },
                },
                "example": {"file": "(bytes)", "counterparty": "Example Ltd", "reference": "C-2026-17"},
            }
        },
    },
}


@router.post(
    UPLOAD_PATH,
    status_code=202,
    summary="Upload a contract",
    responses={
        200: {"model": JobShape, "description": "Examined within the time of `Prefer`.", "headers": _HEADERS},
        202: {"headers": _HEADERS},
        **problems(400, 401, 403, 404, 413, 415, 422),
    },
    openapi_extra=_DOCUMENTED,
)
async def upload_contract(
    request: Request, response: Response, caller: Writing, core: CoreNeeded, workspace: str | None = None
) -> JobShape:
    """Take a contract and queue its examination; when the answer comes, both are kept."""
    chosen = caller.workspace(workspace)
    repeat = request.headers.get("Idempotency-Key") or None
    if repeat and len(repeat) > _LONGEST_NAME:
        raise Problem(400, "bad-idempotency-key", "The Idempotency-Key is too long.")
    key = await run_in_threadpool(workspace_key, core, chosen)
    with Upload(core, key) as upload:
        form, name = await read_form(request, upload)
        names, language = await run_in_threadpool(_check, form, name)
        kept = await run_in_threadpool(
            submit, core, caller, chosen, upload, names, language=language, idempotency_key=repeat
        )
    response.headers["Location"] = f"/v1/jobs/{kept.job_id}"
    if kept.repeated:
        response.headers["Idempotent-Replayed"] = "true"
    seconds = _asked_wait(request.headers.get("Prefer", ""))
    shape, ended = await _await_job(core, caller, kept.job_id, seconds)
    if ended and seconds:
        response.status_code = 200
        response.headers["Preference-Applied"] = f"wait={seconds}"
    return shape


def _check(form: Form, name: str) -> tuple[Names, str | None]:
    """Return the metadata of a form; raises :class:`Problem`."""
    for field in ("counterparty", "reference"):
        if len(form.get(field) or "") > _LONGEST_NAME:
            raise Problem(422, "invalid", "The request is not as it should be.", f"{field} is too long.")
    language = form.get("language")
    if language is not None and language not in (known := load_library().languages):
        raise Problem(422, "unsupported-language", "This language cannot be examined.", ", ".join(known))
    return Names(name, form.get("counterparty"), form.get("reference")), language


def _asked_wait(prefer: str) -> int:
    """Return the seconds that a Prefer header asks to wait (RFC 7240)."""
    for preference in prefer.split(","):
        name, _, value = preference.partition(";")[0].partition("=")
        seconds = value.strip().strip('"')
        if name.strip().lower() == "wait" and seconds.isascii() and seconds.isdigit():
            return min(int(seconds[:6]), _MOST_WAIT)
    return 0


async def _await_job(core: Core, caller: Caller, job_id: str, seconds: int) -> tuple[JobShape, bool]:
    until = time.monotonic() + seconds
    while True:
        job, ahead = await run_in_threadpool(read_job, core, caller, job_id)
        if job.ended or time.monotonic() >= until:
            return JobShape.of(job, ahead), job.ended
        await asyncio.sleep(_POLL_SECONDS)


def read_job(core: Core, caller: Caller, job_id: str) -> tuple[Job, int]:
    """Return a job of the caller's workspaces with how many come before it; raises :class:`Problem`."""
    with core.database.read() as connection:
        job = jobs.find_job(connection, job_id)
        if job is None or job.workspace_id not in caller.workspaces:
            raise Problem(404, "not-found", "There is nothing here.")
        return job, 0 if job.ended else jobs.count_ahead(connection, job)
