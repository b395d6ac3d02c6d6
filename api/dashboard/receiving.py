"""Files that a form brings: read, kept one by one, and what cannot be taken named with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from api.dashboard.page import sentence
from api.dashboard.upload_form import Received, UploadForm, begin_in
from api.dashboard.visit import CSRF_FIELD, Visit
from api.errors import Problem
from api.service.submission import Submission, submit
from dpa_checker.library import load_library

_LONGEST: Final = 200
#: These are told by a page of their own: there is no form to be shown again.
_WHOLE: Final = frozenset({"csrf", "not-found", "not-signed-in"})


async def receive(
    request: Request,
    visit: Visit,
    find: Callable[[], str],
    keep: Callable[[UploadForm], Response],
    again: Callable[[Mapping[str, str], Problem], Response],
    *,
    more: AbstractSet[str] = frozenset(),
) -> Response:
    """Read a form with files into the workspace that ``find`` tells, and answer by what ``keep`` makes of it.

    What is refused as a whole is told by ``again``, with the fields.
    """
    form = UploadForm(
        begin_in(visit.core, find), lambda fields: visit.require_form(fields.get(CSRF_FIELD, "")), more=more
    )
    try:
        await form.read(request)
        return await run_in_threadpool(keep, form)
    except Problem as problem:
        if problem.kind in _WHOLE:
            raise
        return await run_in_threadpool(again, form.fields, problem)
    finally:
        await run_in_threadpool(form.close)


def keep_each(visit: Visit, form: UploadForm, asked: Callable[[str], Submission]) -> list[str]:
    """Keep the files, each as ``asked`` tells by its name, and return their jobs; a bad one keeps no other out."""
    kept = (_keep(visit, received, asked(received.name)) for received in form.named)
    return [job for job in kept if job is not None]


def _keep(visit: Visit, received: Received, asked: Submission) -> str | None:
    if received.upload is None:
        return None
    try:
        return submit(visit.core, visit.member, received.upload, asked, idempotency_key=None).job_id
    except Problem as problem:
        received.problem = problem
    except SQLAlchemyError:
        received.problem = Problem(503, "internal", "")
    return None


def tell_refused(form: UploadForm) -> list[tuple[str, str]]:
    """Return the files that cannot be taken with the reasons, in English."""
    return [(name, sentence(problem)) for name, problem in form.refused]


def read_about(form: UploadForm) -> tuple[str | None, str | None, str | None]:
    """Return counterparty, reference and language of the files; raises :class:`Problem`."""
    counterparty, reference = (form.fields.get(name, "")[:_LONGEST] or None for name in ("counterparty", "reference"))
    language = form.fields.get("language") or None
    if language is not None and language not in load_library().languages:
        raise Problem(422, "unsupported-language", "This language cannot be examined.")
    return counterparty, reference, language
