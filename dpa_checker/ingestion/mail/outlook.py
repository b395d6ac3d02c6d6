"""Outlook messages (.msg; MS-OXMSG over MS-CFB): the body, then the attachments, each read with its own reader."""

from __future__ import annotations

from typing import Final

from dpa_checker.errors import DocumentError
from dpa_checker.ingestion.boundary import damaged_as
from dpa_checker.ingestion.html.reader import decode_html, read_html
from dpa_checker.ingestion.legacy.ole import OleArchive
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.mail.parts import Bag
from dpa_checker.ingestion.mail.reader import finish_message, nest_message
from dpa_checker.ingestion.rtf.compressed import decompress_rtf
from dpa_checker.ingestion.rtf.reader import RtfReader
from dpa_checker.ingestion.text.plain import decode, read_text
from dpa_checker.model import Document

MEDIA_TYPE: Final = "application/vnd.ms-outlook"

_BODY, _HTML, _RTF = "1000", "1013", "1009"
_CONTENT, _LONG_NAME, _SHORT_NAME, _SHOWN_NAME = "3701", "3707", "3704", "3001"
_STORAGE: Final = "__substg1.0_3701000D"
_ATTACHMENT: Final = "__attach_version1.0_"
_BROKEN: Final = "The Outlook message is damaged. Save it again from Outlook, or save its attachments one by one."


class OutlookReader:
    """Reads messages saved by Outlook."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document of a message; an attachment that cannot be read is listed and stops nothing."""
        bag = Bag(limits)
        read_outlook(data, bag, 0)
        return finish_message(bag, data, name, MEDIA_TYPE)


def read_outlook(data: bytes, bag: Bag, depth: int) -> None:
    """Take the body and the attachments out of a message into ``bag``."""
    with damaged_as(_BROKEN):
        _take(OleArchive(data, bag.limits), (), bag, depth)


def _take(archive: OleArchive, path: tuple[str, ...], bag: Bag, depth: int) -> None:
    """Take the message that stands in the storage ``path``."""
    document = _read_body(archive, path, bag.limits)
    if document is not None:
        bag.add_body(document)
    for storage in sorted(archive.children(*path)):
        if storage.lower().startswith(_ATTACHMENT):
            _take_attachment(archive, (*path, storage), bag, depth)


def _read_body(archive: OleArchive, path: tuple[str, ...], limits: Limits) -> Document | None:
    """Return the body of a message: as HTML, else as plain text, else as RTF; None when it has none."""
    html = archive.read(*path, f"__substg1.0_{_HTML}0102")
    if html:
        text, notices = decode_html(html)
        document = read_html(text, html, None, limits, notices)
        if document.text:
            return document
    plain = _string(archive, path, _BODY).replace("\r\n", "\n").strip()
    if plain:
        return read_text(plain)
    packed = archive.read(*path, f"__substg1.0_{_RTF}0102")
    rtf = decompress_rtf(packed, limits) if packed else b""
    try:
        return RtfReader().read(rtf, None, limits) if rtf.strip() else None
    except DocumentError:
        return None


def _take_attachment(archive: OleArchive, path: tuple[str, ...], bag: Bag, depth: int) -> None:
    """Take one attachment: a file, or a message within the message."""
    names = (_string(archive, path, one).strip("\x00 ") for one in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))
    name = next(filter(None, names), "attachment")
    content = archive.read(*path, f"__substg1.0_{_CONTENT}0102")
    if content is not None:
        bag.add_attachment(content, name, lambda found, inner: nest_message(found, inner, name, bag, depth))
    elif archive.has(*path, _STORAGE, "__properties_version1.0"):
        if bag.count_message():
            bag.nest(name, depth + 1, lambda into: _take(archive, (*path, _STORAGE), into, depth + 1))
    elif bag.count_message():
        bag.add_unread(name)


def _string(archive: OleArchive, path: tuple[str, ...], tag: str) -> str:
    """Return a property that is a string, "" when there is none."""
    wide = archive.read(*path, f"__substg1.0_{tag}001F")
    if wide is not None:
        return wide.decode("utf-16-le", "replace").rstrip("\x00")
    narrow = archive.read(*path, f"__substg1.0_{tag}001E")
    return decode(narrow.rstrip(b"\x00"))[0] if narrow else ""
