"""What the two writers share of how a letter looks."""

from __future__ import annotations

from typing import Final

from dpa_checker.report.view_model import Status

#: In hexadecimal, for print on white: dark enough to read, and never the only sign of a verdict.
TEXT_INK: Final = "1A2330"
MUTED_INK: Final = "545F6D"
LINE_INK: Final = "B9C0C9"
BAND_TINT: Final = "F0F2F5"
INKS: Final = {
    Status.PRESENT: "12613A",
    Status.PARTIAL: "774A00",
    Status.MISSING: "A01F2B",
    Status.CONTRADICTED: "7B1C69",
    Status.CONFLICT: "8B3000",
    Status.NOT_APPLICABLE: "4A5462",
    Status.NOT_EXAMINED: "25498C",
}
#: In millimetres, on A4.
MARGIN_SIDE: Final = 23
MARGIN_TOP: Final = 27
MARGIN_BOTTOM: Final = 25
MENTION_WIDTH: Final = 47
VERDICT_WIDTH: Final = 29
#: Of a document of a set, in the table that tells which of them says what.
CELL_WIDTH: Final = 8
#: Above the numbers of documents.
NUMBER_SIGN: Final = "#"
#: What a cell holds that has nothing to say.
NOTHING: Final = "–"
#: Characters from which on a row, or a clause, may break over two pages.
LONG_ROW: Final = 700
LONG_CLAUSE: Final = 900
