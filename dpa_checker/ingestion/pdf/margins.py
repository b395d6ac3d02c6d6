"""Running headers, footers and page numbers: found by their place and their repetition, then dropped."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from statistics import median

from dpa_checker.ingestion.pdf.line import PdfLine
from dpa_checker.ingestion.pdf.page import PdfPage
from dpa_checker.ingestion.pdf.row import group_rows

_ZONE = 0.16
_NUMBER_ZONE = 0.12
_MOST_ROWS = 8
_DRIFT = 6.0
_BODY_GAP = 0.35
_APART = 1.15
_NEAR_ROWS = 7
_FURNITURE_PAGES = 4
_FURNITURE_SHARE = 0.4
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:[^\W\d_]{1,8}\.?\s{0,2}[|:]?\s*)?[-–—(\[|]?\s*(?P<number>\d{1,4})\s*[-–—)\]|]?"
    r"(?:\s*(?:/|\||of|von|av|sur|de|di|van|z|af|ze|/)\s*\d{1,4})?\s*",
    re.IGNORECASE,
)

Key = tuple[bool, str]


def drop_margins(pages: Sequence[PdfPage]) -> list[PdfPage]:
    """Return the pages without the lines that repeat at their top or bottom, and without page numbers.

    Only rows at the very edge go: a row is dropped when every row outside it is dropped too.
    """
    given = pages
    pages = _drop_furniture(pages)
    edges = [_edge_rows(page) for page in pages]
    seen: dict[Key, list[float]] = defaultdict(list)
    verbatim: Counter[str] = Counter()
    for rows in edges:
        for top, run in rows.items():
            for row in run:
                seen[_key(top, row)].append(row[0].y0)
                verbatim[_words(row)] += 1
    for heights in seen.values():
        heights.sort()
    numbers = _find_page_numbers(pages, edges)
    least = 2 if len(pages) <= 4 else 3
    cleaned: list[PdfPage] = []
    for page, rows in zip(pages, edges, strict=True):
        dropped: set[int] = set()
        for top, run in rows.items():
            repeated: list[list[PdfLine]] = []
            for row in run:
                numbered = any(id(line) in numbers for line in row)
                if not numbered and _repeats(seen[_key(top, row)], row[0].y0) < least:
                    break
                repeated.append(row)
            counted = {
                id(row)
                for row in repeated
                if verbatim[_words(row)] < 2 and not any(id(line) in numbers for line in row)
            }
            for row in _apart_from_body(repeated, page, top, counted):
                dropped.update(id(line) for line in row)
        kept = tuple(line for line in page.lines if id(line) not in dropped)
        cleaned.append(replace(page, lines=kept) if dropped else page)
    return list(given) if _empties(given, cleaned) else cleaned


def _empties(pages: Sequence[PdfPage], cleaned: Sequence[PdfPage]) -> bool:
    """Tell whether most pages would lose all that they say, as pages that are copies of each other do."""
    filled = [number for number, page in enumerate(pages) if page.lines]
    emptied = sum(1 for number in filled if not cleaned[number].lines and not cleaned[number].tables)
    return 2 * emptied > len(filled)


def _apart_from_body(
    rows: list[list[PdfLine]], page: PdfPage, top: bool, counted: Collection[int]
) -> list[list[PdfLine]]:
    """Return the outer ``rows`` up to where white space parts them from the body.

    Text that runs on at the pitch of the body is body, however often it is repeated (copies of one form).  Rows
    with other figures on each page, ``counted`` by their ids, may be rows of one table: they must stand farther
    from the body than its rows from each other.
    """
    rows = list(rows)
    while rows:
        inner, size = _inner_edge(rows[-1], top), max(line.size for line in rows[-1])
        beyond = [line for line in page.lines if (line.y0 > inner - 1 if top else line.y1 < inner + 1)]
        if not beyond and id(rows[-1]) in counted:
            rows.pop()
            continue
        if not beyond:
            return rows
        gap = min(line.y0 for line in beyond) - inner if top else inner - max(line.y1 for line in beyond)
        least = _BODY_GAP * size
        if id(rows[-1]) in counted:
            least = max(least, _APART * _usual_gap(beyond, top))
        if gap > least:
            return rows
        rows.pop()
    return rows


def _usual_gap(lines: Sequence[PdfLine], top: bool) -> float:
    """Return the usual white space between the rows of the body next to the edge of a page."""
    rows = group_rows(lines)
    near = rows[:_NEAR_ROWS] if top else rows[-_NEAR_ROWS:]
    gaps = [
        min(line.y0 for line in below) - max(line.y1 for line in above) for above, below in itertools.pairwise(near)
    ]
    return median(gaps) if gaps else 0.0


def _inner_edge(row: Sequence[PdfLine], top: bool) -> float:
    """Return the edge of a row that faces the body."""
    return max(line.y1 for line in row) if top else min(line.y0 for line in row)


def _drop_furniture(pages: Sequence[PdfPage]) -> Sequence[PdfPage]:
    """Return long documents without what stands at one place on many pages: menus, stamps, watermarks."""
    least = max(_FURNITURE_PAGES, _FURNITURE_SHARE * len(pages))
    if len(pages) < least:
        return pages
    seen: dict[tuple[str, int], list[float]] = defaultdict(list)
    for page in pages:
        for line in page.lines:
            seen[_DIGITS.sub("#", line.text), round(line.x0 / 3)].append(line.y0)
    often = {key: sorted(heights) for key, heights in seen.items() if len(heights) >= least}
    if not often:
        return pages

    def stays(line: PdfLine) -> bool:
        heights = often.get((_DIGITS.sub("#", line.text), round(line.x0 / 3)))
        return heights is None or _repeats(heights, line.y0) < least

    return [replace(page, lines=tuple(line for line in page.lines if stays(line))) for page in pages]


def _edge_rows(page: PdfPage) -> dict[bool, list[list[PdfLine]]]:
    """Return the rows in the top (True) and bottom (False) zones of a page, from its edge inwards."""
    height = page.frame.height
    top = [line for line in page.lines if line.y1 <= _ZONE * height]
    bottom = [line for line in page.lines if line.y0 >= (1 - _ZONE) * height]
    return {True: group_rows(top)[:_MOST_ROWS], False: group_rows(bottom)[::-1][:_MOST_ROWS]}


def _words(row: Sequence[PdfLine]) -> str:
    """Return the words and figures of a row."""
    return " ".join(line.text for line in row)


def _key(top: bool, row: Sequence[PdfLine]) -> Key:
    """Return what a row and its repetitions have in common: the zone, and the words without figures."""
    return top, _DIGITS.sub("#", _words(row)).casefold()


def _repeats(heights: Sequence[float], height: float) -> int:
    """Return how often a row stands at the same height, of its sorted ``heights``."""
    return bisect_right(heights, height + _DRIFT) - bisect_left(heights, height - _DRIFT)


def _find_page_numbers(pages: Sequence[PdfPage], edges: Sequence[dict[bool, list[list[PdfLine]]]]) -> set[int]:
    """Return the ids of the lines that count the pages: alone in their row and rising with the pages."""
    found: dict[int, list[PdfLine]] = defaultdict(list)
    for page, rows in zip(pages, edges, strict=True):
        for top, run in rows.items():
            for row in run[:2]:
                match = _PAGE_NUMBER.fullmatch(row[0].text) if len(row) == 1 else None
                outside = row[0].y1 <= _NUMBER_ZONE * page.frame.height or not top
                if match is not None and outside:
                    found[int(match["number"]) - page.number].append(row[0])
    numbers: set[int] = set()
    for offset, lines in found.items():
        if len(lines) >= 2 or (len(pages) == 1 and offset == 0):
            numbers.update(id(line) for line in lines)
    return numbers
