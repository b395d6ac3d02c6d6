"""Signing in and being recognised: sessions, tokens, and the brake on guessing."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from api.errors import Problem
from api.moment import SECOND, now
from api.secrecy.seal import fingerprint
from api.service.caller import GRANTED, Caller, Permission, Role
from api.service.core import Core
from api.service.password import verify_password
from api.store import account as accounts
from api.store.account import Account
from api.store.audit import Entry

TOKEN_PREFIX: Final = "dpa_"  # noqa: S105  # by which scanners of leaks know one
#: So many failures cost nothing; then the wait doubles with each, up to the longest.
_FREE: Final = 4
_FIRST_WAIT: Final = 15 * SECOND
_LONGEST_WAIT: Final = 15 * 60 * SECOND
#: A session is noted as used once in this time, not at every request.
_TOUCH: Final = 30 * SECOND


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its token goes into the cookie, the other into a header of every change."""

    account: Account
    token: str
    csrf_token: str


def sign_in(core: Core, name: str, password: str) -> SignedIn:
    """Begin a session; raises :class:`Problem`, the same for an unknown name and for a wrong password."""
    name = name.strip()
    mark = fingerprint(core.name_key, name, purpose="sign-in")
    with core.database.read() as connection:
        until = accounts.read_failures(connection, mark)[1]
        found = accounts.find_sign_in(connection, name)
    if until > now():
        wait = str((until - now()) // SECOND + 1)
        core.note(Entry("sign-in", found[0].id if found else None, outcome="held-back"))
        raise Problem(429, "too-many-failures", "Too many failed sign-ins. Wait.", headers={"Retry-After": wait})
    right = verify_password(found[1] if found else None, password)
    account = found[0] if found else None
    expired = account is not None and account.password_until is not None and account.password_until < now()
    if not right or account is None or not account.active or expired:
        _keep_failure(core, mark, account)
        raise Problem(401, "sign-in-failed", "The name or the password is wrong.")
    token = secrets.token_urlsafe(32)
    with core.audited(Entry("sign-in", account.id)) as connection:
        accounts.clear_failures(connection, mark)
        accounts.add_session(connection, digest(token), account.id)
    return SignedIn(account, token, csrf_token(token))


def _keep_failure(core: Core, mark: str, account: Account | None) -> None:
    with core.audited(Entry("sign-in", account.id if account else None, outcome="failed")) as connection:
        # Counted anew within the transaction: guesses may come at the same time.
        count = accounts.read_failures(connection, mark)[0] + 1
        wait = 0 if count <= _FREE else min(_LONGEST_WAIT, _FIRST_WAIT << min(count - _FREE - 1, 20))
        accounts.keep_failure(connection, mark, count, now() + wait)


def recognise_session(core: Core, token: str) -> Caller | None:
    """Return who calls with the token of a session, None when it has ended."""
    key = digest(token)
    with core.database.read() as connection:
        session = accounts.find_session(connection, key)
        account = accounts.find_account(connection, session.account_id) if session else None
        workspaces = accounts.list_memberships(connection, account.id) if account else []
    if session is None or account is None or not account.active:
        return None
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
    return Caller(account.id, account.name, role, tuple(workspaces), GRANTED[role], key, account.must_change)


def recognise_token(core: Core, token: str) -> Caller | None:
    """Return who calls with a personal token, None when it is not valid."""
    with core.database.read() as connection:
        kept = accounts.find_token(connection, digest(token))
        account = accounts.find_account(connection, kept.account_id) if kept else None
        workspaces = accounts.list_memberships(connection, account.id) if account else []
    if kept is None or account is None or not account.active or account.must_change or kept.expires < now():
        return None
    role = Role(account.role)
    permissions = GRANTED[role] & {Permission(scope) for scope in kept.scopes}
    return Caller(account.id, account.name, role, tuple(workspaces), permissions)


def digest(token: str) -> str:
    """Return what is kept of a token; it is random, so a plain hash does."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(session_token: str) -> str:
    """Return the token that changes in a session must carry; another site cannot work it out."""
    return hmac.new(session_token.encode(), b"csrf", hashlib.sha256).hexdigest()
