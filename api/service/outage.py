"""Errors that are the database's or the key store's and no request's: the service cannot work at the moment."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolEmpty

from api.errors import KeyStoreError, SealBroken
from api.service.core import Core

_AWAY: Final = (OperationalError, InterfaceError, PoolEmpty, KeyStoreError)


def is_outage(core: Core, error: Exception) -> bool:
    """Tell whether the database or the key store is away, or was rotated to another master key meanwhile."""
    if isinstance(error, _AWAY):
        return True
    # What is altered in one contract is no outage: the keys of the service itself tell.
    return isinstance(error, SealBroken) and not _opens_keys(core)


def _opens_keys(core: Core) -> bool:
    try:
        core.keys.service_key("audit")
    except (SealBroken, *_AWAY):
        return False
    return True
