"""An upload on its way: sealed as it comes, so that nothing legible is ever written.

The key is in memory only until the contract is accepted.  What a killed process leaves in the spool cannot be read by
anyone, and is deleted at the next start.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from types import TracebackType
from typing import Final, Self

from api.errors import Problem
from api.moment import new_id
from api.secrecy.seal import KEY_BYTES, seal
from api.service.core import Core

#: So many bytes are sealed together.
CHUNK_BYTES: Final = 256 * 1024


class Upload:
    """The content of one contract; a context manager that deletes its file."""

    def __init__(self, core: Core, workspace_key: bytes) -> None:
        self.contract_id = new_id()
        self.key = os.urandom(KEY_BYTES)
        #: The key of the workspace's fingerprints, by which the content is marked.
        self.marking = workspace_key
        self.size = 0
        self._most = core.settings.max_upload_bytes
        self._mark = hmac.new(workspace_key, b"content\0", hashlib.sha256)
        self._path = core.settings.spool / self.contract_id
        self._file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        self._waiting = bytearray()
        self._count = 0

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Take the next bytes; raises :class:`Problem` when they are too many."""
        self.size += len(data)
        if self.size > self._most:
            raise Problem(413, "too-large", "The file is too large.", f"At most {self._most} bytes are taken.")
        self._mark.update(data)
        self._waiting += data
        while len(self._waiting) >= CHUNK_BYTES:
            self._put(bytes(self._waiting[:CHUNK_BYTES]))
            del self._waiting[:CHUNK_BYTES]

    def finish(self) -> str:
        """Take no more, and return the keyed fingerprint of the content."""
        if self._waiting:
            self._put(bytes(self._waiting))
            self._waiting.clear()
        return self._mark.hexdigest()

    def chunks(self) -> Iterator[bytes]:
        """Give the sealed pieces."""
        self._file.seek(0)
        for _ in range(self._count):
            yield self._file.read(int.from_bytes(self._file.read(4)))

    def _put(self, plain: bytes) -> None:
        sealed = seal(self.key, plain, place=chunk_place(self.contract_id, self._count))
        self._file.write(len(sealed).to_bytes(4) + sealed)
        self._count += 1


def chunk_place(contract_id: str, number: int) -> str:
    """Return the place that a piece of an original is sealed for."""
    return f"original_chunk/{contract_id}/{number}"


def purge_spool(core: Core) -> int:
    """Delete what earlier processes have left in the spool; returns how many files."""
    left = [path for path in core.settings.spool.iterdir() if path.is_file()]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
