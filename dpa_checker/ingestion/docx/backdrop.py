"""Pictures behind the text of a DOCX: on such a page the colour of the ground cannot be told."""

from __future__ import annotations

from lxml import etree

from dpa_checker.ingestion.source.xml import attribute, local_name

_ENDS = ("sectPr", "lastRenderedPageBreak", "pageBreakBefore")


def find_backdrops(body: etree._Element) -> frozenset[int]:
    """Return which children of the body (by number) share a page with a picture behind the text.

    Pages are told by page breaks, section ends, and the breaks that Word noted when it last laid the text out.
    """
    if not any(_is_behind(anchor) for anchor in body.iter("{*}anchor")):
        return frozenset()
    found: set[int] = set()
    page: list[int] = []
    behind = False
    for number, one in enumerate(body):
        page.append(number)
        behind = behind or any(_is_behind(anchor) for anchor in one.iter("{*}anchor"))
        if _ends_page(one):
            found.update(page if behind else ())
            page, behind = [], False
    found.update(page if behind else ())
    return frozenset(found)


def _is_behind(anchor: etree._Element) -> bool:
    """Tell whether a drawing lies behind the text."""
    return attribute(anchor, "behindDoc") in ("1", "true")


def _ends_page(element: etree._Element) -> bool:
    """Tell whether a page ends within an element."""
    if any(True for _ in element.iter(*(f"{{*}}{name}" for name in _ENDS))):
        return True
    return any(attribute(one, "type") == "page" for one in element.iter("{*}br")) or local_name(element) == "sectPr"
