"""From spans of the text back to the source: page, boxes, certainty of recognition, attachment."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from dpa_checker.ingestion.boxes import join_boxes, narrow_box
from dpa_checker.model import Anchor, Box, Document


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span of the text stands in the source.

    ``page`` is where it begins, ``boxes`` come line by line and may lie on several pages.  ``ocr_confidence``
    is that of the worst line, when any was recognised from an image; ``source`` names the attachment.
    """

    page: int | None = None
    boxes: tuple[Box, ...] = ()
    ocr_confidence: float | None = None
    source: str | None = None


def locate_span(document: Document, start: int, end: int) -> Place:
    """Return the place of ``document.text[start:end]``; formats without pages give no page and no boxes."""
    anchors = document.anchors
    page: int | None = None
    boxes: list[Box] = []
    confidence: float | None = None
    first = bisect_right(anchors, start, key=lambda anchor: anchor.end)
    for anchor in anchors[first:]:
        if anchor.start >= end:
            break
        if page is None:
            page = anchor.page
        boxes += _own_boxes(document.text, anchor, start, end)
        if anchor.ocr_confidence is not None:
            confidence = min(anchor.ocr_confidence, 1.0 if confidence is None else confidence)
    if page is None and document.page_starts:
        page = max(1, bisect_right(document.page_starts, start))
    source = next((part.name for part in document.sources if part.start <= start < part.end), None)
    return Place(page, join_boxes(boxes), confidence, source)


def _own_boxes(text: str, anchor: Anchor, start: int, end: int) -> tuple[Box, ...]:
    """Return the boxes of an anchor; a single one cut to the characters of the span."""
    if len(anchor.boxes) != 1 or (start <= anchor.start and anchor.end <= end):
        return anchor.boxes
    words = text[anchor.start : anchor.end]
    return (narrow_box(anchor.boxes[0], words, max(start - anchor.start, 0), min(end, anchor.end) - anchor.start),)
