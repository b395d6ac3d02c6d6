"""Accounts, workspaces and who belongs to which; sessions, tokens and failed sign-ins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, case, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from api.moment import new_id, now
from api.store.schema import ACCOUNT, FAILURE, MEMBERSHIP, SESSION, TOKEN, WORKSPACE

_LOCK: Final = 28_03_2018


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account."""

    id: str
    name: str
    role: str
    must_change: bool
    password_until: int | None
    active: bool
    second_factor: bool
    created: int


@dataclass(frozen=True, slots=True)
class Workspace:
    """Contracts that belong together, with the period they are kept."""

    id: str
    name: str
    retention_days: int | None
    created: int


@dataclass(frozen=True, slots=True)
class Token:
    """A personal token for programs; the token itself is not kept."""

    id: str
    account_id: str
    name: str
    scopes: tuple[str, ...]
    created: int
    expires: int


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser."""

    account_id: str
    created: int
    seen: int


_ACCOUNT = tuple(ACCOUNT.c[name] for name in Account.__dataclass_fields__)
_WITH_WORKSPACES = ACCOUNT.outerjoin(MEMBERSHIP, MEMBERSHIP.c.account_id == ACCOUNT.c.id)
# Built once: they are asked at every request.
_BY_SESSION = (
    select(
        *_ACCOUNT,
        SESSION.c.account_id.label("owner"),
        SESSION.c.created.label("begun"),
        SESSION.c.seen,
        MEMBERSHIP.c.workspace_id,
    )
    .select_from(_WITH_WORKSPACES.join(SESSION, SESSION.c.account_id == ACCOUNT.c.id))
    .where(SESSION.c.token_hash == bindparam("token_hash"))
    .order_by(MEMBERSHIP.c.workspace_id)
)
_BY_TOKEN = (
    select(
        *_ACCOUNT,
        TOKEN.c.id.label("token_id"),
        TOKEN.c.account_id.label("owner"),
        TOKEN.c.name.label("token_name"),
        TOKEN.c.scopes,
        TOKEN.c.created.label("begun"),
        TOKEN.c.expires,
        MEMBERSHIP.c.workspace_id,
    )
    .select_from(_WITH_WORKSPACES.join(TOKEN, TOKEN.c.account_id == ACCOUNT.c.id))
    .where(TOKEN.c.token_hash == bindparam("token_hash"))
    .order_by(MEMBERSHIP.c.workspace_id)
)


def add_account(
    connection: Connection, account_id: str, *, name: str, role: str, password_hash: str, password_until: int | None
) -> Account:
    """Add an account whose password is to be changed at the first sign-in."""
    values: dict[str, Any] = {"id": account_id, "name": name, "role": role, "created": now()}
    values |= {"must_change": True, "password_until": password_until, "active": True, "second_factor": False}
    connection.execute(insert(ACCOUNT).values(password_hash=password_hash, **values))
    return Account(**values)


def find_account(connection: Connection, account_id: str) -> Account | None:
    """Return an account by its id."""
    row = connection.execute(select(*_ACCOUNT).where(ACCOUNT.c.id == account_id)).first()
    return None if row is None else Account(**row._mapping)


def find_sign_in(connection: Connection, name: str, *, lock: bool = False) -> tuple[Account, str] | None:
    """Return an account by its name, with the hash of its password.

    ``lock`` keeps others from changing it until the transaction ends.
    """
    query = select(*_ACCOUNT, ACCOUNT.c.password_hash).where(ACCOUNT.c.name == name)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        return None
    values = dict(row._mapping)
    password_hash = values.pop("password_hash")
    return Account(**values), password_hash


def list_accounts(connection: Connection) -> list[Account]:
    """Return all accounts."""
    return [Account(**row._mapping) for row in connection.execute(select(*_ACCOUNT).order_by(ACCOUNT.c.id))]


def change_account(connection: Connection, account_id: str, values: Mapping[str, Any]) -> bool:
    """Change an account; False when there is none."""
    return connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(**values)).rowcount == 1


def lock_accounts(connection: Connection) -> None:
    """Let one transaction after the other decide about administrators: there must be one left, and one first."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


