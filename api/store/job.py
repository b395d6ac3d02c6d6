"""Jobs: one a contract to be examined, taken by a worker under a lease, finished once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from api.moment import SECOND, new_id, now
from api.store.schema import JOB

#: A job whose worker ended this often is not tried again: the fault is in the file.
MOST_ATTEMPTS: Final = 3


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is kept."""

    id: str
    contract_id: str
    workspace_id: str
    state: JobState
    attempts: int
    error_code: str | None
    created: int
    finished: int | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in (JobState.DONE, JobState.FAILED)


_COLUMNS: Final = (
    JOB.c.id,
    JOB.c.contract_id,
    JOB.c.workspace_id,
    JOB.c.state,
    JOB.c.attempts,
    JOB.c.error_code,
    JOB.c.created,
    JOB.c.finished,
)


def add_job(connection: Connection, *, contract_id: str, workspace_id: str) -> str:
    """Queue a job and return its id."""
    job = new_id()
    values = {"id": job, "contract_id": contract_id, "workspace_id": workspace_id, "created": now()}
    connection.execute(insert(JOB).values(state=JobState.QUEUED, attempts=0, **values))
    return job


def find_job(connection: Connection, job_id: str) -> Job | None:
    """Return a job by its id."""
    row = connection.execute(select(*_COLUMNS).where(JOB.c.id == job_id)).first()
    return None if row is None else _job(tuple(row))


def last_job(connection: Connection, contract_id: str) -> Job | None:
    """Return the newest job of a contract."""
    query = select(*_COLUMNS).where(JOB.c.contract_id == contract_id).order_by(JOB.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else _job(tuple(row))


def count_ahead(connection: Connection, job: Job) -> int:
    """Return how many jobs wait or run before this one."""
    waiting = JOB.c.state.in_((JobState.QUEUED, JobState.RUNNING))
    return connection.execute(select(func.count()).where(waiting, JOB.c.id < job.id)).scalar_one()


def claim_job(connection: Connection, *, owner: str, seconds: int) -> Job | None:
    """Take the oldest job that waits, or whose worker has gone silent; None when there is none."""
    moment = now()
    free = or_(JOB.c.state == JobState.QUEUED, and_(JOB.c.state == JobState.RUNNING, JOB.c.lease_until < moment))
    oldest = select(*_COLUMNS).where(free).order_by(JOB.c.id).limit(1).with_for_update(skip_locked=True)
    row = connection.execute(oldest).first()
    if row is None:
        return None
    job = _job(tuple(row))
    lease = {"lease_owner": owner, "lease_until": moment + seconds * SECOND}
    changed = {"state": JobState.RUNNING, "attempts": job.attempts + 1}
    connection.execute(update(JOB).where(JOB.c.id == job.id).values(**lease, **changed))
    return Job(**{name: getattr(job, name) for name in job.__dataclass_fields__} | changed)


def extend_lease(connection: Connection, job_id: str, *, owner: str, seconds: int) -> bool:
    """Extend a lease; False when it is not the owner's any more."""
    held = and_(JOB.c.id == job_id, JOB.c.state == JobState.RUNNING, JOB.c.lease_owner == owner)
    changed = connection.execute(update(JOB).where(held).values(lease_until=now() + seconds * SECOND))
    return changed.rowcount == 1


def finish_job(connection: Connection, job_id: str, *, owner: str, error_code: str | None) -> bool:
    """End a job; False when it is not the owner's any more, and then nothing of it may be kept."""
    held = and_(JOB.c.id == job_id, JOB.c.state == JobState.RUNNING, JOB.c.lease_owner == owner)
    state = JobState.FAILED if error_code else JobState.DONE
    ending = {"state": state, "error_code": error_code, "finished": now(), "lease_owner": None, "lease_until": None}
    return connection.execute(update(JOB).where(held).values(**ending)).rowcount == 1


def release_jobs(connection: Connection, owner: str) -> None:
    """Put the jobs of a worker that stops in good order back into the queue."""
    held = and_(JOB.c.state == JobState.RUNNING, JOB.c.lease_owner == owner)
    freed = {"state": JobState.QUEUED, "lease_owner": None, "lease_until": None, "attempts": JOB.c.attempts - 1}
    connection.execute(update(JOB).where(held).values(**freed))


def delete_jobs(connection: Connection, contract_id: str) -> None:
    """Delete the jobs of a contract."""
    connection.execute(delete(JOB).where(JOB.c.contract_id == contract_id))


def _job(row: tuple[object, ...]) -> Job:
    values = dict(zip((column.name for column in _COLUMNS), row, strict=True))
    return Job(**values | {"state": JobState(str(values["state"]))})  # type: ignore[arg-type]
