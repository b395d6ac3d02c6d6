"""OLE compound files (MS-CFB): Office documents of before 2007, Outlook messages, locked Office documents."""

from __future__ import annotations

import io
from typing import Final

import olefile

from dpa_checker.errors import DamagedDocument, EncryptedDocument, UnsupportedFormat
from dpa_checker.ingestion.limits import Limits

_ENCRYPTED: Final = "EncryptedPackage"
_KINDS: Final = (("worddocument", "doc"), ("__properties_version1.0", "msg"))
_OTHERS: Final = (
    ("workbook", "an Excel 97-2003 workbook (.xls)"),
    ("book", "an Excel 95 workbook (.xls)"),
    ("powerpoint document", "a PowerPoint 97-2003 presentation (.ppt)"),
    ("visiodocument", "a Visio drawing"),
)
_LOCKED: Final = "The file is an Office document locked with a password. Remove the password and try again."
_SAVE_AS: Final = "Save or export it as PDF or DOCX and try again."
_BROKEN: Final = (
    "The file is an Office file of before 2007 (OLE) that is cut off or broken. "
    "Open it in the programme that made it, save it as PDF or DOCX, and try again."
)


class OleArchive:
    """The storages and streams of a compound file held in memory; names are matched without regard to case."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        try:
            self._file = olefile.OleFileIO(io.BytesIO(data))
            self._entries = [tuple(path) for path in self._file.listdir(streams=True, storages=True)]
        except Exception as error:
            raise DamagedDocument(_BROKEN) from error
        limits.check("max_zip_entries", len(self._entries))
        self._paths = {tuple(step.lower() for step in path): path for path in self._entries}

    def has(self, *path: str) -> bool:
        """Tell whether there is such a stream or storage."""
        return tuple(step.lower() for step in path) in self._paths

    def children(self, *path: str) -> list[str]:
        """Return the names within a storage, at the root when no ``path`` is given."""
        return [entry[-1] for entry in self._entries if entry[:-1] == path]

    def read(self, *path: str) -> bytes | None:
        """Return the content of a stream, None when there is none; raises when it is broken or too large."""
        found = self._paths.get(tuple(step.lower() for step in path))
        if found is None or self._file.get_type(list(found)) != olefile.STGTY_STREAM:
            return None
        self._limits.check("max_part_bytes", self._file.get_size(list(found)))
        try:
            content: bytes = self._file.openstream(list(found)).read()
        except Exception as error:
            raise DamagedDocument(_BROKEN) from error
        return content


def detect_kind(data: bytes) -> str:
    """Return "doc" or "msg" by the streams at the root; raises the typed error of every other compound file."""
    try:
        archive = OleArchive(data, Limits())
    except DamagedDocument:
        if _ENCRYPTED.encode("utf-16-le") in data:
            raise EncryptedDocument(_LOCKED) from None
        raise
    if archive.has(_ENCRYPTED):
        raise EncryptedDocument(_LOCKED)
    for stream, kind in _KINDS:
        if archive.has(stream):
            return kind
    for stream, what in _OTHERS:
        if archive.has(stream):
            raise UnsupportedFormat(f"The file is {what}, which is not read. {_SAVE_AS}")
    raise UnsupportedFormat(f"The file is an Office file of before 2007 (OLE), which is not read. {_SAVE_AS}")