def count_administrators(connection: Connection) -> int:
    """Return how many active administrators there are."""
    query = select(func.count()).where(ACCOUNT.c.role == "administrator", ACCOUNT.c.active.is_(True))
    return connection.execute(query).scalar_one()


def add_workspace(connection: Connection, workspace_id: str, name: str, retention_days: int | None) -> Workspace:
    """Add a workspace."""
    workspace = Workspace(workspace_id, name, retention_days, now())
    values = {field: getattr(workspace, field) for field in Workspace.__dataclass_fields__}
    connection.execute(insert(WORKSPACE).values(**values))
    return workspace


def list_workspaces(connection: Connection) -> list[Workspace]:
    """Return all workspaces."""
    return [Workspace(**row._mapping) for row in connection.execute(select(WORKSPACE).order_by(WORKSPACE.c.id))]


def find_workspace(connection: Connection, name: str) -> Workspace | None:
    """Return a workspace by its name."""
    row = connection.execute(select(WORKSPACE).where(WORKSPACE.c.name == name)).first()
    return None if row is None else Workspace(**row._mapping)


def change_workspace(connection: Connection, workspace_id: str, values: Mapping[str, Any]) -> bool:
    """Change a workspace; False when there is none."""
    return connection.execute(update(WORKSPACE).where(WORKSPACE.c.id == workspace_id).values(**values)).rowcount == 1


def exists_workspace(connection: Connection, workspace_id: str) -> bool:
    """Tell whether there is such a workspace."""
    return connection.execute(select(WORKSPACE.c.id).where(WORKSPACE.c.id == workspace_id)).first() is not None


def list_memberships(connection: Connection, account_id: str) -> list[str]:
    """Return the workspaces of an account."""
    query = select(MEMBERSHIP.c.workspace_id).where(MEMBERSHIP.c.account_id == account_id)
    return [row.workspace_id for row in connection.execute(query.order_by(MEMBERSHIP.c.workspace_id))]


def add_membership(connection: Connection, account_id: str, workspace_id: str) -> None:
    """Make an account a member of a workspace."""
    if workspace_id not in list_memberships(connection, account_id):
        connection.execute(insert(MEMBERSHIP).values(account_id=account_id, workspace_id=workspace_id))


def remove_membership(connection: Connection, account_id: str, workspace_id: str) -> None:
    """End a membership."""
    one = (MEMBERSHIP.c.account_id == account_id) & (MEMBERSHIP.c.workspace_id == workspace_id)
    connection.execute(delete(MEMBERSHIP).where(one))


def add_session(connection: Connection, token_hash: str, account_id: str) -> None:
    """Keep a new session."""
    moment = now()
    connection.execute(
        insert(SESSION).values(token_hash=token_hash, account_id=account_id, created=moment, seen=moment)
    )


def recognise_session(connection: Connection, token_hash: str) -> tuple[Session, Account, tuple[str, ...]] | None:
    """Return a session with its account and the workspaces of that, in one look."""
    rows = connection.execute(_BY_SESSION, {"token_hash": token_hash}).all()
    if not rows:
        return None
    row = rows[0]
    return Session(row.owner, row.begun, row.seen), _account(row), _workspaces(rows)


def hold_session(connection: Connection, token_hash: str) -> bool:
    """Tell whether a session is still there, and keep it from being ended until the transaction ends."""
    query = select(SESSION.c.account_id).where(SESSION.c.token_hash == token_hash).with_for_update()
    return connection.execute(query).first() is not None


def touch_session(connection: Connection, token_hash: str) -> None:
    """Note that a session is used."""
    connection.execute(update(SESSION).where(SESSION.c.token_hash == token_hash).values(seen=now()))


def end_session(connection: Connection, token_hash: str) -> None:
    """End one session."""
    connection.execute(delete(SESSION).where(SESSION.c.token_hash == token_hash))


def end_sessions(connection: Connection, account_id: str, *, except_for: str | None = None) -> None:
    """End all sessions of an account, but for one."""
    ended = delete(SESSION).where(SESSION.c.account_id == account_id)
    connection.execute(ended if except_for is None else ended.where(SESSION.c.token_hash != except_for))


