"""Rows of OpenDocument tables, and whether a section shows (ODF 1.3 part 3, 5.4 and chapter 9)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from dpa_checker.ingestion.source.xml import attribute, local_name


def is_hidden_section(element: etree._Element) -> bool:
    """Tell whether a section is not shown."""
    display = attribute(element, "display")
    return display == "none" or (display == "condition" and attribute(element, "is-hidden") == "true")


def walk_rows(element: etree._Element, *, header: bool) -> Iterator[tuple[etree._Element, bool]]:
    """Yield the rows of a table with whether it repeats them on each page."""
    for one in element:
        name = local_name(one)
        if name == "table-row":
            yield one, header
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            yield from walk_rows(one, header=header or name == "table-header-rows")
