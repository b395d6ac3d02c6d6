"""The words of diagrams (SmartArt) in a DOCX (ECMA-376-1, 21.4)."""

from __future__ import annotations

from collections.abc import Iterator

from dpa_checker.ingestion.docx.inline import Place
from dpa_checker.ingestion.docx.items import Text
from dpa_checker.ingestion.docx.package import Package
from dpa_checker.ingestion.docx.pieces import Piece
from dpa_checker.model import UnreadReason


def read_diagram(package: Package, part: str, link: str, place: Place) -> Iterator[Text]:
    """Yield the texts of a diagram that ``part`` links to, one paragraph each, in the order of its data."""
    relation = package.relations(part).get(link)
    root = package.part(relation.target) if relation is not None and not relation.external else None
    if root is None:
        return
    aside = UnreadReason.HIDDEN if place.unseen else None
    for point in root.iter("{*}pt"):
        for paragraph in point.iter("{*}p"):
            words = "".join(run.text or "" for run in paragraph.iter("{*}t")).strip()
            if words:
                yield Text((Piece(words, aside, place.change),))
