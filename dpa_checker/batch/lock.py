"""One scan at a time on a folder of results: a lock that ends with the process that holds it, however that ends."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Final, Self

from dpa_checker.errors import DpaCheckerError

_LOOK_SECONDS: Final = 0.2


class FolderBusy(DpaCheckerError):
    """Another process is writing to the folder of results."""


class FolderLock:
    """Holds a folder while the context lasts; raises :class:`FolderBusy` when another holds it for ``wait`` seconds.

    The lock belongs to the open file, not to its presence: after a ``kill -9`` the system has taken it back.
    """

    def __init__(self, folder: Path, *, wait: float = 0.0) -> None:
        self._path = folder / ".lock"
        self._wait = wait
        self._handle: int | None = None

    def __enter__(self) -> Self:
        """Take the lock and return itself."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        deadline = time.monotonic() + self._wait
        while not _try_lock(handle):
            if time.monotonic() >= deadline:
                os.close(handle)
                raise FolderBusy(
                    f"Another scan is writing to {self._path.parent.name}. Wait for its end, or choose another folder "
                    "with --output."
                )
            time.sleep(_LOOK_SECONDS)
        self._handle = handle
        return self

    def __exit__(self, *error: object) -> None:
        """Give the folder free."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        """Lock an open file without waiting; False when another process has."""
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        """Lock an open file without waiting; False when another process has."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
