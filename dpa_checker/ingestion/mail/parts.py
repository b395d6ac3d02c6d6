"""The parts of an e-mail put together in one document: its body, then each attachment read with its own reader."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from dpa_checker.errors import DocumentError
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.reader import choose_reader
from dpa_checker.ingestion.sniffing import Format, detect_format, is_picture
from dpa_checker.model import (
    Anchor,
    Block,
    Box,
    Comment,
    Document,
    Emphasis,
    Notice,
    NoticeKind,
    Revision,
    Source,
    Unread,
    UnreadReason,
)

_BETWEEN: Final = "\n\n"
_LARGE_PICTURE: Final = 150_000
_TIFF: Final = (b"II*\x00", b"MM\x00*")
_LONGEST_NAME: Final = 120
_MOST_NAMED: Final = 20

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an e-mail; ``name`` is None for a body, which belongs to the message itself.

    A part without a document could not be read, or not within the limits.
    """

    document: Document | None
    name: str | None = None


@dataclass(slots=True)
class Bag:
    """What has been taken out of a message so far; shared by the messages within it."""

    limits: Limits
    parts: list[Part] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    attachments: int = 0
    left_out: int = 0
    characters: int = 0

    @property
    def full(self) -> bool:
        """Whether no more attachments may be taken."""
        return self.attachments >= self.limits.max_attachments

    def add_body(self, document: Document) -> None:
        """Add the body of a message."""
        self._keep(Part(document))

    def add_attachment(self, payload: bytes, name: str, nested: Callable[[Format, bytes], None]) -> None:
        """Read an attachment; one that is itself an e-mail is given to ``nested``.

        A picture that is no scan is only named; whatever cannot be read stops nothing.
        """
        if not self._count():
            return
        name = clean_name(name)
        if is_picture(payload) and len(payload) < _LARGE_PICTURE and not payload.startswith(_TIFF):
            self.pictures.append(name)
            return
        try:
            if not payload:
                raise DocumentError("The attachment holds nothing.")
            found = detect_format(payload, self.limits)
            if found in (Format.MAIL, Format.MSG):
                nested(found, payload)
                return
            self._keep(Part(choose_reader(found, name).read(payload, name, self.limits), name))
        except DocumentError:
            self.add_unread(name)

    def add_unread(self, name: str) -> None:
        """Note an attachment that could not be read."""
        self.parts.append(Part(None, clean_name(name)))

    def nest(self, name: str, depth: int, read: Callable[[Bag], None]) -> None:
        """Read a message within the message as one attachment."""
        if depth > self.limits.max_nesting:
            self.add_unread(name)
            return
        inner = Bag(self.limits, attachments=self.attachments, characters=self.characters)
        read(inner)
        self.attachments, self.left_out = inner.attachments, self.left_out + inner.left_out
        self.characters = inner.characters
        self.parts += [replace(part, name=part.name or clean_name(name)) for part in inner.parts]
        self.pictures += inner.pictures
        self.notices += inner.notices

    def count_message(self) -> bool:
        """Count a message within the message; False when there are too many attachments already."""
        return self._count()

    def _count(self) -> bool:
        """Count an attachment; False when it is one too many."""
        self.attachments += 1
        if self.attachments <= self.limits.max_attachments:
            return True
        self.left_out += 1
        return False

    def _keep(self, part: Part) -> None:
        """Keep a part that was read, unless all would be too long."""
        assert part.document is not None
        self.characters += len(part.document.text)
        self.limits.check("max_characters", self.characters)
        self.parts.append(part)


