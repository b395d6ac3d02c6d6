"""The form of a new set: its files go to the spool as they come, each by itself; nothing is written unsealed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from api.errors import Problem
from api.service.contract_set import MOST_MEMBERS
from api.service.set_submission import Arrival, refuse_file
from api.service.upload import Upload
from api.web.form import FIELDS as ABOUT
from api.web.multipart import MultipartForm

FIELDS: Final = ABOUT | {"name"}
#: All files of a request together, in times of what one of them may have.
MOST_TOGETHER: Final = 4
_MOST_FIELD: Final = 500
_NAMELESS: Final = "contract"


class SetForm(MultipartForm):
    """The parts of a form; :meth:`close` deletes what is left in the spool.

    The first file that cannot be taken ends the reading: raises :class:`Problem` that names it.
    """

    def __init__(self, begin: Callable[[], Upload], *, most_bytes: int) -> None:
        super().__init__(FIELDS, most_field=_MOST_FIELD)
        self.files: list[Arrival] = []
        self._begin = begin
        self._most = MOST_TOGETHER * most_bytes
        self._size = 0

    def begin_file(self, name: str) -> None:
        """Take the next file."""
        if len(self.files) >= MOST_MEMBERS:
            raise Problem(422, "too-many-files", f"A set holds at most {MOST_MEMBERS} contracts.")
        self.files.append(Arrival(name or _NAMELESS, self._begin()))

    def take(self, data: bytes) -> None:
        """Put the next bytes into the spool."""
        file = self.files[-1]
        self._size += len(data)
        try:
            file.upload.write(data)
        except Problem as problem:
            raise refuse_file(len(self.files), file.name, problem) from None
        if self._size > self._most:
            detail = f"Together they may have {self._most} bytes."
            raise Problem(413, "too-large", "The files together are too large.", detail)

    def close(self) -> None:
        """Delete what is left of the uploads."""
        for file in self.files:
            file.upload.__exit__(None, None, None)
