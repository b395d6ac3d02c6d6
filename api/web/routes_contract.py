"""Contracts: lists and counts, versions and what changed between them, changes and deletion."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from api.service import contracts as service
from api.service import search as searching
from api.service.submission import examine_again
from api.service.version import compare_versions
from api.web.access import CoreNeeded, Reading, Writing
from api.web.etag import Seen, read_cursor, write_cursor, write_tag
from api.web.narrowing import NARROWED, PAGED, Narrowed, Paged, narrow
from api.web.problem import problems
from api.web.shape_contract import (
    ComparisonShape,
    ContractChange,
    ContractCounts,
    ContractPage,
    ContractShape,
    ContractVersions,
    write_page,
)
from api.web.shape_job import JobShape

router = APIRouter(prefix="/v1", tags=["contracts"])
_READ: Final = problems(401, 403, 404, 413, 422)
_LISTED: Final = problems(400, 401, 403, 404, 413, 422)


@router.get(
    "/contracts",
    summary="List contracts",
    responses=_LISTED,
    response_model=ContractPage,
    openapi_extra=PAGED.documented,
)
def list_contracts(caller: Reading, core: CoreNeeded, asked: Paged) -> Response:
    """Return contracts of one workspace, newest first; `name` and the like are matched whole, capitals aside."""
    chosen = caller.workspace(asked.workspace)
    wanted = narrow(asked).filter(core, caller, chosen)
    before = read_cursor(asked.cursor)
    found, last = searching.list_contracts(
        core, caller, chosen, wanted, before=before, limit=asked.limit, part=asked.search
    )
    # Written here: the framework would look through it once more, in another thread.
    return Response(write_page(found, write_cursor(last)), media_type="application/json")


@router.get("/contracts/counts", summary="Count contracts", responses=_LISTED, openapi_extra=NARROWED.documented)
def count_contracts(
    caller: Reading, core: CoreNeeded, narrowed: Narrowed, workspace: str | None = None
) -> ContractCounts:
    """Return how many contracts of one workspace there are, by states and by verdicts."""
    chosen = caller.workspace(workspace)
    return ContractCounts.of(searching.count_contracts(core, caller, chosen, narrowed.filter(core, caller, chosen)))


@router.get("/contracts/{contract_id}", summary="Read a contract", responses=_READ)
def read_contract(contract_id: str, caller: Reading, core: CoreNeeded, response: Response) -> ContractShape:
    """Return a contract with its verdicts, as reviewed; the ETag is wanted by changes and reviews."""
    contract, verdicts, job = service.read_contract(core, caller, contract_id)
    response.headers["ETag"] = write_tag(contract.version)
    return ContractShape.of(contract, verdicts, job)


@router.patch(
    "/contracts/{contract_id}",
    summary="Change counterparty or reference",
    responses=problems(400, 401, 403, 404, 409, 412, 413, 422, 428),
)
def change_contract(
    contract_id: str,
    given: ContractChange,
    caller: Writing,
    core: CoreNeeded,
    version: Seen,
    response: Response,
) -> ContractShape:
    """Change what was sent, where nobody else has changed the contract meanwhile."""
    changes = {field: getattr(given, field) for field in given.model_fields_set}
    changed = service.change_names(core, caller, contract_id, version, changes)
    response.headers["ETag"] = write_tag(changed.version)
    return ContractShape.of(changed)


@router.delete("/contracts/{contract_id}", status_code=204, summary="Delete a contract", responses=_READ)
def delete_contract(contract_id: str, caller: Writing, core: CoreNeeded) -> None:
    """Destroy the keys of the contract in all its versions, then delete all that was kept of it."""
    service.delete_contract(core, caller, contract_id)


@router.post(
    "/contracts/{contract_id}/examination",
    status_code=202,
    summary="Examine a contract again",
    responses=problems(401, 403, 404, 409, 413, 422),
)
def examine_contract(contract_id: str, caller: Writing, core: CoreNeeded, response: Response) -> JobShape:
    """Queue the examination once more, after a failure or a cancelled job; a report stays until the next is there."""
    job, ahead = examine_again(core, caller, contract_id)
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return JobShape.of(job, ahead)


@router.get("/contracts/{contract_id}/versions", summary="List the versions of a contract", responses=_READ)
def list_versions(contract_id: str, caller: Reading, core: CoreNeeded) -> ContractVersions:
    """Return all versions, the latest first; a new one is uploaded with `replaces`."""
    found = service.list_versions(core, caller, contract_id)
    return ContractVersions(versions=[ContractShape.of(contract) for contract in found])


@router.get(
    "/contracts/{contract_id}/comparison",
    summary="Compare two versions of a contract",
    responses=problems(401, 403, 404, 409, 413, 422),
)
def compare(
    contract_id: str,
    caller: Reading,
    core: CoreNeeded,
    other: Annotated[
        str | None, Query(alias="with", max_length=32, description="Another version; that before, when left out.")
    ] = None,
) -> ComparisonShape:
    """Return the mentions that a version has gained, lost or says otherwise; by the machine's verdicts."""
    return ComparisonShape.of(compare_versions(core, caller, contract_id, other))
