"""Elements and attributes of OpenDocument XML by their local names; prefixes differ between its versions."""

from __future__ import annotations

from lxml import etree


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace; comments and the like have none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element | None, name: str) -> str | None:
    """Return the attribute ``name`` of an element, whichever namespace it is in."""
    if element is None:
        return None
    ending = "}" + name
    for key, value in element.attrib.items():
        shown = str(key)
        if shown == name or shown.endswith(ending):
            return str(value)
    return None


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first descendant along ``path`` of local names, None when a step is missing."""
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if local_name(one) == name), None)
    return element


def to_number(value: str | None, most: int) -> int | None:
    """Return a whole number from 0 to ``most``, None when there is none."""
    return min(int(value), most) if value and value.isdecimal() and len(value) < 10 else None


def text_of(element: etree._Element) -> str:
    """Return all characters within an element."""
    return "".join(str(part) for part in element.itertext())
