"""A form with many files: each goes to the sealed spool as it comes, nothing is written unsealed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from api.dashboard.visit import CSRF_FIELD
from api.errors import Problem
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


class UploadForm(MultipartForm):
    """The parts of a form; a context manager's worth of uploads, which :meth:`close` deletes.

    ``require`` sees the fields before the first byte of a file is taken.
    """

    def __init__(self, begin: Callable[[], Upload], require: Callable[[dict[str, str]], None]) -> None:
        super().__init__(FIELDS, most_field=_MOST_FIELD)
        self.files: list[Received] = []
        self._begin = begin
        self._require = require

    def begin_field(self, name: str) -> None:
        """Take a field; after the first file there is none."""
        if self.files:
            raise bad_form("A field stands behind the files.")
        super().begin_field(name)

    def check_value(self, value: str) -> None:
        """Raise :class:`Problem` for what does not show."""
        super().check_value(value)
        if not value.isprintable():
            raise bad_form("A field holds what does not show.")

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

    def close(self) -> None:
        """Delete what is left of the uploads."""
        for received in self.files:
            if received.upload is not None:
                received.upload.__exit__(None, None, None)
