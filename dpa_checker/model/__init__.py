"""The values that travel through dpa-checker, all frozen.

Every span is a half-open range ``[start, end)`` of Unicode code points of ``Document.text``; for
:func:`dpa_checker.check_text` that text is the very string given.  Boxes are in PDF points, origin at the
top left of the page as it is displayed.
"""

from __future__ import annotations

from dpa_checker.model.document import (
    NO_GAP,
    NOT_SAID,
    ORDINARY,
    Anchor,
    Block,
    BlockKind,
    Box,
    Clause,
    Comment,
    Document,
    Emphasis,
    Face,
    Notice,
    NoticeKind,
    Reading,
    Revision,
    RevisionKind,
    Source,
    Unread,
    UnreadReason,
)
from dpa_checker.model.report import (
    Assessment,
    DocumentKind,
    DocumentSummary,
    Evidence,
    Finding,
    Measure,
    Party,
    Processing,
    ReadingFinding,
    Report,
    Verdict,
)

__all__ = [
    "NOT_SAID",
    "NO_GAP",
    "ORDINARY",
    "Anchor",
    "Assessment",
    "Block",
    "BlockKind",
    "Box",
    "Clause",
    "Comment",
    "Document",
    "DocumentKind",
    "DocumentSummary",
    "Emphasis",
    "Evidence",
    "Face",
    "Finding",
    "Measure",
    "Notice",
    "NoticeKind",
    "Party",
    "Processing",
    "Reading",
    "ReadingFinding",
    "Report",
    "Revision",
    "RevisionKind",
    "Source",
    "Unread",
    "UnreadReason",
    "Verdict",
]
