"""Tracked changes of a DOCX: what stands in which reading, whose change it is (ECMA-376-1, 17.13.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from dpa_checker.ingestion.layout.flow import Change
from dpa_checker.ingestion.source.xml import attribute, child, local_name
from dpa_checker.model import Notice, NoticeKind, Reading

_INSERTING: Final = frozenset(("ins", "moveTo"))
_DELETING: Final = frozenset(("del", "moveFrom"))
_FORMATTING: Final = frozenset(
    ("rPrChange", "pPrChange", "tblPrChange", "tblPrExChange", "trPrChange", "tcPrChange", "sectPrChange")
)
_CELLS: Final = frozenset(("cellIns", "cellDel", "cellMerge", "numberingChange"))
_CHANGES: Final = _INSERTING | _DELETING | _FORMATTING | _CELLS
_NAMED: Final = 12


@dataclass(frozen=True, slots=True)
class Side:
    """One reading of tracked changes: which elements stand in it and which do not."""

    reading: Reading

    @property
    def rejects(self) -> bool:
        """Whether this is the reading in which all changes are rejected."""
        return self.reading is Reading.REJECTED

    def lacks(self, name: str) -> bool:
        """Tell whether the content of an element called ``name`` stands only in the other reading."""
        return name in (_INSERTING if self.rejects else _DELETING)

    def adds(self, name: str) -> bool:
        """Tell whether the content of an element called ``name`` stands only in this reading."""
        return name in (_DELETING if self.rejects else _INSERTING)

    def row_change(self, row: etree._Element) -> tuple[bool, Change | None]:
        """Return whether a table row stands in this reading, and the change without which it would not."""
        return self._settle(child(row, "trPr"), "ins", "del")

    def cell_change(self, properties: etree._Element | None) -> tuple[bool, Change | None]:
        """Return whether a table cell stands in this reading, and the change without which it would not."""
        return self._settle(properties, "cellIns", "cellDel")

    def mark_change(self, properties: etree._Element | None) -> tuple[bool, Change | None]:
        """Return whether the end of a paragraph stands in this reading, and the change it hangs on."""
        mark = child(properties, "rPr")
        for inserted, deleted in (("moveTo", "moveFrom"), ("ins", "del")):
            stands, change = self._settle(mark, inserted, deleted)
            if not stands or change is not None:
                return stands, change
        return True, None

    def properties(self, element: etree._Element | None, name: str) -> etree._Element | None:
        """Return the properties ``name`` ("rPr", "tcPr" ...) of an element as they are in this reading."""
        own = child(element, name)
        if own is None or not self.rejects:
            return own
        change = child(own, name + "Change")
        return own if change is None else child(change, name)

    def _settle(self, element: etree._Element | None, inserted: str, deleted: str) -> tuple[bool, Change | None]:
        """Return whether something with such a child element stands in this reading, and the change it hangs on."""
        added, removed = child(element, inserted), child(element, deleted)
        lacking, adding = (added, removed) if self.rejects else (removed, added)
        if lacking is not None:
            return False, None
        return True, change_of(adding) if adding is not None else None


def other_side(side: Side) -> Side:
    """Return the other reading."""
    return Side(Reading.ACCEPTED if side.rejects else Reading.REJECTED)


def change_of(element: etree._Element) -> Change:
    """Return who made the tracked change of an element, and when."""
    return Change(attribute(element, "author") or "", attribute(element, "date") or "")


def format_change(element: etree._Element | None, name: str) -> Change | None:
    """Return the tracked change of formatting that an element's properties ``name`` carry."""
    change = child(element, name, name + "Change")
    return change_of(change) if change is not None else None


def describe_changes(roots: Iterable[etree._Element]) -> tuple[Notice, ...]:
    """Return the notice that parts hold tracked changes: how many, and by whom; nothing when there are none."""
    authors: dict[str, None] = {}
    count = 0
    for root in roots:
        for element in root.iter(*(f"{{*}}{name}" for name in _CHANGES)):
            if attribute(element, "id") is None and attribute(element, "author") is None:
                continue
            count += 1
            author = " ".join((attribute(element, "author") or "").split())
            if author:
                authors[author[:80]] = None
    if not count:
        return ()
    named = list(authors)
    detail = ", ".join(named[:_NAMED]) + (", …" if len(named) > _NAMED else "")
    return (Notice(NoticeKind.REVISIONS, detail=detail, count=count),)


def is_change(element: etree._Element) -> bool:
    """Tell whether an element is markup of a tracked change."""
    return local_name(element) in _CHANGES
