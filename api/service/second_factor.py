"""The second factor: codes of an authenticator (TOTP, RFC 6238), and recovery codes for when it is lost."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import pyotp
from sqlalchemy import Connection

from api.errors import Problem, not_found
from api.secrecy.seal import fingerprint, seal, unseal
from api.service.caller import Caller, Role
from api.service.core import Core
from api.service.guessing import count_code, forget_attempts, require_password, require_session
from api.store import account as accounts
from api.store import second_factor as factors
from api.store.account import Account
from api.store.audit import Entry

ISSUER: Final = "dpa-checker"
_STEP_SECONDS: Final = 30
#: So many steps earlier or later a code is taken: clocks differ.
_WINDOW: Final = 1
_RECOVERY_CODES: Final = 10
_RECOVERY_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_RECOVERY_HALF: Final = 6
_WRONG_CODE: Final = "wrong-code"


def is_owed(account: Account) -> bool:
    """Tell whether an account must have a second factor and has none."""
    return account.role == Role.ADMINISTRATOR and not account.second_factor


def begin_enrolment(core: Core, caller: Caller) -> tuple[str, str]:
    """Return a new secret and the address by which an authenticator takes it; it counts once it is confirmed."""
    secret = pyotp.random_base32()
    sealed = seal(_key(core), secret.encode(), place=_place(caller.account_id))
    with core.audited(Entry("second-factor-begin", caller.account_id)) as connection:
        _require_none(connection, caller.account_id)
        factors.keep_secret(connection, caller.account_id, sealed)
    return secret, pyotp.TOTP(secret).provisioning_uri(name=caller.name, issuer_name=ISSUER)


def confirm_enrolment(core: Core, caller: Caller, code: str) -> list[str]:
    """Return the recovery codes, which are shown only now; other sessions of the account end."""
    entry = Entry("second-factor-confirm", caller.account_id)
    count_code(core, caller, entry.action)
    with _noting_failure(core, entry), core.audited(entry) as connection:
        require_session(connection, caller)
        _require_none(connection, caller.account_id)
        if not _spend_totp(core, connection, caller.account_id, code):
            raise _wrong_code()
        forget_attempts(connection, core, caller)
        accounts.change_account(connection, caller.account_id, {"second_factor": True})
        accounts.end_sessions(connection, caller.account_id, except_for=caller.session)
        return _make_recovery_codes(core, connection, caller.account_id)


def renew_recovery_codes(core: Core, caller: Caller, *, password: str, code: str) -> list[str]:
    """Return new recovery codes; the old ones are good no more."""
    entry = Entry("recovery-codes-renew", caller.account_id)
    require_password(core, caller, password, entry.action, code_follows=True)
    with _noting_failure(core, entry), core.audited(entry) as connection:
        _require_code(core, connection, caller, code)
        return _make_recovery_codes(core, connection, caller.account_id)


def remove(core: Core, caller: Caller, *, password: str, code: str) -> None:
    """Do without a second factor from now on; administrators cannot."""
    if caller.role is Role.ADMINISTRATOR:
        raise Problem(409, "second-factor-compulsory", "Administrators must have a second factor.")
    entry = Entry("second-factor-remove", caller.account_id)
    require_password(core, caller, password, entry.action, code_follows=True)
    with _noting_failure(core, entry), core.audited(entry) as connection:
        _require_code(core, connection, caller, code)
        _forget(connection, caller.account_id)


def reset(core: Core, account_id: str, *, by: str | None) -> None:
    """Take an account's second factor away, for one who has lost it; sessions and tokens end."""
    with core.audited(Entry("second-factor-reset", by, account_id)) as connection:
        if accounts.find_account(connection, account_id) is None:
            raise not_found()
        _forget(connection, account_id)
        accounts.end_sessions(connection, account_id)
        accounts.delete_tokens(connection, account_id)


def spend_code(core: Core, connection: Connection, account_id: str, code: str) -> bool:
    """Use up a code of the authenticator or a recovery code; False when it is wrong or was used."""
    plain = "".join(code.split()).replace("-", "").lower()
    if len(plain) == _RECOVERY_HALF * 2:
        return factors.spend_recovery_code(connection, account_id, _mark(core, account_id, plain))
    return _spend_totp(core, connection, account_id, plain)


def _spend_totp(core: Core, connection: Connection, account_id: str, code: str) -> bool:
    sealed = factors.find_secret(connection, account_id)
    if sealed is None:
        return False
    totp = pyotp.TOTP(unseal(_key(core), sealed, place=_place(account_id)).decode())
    present = int(time.time()) // _STEP_SECONDS
    for step in range(present - _WINDOW, present + _WINDOW + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            return factors.spend_step(connection, account_id, step)
    return False


@contextmanager
def _noting_failure(core: Core, entry: Entry) -> Iterator[None]:
    """Note a wrong code as a failed ``entry``."""
    try:
        yield
    except Problem as problem:
        if problem.kind == _WRONG_CODE:
            core.note(replace(entry, outcome="failed"))
        raise


def _require_none(connection: Connection, account_id: str) -> None:
    account = accounts.find_account(connection, account_id)
    if account is None or account.second_factor:
        raise Problem(409, "second-factor-there", "The account has a second factor.")


def _require_code(core: Core, connection: Connection, caller: Caller, code: str) -> None:
    if not spend_code(core, connection, caller.account_id, code):
        raise _wrong_code()
    forget_attempts(connection, core, caller)


def _forget(connection: Connection, account_id: str) -> None:
    factors.forget(connection, account_id)
    accounts.change_account(connection, account_id, {"second_factor": False})


def _make_recovery_codes(core: Core, connection: Connection, account_id: str) -> list[str]:
    length = _RECOVERY_HALF * 2
    plain = ["".join(secrets.choice(_RECOVERY_LETTERS) for _ in range(length)) for _ in range(_RECOVERY_CODES)]
    factors.keep_recovery_codes(connection, account_id, [_mark(core, account_id, code) for code in plain])
    return [f"{code[:_RECOVERY_HALF]}-{code[_RECOVERY_HALF:]}" for code in plain]


def _mark(core: Core, account_id: str, code: str) -> str:
    return fingerprint(_key(core), f"{account_id}\0{code}", purpose="recovery")


def _key(core: Core) -> bytes:
    return core.keys.service_key("second-factor")


def _place(account_id: str) -> str:
    return f"second_factor/{account_id}"


def _wrong_code() -> Problem:
    return Problem(403, _WRONG_CODE, "The code is wrong, or was used.")
