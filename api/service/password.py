"""Passwords: what is accepted, and how they are kept (argon2id)."""

from __future__ import annotations

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.errors import Problem

_HASHER: Final = PasswordHasher()
#: Of no account; verified where there is none, so that both answers take as long.
_NOBODY: Final = _HASHER.hash(secrets.token_urlsafe(16))
_SHORTEST: Final = 12
_LONGEST: Final = 200
_VARIED: Final = 6
_COMMON: Final = frozenset(
    "password passwort motdepasse lösenord 123456789 qwertyuiop azertyuiop qwertzuiop letmein welcome iloveyou".split()
)


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(password)


def verify_password(kept: str | None, password: str) -> bool:
    """Tell whether it is the password; takes as long where there is no account."""
    if len(password) > _LONGEST:
        return False
    try:
        return _HASHER.verify(kept or _NOBODY, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def require_strength(password: str, *, name: str) -> None:
    """Raise :class:`Problem` for a password that is easily guessed."""
    folded = password.casefold()
    why = ""
    if not _SHORTEST <= len(password) <= _LONGEST:
        why = f"It must have {_SHORTEST} to {_LONGEST} characters."
    elif len(set(folded)) < _VARIED:
        why = f"It must have at least {_VARIED} different characters."
    elif name.casefold() in folded or name.partition("@")[0].casefold() in folded:
        why = "It must not hold the name of the account."
    elif any(len(folded) - len(word) < _VARIED for word in _COMMON if word in folded):
        why = "It is little more than a common password."
    if why:
        raise Problem(422, "weak-password", "The new password is too weak.", why)


def make_password() -> str:
    """Return a password to be used once."""
    return secrets.token_urlsafe(18)
