"""A form with many files read as it comes: each file goes to the sealed spool, nothing is written unsealed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.dashboard.visit import CSRF_FIELD
from api.errors import Problem
from api.service.upload import Upload

#: The fields beside the files; they come before these.
FIELDS: Final = frozenset({CSRF_FIELD, "counterparty", "reference", "language"})
MOST_FILES: Final = 100
_FILE: Final = "file"
_MOST_FIELD: Final = 1_000
_MOST_HEADER: Final = 4_096
_LONGEST_NAME: Final = 255


@dataclass(slots=True)
class Received:
    """A file of the form: its name, and its content or what was wrong with it."""

    name: str
    upload: Upload | None = None
    problem: Problem | None = None


class UploadForm:
    """The parts of a form; a context manager's worth of uploads, which :meth:`close` deletes.

    ``require`` sees the fields before the first byte of a file is taken.
    """

    def __init__(self, begin: Callable[[], Upload], require: Callable[[dict[str, str]], None]) -> None:
        self.fields: dict[str, str] = {}
        self.files: list[Received] = []
        self.ended = False
        self._begin = begin
        self._require = require
        self._header = (bytearray(), bytearray())
        self._headers: dict[bytes, bytes] = {}
        self._field = ""
        self._value = bytearray()
        self._allowed = False

    async def read(self, request: Request) -> None:
        """Read the form of a request; raises :class:`Problem`."""
        kind, options = parse_options_header(request.headers.get("content-type"))
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not boundary:
            raise _bad()
        names = ("part_begin", "header_field", "header_value", "header_end", "headers_finished", "part_data")
        callbacks = {f"on_{name}": getattr(self, f"on_{name}") for name in (*names, "part_end", "end")}
        try:
            parser = MultipartParser(boundary, callbacks)  # type: ignore[arg-type]  # a TypedDict by its names
            async for piece in request.stream():
                await run_in_threadpool(parser.write, piece)
            parser.finalize()
        except FormParserError as error:
            raise _bad() from error
        if not self.ended:
            raise _bad()

    def on_part_begin(self) -> None:
        """Begin a part."""
        self._headers, self._value = {}, bytearray()

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's name."""
        _extend(self._header[0], data[start:end], _MOST_HEADER)

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's value."""
        _extend(self._header[1], data[start:end], _MOST_HEADER)

    def on_header_end(self) -> None:
        """End a header."""
        self._headers[bytes(self._header[0]).lower()] = bytes(self._header[1])
        self._header = (bytearray(), bytearray())

    def on_headers_finished(self) -> None:
        """Know what the part is; before the first file the fields are looked at."""
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        if self._field == _FILE:
            self._begin_file(options.get(b"filename", b"").decode("utf-8", "replace"))
        elif self._field not in FIELDS or self._field in self.fields or self._allowed:
            raise _bad()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of the content; what is too large is noted and passed over."""
        if self._field != _FILE:
            _extend(self._value, data[start:end], _MOST_FIELD)
            return
        received = self.files[-1]
        if received.upload is None:
            return
        try:
            received.upload.write(data[start:end])
        except Problem as problem:
            received.upload.__exit__(None, None, None)
            received.upload, received.problem = None, problem

    def on_part_end(self) -> None:
        """End a part."""
        if self._field == _FILE:
            return
        try:
            value = self._value.decode().strip()
        except UnicodeDecodeError as error:
            raise _bad() from error
        if not value.isprintable():
            raise _bad()
        self.fields[self._field] = value

    def on_end(self) -> None:
        """End the form."""
        self.ended = True

    def close(self) -> None:
        """Delete what is left of the uploads."""
        for received in self.files:
            if received.upload is not None:
                received.upload.__exit__(None, None, None)

    def _begin_file(self, name: str) -> None:
        if not self._allowed:
            self._require(self.fields)
            self._allowed = True
        if len(self.files) >= MOST_FILES:
            raise Problem(422, "too-many-files", "Too many files at once.")
        self.files.append(Received(_plain_name(name), self._begin()))


def _extend(kept: bytearray, piece: bytes, most: int) -> None:
    kept += piece
    if len(kept) > most:
        raise _bad()


def _bad() -> Problem:
    return Problem(400, "bad-form", "The form cannot be taken.")


def _plain_name(name: str) -> str:
    """Return a file name without folders and control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:_LONGEST_NAME]
