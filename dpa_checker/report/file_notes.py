"""What the report says of the file: what was not examined or does not count, notices, comments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from dpa_checker.model import NOT_SAID, Notice, NoticeKind, Report, Unread, UnreadReason
from dpa_checker.report.catalogue import Catalogue
from dpa_checker.report.typography import flowed, page_ranges, shortened
from dpa_checker.report.view_model import CommentView, UnreadView

_EXCERPT_LENGTH: Final = 90
_COMMENT_LENGTH: Final = 300
#: Notices whose detail stands within the sentence; the others show it in brackets.
_WITHIN: Final = frozenset({NoticeKind.CONVERTED, NoticeKind.DECODED, NoticeKind.RECOGNISED})


def list_unread(report: Report, catalogue: Catalogue) -> tuple[UnreadView, ...]:
    """Return what was not examined: pages together by reason, passages one by one with their beginning."""
    return _list((part for part in report.document.not_examined if part.reason not in NOT_SAID), catalogue)


def list_set_aside(report: Report, catalogue: Catalogue) -> tuple[UnreadView, ...]:
    """Return what was read and does not count as said: hidden, struck through, not ticked."""
    return _list((part for part in report.document.not_examined if part.reason in NOT_SAID), catalogue)


def list_notices(report: Report, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the notices on the file as sentences."""
    return tuple(_notice(notice, catalogue) for notice in report.document.notices)


def list_comments(report: Report, catalogue: Catalogue) -> tuple[CommentView, ...]:
    """Return the comments beside the text."""
    return tuple(
        CommentView(
            author=flowed(comment.author) or catalogue.text("label.anonymous"),
            text=shortened(flowed(comment.text), _COMMENT_LENGTH),
            place=catalogue.text("place.page", page=comment.page) if comment.page is not None else "",
        )
        for comment in report.document.comments
    )


def _notice(notice: Notice, catalogue: Catalogue) -> str:
    detail = flowed(notice.detail)
    shown = detail if notice.kind in _WITHIN else f" ({detail})" if detail else ""
    return catalogue.counted(f"notice.{notice.kind}", notice.count, detail=shown)


def _list(parts: Iterable[Unread], catalogue: Catalogue) -> tuple[UnreadView, ...]:
    pages: dict[tuple[str, str], list[int]] = {}
    passages = []
    for unread in parts:
        if unread.start is None and unread.page is not None and not unread.excerpt:
            pages.setdefault((unread.reason, _detail(unread, catalogue)), []).append(unread.page)
        else:
            passages.append(_passage(unread, catalogue))
    return (*(_pages(*key, numbers, catalogue) for key, numbers in pages.items()), *dict.fromkeys(passages))


def _pages(reason: str, detail: str, numbers: list[int], catalogue: Catalogue) -> UnreadView:
    if len(set(numbers)) == 1:
        place = catalogue.text("place.one_page", page=numbers[0])
    else:
        place = catalogue.text("place.pages", pages=page_ranges(numbers))
    return UnreadView(_sentence(place, reason, detail, catalogue))


def _passage(unread: Unread, catalogue: Catalogue) -> UnreadView:
    detail = _detail(unread, catalogue)
    if not unread.excerpt and (unread.start is None or unread.end is None):
        return UnreadView(_sentence(catalogue.text("place.document"), unread.reason, detail, catalogue))
    place = catalogue.text("place.passage")
    if unread.page is not None:
        place += f" ({catalogue.text('place.page', page=unread.page)})"
    shown = shortened(flowed(unread.excerpt), _EXCERPT_LENGTH)
    return UnreadView(_sentence(place, unread.reason, detail, catalogue), shown or None)


def _sentence(place: str, reason: str, detail: str, catalogue: Catalogue) -> str:
    shown = f" ({detail})" if detail else ""
    return catalogue.text(f"unread.{reason}", place=place, detail=shown)


def _detail(unread: Unread, catalogue: Catalogue) -> str:
    """Return a language by its name, a file by its own; sentences of the readers (in English) are left out."""
    detail = flowed(unread.detail)
    if unread.reason is UnreadReason.ATTACHMENT:
        return detail
    return catalogue.language_name(detail) if detail and " " not in detail else ""
