"""The one writer of spreadsheets: rows go to the file as they come, and no text is ever taken for a formula.

``Spreadsheet`` is a workbook, ``Sheet`` one of its sheets; a sheet that is full goes on in a next one.  Only the
row being written is held in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import IO, Any, Final

import xlsxwriter

from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import SYMBOLS, Status

#: What the format allows: rows of a sheet, characters of a cell, characters of a sheet's name.
MOST_ROWS: Final = 1_048_576
MOST_CHARACTERS: Final = 32_767
_MOST_TITLE: Final = 31
_TITLE_REFUSED: Final = re.compile(r"[\[\]:*?/\\]")
#: What XML cannot hold, besides what is never shown.
_NO_XML: Final = re.compile("[\ufffe\uffff]")
_TITLE_HEIGHT: Final = 24
#: In points; not every program finds the height of a wrapped text by itself.
_LINE_HEIGHT: Final = 15
_MOST_LINES: Final = 27
#: A wrapped line breaks before it is quite full.
_FILLED: Final = 0.92
#: Columns beyond which a sheet is not squeezed onto the width of a page.
_MOST_PRINTED: Final = 12
#: Reports carry no clock: the same results give the same file.
_NO_DATE: Final = datetime(2000, 1, 1, tzinfo=UTC)
_INK, _MUTED, _BAND = "#1A2330", "#545F6D", "#14253D"
_COLOURS: Final = {
    Status.PRESENT: ("#12613A", "#E4F3EA"),
    Status.PARTIAL: ("#774A00", "#FCF0D6"),
    Status.MISSING: ("#A01F2B", "#FBE8E8"),
    Status.CONTRADICTED: ("#7B1C69", "#F8E7F4"),
    Status.CONFLICT: ("#8B3000", "#FDEADF"),
    Status.NOT_APPLICABLE: ("#4A5462", "#ECEFF2"),
    Status.NOT_EXAMINED: ("#25498C", "#E6EDF9"),
}


class Look(StrEnum):
    """How a cell looks; a ``Status`` in its place gives the colours of that verdict."""

    TEXT = "text"
    WRAPPED = "wrapped"
    STRONG = "strong"
    NOTE = "note"
    TITLE = "title"
    HEADING = "heading"
    NUMBER_HEADING = "number_heading"
    NUMBER = "number"
    SHARE = "share"


_HEADING: Final = {"bold": True, "bg_color": "#ECEFF2", "bottom": 2, "bottom_color": _BAND, "text_wrap": True}
_BANDED: Final = {
    "bold": True, "font_color": "#FFFFFF", "bg_color": _BAND, "valign": "vcenter", "left": 1, "left_color": "#FFFFFF",
}  # fmt: skip
_LOOKS: Final[dict[Look, dict[str, Any]]] = {
    Look.TEXT: {},
    Look.WRAPPED: {"text_wrap": True},
    Look.STRONG: {"bold": True},
    Look.NOTE: {"font_color": _MUTED},
    Look.TITLE: {"bold": True, "font_size": 15},
    Look.HEADING: _HEADING,
    Look.NUMBER_HEADING: _HEADING | {"align": "right"},
    Look.NUMBER: {"num_format": "#,##0"},
    Look.SHARE: {"num_format": "0 %"},
}


_WRAPPING: Final = frozenset(look for look, properties in _LOOKS.items() if "text_wrap" in properties)


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its heading; ``width`` is in characters."""

    title: str
    width: float = 14


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with its look; a share is a fraction (0.25 is shown as 25 %), ``None`` an empty cell."""

    value: str | int | float | None
    look: Look | Status = Look.TEXT


def status_cell(status: Status, word: str, *, quiet: bool = False) -> Cell:
    """Return the cell of a status: its sign and ``word``; without colour where it is no cause for alarm."""
    return Cell(f"{SYMBOLS[status]} {word}", Look.NOTE if quiet else status)


#: A plain text is shown as it is, a plain number as a number.
Value = Cell | str | int | float | None


class Spreadsheet:
    """A workbook under way."""

    def __init__(self, book: Any, *, streamed: bool) -> None:
        self.streamed = streamed
        self._book = book
        self._formats: dict[Look | Status | str, Any] = {}
        self._titles: set[str] = set()
        self._sheets: list[Sheet] = []

    def sheet(
        self,
        title: str,
        columns: Sequence[Column],
        *,
        bands: Sequence[tuple[str, int]] = (),
        header: bool = True,
        frozen_columns: int = 1,
    ) -> Sheet:
        """Return a new sheet, its header frozen and with filters.

        ``bands`` are headings above the header, each with how many columns it spans.  Without ``header`` the sheet
        begins with its first row and has neither filters nor frozen parts.
        """
        made = Sheet(self, title, tuple(columns), tuple(bands), header=header, frozen_columns=frozen_columns)
        self._sheets.append(made)
        return made

    def finish(self) -> None:
        """Complete all sheets."""
        for sheet in self._sheets:
            sheet.finish()

    def add_worksheet(self, title: str) -> Any:
        """Return a worksheet of the library beneath, under a name that the format allows and none has yet."""
        plain = _TITLE_REFUSED.sub(" ", flowed(title)).strip(" '")[:_MOST_TITLE] or "-"
        chosen, number = plain, 2
        while chosen.lower() in self._titles:
            ending = f" ({number})"
            chosen, number = plain[: _MOST_TITLE - len(ending)] + ending, number + 1
        self._titles.add(chosen.lower())
        return self._book.add_worksheet(chosen)

    def look(self, look: Look | Status | str) -> Any:
        """Return the format of a look, of the header or of a band."""
        if look not in self._formats:
            self._formats[look] = self._book.add_format({"font_color": _INK, "valign": "top"} | _properties(look))
        return self._formats[look]


def _properties(look: Look | Status | str) -> dict[str, Any]:
    if isinstance(look, Status):
        ink, tint = _COLOURS[look]
        return {"font_color": ink, "bg_color": tint, "border": 1, "border_color": "#FFFFFF"}
    if isinstance(look, Look):
        return _LOOKS[look]
    return _BANDED if look == "band" else _HEADING | {"valign": "bottom"}


class Sheet:
    """A sheet under way: rows are written in order, and a row that is written is out of hand."""

    def __init__(
        self,
        book: Spreadsheet,
        title: str,
        columns: tuple[Column, ...],
        bands: tuple[tuple[str, int], ...],
        *,
        header: bool,
        frozen_columns: int,
    ) -> None:
        self._book = book
        self._title = title
        self._columns = columns
        self._bands = bands
        self._header = header
        self._frozen_columns = frozen_columns
        self._begin()

    def append(self, values: Sequence[Value]) -> None:
        """Write the next row."""
        if self._row >= MOST_ROWS:
            self.finish()
            self._begin()
        cells = [value if isinstance(value, Cell) else _plain(value) for value in values]
        if any(cell.look is Look.TITLE for cell in cells):
            self._sheet.set_row(self._row, _TITLE_HEIGHT)
        else:
            wrapped = [
                (str(cell.value), column.width)
                for cell, column in zip(cells, self._columns, strict=False)
                if cell.look in _WRAPPING
            ]
            self._set_height(self._row, wrapped)
        for column, cell in enumerate(cells):
            self._write(self._row, column, cell)
        if self._book.streamed:
            self._forget(self._row - 2)
        self._row += 1

    def finish(self) -> None:
        """Let the filters reach down to the last row."""
        if self._header:
            self._sheet.autofilter(self._header_row, 0, self._row - 1, len(self._columns) - 1)

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet(self._title)
        self._set_paper()
        for number, column in enumerate(self._columns):
            self._sheet.set_column(number, number, column.width)
        self._header_row = 1 if self._bands else 0
        self._row = 0
        if self._header:
            self._write_header()

    def _set_paper(self) -> None:
        """Fit the sheet to A4 in width; one with many columns goes on beside, its first columns repeated."""
        self._sheet.set_paper(9)
        self._sheet.hide_gridlines(1 if self._header else 2)
        if self._header:
            self._sheet.set_landscape()
        if len(self._columns) <= _MOST_PRINTED:
            self._sheet.fit_to_pages(1, 0)
        else:
            self._sheet.set_print_scale(60)
            self._sheet.repeat_columns(0, max(0, self._frozen_columns - 1))

    def _write_header(self) -> None:
        at = 0
        for title, span in self._bands:
            text = _fit(title)
            if span > 1:
                self._sheet.merge_range(0, at, 0, at + span - 1, "", self._book.look("band"))
            self._sheet.write_string(0, at, text, self._book.look("band"))
            at += span
        self._set_height(self._header_row, [(column.title, column.width) for column in self._columns], bold=True)
        for number, column in enumerate(self._columns):
            self._sheet.write_string(self._header_row, number, _fit(column.title), self._book.look("header"))
        self._row = self._header_row + 1
        self._sheet.freeze_panes(self._row, self._frozen_columns)
        self._sheet.repeat_rows(0, self._header_row)

    def _set_height(self, row: int, texts: Sequence[tuple[str, float]], *, bold: bool = False) -> None:
        """Make a row as high as the longest of its wrapped texts needs, each given with the width of its column."""
        filled = _FILLED * (_FILLED if bold else 1)
        lines = [sum(max(1, ceil(len(line) / (filled * width))) for line in text.split("\n")) for text, width in texts]
        if (most := max(lines, default=1)) > 1:
            self._sheet.set_row(row, _LINE_HEIGHT * min(most, _MOST_LINES))

    def _forget(self, row: int) -> None:
        """Let go of the height of a row that is in the file: the library beneath keeps it for pictures."""
        for name in ("row_info", "set_rows", "row_sizes"):
            getattr(self._sheet, name, {}).pop(row, None)

    def _write(self, row: int, column: int, cell: Cell) -> None:
        look = self._book.look(cell.look)
        if cell.value is None or cell.value == "":
            if not isinstance(cell.look, Look):
                self._sheet.write_blank(row, column, None, look)
        elif isinstance(cell.value, str):
            self._sheet.write_string(row, column, _fit(cell.value), look)
        else:
            self._sheet.write_number(row, column, cell.value, look)


def _plain(value: str | int | float | None) -> Cell:
    return Cell(value, Look.NUMBER if isinstance(value, int) else Look.TEXT)


@lru_cache(maxsize=4096)
def _fit(text: str) -> str:
    """Return ``text`` line by line without characters that no sheet can hold, cut at what a cell can hold."""
    lines = "\n".join(_NO_XML.sub("", flowed(line)) for line in text.split("\n"))
    return lines if len(lines) <= MOST_CHARACTERS else lines[: MOST_CHARACTERS - 1] + "…"


@contextmanager
def write_spreadsheet(target: IO[bytes], *, title: str, scratch: Path | None) -> Iterator[Spreadsheet]:
    """Give a spreadsheet that is written to ``target`` when all went well.

    Rows wait in temporary files in the folder ``scratch``, which is the caller's to remove; without one they wait in
    memory, and no file is made.
    """
    options: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False}
    options |= {"in_memory": True} if scratch is None else {"constant_memory": True, "tmpdir": str(scratch)}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": title, "created": _NO_DATE.replace(tzinfo=None), "comments": "dpa-checker"})
    spreadsheet = Spreadsheet(book, streamed=scratch is not None)
    yield spreadsheet
    spreadsheet.finish()
    book.close()
