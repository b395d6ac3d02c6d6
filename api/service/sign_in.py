"""Signing in and being recognised: sessions, tokens, and the brake on guessing."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from api.errors import Problem
from api.moment import SECOND, now
from api.service.caller import GRANTED, Caller, Permission, Role
from api.service.core import Core
from api.service.guessing import count_attempt, name_mark
from api.service.password import verify_password
from api.service.second_factor import is_owed, spend_code
from api.store import account as accounts
from api.store.account import Account
from api.store.audit import Entry

TOKEN_PREFIX: Final = "dpa_"  # noqa: S105  # by which scanners of leaks know one
#: A session is noted as used once in this time, not at every request.
_TOUCH: Final = 30 * SECOND


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its token goes into the cookie, the other into a header of every change."""

    account: Account
    token: str
    csrf_token: str
    must_enrol: bool


def sign_in(core: Core, name: str, password: str, code: str | None = None, *, former: str | None = None) -> SignedIn:
    """Begin a session; raises :class:`Problem`, the same for an unknown name and for a wrong password.

    The ``former`` session of the same browser, by its token, ends.
    """
    name = name.strip()
    mark = name_mark(core, name)
    with core.database.read() as connection:
        found = accounts.find_sign_in(connection, name)
    account = found[0] if found else None
    count_attempt(core, mark, Entry("sign-in", account.id if account else None, outcome="held-back"))
    if not verify_password(found[1] if found else None, password) or account is None or not account.active:
        raise _failed(core, account)
    if account.second_factor and code is None:
        core.note(Entry("sign-in", account.id, outcome="code-needed"))
        raise Problem(401, "second-factor-needed", "Send the code of the second factor as well.")
    token = secrets.token_urlsafe(32)
    try:
        with core.audited(Entry("sign-in", account.id)) as connection:
            if accounts.find_sign_in(connection, name, lock=True) != found:
                raise _NotSpent  # reset or deactivated while the password was being compared
            _spend(core, connection, account, code)
            accounts.clear_failures(connection, mark)
            if former:
                accounts.end_session(connection, digest(former))
            accounts.add_session(connection, digest(token), account.id)
    except _NotSpent:
        raise _failed(core, account) from None
    return SignedIn(account, token, csrf_token(token), is_owed(account))


class _NotSpent(Exception):  # told to nobody
    """What can be used once was used, or was wrong."""


def _spend(core: Core, connection: Connection, account: Account, code: str | None) -> None:
    """Use up what can be used once: a password that was handed out, and the code."""
    if account.password_until is not None and not accounts.spend_password(connection, account.id):
        raise _NotSpent
    if account.second_factor and not spend_code(core, connection, account.id, code or ""):
        raise _NotSpent


def _failed(core: Core, account: Account | None) -> Problem:
    core.note(Entry("sign-in", account.id if account else None, outcome="failed"))
    return Problem(401, "sign-in-failed", "The name, the password or the code is wrong.")


def recognise_session(core: Core, token: str) -> Caller | None:
    """Return who calls with the token of a session, None when it has ended."""
    key = digest(token)
    with core.database.read() as connection:
        found = accounts.recognise_session(connection, key)
    if found is None or not found[1].active:
        return None
    session, account, workspaces = found
    moment, settings = now(), core.settings
    idle, age = moment - session.seen, moment - session.created
    if idle > settings.idle_minutes * 60 * SECOND or age > settings.session_hours * 3600 * SECOND:
        with core.database.write() as connection:
            accounts.end_session(connection, key)
        return None
    if idle > _TOUCH:
        with core.database.write() as connection:
            accounts.touch_session(connection, key)
    role = Role(account.role)
    return Caller(account.id, account.name, role, workspaces, GRANTED[role], key, account.must_change, is_owed(account))


def recognise_token(core: Core, token: str) -> Caller | None:
    """Return who calls with a personal token, None when it is not valid."""
    key = digest(token)
    with core.database.read() as connection:
        found = accounts.recognise_token(connection, key)
    if found is None:
        return None
    kept, account, workspaces = found
    if not account.active or account.must_change or is_owed(account) or kept.expires < now():
        return None
    role = Role(account.role)
    permissions = GRANTED[role] & {Permission(scope) for scope in kept.scopes}
    return Caller(account.id, account.name, role, workspaces, permissions, token=key)


def digest(token: str) -> str:
    """Return what is kept of a token; it is random, so a plain hash does."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(session_token: str) -> str:
    """Return the token that changes in a session must carry; another site cannot work it out."""
    return hmac.new(session_token.encode(), b"csrf", hashlib.sha256).hexdigest()
