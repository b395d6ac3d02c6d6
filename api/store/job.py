"""Jobs: one a contract to be examined, taken by a worker under a lease, finished once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

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
    CANCELLED = "cancelled"


class JobKind(StrEnum):
    """What a job is for; in the order of these words they are taken."""

    EXAMINE = "examine"
    RECHECK = "recheck"


class Phase(StrEnum):
    """What a worker is at, in this order."""

    READING = "reading"
    JUDGING = "judging"
    KEEPING = "keeping"


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
    kind: JobKind
    phase: Phase | None
    cancel_asked: bool

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


_COLUMNS: Final = tuple(JOB.c[name] for name in Job.__dataclass_fields__)
_ACTIVE: Final = (JobState.QUEUED, JobState.RUNNING)


def add_job(connection: Connection, *, contract_id: str, workspace_id: str, kind: JobKind = JobKind.EXAMINE) -> str:
    """Queue a job and return its id."""
    job = new_id()
    values = {"id": job, "contract_id": contract_id, "workspace_id": workspace_id, "created": now(), "kind": kind}
    connection.execute(insert(JOB).values(state=JobState.QUEUED, attempts=0, cancel_asked=False, **values))
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


def active_job(connection: Connection, contract_id: str) -> Job | None:
    """Return the job of a contract that waits or runs."""
    active = (JOB.c.contract_id == contract_id) & JOB.c.state.in_(_ACTIVE)
    row = connection.execute(select(*_COLUMNS).where(active).order_by(JOB.c.id).limit(1)).first()
    return None if row is None else _job(tuple(row))


def count_ahead(connection: Connection, job: Job) -> int:
    """Return how many jobs wait or run before this one."""
    before = or_(JOB.c.kind < job.kind, and_(JOB.c.kind == job.kind, JOB.c.id < job.id))
    return connection.execute(select(func.count()).where(JOB.c.state.in_(_ACTIVE), before)).scalar_one()


def claim_job(connection: Connection, *, owner: str, seconds: int) -> Job | None:
    """Take the oldest job that waits, or whose worker has gone silent; None when there is none."""
    moment = now()
    free = or_(JOB.c.state == JobState.QUEUED, and_(JOB.c.state == JobState.RUNNING, JOB.c.lease_until < moment))
    oldest = select(*_COLUMNS).where(free).order_by(JOB.c.kind, JOB.c.id).limit(1).with_for_update(skip_locked=True)
    row = connection.execute(oldest).first()
    if row is None:
        return None
    job = _job(tuple(row))
    lease = {"lease_owner": owner, "lease_until": moment + seconds * SECOND}
    taken = replace(job, state=JobState.RUNNING, attempts=job.attempts + 1, phase=Phase.READING)
    changed = {"state": taken.state, "attempts": taken.attempts, "phase": taken.phase}
    connection.execute(update(JOB).where(JOB.c.id == job.id).values(**lease, **changed))
    return taken


def extend_lease(connection: Connection, job_id: str, *, owner: str, seconds: int) -> bool:
    """Extend a lease; False when it is not the owner's any more."""
    held = and_(JOB.c.id == job_id, JOB.c.state == JobState.RUNNING, JOB.c.lease_owner == owner)
    changed = connection.execute(update(JOB).where(held).values(lease_until=now() + seconds * SECOND))
    return changed.rowcount == 1


def enter_phase(connection: Connection, job_id: str, phase: Phase, *, owner: str) -> bool:
    """Note what a worker is at; False when it is to give up: the job is cancelled, or not the owner's any more."""
    held = and_(JOB.c.id == job_id, JOB.c.state == JobState.RUNNING, JOB.c.lease_owner == owner)
    wanted = and_(held, JOB.c.cancel_asked.is_(False))
    return connection.execute(update(JOB).where(wanted).values(phase=phase)).rowcount == 1


def is_cancelled(connection: Connection, job_id: str) -> bool:
    """Tell whether a job is to be given up."""
    asked = connection.execute(select(JOB.c.cancel_asked).where(JOB.c.id == job_id)).scalar()
    return asked is None or bool(asked)


def cancel_job(connection: Connection, job_id: str) -> JobState | None:
    """Cancel a job that waits, ask its worker to give up one that runs; None where it has ended."""
    waiting = and_(JOB.c.id == job_id, JOB.c.state == JobState.QUEUED)
    ending = {"state": JobState.CANCELLED, "finished": now(), "cancel_asked": True}
    if connection.execute(update(JOB).where(waiting).values(**ending)).rowcount == 1:
        return JobState.CANCELLED
    running = and_(JOB.c.id == job_id, JOB.c.state == JobState.RUNNING)
    if connection.execute(update(JOB).where(running).values(cancel_asked=True)).rowcount == 1:
        return JobState.RUNNING
    return None


def finish_job(
    connection: Connection, job_id: str, *, owner: str, error_code: str | None, cancelled: bool = False
) -> bool:
    """End a job; False when it is not the owner's any more, and then nothing of it may be kept.

    One that is to be cancelled does not end as done: then it is False as well.
    """
    held = and_(JOB.c.id == job_id, JOB.c.state == JobState.RUNNING, JOB.c.lease_owner == owner)
    state = JobState.FAILED if error_code else JobState.DONE
    if cancelled:
        state = JobState.CANCELLED
    else:
        held = and_(held, JOB.c.cancel_asked.is_(False))
    ending = {"state": state, "error_code": error_code, "finished": now(), "lease_owner": None, "lease_until": None}
    return connection.execute(update(JOB).where(held).values(**ending)).rowcount == 1


def release_jobs(connection: Connection, owner: str) -> None:
    """Put the jobs of a worker that stops in good order back into the queue."""
    held = and_(JOB.c.state == JobState.RUNNING, JOB.c.lease_owner == owner)
    freed = {"state": JobState.QUEUED, "lease_owner": None, "lease_until": None, "attempts": JOB.c.attempts - 1}
    freed |= {"phase": None}
    connection.execute(update(JOB).where(held).values(**freed))


def delete_jobs(connection: Connection, contract_id: str) -> None:
    """Delete the jobs of a contract."""
    connection.execute(delete(JOB).where(JOB.c.contract_id == contract_id))


def _job(row: tuple[object, ...]) -> Job:
    values: dict[str, Any] = dict(zip((column.name for column in _COLUMNS), row, strict=True))
    phase = Phase(values["phase"]) if values["phase"] else None
    return Job(**values | {"state": JobState(values["state"]), "kind": JobKind(values["kind"]), "phase": phase})
