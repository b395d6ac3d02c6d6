"""Passwords: what is accepted, and how they are kept (argon2id)."""

from __future__ import annotations

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from api.errors import Problem

_HASHER: Final = PasswordHasher()
#: Of no account; verified where there is none, so that both answers take as long.
_NOBODY: Final = _HASHER.hash(secrets.token_urlsafe(16))
_SHORTEST: Final = 12
_LONGEST: Final = 200
_VARIED: Final = 6
#: Of five degrees, 0 to 4: only the last, at least ten thousand million guesses.
_DEGREE: Final = 4
_MEASURED: Final = 72  # characters that the measure looks at
#: What zxcvbn, which knows English best, does not know of the languages of this service's users.
_COMMON: Final = frozenset(
    "password passwort motdepasse lösenord qwertyuiop azertyuiop qwertzuiop letmein welcome willkommen bienvenue "
    "välkommen iloveyou sommer winter herbst frühling printemps automne hiver sommar bonjour hallo soleil doudou "
    "geheim secret hemlig admin administrator administrateur chocolat schatz fussball football".split()
)
_LETTERS_BESIDE: Final = 6


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
    elif _is_common(folded, name):
        why = "It is little more than a common password, or easily guessed."
    if why:
        raise Problem(422, "weak-password", "The new password is too weak.", why)


def _is_common(folded: str, name: str) -> bool:
    """Tell whether it is a common word with ornaments, or guessed by one of the usual ways."""
    for word in _COMMON:
        if word in folded:
            beside = folded.replace(word, "")
            if sum(character.isalpha() for character in beside) < _LETTERS_BESIDE:
                return True
    degree: int = zxcvbn(folded[:_MEASURED], user_inputs=[name])["score"]
    return degree < _DEGREE


def make_password() -> str:
    """Return a password to be used once."""
    return secrets.token_urlsafe(18)
