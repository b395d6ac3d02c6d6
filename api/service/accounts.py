"""Managing accounts, workspaces and tokens."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy.exc import IntegrityError

from api.errors import Problem, ServiceError, not_found
from api.moment import DAY, new_id, now
from api.service import second_factor as second_factors
from api.service.caller import Caller, Permission, Role
from api.service.core import Core
from api.service.guessing import require_password, require_session
from api.service.password import hash_password, make_password, require_strength
from api.service.sign_in import TOKEN_PREFIX, digest
from api.store import account as accounts
from api.store.account import Account, Token, Workspace
from api.store.audit import Entry

#: A password that was handed out is good for so long.
_FIRST_PASSWORD: Final = DAY
_FIRST_WORKSPACE: Final = "Contracts"


def create_account(core: Core, name: str, role: Role, *, by: str | None = None) -> tuple[Account, str]:
    """Return a new account and the password of its first sign-in."""
    name = name.strip()
    password = make_password()
    hashed, account_id = hash_password(password), new_id()
    try:
        with core.audited(Entry("account-create", by, _subject(account_id, role=role))) as connection:
            until = now() + _FIRST_PASSWORD
            account = accounts.add_account(
                connection, account_id, name=name, role=role, password_hash=hashed, password_until=until
            )
    except IntegrityError as error:
        raise Problem(409, "name-taken", "There is an account of this name.") from error
    return account, password


def _subject(changed_id: str, **values: object) -> str:
    """Return how the audit log tells what was made or changed, and what became of it."""
    return ":".join([changed_id, *(f"{name}={value}".lower() for name, value in values.items())])


def create_first_administrator(core: Core, name: str) -> str:
    """Return the password of the first administrator, who becomes a member of the first workspace.

    Raises :class:`ServiceError` when there is an administrator.
    """
    password = make_password()
    until = now() + _FIRST_PASSWORD
    _make_first(core, name, hash_password(password), must_change=True, password_until=until)
    return password


def create_own_administrator(core: Core, name: str, password: str) -> None:
    """Make the first administrator with a password of their own; raises :class:`ServiceError` when there is one."""
    require_strength(password, name=name)
    _make_first(core, name, hash_password(password), must_change=False, password_until=None)


def has_administrator(core: Core) -> bool:
    """Tell whether there is an active administrator."""
    with core.database.read() as connection:
        return accounts.count_administrators(connection) > 0


def _make_first(core: Core, name: str, hashed: str, *, must_change: bool, password_until: int | None) -> None:
    """Make account, workspace and membership together."""
    account_id = new_id()
    with core.audited(Entry("account-create", None, _subject(account_id, role=Role.ADMINISTRATOR))) as connection:
        accounts.lock_accounts(connection)
        if accounts.count_administrators(connection):
            raise Problem(409, "administrator-there", "There is an administrator, who can add others.")
        account = accounts.add_account(
            connection,
            account_id,
            name=name.strip(),
            role=Role.ADMINISTRATOR,
            password_hash=hashed,
            password_until=password_until,
        )
        accounts.change_account(connection, account.id, {"must_change": must_change})
        workspace = accounts.find_workspace(connection, _FIRST_WORKSPACE)
        if workspace is None:
            workspace = accounts.add_workspace(connection, new_id(), _FIRST_WORKSPACE, None)
        accounts.add_membership(connection, account.id, workspace.id)
    core.note(Entry("member-add", account.id, f"{workspace.id}:{account.id}"))


def change_account(core: Core, account_id: str, *, role: Role | None, active: bool | None, by: str) -> Account:
    """Change role or activity; deactivating ends sessions and tokens at once."""
    values: dict[str, object] = {}
    values |= {"role": role} if role is not None else {}
    values |= {"active": active} if active is not None else {}
    with core.audited(Entry("account-change", by, _subject(account_id, **values))) as connection:
        accounts.lock_accounts(connection)
        if values and not accounts.change_account(connection, account_id, values):
            raise not_found()
        if accounts.count_administrators(connection) == 0:
            raise Problem(409, "last-administrator", "This is the last administrator.")
        if values:
            accounts.end_sessions(connection, account_id)
        if active is False:
            accounts.delete_tokens(connection, account_id)
        account = accounts.find_account(connection, account_id)
    if account is None:
        raise not_found()
    return account


def reset_password(core: Core, account_id: str, *, by: str | None) -> str:
    """Return a password to be used once; sessions and tokens of the account end."""
    password = make_password()
    values = {"password_hash": hash_password(password), "must_change": True, "password_until": now() + _FIRST_PASSWORD}
    with core.audited(Entry("password-reset", by, account_id)) as connection:
        if not accounts.change_account(connection, account_id, values):
            raise not_found()
        accounts.end_sessions(connection, account_id)
        accounts.delete_tokens(connection, account_id)
    return password


def reset_by_name(core: Core, name: str, *, second_factor: bool = False) -> str:
    """Return a password to be used once for the account of a name, on an operator's behalf."""
    with core.database.read() as connection:
        found = accounts.find_sign_in(connection, name.strip())
    if found is None:
        raise ServiceError("There is no account of this name.")
    if second_factor:
        second_factors.reset(core, found[0].id, by=None)
    return reset_password(core, found[0].id, by=None)


