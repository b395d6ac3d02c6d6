"""Report files: written whole or not at all, for their owner only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_private_file(path: Path, content: str | bytes) -> None:
    """Write ``content`` to ``path``, text as UTF-8, in one step, with mode 0600; raises ``OSError``.

    What exists and is no regular file (``/dev/null``, a pipe) is written to, never replaced.
    """
    data = content if isinstance(content, bytes) else content.encode("utf-8", errors="replace")
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    target = path.resolve()
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
