"""Uploading many contracts at once, and watching their examination."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.dashboard.page import catalogue_of, go, sentence, show
from api.dashboard.receiving import keep_each, read_about, receive, tell_refused
from api.dashboard.refusal import carry_refused, recall_refused
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
_ID: Final = re.compile("[0-9a-f]{32}")


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
    refused = tell_refused(form)
    if not jobs:
        return _progress_page(visit, workspace, jobs, refused, status=422)
    address = f"/workspaces/{workspace.id}/progress?jobs={','.join(jobs)}"
    response = go(visit, address, "uploaded", number=str(len(jobs)))
    if refused and not carry_refused(visit, response, workspace.id, jobs, refused):
        return _progress_page(visit, workspace, jobs, refused, address=address)
    return response


@router.get("/workspaces/{workspace_id}/progress")
def read_progress(workspace_id: str, visit: Reading, jobs: str = "") -> Response:
    """Show how far the examinations are."""
    workspace, ids = find_workspace(visit, workspace_id), _ids(jobs)
    return _progress_page(visit, workspace, ids, recall_refused(visit, workspace.id, ids))


@router.get("/jobs")
def read_jobs(visit: Reading, jobs: str = "", gone: Annotated[int, Query(ge=0, le=MOST_FILES)] = 0) -> Response:
    """Return the states of jobs, to be put in the place of the former ones; without names.

    ``gone`` are those that were left out before: their contracts have been deleted.
    """
    rows, missed = _look(visit, _ids(jobs), named=False)
    return show(visit, "jobs.html", missed=missed, **_counted(rows, gone + len(missed)))


def _ids(jobs: str) -> list[str]:
    return [job for job in dict.fromkeys(jobs.split(",")[:MOST_FILES]) if _ID.fullmatch(job)]


def _progress_page(
    visit: Visit,
    workspace: Workspace,
    jobs: list[str],
    refused: list[tuple[str, str]],
    *,
    status: int = 200,
    address: str = "",
) -> Response:
    """Show how far jobs are; ``address`` is where that can be seen again, where it is not the present one."""
    rows, missed = _look(visit, jobs, named=True)
    given = {"workspace": workspace, "refused": refused, "address": address} | _counted(rows, len(missed))
    return show(visit, "progress.html", status=status, **given)


def _look(visit: Visit, jobs: list[str], *, named: bool) -> tuple[list[Progress], list[str]]:
    """Return how far jobs are, and those that are no longer there."""
    rows, missed = [], []
    for job_id in jobs:
        try:
            job, ahead = read_job(visit.core, visit.member, job_id)
            name = read_contract(visit.core, visit.member, job.contract_id)[0].names.name if named else ""
        except Problem as problem:
            if problem.kind != "not-found":
                raise
            missed.append(job_id)
        else:
            rows.append(Progress(job, ahead, name))
    return rows, missed


def _counted(rows: list[Progress], gone: int) -> dict[str, Any]:
    ended = sum(row.job.ended for row in rows)
    ids = ",".join(row.job.id for row in rows)
    return {"rows": rows, "ended": ended, "ids": ids, "over": ended == len(rows), "gone": gone}
