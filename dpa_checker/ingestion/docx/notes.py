"""Footnotes and endnotes of a DOCX, in the order in which the text refers to them."""

from __future__ import annotations

from lxml import etree

from dpa_checker.ingestion.docx.number_shapes import shape_number
from dpa_checker.ingestion.docx.package import Package
from dpa_checker.ingestion.source.xml import attribute, child, local_name


class Notes:
    """Finds the notes that references lead to and counts them."""

    def __init__(self, package: Package) -> None:
        settings = package.related("settings.xml")
        self._elements = {kind: _note_elements(package.related(f"{kind}s.xml")) for kind in ("footnote", "endnote")}
        self._shapes = {
            kind: attribute(child(settings, f"{kind}Pr", "numFmt"), "val") or "decimal" for kind in self._elements
        }
        self._counted = dict.fromkeys(self._elements, 0)

    def follow(self, kind: str, reference: etree._Element) -> tuple[etree._Element | None, str | None]:
        """Return the note that a reference leads to, with its number; one with a mark of its own has no number."""
        element = self._elements[kind].get(attribute(reference, "id") or "")
        if element is None:
            return None, None
        if attribute(reference, "customMarkFollows") is not None and _is_set(reference):
            return element, None
        self._counted[kind] += 1
        return element, shape_number(self._counted[kind], self._shapes[kind])


def _is_set(reference: etree._Element) -> bool:
    """Tell whether a reference says that a mark of its own follows."""
    return attribute(reference, "customMarkFollows") not in ("0", "false", "off")


def _note_elements(root: etree._Element | None) -> dict[str, etree._Element]:
    """Return the notes of a part by id, without separators."""
    if root is None:
        return {}
    return {
        attribute(note, "id") or "": note
        for note in root
        if local_name(note) in ("footnote", "endnote") and attribute(note, "type") in (None, "normal")
    }
