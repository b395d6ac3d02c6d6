"""Uploading many contracts at once, and watching their examination."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from api.dashboard.page import catalogue_of, go, sentence, show
from api.dashboard.routes_portfolio import find_workspace
from api.dashboard.upload_form import MOST_FILES, Received, UploadForm
from api.dashboard.visit import CSRF_FIELD, Reading, Uploading, Visit, Writing
from api.dashboard.wording import FAILURES, JOB_STATES, PHASES
from api.errors import Problem
from api.service.contracts import Names, read_contract, workspace_key
from api.service.examination import read_job
from api.service.submission import Submission, submit
from api.service.upload import Upload
from api.store.account import Workspace
from api.store.job import Job, JobState, Phase
from dpa_checker.library import load_library

router = APIRouter()
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """A job as it is shown; ``name`` is empty where only the state is wanted."""

    job: Job
    ahead: int
    name: str

    @property
    def state(self) -> str:
        """Where it stands, in English."""
        if self.job.state is JobState.RUNNING and self.job.phase:
            return PHASES[self.job.phase]
        return JOB_STATES[self.job.state]

    @property
    def why(self) -> str:
        """Why it failed, in English."""
        return FAILURES.get(self.job.error_code, FAILURES["other"]) if self.job.error_code else ""

    @property
    def share(self) -> int:
        """How far it is, in per cent."""
        if self.job.ended:
            return 100
        running = self.job.state is JobState.RUNNING and self.job.phase
        return 25 * (list(Phase).index(self.job.phase) + 1) if running and self.job.phase else 5


@router.get("/workspaces/{workspace_id}/upload")
def read_upload(workspace_id: str, visit: Writing) -> Response:
    """Show the form for uploading."""
    return _page(visit, find_workspace(visit, workspace_id))


@router.post("/workspaces/{workspace_id}/upload")
async def upload(workspace_id: str, request: Request, visit: Uploading) -> Response:
    """Take files; those that cannot be taken are named with the reason, the others are examined."""
    workspace = await run_in_threadpool(find_workspace, visit, workspace_id)
    key = await run_in_threadpool(workspace_key, visit.core, workspace.id)
    form = UploadForm(lambda: Upload(visit.core, key), lambda fields: visit.require_form(fields.get(CSRF_FIELD, "")))
    try:
        await form.read(request)
        return await run_in_threadpool(_keep, visit, workspace, form)
    except Problem as problem:
        if problem.kind == "csrf":
            raise
        return await run_in_threadpool(_page, visit, workspace, form.fields, problem)
    finally:
        await run_in_threadpool(form.close)


def _page(
    visit: Visit, workspace: Workspace, fields: dict[str, str] | None = None, problem: Problem | None = None
) -> Response:
    catalogue = catalogue_of(visit)
    return show(
        visit,
        "upload.html",
        status=problem.status if problem else 200,
        workspace=workspace,
        fields=fields or {},
        problem=sentence(problem) if problem else "",
        most_files=MOST_FILES,
        most_bytes=visit.core.settings.max_upload_bytes,
        contract_languages={code: catalogue.language_name(code) for code in load_library().languages},
    )


def _keep(visit: Visit, workspace: Workspace, form: UploadForm) -> Response:
    language = form.fields.get("language") or None
    if language is not None and language not in load_library().languages:
        raise Problem(422, "unsupported-language", "This language cannot be examined.")
    named = [received for received in form.files if received.name]
    if not named:
        raise Problem(422, "no-file", "There is no file.")
    counterparty, reference = (form.fields.get(name, "")[:_LONGEST] or None for name in ("counterparty", "reference"))
    jobs = []
    for received in named:
        asked = Submission(workspace.id, Names(received.name, counterparty, reference), language)
        if (job := _submit(visit, received, asked)) is not None:
            jobs.append(job)
    refused = [received for received in named if received.problem is not None]
    if refused:
        reasons = [(received.name, sentence(received.problem)) for received in refused if received.problem]
        return _progress_page(visit, workspace, jobs, reasons, status=422 if not jobs else 200)
    address = f"/workspaces/{workspace.id}/progress?jobs={','.join(jobs)}"
    return go(visit, address, "uploaded", number=str(len(jobs)))


def _submit(visit: Visit, received: Received, asked: Submission) -> str | None:
    """Keep one file and return its job; a problem of its own keeps no other file out."""
    if received.upload is None:
        return None
    try:
        return submit(visit.core, visit.member, received.upload, asked, idempotency_key=None).job_id
    except Problem as problem:
        received.problem = problem
    except SQLAlchemyError:
        received.problem = Problem(503, "internal", "")
    return None


@router.get("/workspaces/{workspace_id}/progress")
def read_progress(workspace_id: str, visit: Reading, jobs: str = "") -> Response:
    """Show how far the examinations are."""
    return _progress_page(visit, find_workspace(visit, workspace_id), _ids(jobs), [])


@router.get("/jobs")
def read_jobs(visit: Reading, jobs: str = "") -> Response:
    """Return the states of jobs, to be put in the place of the former ones; without names."""
    rows = [Progress(*read_job(visit.core, visit.member, job), "") for job in _ids(jobs)]
    return show(visit, "jobs.html", **_counted(rows))


def _ids(jobs: str) -> list[str]:
    return [job for job in jobs.split(",")[:MOST_FILES] if job]


def _progress_page(
    visit: Visit, workspace: Workspace, jobs: list[str], refused: list[tuple[str, str]], status: int = 200
) -> Response:
    rows = []
    for job_id in jobs:
        job, ahead = read_job(visit.core, visit.member, job_id)
        contract = read_contract(visit.core, visit.member, job.contract_id)[0]
        rows.append(Progress(job, ahead, contract.names.name))
    return show(visit, "progress.html", status=status, workspace=workspace, refused=refused, **_counted(rows))


def _counted(rows: list[Progress]) -> dict[str, Any]:
    ended = sum(row.job.ended for row in rows)
    ids = ",".join(row.job.id for row in rows)
    return {"rows": rows, "ended": ended, "ids": ids, "over": ended == len(rows)}
