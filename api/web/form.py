"""The form of one upload: its file goes to the spool as it comes; nothing is written unsealed."""

from __future__ import annotations

from typing import Final

from fastapi import Request

from api.service.upload import Upload
from api.web.multipart import MultipartForm, bad_form

FIELDS: Final = frozenset({"counterparty", "reference", "language"})
_MOST_FIELD: Final = 500
_MOST_PARTS: Final = 16
_NAMELESS: Final = "contract"


class Form(MultipartForm):
    """The parts of a form with one file; ``name`` is the file's."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(FIELDS, most_field=_MOST_FIELD)
        self.name: str | None = None
        self._upload = upload
        self._parts = 0

    def on_part_begin(self) -> None:
        """Begin a part."""
        super().on_part_begin()
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise bad_form("It has too many parts.")

    def begin_file(self, name: str) -> None:
        """Take the file; there is no other."""
        if self.name is not None:
            raise bad_form("It has more than one file.")
        self.name = name or _NAMELESS

    def take(self, data: bytes) -> None:
        """Put the next bytes into the spool."""
        self._upload.write(data)


async def read_form(request: Request, upload: Upload) -> tuple[Form, str]:
    """Read the form of a request and return it with the name of its file; raises :class:`Problem`."""
    form = Form(upload)
    await form.read(request)
    if form.name is None:
        raise bad_form("It has no part named file.")
    return form, form.name
