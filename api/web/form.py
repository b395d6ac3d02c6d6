"""A multipart form read as it comes: the file goes to the spool, fields stay small; nothing is written unsealed."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.errors import Problem
from api.service.upload import Upload

FIELDS: Final = frozenset({"counterparty", "reference", "language"})
_FILE: Final = "file"
_MOST_FIELD: Final = 500
_MOST_HEADER: Final = 4096
_MOST_PARTS: Final = 16
_LONGEST_NAME: Final = 255


class Form:
    """The parts of a form; ``name`` is that of the file, without folders."""

    def __init__(self, upload: Upload) -> None:
        self.fields: dict[str, str] = {}
        self.name: str | None = None
        self._upload = upload
        self._header = (bytearray(), bytearray())
        self._headers: dict[bytes, bytes] = {}
        self._field = ""
        self._value = bytearray()
        self._parts = 0
        self.ended = False

    def on_part_begin(self) -> None:
        """Begin a part."""
        self._headers, self._value = {}, bytearray()
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise _bad("It has too many parts.")

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's name."""
        self._extend(self._header[0], data[start:end], _MOST_HEADER)

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's value."""
        self._extend(self._header[1], data[start:end], _MOST_HEADER)

    def on_header_end(self) -> None:
        """End a header."""
        self._headers[bytes(self._header[0]).lower()] = bytes(self._header[1])
        self._header = (bytearray(), bytearray())

    def on_headers_finished(self) -> None:
        """Know what the part is."""
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        if self._field == _FILE:
            if self.name is not None:
                raise _bad("It has more than one file.")
            self.name = _plain_name(options.get(b"filename", b"").decode("utf-8", "replace"))
        elif self._field not in FIELDS or self._field in self.fields:
            raise _bad("A part has a name that is not known, or that another has.")

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of the content."""
        if self._field == _FILE:
            self._upload.write(data[start:end])
        else:
            self._extend(self._value, data[start:end], _MOST_FIELD)

    def on_part_end(self) -> None:
        """End a part."""
        if self._field == _FILE:
            return
        try:
            value = self._value.decode().strip()
        except UnicodeDecodeError as error:
            raise _bad("A field is not UTF-8.") from error
        if any(ord(character) < ord(" ") for character in value):
            raise _bad("A field holds control characters.")
        self.fields[self._field] = value

    def on_end(self) -> None:
        """End the form."""
        self.ended = True

    def _extend(self, kept: bytearray, piece: bytes, most: int) -> None:
        kept += piece
        if len(kept) > most:
            raise _bad("A field or header is too long.")

    def get(self, field: str) -> str | None:
        """Return a field that was filled in."""
        return self.fields.get(field) or None


async def read_form(request: Request, upload: Upload) -> tuple[Form, str]:
    """Read the form of a request and return it with the name of its file; raises :class:`Problem`."""
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise Problem(415, "not-multipart", "An upload is multipart/form-data with a part named file.")
    form = Form(upload)
    names = ("part_begin", "header_field", "header_value", "header_end", "headers_finished", "part_data", "part_end")
    callbacks = {f"on_{name}": getattr(form, f"on_{name}") for name in (*names, "end")}
    try:
        parser = MultipartParser(boundary, callbacks)  # type: ignore[arg-type]  # a TypedDict by its names
        async for piece in request.stream():
            parser.write(piece)
        parser.finalize()
    except FormParserError as error:
        raise _bad("It is not sound multipart.") from error
    if not form.ended or form.name is None:
        raise _bad("It has no part named file, or breaks off.")
    return form, form.name


def _bad(detail: str) -> Problem:
    return Problem(400, "bad-form", "The form cannot be taken.", detail)


def _plain_name(name: str) -> str:
    """Return a file name without folders and control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable()).strip()[:_LONGEST_NAME] or "contract"
