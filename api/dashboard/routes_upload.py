"""Uploading many contracts at once, and watching their examination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.dashboard.page import catalogue_of, go, sentence, show
from api.dashboard.receiving import keep_each, read_about, receive, tell_refused
from api.dashboard.routes_portfolio import find_workspace
from api.dashboard.upload_form import MOST_FILES, UploadForm
from api.dashboard.visit import Reading, Uploading, Visit, Writing
from api.dashboard.wording import FAILURES, JOB_STATES, PHASES
from api.errors import Problem
from api.service.contracts import Names, read_contract
from api.service.examination import read_job
from api.service.submission import Submission
from api.store.account import Workspace
from api.store.job import Job, JobState, Phase
from dpa_checker.library import load_library

router = APIRouter()


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
    return await receive(
        request,
        visit,
        lambda: workspace.id,
        lambda form: _keep(visit, workspace, form),
        lambda fields, problem: _page(visit, workspace, fields, problem),
    )


def _page(
    visit: Visit, workspace: Workspace, fields: Mapping[str, str] | None = None, problem: Problem | None = None
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
    *names, language = read_about(form)
    if not form.named:
        raise Problem(422, "no-file", "There is no file.")
    jobs = keep_each(visit, form, lambda name: Submission(workspace.id, Names(name, *names), language))
    if refused := tell_refused(form):
        return _progress_page(visit, workspace, jobs, refused, status=422 if not jobs else 200)
    address = f"/workspaces/{workspace.id}/progress?jobs={','.join(jobs)}"
    return go(visit, address, "uploaded", number=str(len(jobs)))


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
