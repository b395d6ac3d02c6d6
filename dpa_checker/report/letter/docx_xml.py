"""What python-docx has no words for: languages of runs, repeated rows, widths, rules, fields."""

from __future__ import annotations

from typing import Any, Final

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from dpa_checker.report.letter import look

#: In millimetres: A4 without its margins.
TEXT_WIDTH: Final = 210 - 2 * look.MARGIN_SIDE
SPACE_BEFORE_CLOSING: Final = Pt(26)
_CELL_INSET: Final = 2 * 1.9
#: What may follow the width in the properties of a table, and a border in those of a paragraph.
_AFTER_WIDTH: Final = tuple(
    f"w:{name}" for name in "jc tblCellSpacing tblInd tblBorders tblLayout tblCellMar tblLook".split()
)
_AFTER_BORDER: Final = tuple(f"w:{name}" for name in "shd tabs suppressAutoHyphens spacing ind jc rPr".split())


def element(name: str, **attributes: str) -> Any:
    """Return a new element of the ``w`` namespace with attributes of the same."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def set_language(run: Any, language: str | None) -> None:
    """Say in which language a run is written, so that it is spelt and read aloud as such."""
    if language is None:
        return
    properties = run._r.get_or_add_rPr()
    for known in properties.findall(qn("w:lang")):
        properties.remove(known)
    properties.append(element("lang", val=language))


def set_font(run: Any, name: str | None, ink: str) -> None:
    """Give a run a colour, and a font for all scripts."""
    if name is not None:
        run.font.name = name
        fonts = run._r.rPr.rFonts
        for script in ("eastAsia", "cs"):
            fonts.set(qn(f"w:{script}"), name)
    run.font.color.rgb = RGBColor.from_string(ink)


def repeat_row(row: Any) -> None:
    """Repeat a row at the head of each page."""
    keep_whole(row)
    row._tr.get_or_add_trPr().append(element("tblHeader"))


def keep_whole(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(element("cantSplit"))


def shade(cell: Any, tint: str) -> None:
    """Give a cell a background."""
    cell._tc.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=tint))


def rule_above(paragraph: Any, ink: str) -> None:
    """Draw a line above a paragraph."""
    _border(paragraph, "top", ink)


def rule_below(paragraph: Any, ink: str) -> None:
    """Draw a line below a paragraph."""
    _border(paragraph, "bottom", ink)


def _border(paragraph: Any, side: str, ink: str) -> None:
    borders = element("pBdr")
    borders.append(element(side, val="single", sz="4", space="6", color=ink))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, *_AFTER_BORDER)


def tab_at_end(paragraph: Any) -> None:
    """Set a tab at the right end of a row that spans the table."""
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH - _CELL_INSET), WD_TAB_ALIGNMENT.RIGHT)


def share_width(*first: int) -> list[float]:
    """Return the widths of columns in millimetres: the first as given, the last with what is left."""
    return [*first, TEXT_WIDTH - sum(first)]


def divide_width(*widths: int | None) -> list[float]:
    """Return the widths of columns in millimetres, the one that is None with what is left."""
    left = TEXT_WIDTH - sum(width for width in widths if width is not None)
    return [left if width is None else width for width in widths]


def set_widths(table: Any, widths: list[float]) -> None:
    """Fix the widths of the columns, also where cells are merged."""
    table.autofit = False
    properties = table._tbl.tblPr
    for known in properties.findall(qn("w:tblW")):
        properties.remove(known)
    total = element("tblW", type="dxa", w=str(_twips(sum(widths))))
    properties.insert_element_before(total, *_AFTER_WIDTH)
    for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(_twips(width)))
    for row in table.rows:
        at = 0
        for cell in row._tr.tc_lst:
            span = cell.grid_span
            cell.width = Mm(sum(widths[at : at + span]))
            at += span


def _twips(millimetres: float) -> int:
    return round(millimetres * 1440 / 25.4)


def add_field(paragraph: Any, instruction: str, shown: str) -> None:
    """Add a field that word processors keep up to date; ``shown`` stands until they do."""
    field = element("fldSimple", instr=f" {instruction} ")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = shown
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