def change_password(core: Core, caller: Caller, *, present: str, new: str) -> None:
    """Change one's own password; all sessions end."""
    require_password(core, caller, present, "password-change")
    require_strength(new, name=caller.name)
    if new == present:
        raise Problem(422, "weak-password", "The new password is the present one.")
    values = {"password_hash": hash_password(new), "must_change": False, "password_until": None}
    with core.audited(Entry("password-change", caller.account_id)) as connection:
        require_session(connection, caller)
        accounts.change_account(connection, caller.account_id, values)
        accounts.end_sessions(connection, caller.account_id)


def create_workspace(core: Core, name: str, retention_days: int | None, *, by: str) -> Workspace:
    """Return a new workspace."""
    workspace_id = new_id()
    try:
        with core.audited(Entry("workspace-create", by, _subject(workspace_id, days=retention_days))) as connection:
            return accounts.add_workspace(connection, workspace_id, name.strip(), retention_days)
    except IntegrityError as error:
        raise Problem(409, "name-taken", "There is a workspace of this name.") from error


def change_retention(core: Core, workspace_id: str, retention_days: int | None, *, by: str) -> None:
    """Change how long the contracts of a workspace are kept."""
    with core.audited(Entry("retention-change", by, _subject(workspace_id, days=retention_days))) as connection:
        if not accounts.change_workspace(connection, workspace_id, {"retention_days": retention_days}):
            raise not_found()


def change_membership(core: Core, account_id: str, workspace_id: str, *, member: bool, by: str) -> None:
    """Make an account a member of a workspace, or end that."""
    action = "member-add" if member else "member-remove"
    with core.audited(Entry(action, by, f"{workspace_id}:{account_id}")) as connection:
        if accounts.find_account(connection, account_id) is None:
            raise not_found()
        if not accounts.exists_workspace(connection, workspace_id):
            raise not_found()
        change = accounts.add_membership if member else accounts.remove_membership
        change(connection, account_id, workspace_id)


def create_token(
    core: Core, caller: Caller, *, name: str, scopes: tuple[Permission, ...], days: int
) -> tuple[Token, str]:
    """Return a new token of the caller, and the token itself, which is not kept."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    granted = tuple(str(scope) for scope in scopes)
    token_id = new_id()
    with core.audited(Entry("token-create", caller.account_id, token_id)) as connection:
        require_session(connection, caller)
        token = accounts.add_token(
            connection,
            token_hash=digest(secret),
            account_id=caller.account_id,
            name=name,
            scopes=granted,
            expires=now() + days * DAY,
            token_id=token_id,
        )
    return token, secret


def delete_token(core: Core, caller: Caller, token_id: str) -> None:
    """Delete a token of the caller."""
    with core.audited(Entry("token-delete", caller.account_id, token_id)) as connection:
        if not accounts.delete_token(connection, token_id, caller.account_id):
            raise not_found()
