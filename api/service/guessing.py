"""The brake on guessing: attempts are counted by name before anything is compared."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from api.errors import Problem
from api.moment import SECOND, now
from api.secrecy.seal import fingerprint
from api.service.caller import Caller
from api.service.core import Core
from api.service.password import verify_password
from api.store import account as accounts
from api.store.audit import Entry

#: So many failures cost nothing; then the wait doubles with each, up to the longest.
_FREE: Final = 4
_FIRST_WAIT: Final = 15 * SECOND
_LONGEST_WAIT: Final = 15 * 60 * SECOND


def name_mark(core: Core, name: str) -> str:
    """Return by what the attempts with a name are counted."""
    return fingerprint(core.name_key, name, purpose="sign-in")


def count_attempt(core: Core, mark: str, entry: Entry) -> None:
    """Count an attempt before anything is compared, so that guesses at the same time are counted like others.

    Raises :class:`Problem` while one has to wait, and notes ``entry`` then.  Whoever turns out to be right has the
    count forgotten (:func:`api.store.account.clear_failures`).
    """
    with core.database.write() as connection:
        count, until = accounts.count_attempt(connection, mark)
        held = until > now()
        if not held and count > _FREE:
            wait = min(_LONGEST_WAIT, _FIRST_WAIT << min(count - _FREE - 1, 20))
            accounts.hold_back(connection, mark, now() + wait)
    if held:
        core.note(entry)
        headers = {"Retry-After": str(max(0, until - now()) // SECOND + 1)}
        raise Problem(429, "too-many-failures", "Too many failed attempts. Wait.", headers=headers)


def require_password(core: Core, caller: Caller, password: str, action: str, *, code_follows: bool = False) -> None:
    """Raise :class:`Problem` where it is not the caller's password: a session alone must not be enough for this.

    Where a code follows, the attempt stays counted until that is right as well: :func:`count_code`.
    """
    count_code(core, caller, action)
    with core.database.read() as connection:
        found = accounts.find_sign_in(connection, caller.name)
    if not verify_password(found[1] if found else None, password):
        core.note(Entry(action, caller.account_id, outcome="failed"))
        raise Problem(403, "wrong-password", "The present password is wrong.")
    if not code_follows:
        with core.database.write() as connection:
            forget_attempts(connection, core, caller)


def count_code(core: Core, caller: Caller, action: str) -> None:
    """Count an attempt of somebody in a session before anything is compared; raises :class:`Problem`."""
    count_attempt(core, name_mark(core, caller.name), Entry(action, caller.account_id, outcome="held-back"))


def forget_attempts(connection: Connection, core: Core, caller: Caller) -> None:
    """Forget the failed attempts of somebody who has turned out to be right."""
    accounts.clear_failures(connection, name_mark(core, caller.name))


def require_session(connection: Connection, caller: Caller) -> None:
    """Raise :class:`Problem` where the caller's session was ended since it was recognised.

    A reset ends sessions first: what a request that was under way then adds would outlive it.
    """
    if caller.session is not None and not accounts.hold_session(connection, caller.session):
        raise Problem(401, "not-signed-in", "The session has ended.")
