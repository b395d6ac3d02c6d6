"""From spans of the text back to the page: the boxes that a span covers."""

from __future__ import annotations

from bisect import bisect_right

from dpa_checker.model import Box, Document


def locate_span(document: Document, start: int, end: int) -> tuple[int | None, tuple[Box, ...]]:
    """Return the page on which ``document.text[start:end]`` begins and its boxes, line by line.

    The boxes may lie on several pages.  Formats without pages give ``(None, ())``.
    """
    anchors = document.anchors
    page: int | None = None
    boxes: list[Box] = []
    first = bisect_right(anchors, start, key=lambda anchor: anchor.end)
    for anchor in anchors[first:]:
        if anchor.start >= end:
            break
        if page is None:
            page = anchor.page
        boxes += anchor.boxes
    if page is None and document.page_starts:
        page = max(1, bisect_right(document.page_starts, start))
    return page, tuple(boxes)
