"""The upload of a contract: streamed into the sealed spool, kept durably, then answered."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.errors import Problem
from api.service.caller import Caller
from api.service.contracts import Names, require_contract, workspace_key
from api.service.core import Core
from api.service.examination import read_job
from api.service.submission import Submission, submit
from api.service.upload import Upload
from api.web.access import CoreNeeded, Writing
from api.web.form import read_form
from api.web.guard import UPLOAD_PATH
from api.web.multipart import MultipartForm
from api.web.problem import problems
from api.web.shape_job import JobShape
from dpa_checker.library import load_library

router = APIRouter(tags=["contracts"])
_MOST_WAIT: Final = 30
_POLL_SECONDS: Final = 0.05
LONGEST_NAME: Final = 200
HEADERS: Final[dict[str, Any]] = {
    "Location": {"description": "Where the job is.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {"description": "Set when an earlier request had done it.", "schema": {"type": "string"}},
}
KEY_AND_PREFER: Final[list[dict[str, Any]]] = [
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
]
_DOCUMENTED: Final[dict[str, Any]] = {
    "parameters": KEY_AND_PREFER,
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
                        "counterparty": {"type": "string", "maxLength": LONGEST_NAME},
                        "reference": {"type": "string", "maxLength": LONGEST_NAME},
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
        200: {"model": JobShape, "description": "Examined within the time of `Prefer`.", "headers": HEADERS},
        202: {"headers": HEADERS},
        **problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
    openapi_extra=_DOCUMENTED,
)
async def upload_contract(
    request: Request,
    response: Response,
    caller: Writing,
    core: CoreNeeded,
    workspace: str | None = None,
    replaces: Annotated[
        str | None, Query(max_length=32, description="The contract, in its latest version, of which this is a new one.")
    ] = None,
    into_set: Annotated[str | None, Query(alias="set", max_length=32, description="The set that it joins.")] = None,
) -> JobShape:
    """Take a contract and queue its examination; when the answer comes, both are kept."""
    chosen = await run_in_threadpool(_workspace, core, caller, workspace, replaces)
    repeat = read_repeat_key(request)
    key = await run_in_threadpool(workspace_key, core, chosen)
    with Upload(core, key) as upload:
        form, name = await read_form(request, upload)
        names, language = await run_in_threadpool(check_about, form, name)
        asked = Submission(chosen, names, language, replaces, into_set)
        kept = await run_in_threadpool(submit, core, caller, upload, asked, idempotency_key=repeat)
    response.headers["Location"] = f"/v1/jobs/{kept.job_id}"
    if kept.repeated:
        response.headers["Idempotent-Replayed"] = "true"
    seconds = asked_wait(request.headers.get("Prefer", ""))
    shape, ended = await _await_job(core, caller, kept.job_id, seconds)
    if ended and seconds:
        response.status_code = 200
        response.headers["Preference-Applied"] = f"wait={seconds}"
    return shape


def _workspace(core: Core, caller: Caller, workspace: str | None, replaces: str | None) -> str:
    """Return the workspace that is meant: that of the contract which is replaced, where none is named."""
    if workspace is None and replaces is not None:
        with core.database.read() as connection:
            return require_contract(connection, caller, replaces).workspace_id
    return caller.workspace(workspace)


def read_repeat_key(request: Request) -> str | None:
    """Return the Idempotency-Key of a request; raises :class:`Problem`."""
    repeat = request.headers.get("Idempotency-Key") or None
    if repeat and len(repeat) > LONGEST_NAME:
        raise Problem(400, "bad-idempotency-key", "The Idempotency-Key is too long.")
    return repeat


def check_about(form: MultipartForm, name: str) -> tuple[Names, str | None]:
    """Return the metadata of a form; raises :class:`Problem`."""
    for field in ("counterparty", "reference"):
        if len(form.get(field) or "") > LONGEST_NAME:
            raise Problem(422, "invalid", "The request is not as it should be.", f"{field} is too long.")
    language = form.get("language")
    if language is not None and language not in (known := load_library().languages):
        raise Problem(422, "unsupported-language", "This language cannot be examined.", ", ".join(known))
    return Names(name, form.get("counterparty"), form.get("reference")), language


def asked_wait(prefer: str) -> int:
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
