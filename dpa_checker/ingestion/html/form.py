"""Form fields of HTML: what they show, and which words a tick box stands for (HTML Living Standard, forms)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from dpa_checker.model import UnreadReason

_BOXES: Final = ("checkbox", "radio")
_UNSHOWN: Final = frozenset("hidden password submit button reset image file range color".split())


class Forms:
    """The labels of a page and the tick boxes that they belong to."""

    def __init__(self, root: etree._Element) -> None:
        boxes = [one for one in root.iter("input") if is_box(one)]
        named = {one.get("id"): one for one in boxes if one.get("id")}
        self._boxes: dict[etree._Element, etree._Element] = {}
        for label in root.iter("label") if boxes else ():
            inner = next((one for one in label.iter("input") if is_box(one)), None)
            box = inner if inner is not None else named.get(label.get("for"))
            if box is not None:
                self._boxes[label] = box
        self._labelled = set(self._boxes.values())

    def box_of(self, label: etree._Element) -> etree._Element | None:
        """Return the tick box of a label."""
        return self._boxes.get(label)

    def is_labelled(self, element: etree._Element) -> bool:
        """Tell whether a field is a tick box that is shown with its label."""
        return element in self._labelled


def is_box(element: etree._Element) -> bool:
    """Tell whether an ``input`` is a check box or a radio button."""
    return (element.get("type") or "").lower() in _BOXES


def shown_value(element: etree._Element) -> Iterator[tuple[str, UnreadReason | None]]:
    """Yield what a field shows, and the options of a choice that were not chosen."""
    if element.tag == "select":
        yield from _choices(element)
    elif element.tag == "textarea":
        yield text_of(element), None
    elif is_box(element):
        yield ("☒ " if element.get("checked") is not None else "☐ "), None
    elif (element.get("type") or "text").lower() not in _UNSHOWN:
        yield element.get("value") or "", None


def text_of(element: etree._Element) -> str:
    """Return all characters within an element."""
    return "".join(str(part) for part in element.itertext())


def _choices(element: etree._Element) -> Iterator[tuple[str, UnreadReason | None]]:
    """Yield the options of a choice; a closed one shows its first when none is selected."""
    options = [one for one in element.iter("option") if text_of(one).strip()]
    chosen = [one for one in options if one.get("selected") is not None]
    open_list = element.get("multiple") is not None or (element.get("size") or "1") not in ("0", "1")
    if not chosen and not open_list:
        chosen = options[:1]
    for one in options:
        text = " ".join(text_of(one).split())
        yield f" {text} ", None if one in chosen else UnreadReason.UNSELECTED_OPTION
