"""Limits on how often an address or an account may call.

Each key has its own pace (the generic cell rate algorithm): a minute's worth may come at once, then one at a time.
The counts are those of this process; they are forgotten when it ends.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from typing import Final

from api.errors import Problem
from api.settings import Settings

_MINUTE: Final = 60.0
_MOST_KEYS: Final = 20_000
#: Whoever has an address of IPv6 has as many as the rest of it counts.
_IPV6_NETWORK: Final = 64


class Pace:
    """So many calls a minute for each key."""

    def __init__(self, per_minute: int) -> None:
        self._interval = _MINUTE / per_minute
        self._allowance = _MINUTE - self._interval
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, key: str, moment: float | None = None) -> float:
        """Count a call and return 0, or return how many seconds it comes too early."""
        at = time.monotonic() if moment is None else moment
        with self._lock:
            earliest = max(self._next.get(key, at), at)
            early = earliest - self._allowance - at
            if early > 1e-9:
                return early
            if len(self._next) >= _MOST_KEYS:
                self._forget(at)
            self._next[key] = earliest + self._interval
            return 0.0

    def _forget(self, at: float) -> None:
        """Forget the keys that have nothing against them; where all have, those that have least."""
        kept = sorted((due, key) for key, due in self._next.items() if due > at)
        self._next = {key: due for due, key in kept[-_MOST_KEYS // 2 :]}


class Limits:
    """The limits of a running service."""

    def __init__(self, settings: Settings) -> None:
        # Each process counts its own share.
        share = settings.processes
        self._addresses = Pace(max(1, settings.address_requests_per_minute // share))
        self._accounts = Pace(max(1, settings.requests_per_minute // share))
        self._sign_ins = Pace(max(1, settings.sign_ins_per_minute // share))

    def seconds_for_address(self, address: str) -> float:
        """Count a request of an address; returns how long it has to wait."""
        return self._addresses.wait(network_of(address))

    def require_account(self, account_id: str) -> None:
        """Count a request of an account; raises :class:`Problem`."""
        _require(self._accounts.wait(account_id))

    def require_sign_in(self, address: str) -> None:
        """Count an attempt to sign in from an address; raises :class:`Problem`."""
        _require(self._sign_ins.wait(network_of(address)))


def network_of(address: str) -> str:
    """Return by what an address is counted: itself, or its network of IPv6."""
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(read, ipaddress.IPv6Address):
        mapped = read.ipv4_mapped
        return str(mapped or ipaddress.ip_network((read, _IPV6_NETWORK), strict=False))
    return str(read)


def retry_after(seconds: float) -> str:
    """Return a wait as the header Retry-After has it."""
    return str(max(1, math.ceil(seconds)))


def _require(seconds: float) -> None:
    if seconds:
        headers = {"Retry-After": retry_after(seconds)}
        raise Problem(429, "too-many-requests", "Too many requests. Wait.", headers=headers)
