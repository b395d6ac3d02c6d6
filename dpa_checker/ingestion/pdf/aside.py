"""What a PDF page holds and its text does not: hidden, struck-through and unselected words, and where they stood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dpa_checker.model import Anchor, Box, Comment, Unread, UnreadReason

if TYPE_CHECKING:
    from dpa_checker.ingestion.pdf.annotation import Remark

_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Aside:
    """Words set aside on a page, with the box of their first row."""

    reason: UnreadReason
    text: str
    box: tuple[float, float, float, float]


def place_asides(
    asides: Sequence[tuple[int, Aside]], anchors: Sequence[Anchor], page_starts: Sequence[int]
) -> list[Unread]:
    """Return the words set aside, each with its page, at the offset of the text where they would stand."""
    wanted = {page for page, _ in asides}
    by_page: dict[int, list[Anchor]] = {page: [] for page in wanted}
    for anchor in anchors if wanted else ():
        if anchor.page in wanted:
            by_page[anchor.page].append(anchor)
    unread: list[Unread] = []
    for page, aside in asides:
        place = _offset(aside.box, by_page[page], page_starts[page - 1])
        unread.append(Unread(aside.reason, page, place, place, excerpt=aside.text[:_EXCERPT]))
    return unread


def place_remarks(remarks: Sequence[tuple[int, Remark]], anchors: Sequence[Anchor]) -> tuple[Comment, ...]:
    """Return the remarks as comments, with the span of the text that they mark when they mark any."""
    wanted = {page for page, remark in remarks if remark.marks}
    own = [anchor for anchor in anchors if anchor.page in wanted] if wanted else []
    comments: list[Comment] = []
    for page, remark in remarks:
        marked = [
            anchor
            for anchor in own
            if remark.marks
            and anchor.page == page
            and any(_touch(box, shown) for box in remark.boxes for shown in anchor.boxes)
        ]
        start = min((anchor.start for anchor in marked), default=None)
        end = max((anchor.end for anchor in marked), default=None)
        comments.append(Comment(remark.text, remark.author, start, end, page))
    return tuple(comments)


def _touch(mark: tuple[float, float, float, float], box: Box) -> bool:
    """Tell whether a mark lies over a box for half of its height."""
    middle = (box.y0 + box.y1) / 2
    return mark[1] <= middle <= mark[3] and min(mark[2], box.x1) - max(mark[0], box.x0) > 1


def _offset(box: tuple[float, float, float, float], anchors: Sequence[Anchor], start: int) -> int:
    """Return the offset after the last anchor of a page that ends before ``box``."""
    middle = (box[1] + box[3]) / 2
    place = start
    for anchor in anchors:
        for shown in anchor.boxes:
            beside = shown.y0 <= middle <= shown.y1
            if (beside and shown.x0 <= box[0]) or shown.y1 <= middle:
                place = max(place, anchor.end)
    return place
