"""Jobs: where an examination stands, and giving it up."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.service import examination
from api.web.access import CoreNeeded, Reading, Writing
from api.web.problem import problems
from api.web.shape_job import JobShape

router = APIRouter(prefix="/v1", tags=["jobs"])
_READ: Final = problems(401, 403, 404, 413, 422)


@router.get("/jobs/{job_id}", summary="Read a job", responses=_READ)
def read_job(job_id: str, caller: Reading, core: CoreNeeded) -> JobShape:
    """Return where the examination of a contract stands."""
    return JobShape.of(*examination.show_job(core, caller, job_id))


@router.post("/jobs/{job_id}/cancel", summary="Cancel a job", responses=problems(401, 403, 404, 409, 413, 422))
def cancel_job(job_id: str, caller: Writing, core: CoreNeeded) -> JobShape:
    """Cancel a job at once while it waits; one that runs ends when its worker notices: soon, or after its phase."""
    return JobShape.of(*examination.cancel_job(core, caller, job_id))
