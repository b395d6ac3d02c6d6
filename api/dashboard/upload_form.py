"""A form with many files: each goes to the sealed spool as it comes, nothing is written unsealed."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from api.dashboard.visit import CSRF_FIELD
from api.errors import Problem
from api.service.contracts import workspace_key
from api.service.core import Core
from api.service.upload import Upload
from api.web.form import FIELDS as ABOUT
from api.web.multipart import MultipartForm, bad_form

#: The fields beside the files; they come before these.
FIELDS: Final = ABOUT | {CSRF_FIELD}
MOST_FILES: Final = 100
_MOST_FIELD: Final = 1_000


@dataclass(slots=True)
class Received:
    """A file of the form: its name, and its content or what was wrong with it."""

    name: str
    upload: Upload | None = None
    problem: Problem | None = None


def begin_in(core: Core, find: Callable[[], str]) -> Callable[[], Upload]:
    """Return what begins uploads into the workspace that ``find`` tells; it is asked when the first file comes."""
    known: list[bytes] = []

    def begin() -> Upload:
        if not known:
            known.append(workspace_key(core, find()))
        return Upload(core, known[0])

    return begin


class UploadForm(MultipartForm):
    """The parts of a form; a context manager's worth of uploads, which :meth:`close` deletes.

    ``require`` sees the fields before the first byte of a file is taken; ``more`` are fields beyond the usual.
    """

    def __init__(
        self,
        begin: Callable[[], Upload],
        require: Callable[[dict[str, str]], None],
        *,
        more: AbstractSet[str] = frozenset(),
    ) -> None:
        super().__init__(FIELDS | more, most_field=_MOST_FIELD)
        self.files: list[Received] = []
        self._begin = begin
        self._require = require

    def begin_field(self, name: str) -> None:
        """Take a field; after the first file there is none."""
        if self.files:
            raise bad_form("A field stands behind the files.")
        super().begin_field(name)

    def begin_file(self, name: str) -> None:
        """Take the next file; before the first one the fields are looked at."""
        if not self.files:
            self._require(self.fields)
        if len(self.files) >= MOST_FILES:
            raise Problem(422, "too-many-files", "Too many files at once.")
        self.files.append(Received(name, self._begin()))

    def take(self, data: bytes) -> None:
        """Put the next bytes into the spool; what is too large is noted and passed over."""
        received = self.files[-1]
        if received.upload is None:
            return
        try:
            received.upload.write(data)
        except Problem as problem:
            received.upload.__exit__(None, None, None)
            received.upload, received.problem = None, problem

    @property
    def named(self) -> list[Received]:
        """The files; a field that was left empty is none."""
        return [received for received in self.files if received.name]

    def refuse_empty(self) -> None:
        """Note of files without content that they cannot be taken."""
        for received in self.named:
            if received.upload is not None and received.upload.size == 0:
                received.problem = Problem(422, "empty-file", "The file is empty.")

    @property
    def refused(self) -> list[tuple[str, Problem]]:
        """The files that cannot be taken, with the reason."""
        return [(received.name, received.problem) for received in self.named if received.problem is not None]

    def close(self) -> None:
        """Delete what is left of the uploads."""
        for received in self.files:
            if received.upload is not None:
                received.upload.__exit__(None, None, None)
