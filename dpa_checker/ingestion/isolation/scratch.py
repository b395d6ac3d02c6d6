"""The folders in which reading processes work, each named after its owner's process.

A reading process deletes its folder whenever its owner ends.  Only where both end at once (the power is cut, or
everything of a service is killed together) it is left, with parts of a contract in it: the next start deletes it.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

_PREFIX: Final = "dpa-checker-"
_NAME: Final = re.compile(rf"{_PREFIX}(\d+)-\w+")


def make_scratch() -> Path:
    """Return a new folder of this process, for the user alone."""
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def purge_scratch() -> int:
    """Delete what this user's processes that are gone have left; returns how many folders."""
    left = [path for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*") if _is_left(path)]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def _is_left(path: Path) -> bool:
    found = _NAME.fullmatch(path.name)
    if found is None or os.name != "posix":
        return False
    try:
        own = path.lstat().st_uid == os.getuid() and path.is_dir() and not path.is_symlink()
        return own and not _is_alive(int(found[1]))
    except (OSError, OverflowError):
        return False


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
