"""Administration: accounts, workspaces, members, the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.service import accounts as managing
from api.service import second_factor
from api.store import account as accounts
from api.store.audit import Entry, list_entries
from api.web.access import Administering, CoreNeeded
from api.web.problem import problems
from api.web.shape import (
    AccountChange,
    AccountShape,
    AuditShape,
    HandedOut,
    NewAccount,
    NewWorkspace,
    WorkspaceChange,
    WorkspaceShape,
)

router = APIRouter(prefix="/v1", tags=["administration"])


@router.get("/accounts", summary="List accounts", responses=problems(401, 403, 413))
def list_accounts(caller: Administering, core: CoreNeeded) -> list[AccountShape]:
    """Return all accounts."""
    with core.audited(Entry("account-list", caller.account_id)) as connection:
        return [AccountShape.of(account) for account in accounts.list_accounts(connection)]


@router.post("/accounts", status_code=201, summary="Make an account", responses=problems(401, 403, 409, 413, 422))
def create_account(given: NewAccount, caller: Administering, core: CoreNeeded) -> HandedOut:
    """Return a new account's id and its first password, which is shown only now."""
    account, password = managing.create_account(core, given.name, given.role, by=caller.account_id)
    return HandedOut(account=account.id, password=password)


@router.patch("/accounts/{account_id}", summary="Change an account", responses=problems(401, 403, 404, 409, 413, 422))
def change_account(account_id: str, given: AccountChange, caller: Administering, core: CoreNeeded) -> AccountShape:
    """Change role or activity; the account's sessions end."""
    changed = managing.change_account(core, account_id, role=given.role, active=given.active, by=caller.account_id)
    return AccountShape.of(changed)


@router.post(
    "/accounts/{account_id}/password-reset",
    summary="Hand out a new password",
    responses=problems(401, 403, 404, 413, 422),
)
def reset_password(account_id: str, caller: Administering, core: CoreNeeded) -> HandedOut:
    """Return a password to be used once; the account's sessions and tokens end."""
    return HandedOut(account=account_id, password=managing.reset_password(core, account_id, by=caller.account_id))


@router.delete(
    "/accounts/{account_id}/second-factor",
    status_code=204,
    summary="Take a lost second factor away",
    responses=problems(401, 403, 404, 413, 422),
)
def reset_second_factor(account_id: str, caller: Administering, core: CoreNeeded) -> None:
    """Let an account that has lost its authenticator sign in without; its sessions and tokens end."""
    second_factor.reset(core, account_id, by=caller.account_id)


@router.get("/workspaces", summary="List workspaces", responses=problems(401, 403, 413))
def list_workspaces(caller: Administering, core: CoreNeeded) -> list[WorkspaceShape]:
    """Return all workspaces; what is in them is seen by their members only."""
    with core.audited(Entry("workspace-list", caller.account_id)) as connection:
        return [WorkspaceShape.of(workspace) for workspace in accounts.list_workspaces(connection)]


@router.post("/workspaces", status_code=201, summary="Make a workspace", responses=problems(401, 403, 409, 413, 422))
def create_workspace(given: NewWorkspace, caller: Administering, core: CoreNeeded) -> WorkspaceShape:
    """Return a new workspace, without members."""
    made = managing.create_workspace(core, given.name, given.retention_days, by=caller.account_id)
    return WorkspaceShape.of(made)


@router.patch(
    "/workspaces/{workspace_id}",
    status_code=204,
    summary="Change the period of retention",
    responses=problems(401, 403, 404, 413, 422),
)
def change_workspace(workspace_id: str, given: WorkspaceChange, caller: Administering, core: CoreNeeded) -> None:
    """Change how long contracts are kept; those that are older are deleted at the next sweep."""
    managing.change_retention(core, workspace_id, given.retention_days, by=caller.account_id)


@router.put(
    "/workspaces/{workspace_id}/members/{account_id}",
    status_code=204,
    summary="Add a member",
    responses=problems(401, 403, 404, 413, 422),
)
def add_member(workspace_id: str, account_id: str, caller: Administering, core: CoreNeeded) -> None:
    """Let an account see the contracts of a workspace."""
    managing.change_membership(core, account_id, workspace_id, member=True, by=caller.account_id)


@router.delete(
    "/workspaces/{workspace_id}/members/{account_id}",
    status_code=204,
    summary="Remove a member",
    responses=problems(401, 403, 404, 413, 422),
)
def remove_member(workspace_id: str, account_id: str, caller: Administering, core: CoreNeeded) -> None:
    """Let an account see the contracts of a workspace no more."""
    managing.change_membership(core, account_id, workspace_id, member=False, by=caller.account_id)


@router.get("/audit", summary="Read the audit log", responses=problems(401, 403, 413, 422))
def read_audit(
    caller: Administering,
    core: CoreNeeded,
    before: Annotated[int | None, Query(ge=1, le=2**62, description="Entries below this sequence.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[AuditShape]:
    """Return the newest entries."""
    core.log.flush()
    with core.audited(Entry("audit-read", caller.account_id)) as connection:
        return [AuditShape.of(kept) for kept in list_entries(connection, before=before, limit=limit)]
