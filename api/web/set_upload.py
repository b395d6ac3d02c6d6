"""Several files in one request as one contract set: streamed into the sealed spool, kept whole, then answered."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from api.errors import Problem
from api.service.caller import Caller
from api.service.contract_set import MOST_MEMBERS, read_set
from api.service.contracts import workspace_key
from api.service.core import Core
from api.service.examination import read_job
from api.service.set_submission import SetSubmission, SubmittedSet, submit_set
from api.service.upload import Upload
from api.web.etag import write_tag
from api.web.set_form import MOST_TOGETHER, SetForm
from api.web.shape_job import JobShape
from api.web.shape_set import NewSet, SetShape, SetUpload
from api.web.upload_route import (
    HEADERS,
    KEY_AND_PREFER,
    LONGEST_NAME,
    asked_wait,
    check_about,
    read_repeat_key,
)

_POLL_SECONDS: Final = 0.2
_LOCATED: Final = HEADERS | {"Location": {"description": "Where the set is.", "schema": {"type": "string"}}}
_FIELDS: Final[dict[str, Any]] = {
    "file": {
        "type": "array",
        "items": {"type": "string", "contentMediaType": "application/octet-stream"},
        "minItems": 1,
        "maxItems": MOST_MEMBERS,
        "description": f"Each file is a part of this name; together at most {MOST_TOGETHER} times what one may have.",
    },
    "name": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
    "counterparty": {"type": "string", "maxLength": LONGEST_NAME, "description": "Of all the files."},
    "reference": {"type": "string", "maxLength": LONGEST_NAME, "description": "Of all the files."},
    "language": {"type": "string", "description": "ISO 639-1, of all the files; detected when left out."},
}
#: What the documentation has of the two bodies that make a set.
DOCUMENTED: Final[dict[str, Any]] = {
    "parameters": KEY_AND_PREFER,
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": NewSet.model_json_schema()},
            "multipart/form-data": {
                "schema": {"type": "object", "required": ["file", "name"], "properties": _FIELDS},
                "example": {"file": ["(bytes)", "(bytes)"], "name": "Example Ltd, hosting", "reference": "C-2026-17"},
            },
        },
    },
}
UPLOADED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": SetUpload, "description": "Files were sent, and all are examined in time.", "headers": _LOCATED},
    202: {
        "model": SetUpload,
        "description": "Files were sent; all are kept, they are examined in turn.",
        "headers": _LOCATED,
    },
}


async def upload_set(request: Request, response: Response, core: Core, caller: Caller, workspace: str) -> SetUpload:
    """Take the files of a form as a new set; one that cannot be taken is named, and then nothing is kept."""
    repeat = read_repeat_key(request)
    key = await run_in_threadpool(workspace_key, core, workspace)
    form = SetForm(lambda: Upload(core, key), most_bytes=core.settings.max_upload_bytes)
    try:
        await form.read(request)
        asked = await run_in_threadpool(_read_about, form, workspace)
        kept = await run_in_threadpool(submit_set, core, caller, form.files, asked, idempotency_key=repeat)
    finally:
        await run_in_threadpool(form.close)
    response.headers["Location"] = f"/v1/sets/{kept.set_id}"
    if kept.repeated:
        response.headers["Idempotent-Replayed"] = "true"
    seconds = asked_wait(request.headers.get("Prefer", ""))
    jobs, ended = await _await_jobs(core, caller, kept, seconds)
    response.status_code = 202
    if ended and seconds:
        response.status_code = 200
        response.headers["Preference-Applied"] = f"wait={seconds}"
    opened = await run_in_threadpool(read_set, core, caller, kept.set_id)
    response.headers["ETag"] = write_tag(opened.version)
    return SetUpload(set=SetShape.of(opened), jobs=jobs)


async def read_new_set(request: Request) -> NewSet:
    """Return the JSON of a set to be made; raises :class:`Problem` that does not repeat what was given."""
    try:
        return NewSet.model_validate_json(await request.body())
    except ValidationError as error:
        found = [
            {"where": ".".join(map(str, ("body", *item["loc"]))), "what": item["msg"]}
            for item in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        fields = {"errors": found}
        raise Problem(422, "invalid", "The request is not as it should be.", fields=fields) from error


def _read_about(form: SetForm, workspace: str) -> SetSubmission:
    name = form.get("name")
    if name is None:
        raise Problem(422, "invalid", "The request is not as it should be.", "A set has a name.")
    if len(name) > LONGEST_NAME:
        raise Problem(422, "invalid", "The request is not as it should be.", "name is too long.")
    names, language = check_about(form, name)
    return SetSubmission(workspace, name, names.counterparty, names.reference, language)


async def _await_jobs(core: Core, caller: Caller, kept: SubmittedSet, seconds: int) -> tuple[list[JobShape], bool]:
    """Return the jobs of a set, when all have ended or the time is over, and whether all have."""
    until = time.monotonic() + seconds
    while True:
        found = [await run_in_threadpool(read_job, core, caller, one.job_id) for one in kept.files]
        ended = all(job.ended for job, _ in found)
        if ended or time.monotonic() >= until:
            return [JobShape.of(job, ahead) for job, ahead in found], ended
        await asyncio.sleep(_POLL_SECONDS)
