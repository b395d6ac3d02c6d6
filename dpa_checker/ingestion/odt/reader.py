"""OpenDocument text (.odt, .ott, .fodt): what an office programme shows, in both readings of its tracked changes.

Source: ODF 1.3 parts 2 (packages) and 3 (schema).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from dpa_checker.errors import DamagedDocument, EmptyDocument, EncryptedDocument
from dpa_checker.ingestion.boundary import damaged_as
from dpa_checker.ingestion.layout.flow import Item, Paragraph, walk_paragraphs
from dpa_checker.ingestion.layout.flow_writer import write_document
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.odt.body import OdtBody
from dpa_checker.ingestion.odt.lists import Lists
from dpa_checker.ingestion.odt.styles import Styles
from dpa_checker.ingestion.source.archive import SafeArchive, parse_xml
from dpa_checker.ingestion.source.xml import attribute, child, local_name
from dpa_checker.model import Document, Notice, NoticeKind, Reading, Unread, UnreadReason

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.text"

_KIND: Final = "OpenDocument text"
_BROKEN: Final = "The OpenDocument text is damaged. Open it in LibreOffice, save it again, and retry."
_LOCKED: Final = "The OpenDocument text is locked with a password. Remove the password and try again."
_PICTURES: Final = "The document holds pictures and no text; it is probably a scan. Run text recognition (OCR) on it."
_SENTENCE: Final = 8


class OdtReader:
    """Reads OpenDocument texts, zipped or as one XML file."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document; raises a typed error when it is locked, broken, empty or too large."""
        with damaged_as(_BROKEN):
            return _read(data, name, limits)


def _read(data: bytes, name: str | None, limits: Limits) -> Document:
    """Return the document; library errors come through."""
    notices: list[Notice] = []
    pictures = False
    if data[:2] == b"PK":
        archive = SafeArchive(data, limits, kind=_KIND)
        _refuse_locked(archive)
        content, styles = archive.parse("content.xml"), archive.parse("styles.xml")
        notices += _package_notices(archive.names)
        pictures = any(entry.startswith("Pictures/") for entry in archive.names)
    else:
        content = styles = parse_xml(data, limits, kind=_KIND)
    body = child(content, "body", "text")
    if content is None or body is None:
        raise DamagedDocument(_BROKEN)
    notices += _references(content)
    document = write_document(
        data,
        name,
        MEDIA_TYPE,
        lambda reading: _flow(content, styles, body, limits, reading),
        tracked=child(body, "tracked-changes") is not None,
        notices=lambda: tuple(notices),
    )
    limits.check("max_characters", len(document.text))
    if document.text or document.unread or document.rejected is not None:
        return document
    if not pictures:
        raise EmptyDocument("The OpenDocument text holds no text. Check that the right file was given.")
    return _as_scan(document)


def _as_scan(document: Document) -> Document:
    """Return a document of pictures, which nobody has read yet."""
    return replace(document, unread=(Unread(UnreadReason.NO_TEXT_LAYER, start=0, end=0, detail=_PICTURES),))


def _flow(
    content: etree._Element, styles: etree._Element | None, body: etree._Element, limits: Limits, reading: Reading
) -> list[Item]:
    """Return the flow of one reading: the body, then what page headers and footers say in sentences."""
    formats = Styles(styles, content)
    lists = Lists(styles, content)
    walker = OdtBody(body, formats, lists, limits, reading)
    items = walker.read()
    said = {paragraph.text.strip() for paragraph in walk_paragraphs(items)}
    for group in _margins(styles):
        for paragraph in walk_paragraphs(walker.read_blocks(group)):
            words = paragraph.text.strip()
            if len(words.split()) >= _SENTENCE and words not in said:
                said.add(words)
                items.append(Paragraph(paragraph.pieces, note=True))
    return items


def _margins(styles: etree._Element | None) -> list[etree._Element]:
    """Return the headers and footers of all kinds of page."""
    masters = child(styles, "master-styles")
    return [
        group
        for master in (masters if masters is not None else ())
        for group in master
        if local_name(group).startswith(("header", "footer")) and attribute(group, "display") != "false"
    ]


def _refuse_locked(archive: SafeArchive) -> None:
    """Raise for a package that is locked with a password (ODF 1.3 part 2, 3.4; whole packages since 1.4)."""
    if "encrypted-package" in archive.names:
        raise EncryptedDocument(_LOCKED)
    manifest = archive.parse("META-INF/manifest.xml", doctype=True)
    if manifest is not None and any(local_name(one) == "encryption-data" for one in manifest.iter()):
        raise EncryptedDocument(_LOCKED)


def _package_notices(names: frozenset[str]) -> list[Notice]:
    """Return notices of macros and embedded objects."""
    notices: list[Notice] = []
    macros = [name for name in names if name.startswith(("Basic/", "Scripts/")) and not name.endswith("-lc.xml")]
    if macros:
        notices.append(Notice(NoticeKind.MACROS, count=1))
    objects = {name.split("/")[0] for name in names if name.startswith("Object ")} - {"ObjectReplacements"}
    if objects:
        notices.append(Notice(NoticeKind.EMBEDDED_OBJECT, ", ".join(sorted(objects)), len(objects)))
    return notices


def _references(content: etree._Element) -> list[Notice]:
    """Return a notice of what the text would fetch from elsewhere: linked sections, pictures and objects."""
    found: list[str] = []
    for element in content.iter("{*}section-source", "{*}image", "{*}object", "{*}object-ole", "{*}plugin"):
        link = attribute(element, "href") or ""
        try:
            parts = urlsplit(link)
        except ValueError:
            continue
        if parts.scheme or link.startswith("../"):
            found.append(parts.hostname or link.rpartition("/")[2])
    if not found:
        return []
    return [Notice(NoticeKind.EXTERNAL_REFERENCE, ", ".join(list(dict.fromkeys(found))[:5]), len(found))]
