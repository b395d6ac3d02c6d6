"""Multipart forms read as they come; files go where a subclass takes them, fields stay small and in memory."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.errors import Problem
from api.web.visible import is_visible, visible

_FILE: Final = "file"
_MOST_HEADER: Final = 4096
_MOST_HEADERS: Final = 8
#: Behind the last part nothing but line ends is wanted.
_MOST_BEHIND: Final = 64 * 1024
_LONGEST_NAME: Final = 255
_CALLBACKS: Final = (
    "part_begin",
    "header_field",
    "header_value",
    "header_end",
    "headers_finished",
    "part_data",
    "part_end",
    "end",
)


class MultipartForm:
    """A form with the ``allowed`` fields, none longer than ``most_field`` bytes, and parts named file."""

    def __init__(self, allowed: AbstractSet[str], *, most_field: int) -> None:
        self.fields: dict[str, str] = {}
        self._allowed = allowed
        self._most_field = most_field
        self._header = (bytearray(), bytearray())
        self._headers: dict[bytes, bytes] = {}
        self._header_count = 0
        self._field = ""
        self._value = bytearray()
        self._ended = False

    def begin_file(self, name: str) -> None:
        """Take a file that begins; ``name`` is without folders and control characters, and may be empty."""
        raise NotImplementedError

    def take(self, data: bytes) -> None:
        """Take the next bytes of the file."""
        raise NotImplementedError

    async def read(self, request: Request) -> None:
        """Read the form of a request; raises :class:`Problem`.  What a file takes is done beside the event loop."""
        kind, options = parse_options_header(request.headers.get("content-type"))
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not boundary:
            raise Problem(415, "not-multipart", "An upload is multipart/form-data with a part named file.")
        callbacks = {f"on_{name}": getattr(self, f"on_{name}") for name in _CALLBACKS}
        try:
            parser = MultipartParser(boundary, callbacks)  # type: ignore[arg-type]  # a TypedDict by its names
            behind = 0
            async for piece in request.stream():
                behind += len(piece) if self._ended else 0
                if behind > _MOST_BEHIND:
                    raise bad_form("Something stands behind its end.")
                await run_in_threadpool(parser.write, piece)
            parser.finalize()
        except FormParserError as error:
            raise bad_form("It is not sound multipart.") from error
        if not self._ended:
            raise bad_form("It breaks off.")

    def on_part_begin(self) -> None:
        """Begin a part."""
        self._headers, self._header_count, self._value = {}, 0, bytearray()

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's name."""
        _extend(self._header[0], data[start:end], _MOST_HEADER)

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's value."""
        _extend(self._header[1], data[start:end], _MOST_HEADER)

    def on_header_end(self) -> None:
        """End a header."""
        self._header_count += 1
        if self._header_count > _MOST_HEADERS:
            raise bad_form("A part has too many headers.")
        self._headers[bytes(self._header[0]).lower()] = bytes(self._header[1])
        self._header = (bytearray(), bytearray())

    def on_headers_finished(self) -> None:
        """Know what the part is."""
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        if self._field == _FILE:
            self.begin_file(plain_name(options.get(b"filename", b"").decode("utf-8", "replace")))
        else:
            self.begin_field(self._field)

    def begin_field(self, name: str) -> None:
        """Take a field that begins; raises :class:`Problem`."""
        if name not in self._allowed or name in self.fields:
            raise bad_form("A part has a name that is not known, or that another has.")

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of the content."""
        if self._field == _FILE:
            self.take(data[start:end])
        else:
            _extend(self._value, data[start:end], self._most_field)

    def on_part_end(self) -> None:
        """End a part."""
        if self._field == _FILE:
            return
        try:
            value = self._value.decode().strip()
        except UnicodeDecodeError as error:
            raise bad_form("A field is not UTF-8.") from error
        self.check_value(value)
        self.fields[self._field] = value

    def check_value(self, value: str) -> None:
        """Raise :class:`Problem` for a value that no field may have."""
        if not is_visible(value):
            raise bad_form("A field holds what does not show.")

    def on_end(self) -> None:
        """End the form."""
        self._ended = True

    def get(self, field: str) -> str | None:
        """Return a field that was filled in."""
        return self.fields.get(field) or None


def bad_form(detail: str) -> Problem:
    """Return the answer to a form that cannot be taken."""
    return Problem(400, "bad-form", "The form cannot be taken.", detail)


def _extend(kept: bytearray, piece: bytes, most: int) -> None:
    kept += piece
    if len(kept) > most:
        raise bad_form("A field or header is too long.")


def plain_name(name: str) -> str:
    """Return a file name without folders and control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return visible(last)[:_LONGEST_NAME]
