"""Pages of the administrator: accounts, workspaces with their retention and members, the audit log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response

from api.dashboard.form import filled, read_form
from api.dashboard.page import go, sentence, show
from api.dashboard.visit import Administering, Visit
from api.errors import Problem
from api.service import accounts as managing
from api.service import second_factor as second_factors
from api.store import account as accounts
from api.store.audit import Entry, list_entries
from api.web.shape import AccountChange, NewAccount, NewWorkspace, WorkspaceChange

router = APIRouter(prefix="/administration")
_ENTRIES: Final = 100
_NOBODY: Final = "0" * 32


@router.get("/accounts")
def read_accounts(visit: Administering) -> Response:
    """Show all accounts."""
    return _accounts(visit)


def _accounts(
    visit: Visit,
    problem: Problem | None = None,
    *,
    handed_out: tuple[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """Show all accounts; ``typed`` is what a form for a new one held that was refused."""
    with visit.core.audited(Entry("account-list", visit.member.account_id)) as connection:
        found = accounts.list_accounts(connection)
    return show(
        visit,
        "accounts.html",
        status=problem.status if problem else 200,
        accounts=sorted(found, key=lambda one: (not one.active, one.name.casefold())),
        handed_out=handed_out,
        problem=sentence(problem) if problem else "",
        section="accounts",
        typed=typed or {},
    )


@router.post("/accounts")
def create_account(visit: Administering) -> Response:
    """Make an account and show its first password, once."""
    try:
        given = read_form(NewAccount, filled(visit.fields, "name", "role"))
        account, password = managing.create_account(visit.core, given.name, given.role, by=visit.member.account_id)
    except Problem as problem:
        return _accounts(visit, problem, typed=visit.fields)
    return _accounts(visit, handed_out=(account.name, password))


@router.post("/accounts/{account_id}")
def change_account(account_id: str, visit: Administering) -> Response:
    """Change role or activity of an account."""

    def act() -> None:
        given = read_form(AccountChange, filled(visit.fields, "role", "active"))
        by = visit.member.account_id
        managing.change_account(visit.core, account_id, role=given.role, active=given.active, by=by)

    return _change(visit, act, "accounts", "account-changed")


@router.post("/accounts/{account_id}/password-reset")
def reset_password(account_id: str, visit: Administering) -> Response:
    """Show a new password for an account, once; its sessions and tokens end."""
    password = managing.reset_password(visit.core, account_id, by=visit.member.account_id)
    with visit.core.database.read() as connection:
        account = accounts.find_account(connection, account_id)
    return _accounts(visit, handed_out=(account.name if account else "", password))


@router.post("/accounts/{account_id}/second-factor-reset")
def reset_second_factor(account_id: str, visit: Administering) -> Response:
    """Take the second factor of an account away, for one who has lost it."""

    def act() -> None:
        second_factors.reset(visit.core, account_id, by=visit.member.account_id)

    return _change(visit, act, "accounts", "second-factor-reset")


@router.get("/workspaces")
def read_workspaces(visit: Administering) -> Response:
    """Show all workspaces with their members; what is in them is seen by these only."""
    return _workspaces(visit)


def _workspaces(visit: Visit, problem: Problem | None = None, *, typed: Mapping[str, str] | None = None) -> Response:
    """Show all workspaces; ``typed`` is what a form for a new one held that was refused."""
    with visit.core.audited(Entry("workspace-list", visit.member.account_id)) as connection:
        everybody = accounts.list_accounts(connection)
        belonging = {one.id: set(accounts.list_memberships(connection, one.id)) for one in everybody}
        found = accounts.list_workspaces(connection)
    return show(
        visit,
        "workspaces.html",
        status=problem.status if problem else 200,
        everything=sorted(found, key=lambda one: one.name.casefold()),
        everybody=sorted((one for one in everybody if one.active), key=lambda one: one.name.casefold()),
        belonging=belonging,
        problem=sentence(problem) if problem else "",
        section="workspaces",
        typed=typed or {},
    )


@router.post("/workspaces")
def create_workspace(visit: Administering) -> Response:
    """Make a workspace; who makes it becomes a member where they ask for that."""
    try:
        given = read_form(NewWorkspace, filled(visit.fields, "name", "retention_days"))
        by = visit.member.account_id
        made = managing.create_workspace(visit.core, given.name, given.retention_days, by=by)
        if visit.fields.get("member") == "yes":
            managing.change_membership(visit.core, by, made.id, member=True, by=by)
    except Problem as problem:
        return _workspaces(visit, problem, typed=visit.fields)
    return go(visit, "/administration/workspaces", "workspace-made")


@router.post("/workspaces/{workspace_id}/retention")
def change_retention(workspace_id: str, visit: Administering) -> Response:
    """Change how long the contracts of a workspace are kept."""

    def act() -> None:
        given = read_form(WorkspaceChange, {"retention_days": visit.fields.get("retention_days") or None})
        managing.change_retention(visit.core, workspace_id, given.retention_days, by=visit.member.account_id)

    return _change(visit, act, "workspaces", "retention-changed")


@router.post("/workspaces/{workspace_id}/members")
def change_membership(workspace_id: str, visit: Administering) -> Response:
    """Add a member to a workspace, or take one out."""

    def act() -> None:
        account = visit.fields.get("account") or _NOBODY
        member = visit.fields.get("member") == "yes"
        by = visit.member.account_id
        managing.change_membership(visit.core, account, workspace_id, member=member, by=by)

    return _change(visit, act, "workspaces", "member-changed")


@router.get("/audit")
def read_audit(visit: Administering, before: Annotated[int | None, Query(ge=1, le=2**62)] = None) -> Response:
    """Show entries of the audit log, the newest first."""
    return _audit(visit, before)


@router.post("/audit/inspection")
def inspect_audit(visit: Administering) -> Response:
    """Look whether the audit log is as it was written."""
    return _audit(visit, None, inspection=visit.core.inspect_audit())


def _audit(visit: Visit, before: int | None, **more: Any) -> Response:
    visit.core.log.flush()
    with visit.core.audited(Entry("audit-read", visit.member.account_id)) as connection:
        entries = list_entries(connection, before=before, limit=_ENTRIES + 1)
        names = {one.id: one.name for one in accounts.list_accounts(connection)}
    shown: dict[str, Any] = {"entries": entries[:_ENTRIES], "names": names, "inspection": None}
    following = entries[_ENTRIES - 1].sequence if len(entries) > _ENTRIES else None
    return show(visit, "audit.html", section="audit", following=following, before=before, **shown | more)


def _change(visit: Visit, act: Callable[[], None], section: str, notice: str) -> Response:
    """Do what a form asks for and lead back to the list; what was refused is told there."""
    try:
        act()
    except Problem as problem:
        return (_accounts if section == "accounts" else _workspaces)(visit, problem)
    return go(visit, f"/administration/{section}", notice)
