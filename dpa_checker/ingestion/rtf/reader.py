"""Rich Text Format (.rtf): what a word processor shows, in both readings of its tracked changes.

Source: Rich Text Format Specification 1.9.1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dpa_checker.errors import EmptyDocument
from dpa_checker.ingestion.boundary import damaged_as
from dpa_checker.ingestion.layout.flow import Item
from dpa_checker.ingestion.layout.flow_writer import write_document
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.rtf.walker import RtfWalker
from dpa_checker.model import Document, Notice, NoticeKind, Reading, Unread, UnreadReason

MEDIA_TYPE: Final = "application/rtf"

_BROKEN: Final = "The Rich Text file is damaged. Open it in Word or LibreOffice, save it as DOCX, and try again."
_EMPTY: Final = "The Rich Text file holds no text. Check that the right file was given."
_CUT_OFF: Final = "The file ends in the middle; what came after is lost."
_CHANGE_WORDS: Final = (b"\\revised", b"\\deleted", b"\\mvf", b"\\mvt")


class RtfReader:
    """Reads Rich Text files."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document; raises a typed error when it is broken, empty or nested beyond measure.

        A file that ends in the middle gives what is there, and says so.
        """
        with damaged_as(_BROKEN):
            return _read(data, name, limits)


def _read(data: bytes, name: str | None, limits: Limits) -> Document:
    """Return the document; errors of any kind come through."""
    source = data[data.index(b"{") :]
    walkers: list[RtfWalker] = []

    def read(reading: Reading) -> list[Item]:
        walkers.append(RtfWalker(source, limits, reading))
        return walkers[-1].walk()

    def notices() -> tuple[Notice, ...]:
        objects = walkers[0].objects
        return (Notice(NoticeKind.EMBEDDED_OBJECT, count=objects),) if objects else ()

    tracked = any(word in source for word in _CHANGE_WORDS)
    document = write_document(data, name, MEDIA_TYPE, read, tracked=tracked, notices=notices)
    limits.check("max_characters", len(document.text))
    if walkers[0].cut_off:
        end = len(document.text)
        lost = Unread(UnreadReason.DAMAGED, start=end, end=end, detail=_CUT_OFF)
        document = replace(document, unread=(*document.unread, lost))
    if not document.text and document.rejected is None and not document.unread:
        raise EmptyDocument(_EMPTY)
    return document
