"""The errors of the service.

::

    ServiceError                the service cannot do what was asked
    ├── SettingsError           a setting is wrong or lacking; the service does not start
    ├── KeyStoreError           the key store does not belong to the master key
    ├── SealBroken              a ciphertext is not what was written in its place
    ├── KeyDestroyed            the key of a contract is gone, and the contract with it
    ├── TransferError           contracts cannot be moved out or in as was asked
    └── Problem                 an answer by RFC 9457: a stable type, a status and a sentence
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: What the types of problems begin with; they are names, not pages.
TYPE: Final = "urn:dpa-checker:problem:"
#: The kind of the problem of what is not there, or another's.
NOT_FOUND: Final = "not-found"
#: The kind of the problem of what an account or token may not do.
NOT_ALLOWED: Final = "not-allowed"


class ServiceError(Exception):
    """Base of every error that the service raises on purpose."""


class SettingsError(ServiceError):
    """A setting is wrong or lacking; the message says which and what to do."""


class KeyStoreError(ServiceError):
    """The key store cannot be used with this master key."""


class SealBroken(ServiceError):
    """A ciphertext was altered, moved to another place, or sealed with another key."""


class KeyDestroyed(ServiceError):
    """The key of a contract has been destroyed."""


class TransferError(ServiceError):
    """Contracts cannot be moved out or in; the message says why."""


class Problem(ServiceError):
    """An answer that says what is wrong, without internals and without text of a contract."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        fields: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})
        self.fields = dict(fields or {})

    def content(self) -> dict[str, object]:
        """Return the members of the problem document."""
        content: dict[str, object] = {"type": TYPE + self.kind, "title": self.title, "status": self.status}
        if self.detail:
            content["detail"] = self.detail
        return content | self.fields


def not_found() -> Problem:
    """Return the answer for what is not there and for what is another's: they must not be told apart."""
    return Problem(404, NOT_FOUND, "There is nothing here.")