def add_token(
    connection: Connection,
    *,
    token_hash: str,
    account_id: str,
    name: str,
    scopes: tuple[str, ...],
    expires: int,
    token_id: str | None = None,
) -> Token:
    """Keep a new token by its hash."""
    token = Token(token_id or new_id(), account_id, name, scopes, now(), expires)
    values = {"id": token.id, "created": token.created, "scopes": " ".join(scopes)}
    connection.execute(
        insert(TOKEN).values(token_hash=token_hash, account_id=account_id, name=name, expires=expires, **values)
    )
    return token


def recognise_token(connection: Connection, token_hash: str) -> tuple[Token, Account, tuple[str, ...]] | None:
    """Return a token with its account and the workspaces of that, in one look."""
    rows = connection.execute(_BY_TOKEN, {"token_hash": token_hash}).all()
    if not rows:
        return None
    row = rows[0]
    scopes = tuple(row.scopes.split())
    token = Token(row.token_id, row.owner, row.token_name, scopes, row.begun, row.expires)
    return token, _account(row), _workspaces(rows)


def list_tokens(connection: Connection, account_id: str) -> list[Token]:
    """Return the tokens of an account."""
    query = select(TOKEN).where(TOKEN.c.account_id == account_id).order_by(TOKEN.c.id)
    return [_token(row) for row in connection.execute(query)]


def delete_token(connection: Connection, token_id: str, account_id: str) -> bool:
    """Delete a token of an account; False when it has none such."""
    one = (TOKEN.c.id == token_id) & (TOKEN.c.account_id == account_id)
    return connection.execute(delete(TOKEN).where(one)).rowcount == 1


def delete_tokens(connection: Connection, account_id: str) -> None:
    """Delete all tokens of an account."""
    connection.execute(delete(TOKEN).where(TOKEN.c.account_id == account_id))


def spend_password(connection: Connection, account_id: str) -> bool:
    """Use up a password that was handed out; False when it was used, or its time is over."""
    good = (ACCOUNT.c.id == account_id) & (ACCOUNT.c.password_until > now())
    return connection.execute(update(ACCOUNT).where(good).values(password_until=0)).rowcount == 1


def count_attempt(connection: Connection, name_mark: str) -> tuple[int, int]:
    """Count an attempt to sign in unless one has to wait; returns the count, and until when attempts are refused.

    The row is held until the transaction ends: attempts at the same time are counted one after the other.
    """
    moment = now()
    add = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(FAILURE)
    add = add.values(name_mark=name_mark, count=1, until=0, last=moment)
    more = case((FAILURE.c.until > moment, 0), else_=1)
    changed = {"count": FAILURE.c.count + more, "last": moment}
    upsert = add.on_conflict_do_update(index_elements=[FAILURE.c.name_mark], set_=changed)
    row = connection.execute(upsert.returning(FAILURE.c.count, FAILURE.c.until)).one()
    return int(row[0]), int(row[1])


def hold_back(connection: Connection, name_mark: str, until: int) -> None:
    """Refuse attempts with a name until then."""
    connection.execute(update(FAILURE).where(FAILURE.c.name_mark == name_mark).values(until=until))


def clear_failures(connection: Connection, name_mark: str) -> None:
    """Forget the failed sign-ins of a name."""
    connection.execute(delete(FAILURE).where(FAILURE.c.name_mark == name_mark))


def forget_old(connection: Connection, *, failures_before: int, sessions_before: int) -> None:
    """Forget old failures, and sessions and tokens that have expired."""
    connection.execute(delete(FAILURE).where(FAILURE.c.last < failures_before))
    connection.execute(delete(SESSION).where(SESSION.c.created < sessions_before))
    connection.execute(delete(TOKEN).where(TOKEN.c.expires < now()))


def _account(row: Any) -> Account:
    return Account(**{name: getattr(row, name) for name in Account.__dataclass_fields__})


def _workspaces(rows: Sequence[Any]) -> tuple[str, ...]:
    return tuple(row.workspace_id for row in rows if row.workspace_id is not None)


def _token(row: Row[Any]) -> Token:
    return Token(row.id, row.account_id, row.name, tuple(row.scopes.split()), row.created, row.expires)
