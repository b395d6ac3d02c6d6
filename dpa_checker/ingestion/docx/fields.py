"""Complex fields of a DOCX: which text is code, which is shown, and what form fields stand for (ECMA-376-1, 17.16)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from dpa_checker.ingestion.docx.package import is_on
from dpa_checker.ingestion.docx.revisions import Side
from dpa_checker.ingestion.source.xml import attribute, child, local_name

#: What stands for a blank that nobody has filled in.
BLANK: Final = "[…]"
OPEN_BOX: Final = "☐"
TICKED_BOX: Final = "☒"
_BUTTON: Final = "MACROBUTTON"


@dataclass(slots=True)
class _Field:
    """A field that is open: whether its result has begun, its code, and the form field it is."""

    shown: bool = False
    code: list[str] = field(default_factory=list)
    input: bool = False
    filled: bool = False


class Fields:
    """Follows the fields of a text from character to character."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._open: list[_Field] = []
        self._loose: set[etree._Element] = set()
        self.blanks = 0
        self.forms = 0

    def enter(self, root: etree._Element) -> None:
        """Prepare for the fields under ``root``, so that one without an end hides nothing."""
        self._loose.update(find_loose(root, self._side))

    @property
    def in_code(self) -> bool:
        """Whether the place is within the code of a field, which is not shown."""
        return not all(one.shown for one in self._open)

    def note_code(self, text: str) -> None:
        """Take in a stretch of the code of the innermost field."""
        if self._open and not self._open[-1].shown:
            self._open[-1].code.append(text)

    def note_text(self, text: str) -> None:
        """Take in that text is shown, so that the form fields around it are known to be filled in."""
        if text.strip("\u2002\u2003 \u00a0\t"):
            for one in self._open:
                one.filled = True

    def step(self, element: etree._Element) -> str:
        """Follow a ``w:fldChar`` and return the text that it stands for, if any."""
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            return self._begin(element) if element not in self._loose else ""
        if kind == "separate" and self._open:
            self._open[-1].shown = True
        elif kind == "end" and self._open:
            return self._end(self._open.pop())
        return ""

    def _begin(self, element: etree._Element) -> str:
        """Open a field; boxes and lists of choices of old forms stand for their state."""
        form = child(element, "ffData")
        box, choice = child(form, "checkBox"), child(form, "ddList")
        shown = ""
        if form is not None:
            self.forms += 1
        if box is not None:
            checked = child(box, "checked")
            shown = TICKED_BOX if is_on(checked if checked is not None else child(box, "default")) else OPEN_BOX
        elif choice is not None:
            shown = _chosen(choice)
        if self.in_code:
            shown = ""
        self._open.append(_Field(input=child(form, "textInput") is not None))
        return shown

    def _end(self, ended: _Field) -> str:
        """Return what a field stands for that shows no result of its own."""
        if self.in_code:
            return ""
        if ended.input and not ended.filled:
            self.blanks += 1
            return BLANK
        name, _, rest = "".join(ended.code).strip().partition(" ")
        if name.upper() == _BUTTON and not ended.shown:
            return rest.strip().partition(" ")[2].strip()
        return ""


def find_loose(root: etree._Element, side: Side) -> Iterator[etree._Element]:
    """Yield the beginnings of fields under ``root`` that have no end in this reading."""
    stack: list[etree._Element] = []
    for element in root.iter("{*}fldChar"):
        kind = attribute(element, "fldCharType")
        if any(side.lacks(local_name(above)) for above in element.iterancestors()):
            continue
        if kind == "begin":
            stack.append(element)
        elif kind == "end" and stack:
            stack.pop()
    yield from stack


def _chosen(choice: etree._Element) -> str:
    """Return the entry that a list of choices shows."""
    entries = [attribute(one, "val") or "" for one in choice if local_name(one) == "listEntry"]
    place = attribute(child(choice, "result"), "val") or attribute(child(choice, "default"), "val") or "0"
    return entries[int(place)] if place.isdecimal() and int(place) < len(entries) else ""
