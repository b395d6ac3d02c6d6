"""DOCX: what Word shows, in one text with blocks, with all tracked changes accepted and with all rejected."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from lxml import etree

from dpa_checker.errors import EmptyDocument
from dpa_checker.ingestion.boundary import damaged_as
from dpa_checker.ingestion.docx.body import BodyReader
from dpa_checker.ingestion.docx.chunk import Budget, Chunks
from dpa_checker.ingestion.docx.comments import read_comments
from dpa_checker.ingestion.docx.items import Text
from dpa_checker.ingestion.docx.look import WHITE, read_page_ground
from dpa_checker.ingestion.docx.margins import find_margins, flatten, keep_sayings
from dpa_checker.ingestion.docx.notices import find_notices
from dpa_checker.ingestion.docx.package import Package, is_on
from dpa_checker.ingestion.docx.revisions import Side, describe_changes
from dpa_checker.ingestion.docx.writer import Writer
from dpa_checker.ingestion.layout.blocks import build_blocks
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.source.xml import child
from dpa_checker.model import (
    Document,
    Notice,
    NoticeKind,
    Reading,
    RevisionKind,
    Unread,
    UnreadReason,
)

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_BROKEN = "The Word document is damaged. Open it in Word or LibreOffice, save it again, and retry."
_PICTURES = "The document holds pictures and no text; it is probably a scan. Run text recognition (OCR) on it."
_KINDS = {Reading.ACCEPTED: RevisionKind.INSERTION, Reading.REJECTED: RevisionKind.DELETION}
_SIDE_PARTS = ("footnotes.xml", "endnotes.xml")


class DocxReader:
    """Reads Word documents (.docx, .docm, .dotx, .dotm; transitional and strict)."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document of a DOCX; raises a typed error when locked, broken, empty or too large."""
        with damaged_as(_BROKEN):
            return _read(data, name, limits, Budget())


def read_within(data: bytes, limits: Limits, budget: Budget) -> Document:
    """Return the document of a DOCX that is set in another; it takes from the ``budget`` of the other."""
    budget.depth += 1
    try:
        with damaged_as(_BROKEN):
            return _read(data, None, limits, budget)
    finally:
        budget.depth -= 1


@dataclass(frozen=True, slots=True)
class _Source:
    """An opened package with what both readings share."""

    package: Package
    root: etree._Element
    margins: list[str]
    document: Document
    limits: Limits
    chunks: Chunks


def _read(data: bytes, name: str | None, limits: Limits, budget: Budget) -> Document:
    """Return the document of a DOCX; library errors come through."""
    package = Package(data, limits)
    root = package.document()
    margins = find_margins(package, root)
    blank = Document("", (), hashlib.sha256(data).hexdigest(), media_type=MEDIA_TYPE, name=name)
    chunks = Chunks(package, limits, budget)
    source = _Source(package, root, margins, blank, limits, chunks)
    accepted, forms = _read_side(source, Side(Reading.ACCEPTED))
    beside = [*(package.related(one) for one in _SIDE_PARTS), *(package.part(one) for one in margins)]
    changes = describe_changes([root, *(part for part in beside if part is not None)])
    rejected = _read_side(source, Side(Reading.REJECTED))[0] if changes or chunks.tracked else None
    if rejected is None or _says_the_same(accepted, rejected):
        accepted, rejected = replace(accepted, revisions=()), None
    if not accepted.text and package.has_media():
        scan = Unread(UnreadReason.NO_TEXT_LAYER, start=0, end=0, detail=_PICTURES)
        accepted = replace(accepted, unread=(*accepted.unread, scan))
    if not accepted.text and not accepted.unread and rejected is None:
        raise EmptyDocument("The Word document holds no text. Check that the right file was given.")
    notices = [*changes, *chunks.notices]
    if accepted.comments:
        notices.append(Notice(NoticeKind.COMMENTS, count=len(accepted.comments)))
    if forms:
        notices.append(Notice(NoticeKind.FORM_FIELDS, count=forms))
    return replace(accepted, notices=(*notices, *find_notices(package)), rejected=rejected)


def _read_side(source: _Source, side: Side) -> tuple[Document, int]:
    """Return one reading of the document, and how many form fields it holds."""
    package, limits = source.package, source.limits
    shown = is_on(child(package.related("settings.xml"), "displayBackgroundShape"))
    ground = read_page_ground(source.root) if shown else WHITE
    body = BodyReader(package, limits, side, source.chunks)
    writer = Writer(_KINDS[side.reading])
    for item in body.read(source.root, ground):
        writer.add(item)
    known = flatten(writer.text())
    seen: set[str] = set()
    for name in source.margins:
        for saying in keep_sayings(list(body.read_part(name)), known, seen):
            writer.add(Text(saying.pieces, label=saying.label, note=True))
    text = writer.text()
    limits.check("max_characters", len(text))
    document = replace(
        source.document,
        text=text,
        blocks=build_blocks(text, writer.passages),
        unread=tuple(writer.unread),
        comments=(*read_comments(package, writer.spans), *source.chunks.comments),
        revisions=tuple(writer.revisions),
        emphases=tuple(writer.emphases),
    )
    return document, body.forms


def _says_the_same(accepted: Document, rejected: Document) -> bool:
    """Tell whether two readings have the same text and set the same parts aside."""
    asides = [[(one.reason, one.start, one.excerpt) for one in document.unread] for document in (accepted, rejected)]
    return accepted.text == rejected.text and asides[0] == asides[1]
