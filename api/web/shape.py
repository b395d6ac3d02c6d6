"""What travels in JSON of accounts, workspaces, tokens and the audit log, both ways."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from api.moment import written
from api.service.caller import Role
from api.store.account import Account, Token, Workspace
from api.store.audit import Kept
from api.web.example import AT as _AT
from api.web.example import ID as _ID
from api.web.example import Name, Secret
from api.web.example import config as _config


class SignIn(BaseModel):
    """A name and its password, and the code where the account has a second factor."""

    model_config = _config(name="anna", password="correct horse battery staple")  # noqa: S106
    name: Name
    password: Secret
    code: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = Field(
        default=None, description="Of the authenticator, or a recovery code."
    )


class SignedInAnswer(BaseModel):
    """A session has begun; its cookie is set."""

    model_config = _config(csrf_token="6f1d…", must_change_password=False, must_enrol_second_factor=False)  # noqa: S106
    csrf_token: str = Field(description="To be sent as X-CSRF-Token with every change in this session.")
    must_change_password: bool
    must_enrol_second_factor: bool


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
