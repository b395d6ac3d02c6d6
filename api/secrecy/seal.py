"""Sealed values: AES-256-GCM, bound to the place they are written to.

A sealed value is a version byte, a nonce of 12 random bytes, the ciphertext and its tag.  The place (table, row and
column) is associated data: a ciphertext moved to another row does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from api.errors import SealBroken

KEY_BYTES: Final = 32
_VERSION: Final = b"\x01"
_NONCE: Final = 12


def seal(key: bytes, plain: bytes, *, place: str) -> bytes:
    """Return ``plain`` sealed for ``place``."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def unseal(key: bytes, sealed: bytes, *, place: str) -> bytes:
    """Return what was sealed for ``place``; raises :class:`SealBroken`."""
    return opener(key)(sealed, place)


def opener(key: bytes) -> Callable[[bytes, str], bytes]:
    """Return what opens a value in a place as :func:`unseal` does, for many that are sealed with one key."""
    decrypt = AESGCM(key).decrypt

    def open_value(sealed: bytes, place: str) -> bytes:
        if sealed[:1] != _VERSION:
            raise SealBroken("A sealed value has an unknown version.")
        try:
            return decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], place.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken("A sealed value does not open with this key in this place.") from error

    return open_value


def derive(master: bytes, purpose: str) -> bytes:
    """Return the key of one purpose, derived from the master key (HKDF with SHA-256)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"dpa-checker/" + purpose.encode()).derive(master)


def fingerprint(key: bytes, text: str, *, purpose: str) -> str:
    """Return the keyed fingerprint by which a name is found exactly; what :func:`fold` levels does not count."""
    return hmac.new(key, f"{purpose}\0{fold(text)}".encode(), hashlib.sha256).hexdigest()


def fold(text: str) -> str:
    """Return a name without capitals, outer and double blanks, its accents written with their letters or apart."""
    # Letters and accents apart is how macOS writes names of files.
    levelled = unicodedata.normalize("NFC", " ".join(text.split()))
    return unicodedata.normalize("NFC", levelled.casefold())