def clean_name(name: str) -> str:
    """Return the name of an attachment fit for a message: its last step, no control characters, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(character for character in last if character.isprintable()).strip()
    return shown[:_LONGEST_NAME] or "attachment"


def join_parts(bag: Bag, data: bytes, name: str | None, media_type: str) -> Document:
    """Return the document of a message; pages are counted on over its attachments."""
    sha256 = hashlib.sha256(data).hexdigest()
    base = Document(text="", blocks=(), sha256=sha256, media_type=media_type, name=name)
    accepted = _join(bag, base, rejected=False)
    if not any(part.document is not None and part.document.rejected is not None for part in bag.parts):
        return accepted
    return replace(accepted, rejected=_join(bag, base, rejected=True))


def _join(bag: Bag, base: Document, *, rejected: bool) -> Document:
    """Return one reading of all parts, one behind the other."""
    joined = _Joined()
    for part in bag.parts:
        document = part.document
        if document is not None and rejected and document.rejected is not None:
            document = document.rejected
        joined.add(document, part.name)
    if bag.left_out:
        told = f"{bag.left_out} more, over the limit max_attachments"
        joined.unread.append(Unread(UnreadReason.ATTACHMENT, start=joined.length, end=joined.length, detail=told))
    return replace(
        base,
        text="".join(joined.texts),
        blocks=tuple(joined.blocks),
        pages=joined.pages or None,
        page_starts=tuple(joined.page_starts) if joined.paged else (),
        anchors=tuple(joined.anchors),
        unread=tuple(joined.unread),
        notices=_notices(bag, joined),
        awkward_pages=tuple(joined.awkward_pages),
        comments=tuple(joined.comments),
        revisions=tuple(joined.revisions),
        emphases=tuple(joined.emphases),
        sources=tuple(joined.sources),
    )


def _notices(bag: Bag, joined: _Joined) -> tuple[Notice, ...]:
    """Return the notices of a message: what was read, pictures that were not, and those of its parts."""
    names = [source.name for source in joined.sources]
    notices = [Notice(NoticeKind.ATTACHMENT, _list(names), len(names))] if names else []
    if bag.pictures:
        notices.append(Notice(NoticeKind.EMBEDDED_FILE, _list(bag.pictures), len(bag.pictures)))
    return (*notices, *bag.notices, *joined.notices)


def _list(names: Iterable[str]) -> str:
    """Return names as a list that is not too long."""
    shown = list(dict.fromkeys(names))
    return ", ".join([*shown[:_MOST_NAMED], *(["…"] if len(shown) > _MOST_NAMED else [])])


@dataclass(slots=True)
class _Joined:
    """Documents one behind the other; every offset and page is moved on."""

    texts: list[str] = field(default_factory=list)
    length: int = 0
    pages: int = 0
    paged: bool = True
    blocks: list[Block] = field(default_factory=list)
    page_starts: list[int] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    awkward_pages: list[int] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    emphases: list[Emphasis] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)

    def add(self, document: Document | None, name: str | None) -> None:
        """Add the document of a part, or note that it was not read."""
        if document is None:
            place = self.length
            self.unread.append(Unread(UnreadReason.ATTACHMENT, start=place, end=place, detail=name or ""))
            return
        if document.text and self.length:
            self.texts.append(_BETWEEN)
            self.length += len(_BETWEEN)
        start = self.length
        self._shift(document, start, self.pages)
        self.texts.append(document.text)
        self.length += len(document.text)
        self.pages += document.pages or 0
        self.notices += document.notices
        if document.sources:
            self.sources += [replace(one, start=one.start + start, end=one.end + start) for one in document.sources]
        elif name is not None:
            self.sources.append(Source(start, self.length, name, document.media_type))

    def _shift(self, document: Document, offset: int, pages: int) -> None:
        """Add what hangs on a text, moved to where the text and its pages now stand."""

        def moved(place: int | None) -> int | None:
            return place + offset if place is not None else None

        def span(one: _Span) -> _Span:
            return one[0] + offset, one[1] + offset

        def page(number: int | None) -> int | None:
            return number + pages if number is not None else None

        for block in document.blocks:
            cells, heads = tuple(map(span, block.cells)), tuple(map(span, block.header_cells))
            self.blocks.append(
                replace(
                    block,
                    start=block.start + offset,
                    end=block.end + offset,
                    page=page(block.page),
                    cells=cells,
                    header_cells=heads,
                )
            )
        for anchor in document.anchors:
            boxes = tuple(Box(box.page + pages, box.x0, box.y0, box.x1, box.y1) for box in anchor.boxes)
            self.anchors.append(
                replace(
                    anchor, start=anchor.start + offset, end=anchor.end + offset, page=page(anchor.page), boxes=boxes
                )
            )
        for revision in document.revisions:
            self.revisions.append(replace(revision, start=revision.start + offset, end=revision.end + offset))
        for emphasis in document.emphases:
            self.emphases.append(replace(emphasis, start=emphasis.start + offset, end=emphasis.end + offset))
        for comment in document.comments:
            start, end = moved(comment.start), moved(comment.end)
            self.comments.append(replace(comment, start=start, end=end, page=page(comment.page)))
        for unread in document.unread:
            start, end = moved(unread.start), moved(unread.end)
            self.unread.append(replace(unread, start=start, end=end, page=page(unread.page)))
        self.page_starts += [start + offset for start in document.page_starts]
        self.paged = self.paged and (bool(document.page_starts) or not document.text)
        self.awkward_pages += [number + pages for number in document.awkward_pages]
