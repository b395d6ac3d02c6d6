"""What travels in JSON of jobs."""

from __future__ import annotations

from typing import Any, Final, Literal, Self

from pydantic import BaseModel, Field

from api.moment import written
from api.store.job import Job, JobState, Phase
from api.web.example import AT, ID, config

_PHASES = tuple(Phase)
_STEPS = len(_PHASES)
#: A job as documentation shows it.
EXAMPLE: Final[dict[str, Any]] = {
    "id": ID,
    "contract": ID,
    "kind": "examine",
    "state": "running",
    "ahead": 0,
    "phase": "judging",
    "step": 2,
    "steps": _STEPS,
    "cancelling": False,
    "error": None,
    "error_detail": None,
    "created": AT,
    "finished": None,
}


class JobShape(BaseModel):
    """The examination of a contract."""

    model_config = config(**EXAMPLE)
    id: str
    contract: str
    kind: Literal["examine", "recheck"] = Field(description="`recheck` after an update; uploads go before.")
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    ahead: int = Field(description="How many jobs come before this one.")
    phase: Literal["reading", "judging", "keeping"] | None = Field(description="What a worker is at.")
    step: int = Field(description="How far it is, in `steps`: 0 while it waits.")
    steps: int
    cancelling: bool = Field(description="It is to be cancelled, and its worker has yet to notice.")
    error: str | None
    error_detail: str | None
    created: str
    finished: str | None

    @classmethod
    def of(cls, job: Job, ahead: int) -> Self:
        """Return the shape of a job."""
        running = job.state is JobState.RUNNING
        step = _PHASES.index(job.phase) + 1 if running and job.phase else 0
        return cls(
            id=job.id,
            contract=job.contract_id,
            kind=job.kind.value,
            state=job.state.value,
            ahead=ahead,
            phase=job.phase.value if running and job.phase else None,
            step=_STEPS if job.state is JobState.DONE else step,
            steps=_STEPS,
            cancelling=running and job.cancel_asked,
            error=job.error_code,
            error_detail=_WHY.get(job.error_code, _UNFORESEEN) if job.error_code else None,
            created=written(job.created) or "",
            finished=written(job.finished),
        )


_UNFORESEEN = "The file could not be examined."
_WHY = {
    "empty-document": "The file holds no text.",
    "damaged-document": "The file is damaged and cannot be read.",
    "encrypted-document": "The file wants a password. Upload it without.",
    "unsupported-format": "Files of this type are not read.",
    "limit-exceeded": "The file exceeds a limit on pages, size, time or memory.",
    "unsupported-language": "Contracts in this language cannot be examined.",
    "worker-ended": "The examination ended the worker several times and was given up.",
}
