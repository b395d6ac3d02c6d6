"""Jobs for those who wait for them: where one stands, and giving it up."""

from __future__ import annotations

from sqlalchemy import Connection

from api.errors import Problem, not_found
from api.service.caller import Caller
from api.service.core import Core
from api.store import contract as contracts
from api.store import job as jobs
from api.store.audit import Entry
from api.store.contract import ContractState
from api.store.job import Job, JobState


def show_job(core: Core, caller: Caller, job_id: str) -> tuple[Job, int]:
    """Return a job that somebody asks for by its id, like :func:`read_job`, and note that."""
    with core.audited(Entry("job-read", caller.account_id, job_id)) as connection:
        return _read(connection, caller, job_id)


def read_job(core: Core, caller: Caller, job_id: str) -> tuple[Job, int]:
    """Return a job of the caller's workspaces with how many come before it; raises :class:`Problem`.

    For those who wait for what they have begun, and look again and again: that was noted when it began.
    """
    with core.database.read() as connection:
        return _read(connection, caller, job_id)


def cancel_job(core: Core, caller: Caller, job_id: str) -> tuple[Job, int]:
    """Cancel a job that waits, ask its worker to give up one that runs; a report that is there stays."""
    with core.audited(Entry("job-cancel", caller.account_id, job_id)) as connection:
        job, _ = _read(connection, caller, job_id)
        state = jobs.cancel_job(connection, job_id)
        if state is None:
            raise Problem(409, "job-ended", "The job has ended.", fields={"state": str(job.state)})
        if state is JobState.CANCELLED:
            contracts.keep_failure(connection, job.contract_id, ContractState.CANCELLED)
        return _read(connection, caller, job_id)


def _read(connection: Connection, caller: Caller, job_id: str) -> tuple[Job, int]:
    job = jobs.find_job(connection, job_id)
    if job is None or job.workspace_id not in caller.workspaces:
        raise not_found()
    return job, jobs.count_ahead(connection, job) if job.state is JobState.QUEUED else 0
