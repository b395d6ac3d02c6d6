"""Walking XML by local names: office formats write the same element in several namespaces."""

from __future__ import annotations

from lxml import etree


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace; comments and the like have none."""
    tag = element.tag
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""


def attribute(element: etree._Element | None, name: str) -> str | None:
    """Return the attribute ``name`` of an element, whichever namespace it is in."""
    if element is None:
        return None
    tag = element.tag
    usual = element.get(tag[: tag.rfind("}") + 1] + name)
    if usual is not None:
        return usual
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first descendant along ``path`` of local names, None when a step is missing."""
    for name in path:
        if element is None:
            return None
        for one in element:
            if local_name(one) == name:
                element = one
                break
        else:
            return None
    return element
