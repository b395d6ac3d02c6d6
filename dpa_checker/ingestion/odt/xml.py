"""Elements and attributes of OpenDocument XML by their local names; prefixes differ between its versions."""

from __future__ import annotations

from lxml import etree


def to_number(value: str | None, most: int) -> int | None:
    """Return a whole number from 0 to ``most``, None when there is none."""
    return min(int(value), most) if value and value.isdecimal() and len(value) < 10 else None


def text_of(element: etree._Element) -> str:
    """Return all characters within an element."""
    return "".join(str(part) for part in element.itertext())
