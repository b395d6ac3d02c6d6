"""Word documents of 1997 to 2003 (MS-DOC): converted by LibreOffice, then read as DOCX."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import replace
from typing import Final

from dpa_checker.errors import EncryptedDocument, UnsupportedFormat
from dpa_checker.ingestion.docx.reader import DocxReader
from dpa_checker.ingestion.legacy.conversion import convert_to_docx, find_converter
from dpa_checker.ingestion.legacy.ole import OleArchive
from dpa_checker.ingestion.limits import Limits
from dpa_checker.model import Document, Notice, NoticeKind

MEDIA_TYPE: Final = "application/msword"

_FLAGS: Final = 10
_IS_ENCRYPTED: Final = 0x0100
_MACROS: Final = ("Macros", "_VBA_PROJECT_CUR")
_NOT_INSTALLED: Final = (
    "The file is a Word 97-2003 document (.doc), which LibreOffice is needed to read, and LibreOffice is not "
    "installed here. Install LibreOffice, or save the file as DOCX or PDF, and try again."
)


class LegacyDocReader:
    """Reads Word documents of before 2007 through LibreOffice."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document; raises :class:`UnsupportedFormat` where LibreOffice is not installed."""
        archive = OleArchive(data, limits)
        main = archive.read("WordDocument") or b""
        if len(main) > _FLAGS + 2 and struct.unpack_from("<H", main, _FLAGS)[0] & _IS_ENCRYPTED:
            raise EncryptedDocument("The Word document is locked with a password. Remove the password and try again.")
        converter = find_converter()
        if converter is None:
            raise UnsupportedFormat(_NOT_INSTALLED)
        document = DocxReader().read(convert_to_docx(data, "doc", limits, converter), name, limits)
        notices = (Notice(NoticeKind.CONVERTED, "LibreOffice"), *_notices(archive))
        changed = replace(
            document,
            sha256=hashlib.sha256(data).hexdigest(),
            media_type=MEDIA_TYPE,
            notices=(*notices, *(one for one in document.notices if one.kind not in _OWN)),
        )
        if document.rejected is None:
            return changed
        other = replace(document.rejected, sha256=changed.sha256, media_type=MEDIA_TYPE, notices=changed.notices)
        return replace(changed, rejected=other)


#: Notices that are taken from the file itself, not from what it was converted to.
_OWN: Final = frozenset({NoticeKind.MACROS, NoticeKind.EMBEDDED_OBJECT})


def _notices(archive: OleArchive) -> list[Notice]:
    """Return notices of macros and embedded objects."""
    notices = [Notice(NoticeKind.MACROS)] if any(archive.has(name) for name in _MACROS) else []
    objects = archive.children("ObjectPool")
    if objects:
        notices.append(Notice(NoticeKind.EMBEDDED_OBJECT, count=len(objects)))
    return notices
