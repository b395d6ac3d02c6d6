"""What travels in JSON, both ways."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.moment import written
from api.service.caller import Role
from api.service.contracts import OpenContract
from api.store.account import Account, Token, Workspace
from api.store.audit import Kept
from api.store.job import Job

_ID = "0192f0c4a1b2c3d4e5f60718293a4b5c"
_AT = "2026-03-02T09:30:00.000Z"
#: No control characters: they have no place in names, and PostgreSQL takes no NUL.
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")
]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _config(**example: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class SignIn(BaseModel):
    """A name and its password."""

    model_config = _config(name="anna", password="correct horse battery staple")  # noqa: S106
    name: Name
    password: Secret


class SignedInAnswer(BaseModel):
    """A session has begun; its cookie is set."""

    model_config = _config(csrf_token="6f1d…", must_change_password=False)  # noqa: S106
    csrf_token: str = Field(description="To be sent as X-CSRF-Token with every change in this session.")
    must_change_password: bool


class PasswordChange(BaseModel):
    """The present password and the new one."""

    model_config = _config(present="jU7…", new="four words are long enough")
    present: Secret
    new: Secret


class Me(BaseModel):
    """Who calls."""

    model_config = _config(id=_ID, name="anna", role="reviewer", workspaces=[_ID], permissions=["contracts:read"])
    id: str
    name: str
    role: Role
    workspaces: list[str]
    permissions: list[str]


class AccountShape(BaseModel):
    """An account."""

    model_config = _config(id=_ID, name="anna", role="reviewer", active=True, created=_AT)
    id: str
    name: str
    role: Role
    active: bool
    created: str

    @classmethod
    def of(cls, account: Account) -> Self:
        """Return the shape of an account."""
        created = written(account.created) or ""
        return cls(id=account.id, name=account.name, role=Role(account.role), active=account.active, created=created)


class NewAccount(BaseModel):
    """An account to be made."""

    model_config = _config(name="anna", role="reviewer")
    name: Name
    role: Role


class HandedOut(BaseModel):
    """A password to be used once, within a day, and then changed; it is shown only here."""

    model_config = _config(account=_ID, password="jU7…")  # noqa: S106
    account: str
    password: str


class AccountChange(BaseModel):
    """What is to change of an account."""

    model_config = _config(active=False)
    role: Role | None = None
    active: bool | None = None


class WorkspaceShape(BaseModel):
    """A workspace; its contracts are deleted after `retention_days`."""

    model_config = _config(id=_ID, name="Procurement", retention_days=365, created=_AT)
    id: str
    name: str
    retention_days: int | None
    created: str

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        """Return the shape of a workspace."""
        days, created = workspace.retention_days, written(workspace.created) or ""
        return cls(id=workspace.id, name=workspace.name, retention_days=days, created=created)


class NewWorkspace(BaseModel):
    """A workspace to be made."""

    model_config = _config(name="Procurement", retention_days=365)
    name: Name
    retention_days: int | None = Field(default=None, ge=1, le=36_500)


class WorkspaceChange(BaseModel):
    """How long contracts are kept; null keeps them until they are deleted."""

    model_config = _config(retention_days=365)
    retention_days: int | None = Field(ge=1, le=36_500)


class NewToken(BaseModel):
    """A token to be made."""

    model_config = _config(name="contract system", scopes=["contracts:read", "contracts:write"], days=90)
    name: Annotated[Name, StringConstraints(max_length=100)]
    scopes: list[Literal["contracts:read", "contracts:write"]] = Field(min_length=1, max_length=2)
    days: int = Field(default=90, ge=1, le=366)


class TokenShape(BaseModel):
    """A token of the caller; `token` is shown only when it is made."""

    model_config = _config(id=_ID, name="contract system", scopes=["contracts:read"], expires=_AT)
    id: str
    name: str
    scopes: list[str]
    expires: str
    token: str | None = None

    @classmethod
    def of(cls, token: Token, secret: str | None = None) -> Self:
        """Return the shape of a token."""
        expires = written(token.expires) or ""
        return cls(id=token.id, name=token.name, scopes=list(token.scopes), expires=expires, token=secret)


class ContractShape(BaseModel):
    """A contract."""

    model_config = _config(
        id=_ID,
        workspace=_ID,
        state="examined",
        name="agreement.pdf",
        counterparty="Example Ltd",
        reference="C-2026-17",
        size=182_331,
        language="en",
        kind="dpa",
        processing="yes",
        created=_AT,
    )
    id: str
    workspace: str
    state: Literal["waiting", "examined", "failed"]
    name: str
    counterparty: str | None
    reference: str | None
    size: int
    language: str | None
    kind: str | None
    processing: str | None
    created: str
    verdicts: dict[str, str] | None = None

    @classmethod
    def of(cls, contract: OpenContract, verdicts: dict[str, str] | None = None) -> Self:
        """Return the shape of a contract."""
        return cls(
            id=contract.id,
            workspace=contract.workspace_id,
            state=contract.state.value,
            name=contract.names.name,
            counterparty=contract.names.counterparty,
            reference=contract.names.reference,
            size=contract.size,
            language=contract.language,
            kind=contract.kind,
            processing=contract.processing,
            created=written(contract.created) or "",
            verdicts=verdicts,
        )


class ContractPage(BaseModel):
    """Some contracts, newest first; `next` is the cursor of those that follow."""

    model_config = _config(contracts=[], next=None)
    contracts: list[ContractShape]
    next: str | None


class ContractChange(BaseModel):
    """Names to be changed; null takes one away, what is not sent stays."""

    model_config = _config(counterparty="Example Ltd")
    counterparty: Name | None = None
    reference: Name | None = None


class JobShape(BaseModel):
    """The examination of a contract."""

    model_config = _config(
        id=_ID, contract=_ID, state="done", ahead=0, error=None, error_detail=None, created=_AT, finished=_AT
    )
    id: str
    contract: str
    state: Literal["queued", "running", "done", "failed"]
    ahead: int = Field(description="How many jobs come before this one.")
    error: str | None
    error_detail: str | None
    created: str
    finished: str | None

    @classmethod
    def of(cls, job: Job, ahead: int) -> Self:
        """Return the shape of a job."""
        return cls(
            id=job.id,
            contract=job.contract_id,
            state=job.state.value,
            ahead=ahead,
            error=job.error_code,
            error_detail=_WHY.get(job.error_code, _UNFORESEEN) if job.error_code else None,
            created=written(job.created) or "",
            finished=written(job.finished),
        )


class AuditShape(BaseModel):
    """An entry of the audit log."""

    model_config = _config(sequence=17, at=_AT, account=_ID, action="report-read", subject=_ID, outcome="done")
    sequence: int
    at: str
    account: str | None
    action: str
    subject: str
    outcome: str

    @classmethod
    def of(cls, kept: Kept) -> Self:
        """Return the shape of an entry."""
        entry, at = kept.entry, written(kept.at) or ""
        return cls(
            sequence=kept.sequence,
            at=at,
            account=entry.account_id,
            action=entry.action,
            subject=entry.subject,
            outcome=entry.outcome,
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
