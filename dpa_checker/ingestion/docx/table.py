"""Tables of a DOCX in one reading: rows and cells that stand in it, merged cells once (ECMA-376-1, 17.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from lxml import etree

from dpa_checker.ingestion.docx.fields import BLANK
from dpa_checker.ingestion.docx.inline import Place, shows_prompt
from dpa_checker.ingestion.docx.items import Cell, Item, Table, TableRow, Text
from dpa_checker.ingestion.docx.look import is_flat, read_fill
from dpa_checker.ingestion.docx.package import is_on
from dpa_checker.ingestion.docx.pieces import Piece
from dpa_checker.ingestion.docx.revisions import Side
from dpa_checker.ingestion.docx.styles import Styles, to_int
from dpa_checker.ingestion.source.xml import attribute, child, local_name

_WRAPPERS = frozenset(("sdt", "sdtContent", "customXml", "smartTag"))
_WIDEST = 63


class TableReader:
    """Reads tables; ``read_blocks`` gives the items of a cell."""

    def __init__(
        self, styles: Styles, side: Side, read_blocks: Callable[[etree._Element, Place], Iterator[Item]]
    ) -> None:
        self._styles = styles
        self._side = side
        self._read_blocks = read_blocks

    def read(self, element: etree._Element, place: Place) -> Table:
        """Return a table; rows and cells that only stand in the other reading are left out."""
        properties = self._side.properties(element, "tblPr")
        ground = read_fill(child(properties, "shd"))
        if ground is None:
            ground = self._styles.table_ground(attribute(child(properties, "tblStyle"), "val"))
        inner = place if ground is None else replace(place, ground=ground)
        rows: list[TableRow] = []
        for row, _ in self._inner(element, "tr"):
            stands, change = self._side.row_change(row)
            if stands:
                rows.append(self._row(row, inner if change is None else replace(inner, change=change)))
        return Table(tuple(rows))

    def _row(self, element: etree._Element, place: Place) -> TableRow:
        """Return a table row, with an empty cell for each column that it leaves out at either side."""
        properties = self._side.properties(element, "trPr")
        if is_flat(child(properties, "trHeight"), height="val", rule="hRule") or is_on(child(properties, "hidden")):
            place = replace(place, unseen=True)
        cells = [Cell(())] * _columns(properties, "gridBefore")
        for cell, prompts in self._inner(element, "tc"):
            stands, change = self._side.cell_change(child(cell, "tcPr"))
            if stands:
                cells.append(self._cell(cell, place if change is None else replace(place, change=change), prompts))
        cells += [Cell(())] * _columns(properties, "gridAfter")
        return TableRow(tuple(cells), header=bool(is_on(child(properties, "tblHeader"))))

    def _cell(self, element: etree._Element, place: Place, prompts: bool) -> Cell:
        """Return a cell; one that goes on with a merged cell above or beside it shows nothing of its own."""
        properties = self._side.properties(element, "tcPr")
        span = to_int(attribute(child(properties, "gridSpan"), "val")) or 1
        fill = read_fill(child(properties, "shd"))
        if fill is not None:
            place = replace(place, ground=fill)
        if _goes_on(properties, self._side):
            place = replace(place, unseen=True)
        items = tuple(self._read_blocks(element, place))
        if prompts:
            items = (Text((Piece(BLANK, change=place.change),)),)
        return Cell(items, min(max(span, 1), _WIDEST))

    def _inner(
        self, element: etree._Element, name: str, prompts: bool = False
    ) -> Iterator[tuple[etree._Element, bool]]:
        """Yield the rows of a table or cells of a row, also within content controls, and whether one only prompts."""
        for one in element:
            tag = local_name(one)
            if tag == name:
                yield one, prompts
            elif tag in _WRAPPERS or self._side.adds(tag):
                yield from self._inner(one, name, prompts or (tag == "sdt" and name == "tc" and shows_prompt(one)))


def _columns(properties: etree._Element | None, name: str) -> int:
    """Return how many columns a row leaves out before or after its cells."""
    return min(max(to_int(attribute(child(properties, name), "val")) or 0, 0), _WIDEST)


def _goes_on(properties: etree._Element | None, side: Side) -> bool:
    """Tell whether a cell goes on with the one above or before it."""
    tracked = child(properties, "cellMerge")
    if tracked is not None:
        return attribute(tracked, "vMergeOrig" if side.rejects else "vMerge") == "cont"
    for name in ("vMerge", "hMerge"):
        merge = child(properties, name)
        if merge is not None and attribute(merge, "val") in (None, "continue"):
            return True
    return False
