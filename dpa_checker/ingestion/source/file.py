"""Taking the bytes of a file within limits, whatever the path leads to."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from dpa_checker.errors import DocumentError
from dpa_checker.ingestion.limits import Limits

_PIECE: Final = 1 << 20
_LONGEST_NAME: Final = 200
_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def load_file(path: Path, *, limits: Limits) -> bytes:
    """Return the bytes of the regular file at ``path``.

    Never waits for a pipe and never reads more than ``max_bytes``, even when the file grows meanwhile.  Raises
    ``DocumentError`` when it cannot be opened or is no file, ``LimitExceeded`` when it is too large.
    """
    name = path.name if len(path.name) <= _LONGEST_NAME else f"{path.name[:_LONGEST_NAME]}..."
    try:
        # Not waiting matters for a pipe without a writer alone; on a regular file it changes nothing.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(number, "rb", buffering=0) as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                kind = next((name for test, name in _KINDS if test(status.st_mode)), "no file")
                raise DocumentError(f"{name} is {kind}, not a file. Give the path of a document.")
            limits.check("max_bytes", status.st_size)
            content = bytearray()
            while piece := stream.read(_PIECE):
                content += piece
                limits.check("max_bytes", len(content))
            return bytes(content)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise DocumentError(
            f"The file {name} could not be opened: {reason}. Check the path and its permissions."
        ) from error
