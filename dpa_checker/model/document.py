"""What a reader makes of a file: a text with its layout, its place in the source, and what was not read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class BlockKind(StrEnum):
    """Layout role of a block, as far as the format tells."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    NOTE = "note"


class UnreadReason(StrEnum):
    """Why a part of a document was not examined."""

    NO_TEXT_LAYER = "no_text_layer"
    DAMAGED = "damaged"
    FOREIGN_LANGUAGE = "foreign_language"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    GARBLED = "garbled"
    ATTACHMENT = "attachment"
    HIDDEN = "hidden"
    STRUCK_THROUGH = "struck_through"
    UNSELECTED_OPTION = "unselected_option"
    UNDECIDED_OPTION = "undecided_option"


#: Reasons of parts that do not count as said: a reader does not see them, or sees that they do not hold.
NOT_SAID: Final = frozenset({UnreadReason.HIDDEN, UnreadReason.STRUCK_THROUGH, UnreadReason.UNSELECTED_OPTION})
#: Reasons of parts that hide no mention: those that do not count, and those that count but may not hold in the end.
NO_GAP: Final = NOT_SAID | {UnreadReason.UNDECIDED_OPTION}


class NoticeKind(StrEnum):
    """What a reader of the report should know of the file; none of it changes what the text says."""

    MENDED = "mended"
    CONVERTED = "converted"
    DECODED = "decoded"
    RECOGNISED = "recognised"
    REVISIONS = "revisions"
    COMMENTS = "comments"
    ATTACHMENT = "attachment"
    EMBEDDED_FILE = "embedded_file"
    EMBEDDED_OBJECT = "embedded_object"
    EXTERNAL_REFERENCE = "external_reference"
    MACROS = "macros"
    FORM_FIELDS = "form_fields"


class Reading(StrEnum):
    """The two readings of a file with tracked changes: as if all were accepted, as if all were rejected."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class RevisionKind(StrEnum):
    """What a tracked change does to the text."""

    INSERTION = "insertion"
    DELETION = "deletion"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page (1-based), in PDF points from the top left corner."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item, table row or note of the document, in reading order.

    ``text[start:end]`` includes the visible number or bullet when the format stores it as text.
    ``label`` is that number as shown ("12.3", "(b)"); readers of formats with automatic numbering put the
    number into the text as well, so that quotes show what the page shows.  ``level`` is the outline level of
    a heading or the depth of a list item (1 is outermost), when the format tells.  ``cells`` are the spans of
    the cells of a table row; ``header_cells`` the spans of the header cells above them, when known.
    """

    start: int
    end: int
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int | None = None
    label: str | None = None
    page: int | None = None
    cells: tuple[tuple[int, int], ...] = ()
    header_cells: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a range of the text stands in the source: text ``[start, end)`` is on ``page``, at ``boxes``.

    ``ocr_confidence`` (0 to 1) is set when the text was recognised from an image.
    """

    start: int
    end: int
    page: int | None = None
    boxes: tuple[Box, ...] = ()
    ocr_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of the document that was not examined, and why.

    Either a page (``page``), or a span of the text (``start``, ``end``), which is empty where the part itself is
    not in the text; ``detail`` is a short plain explanation without contract text, a language code or a file name.
    ``excerpt`` is the beginning of what was set aside (at most 200 characters), for hidden, struck-through and
    unselected text, so that a reader can find it.
    """

    reason: UnreadReason
    page: int | None = None
    start: int | None = None
    end: int | None = None
    detail: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know of the file; ``detail`` names files, pages or persons and never quotes the contract.

    ``count`` is how many there are.
    """

    kind: NoticeKind
    detail: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark beside the text (a Word comment, a PDF annotation): listed, never counted as said.

    ``start`` and ``end`` are the text it is about, when the format tells.
    """

    text: str
    author: str = ""
    start: int | None = None
    end: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """A tracked change: ``[start, end)`` stands in this reading of the text and not in the other.

    In the accepted reading it is an insertion, in the rejected reading a deletion.  ``date`` is as the file
    gives it (ISO 8601).
    """

    start: int
    end: int
    kind: RevisionKind
    author: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """How letters are set apart from those around them."""

    bold: bool = False
    italic: bool = False
    underlined: bool = False


ORDINARY: Final = Face()


@dataclass(frozen=True, slots=True)
class Emphasis:
    """The face of ``[start, end)``; nothing is concluded from it."""

    start: int
    end: int
    face: Face


@dataclass(frozen=True, slots=True)
class Source:
    """A part of the text that comes from another file, such as the attachment of an e-mail."""

    start: int
    end: int
    name: str
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a contract with its layout.

    ``sha256`` is of the bytes of the file, or of the UTF-8 of the string for text.  ``page_starts`` holds the
    offset at which each page begins, empty when the format has no pages.  ``awkward_pages`` are the 1-based
    pages that needed the slow layout analysis.  A file with tracked changes gives the reading in which all are
    accepted, with the ``rejected`` reading beside it; ``revisions`` are the spans by which a reading differs.
    ``emphases`` are in order and apart; only DOCX has them.
    """

    text: str
    blocks: tuple[Block, ...]
    sha256: str
    media_type: str = "text/plain"
    name: str | None = None
    pages: int | None = None
    page_starts: tuple[int, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    unread: tuple[Unread, ...] = ()
    notices: tuple[Notice, ...] = ()
    awkward_pages: tuple[int, ...] = ()
    comments: tuple[Comment, ...] = ()
    revisions: tuple[Revision, ...] = ()
    emphases: tuple[Emphasis, ...] = ()
    sources: tuple[Source, ...] = ()
    rejected: Document | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """A block with its place in the structure, ready to be matched.

    ``headings`` are the spans of the headings above, outermost first; ``heads`` the spans of the list heads
    ("The Processor shall:") above, outermost first; ``sentences`` the spans of its sentences.
    """

    start: int
    end: int
    path: str
    kind: BlockKind
    page: int | None
    sentences: tuple[tuple[int, int], ...]
    headings: tuple[tuple[int, int], ...] = ()
    heads: tuple[tuple[int, int], ...] = ()
    cells: tuple[tuple[int, int], ...] = ()
    header_cells: tuple[tuple[int, int], ...] = ()
    language: str | None = None
