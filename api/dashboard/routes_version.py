"""Versions of a contract: a new one uploaded, two of them beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.dashboard.comparison_view import build_changes
from api.dashboard.page import catalogue_of, go, sentence, show, workspace_of
from api.dashboard.receiving import receive
from api.dashboard.upload_form import UploadForm
from api.dashboard.visit import Reading, Uploading, Visit, Writing
from api.dashboard.wording import CHANGES, STATES
from api.errors import Problem, not_found
from api.service.contracts import Names, list_versions, read_contract
from api.service.submission import Submission, submit
from api.service.version import compare_versions

router = APIRouter(prefix="/contracts/{contract_id}")


@router.get("/upload")
def read_upload(contract_id: str, visit: Writing) -> Response:
    """Show the form for a new version."""
    return _form_page(visit, contract_id)


@router.post("/upload")
async def upload(contract_id: str, request: Request, visit: Uploading) -> Response:
    """Take a new version of a contract; its comparison with this one is shown once it is examined."""

    def find() -> str:
        return read_contract(visit.core, visit.member, contract_id)[0].workspace_id

    return await receive(
        request,
        visit,
        find,
        lambda form: go(visit, f"/contracts/{_keep(visit, contract_id, form)}/comparison", "version-taken"),
        lambda fields, problem: _form_page(visit, contract_id, fields, problem),
    )


@router.get("/comparison")
def compare(
    contract_id: str, visit: Reading, other: Annotated[str, Query(alias="with", max_length=32)] = ""
) -> Response:
    """Show what a version says otherwise than another: the last examined one before, when none is named."""
    versions = list_versions(visit.core, visit.member, contract_id)
    contract = next((one for one in versions if one.id == contract_id), None)
    if contract is None:
        raise not_found()
    earlier = [one for one in versions if one.number < contract.number]
    if other:
        before = next((one for one in versions if one.id == other), None)
    else:
        before = next((one for one in earlier if one.state == "examined"), earlier[0] if earlier else None)
    if before is not None and before.number > contract.number:
        return go(visit, f"/contracts/{before.id}/comparison?with={contract.id}")
    waiting = "waiting" in (contract.state, before.state if before else "")
    changes, problem = {}, None
    try:
        if not waiting:
            given = before.id if before else other or None
            comparison = compare_versions(visit.core, visit.member, contract_id, given)
            changes = build_changes(comparison, catalogue_of(visit))
    except Problem as error:
        if error.kind not in ("no-report", "no-other-version"):
            raise
        problem = error
    return show(
        visit,
        "comparison.html",
        status=problem.status if problem else 200,
        workspace=workspace_of(visit, contract.workspace_id),
        contract=contract,
        before=before,
        others=[one for one in versions if one.id != contract.id],
        changes=changes,
        kinds=CHANGES,
        waiting=waiting,
        states=STATES,
        problem=sentence(problem) if problem else "",
    )


def _form_page(
    visit: Visit, contract_id: str, fields: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response:
    contract = read_contract(visit.core, visit.member, contract_id)[0]
    return show(
        visit,
        "version.html",
        status=problem.status if problem else 200,
        workspace=workspace_of(visit, contract.workspace_id),
        contract=contract,
        fields=fields or {},
        problem=sentence(problem) if problem else "",
        most_bytes=visit.core.settings.max_upload_bytes,
    )


def _keep(visit: Visit, contract_id: str, form: UploadForm) -> str:
    """Keep the one file of a form and return the id of the new version."""
    contract = read_contract(visit.core, visit.member, contract_id)[0]
    form.refuse_empty()
    if len(form.named) != 1:
        kind = "too-many-files" if form.named else "no-file"
        raise Problem(422, kind, "A new version is one file.")
    received = form.named[0]
    if received.problem is not None:
        raise received.problem
    assert received.upload is not None
    asked = Submission(contract.workspace_id, Names(received.name), replaces=contract.id)
    return submit(visit.core, visit.member, received.upload, asked, idempotency_key=None).contract_id
