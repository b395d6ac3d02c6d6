"""Tracked changes of an OpenDocument text (ODF 1.3 part 3, 5.5): who inserted and deleted what."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from dpa_checker.ingestion.layout.flow import Change
from dpa_checker.ingestion.source.xml import attribute, child, local_name


@dataclass(frozen=True, slots=True)
class Region:
    """A change: ``content`` holds what was deleted, and is empty for an insertion."""

    change: Change
    deletion: bool
    content: tuple[etree._Element, ...] = ()


def read_regions(body: etree._Element) -> dict[str, Region]:
    """Return the insertions and deletions of a text by their id; changes of format are left out."""
    regions: dict[str, Region] = {}
    tracked = child(body, "tracked-changes")
    for element in tracked if tracked is not None else ():
        for kind in element:
            name = local_name(kind)
            if local_name(element) == "changed-region" and name in ("insertion", "deletion"):
                content = tuple(one for one in kind if local_name(one) != "change-info")
                regions[attribute(element, "id") or ""] = Region(_read_change(kind), name == "deletion", content)
    return regions


def _read_change(element: etree._Element) -> Change:
    """Return who made a change and when."""
    info = child(element, "change-info")
    return Change(_words(child(info, "creator")), _words(child(info, "date")))


def _words(element: etree._Element | None) -> str:
    """Return the text of an element."""
    return (element.text or "").strip() if element is not None else ""
