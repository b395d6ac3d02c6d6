"""PDF: tables with and without rules, told from running columns; rows cut by a page break; tables in tables."""

from __future__ import annotations

import io
import shutil
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from dpa_checker.ingestion import read_bytes
from dpa_checker.ingestion.pdf.hyphen import Hyphenation
from dpa_checker.model import BlockKind, Document
from tests.ingestion.pdf_files import HEIGHT, SENTENCES, column, flow_pdf, lines_pdf, paragraph
from tests.ingestion.test_pdf_layout import in_order
from tests.ingestion.test_plain import cells, shown

LABELS = ("Subject matter", "Duration", "Nature and purpose", "Place", "Contact of the processor")
VALUES = (SENTENCES[0], "term of the agreement", " ".join(SENTENCES[1:3]), "Norway", " ".join(SENTENCES[3:5]))
MANY = [
    f"{sentence[:-1]} in case {case}." for case in range(1, 7) for sentence in (*SENTENCES, "It keeps a full record.")
]


def rows_of(document: Document) -> list[tuple[str, ...]]:
    """Return the cells of the table rows, each on one line."""
    found = [block for block in document.blocks if block.kind is BlockKind.TABLE_ROW]
    return [tuple(" ".join(cell.split()) for cell in cells(document, block)) for block in found]


def drawn(
    rows: Sequence[Sequence[str]],
    places: Sequence[float],
    widths: Sequence[int],
    *,
    gap: float,
    middle: bool = False,
    by_row: bool = False,
) -> list[tuple[float, float, str]]:
    """Return the lines of a table without rules from 120 points down, its rows ``gap`` points apart.

    ``widths`` in characters; ``middle`` centres the cells in the height of their row; ``by_row`` gives the lines in
    the order of printing rather than cell by cell.
    """
    lines: list[tuple[float, float, str]] = []
    y = 120.0
    for row in rows:
        wrapped = [textwrap.wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
        height = max(len(cell) for cell in wrapped)
        for cell, x in zip(wrapped, places, strict=True):
            down = 6.0 * (height - len(cell)) if middle else 0.0
            lines += [(x, y + down + 12 * number, line) for number, line in enumerate(cell)]
        y += 12 * height + gap
    return sorted(lines, key=lambda line: (line[1], line[0])) if by_row else lines


@pytest.mark.parametrize("by_row", [False, True])
@pytest.mark.parametrize("middle", [False, True])
@pytest.mark.parametrize("gap", [4.0, 12.0])
def test_long_cells_without_rules_come_row_by_row(*, gap: float, middle: bool, by_row: bool) -> None:
    rows = [tuple(MANY[2 * number : 2 * number + 2]) for number in range(9)]
    lines = drawn(rows, (60, 310), (42, 40), gap=gap, middle=middle, by_row=by_row)
    assert rows_of(read_bytes(lines_pdf([lines], size=10))) == rows


@pytest.mark.parametrize("head", [False, True])
def test_three_columns_of_cells(*, head: bool) -> None:
    rows = [tuple(MANY[3 * number : 3 * number + 3]) for number in range(8)]
    rows = [("Measure", "Term", "Conditions"), *rows] if head else rows
    lines = drawn(rows, (50, 220, 390), (28, 28, 28), gap=6)
    assert rows_of(read_bytes(lines_pdf([lines], size=9))) == rows


@pytest.mark.parametrize("gap", [0.0, 8.0])
@pytest.mark.parametrize("left", [60.0, 180.0])
def test_short_labels_with_long_values(*, gap: float, left: float) -> None:
    rows = list(zip(LABELS, VALUES, strict=True))
    lines = drawn(rows, (left, left + 130), (24, 45), gap=gap)
    before = column(" ".join(SENTENCES[5:7]), 60, 60, width=85)
    after = column(" ".join(SENTENCES[6:]), 60, 420, width=85)
    document = read_bytes(lines_pdf([before + lines + after], size=10))
    assert rows_of(document) == rows
    assert in_order(document, SENTENCES[5], LABELS[0], SENTENCES[7])


def test_columns_of_cells_close_to_each_other() -> None:
    """Cells a space apart: only that they begin one below the other tells the columns."""
    rows = [(f"Company number {number} GmbH of Bergen", sentence) for number, sentence in enumerate(MANY[:7])]
    rows[3] = ("Company GmbH", rows[3][1])
    rows[5] = ("Hosting AS", rows[5][1])
    lines = drawn(rows, (60, 230), (60, 50), gap=0)
    assert rows_of(read_bytes(lines_pdf([lines], size=10))) == rows


def test_two_tables_with_other_columns() -> None:
    first = [tuple(MANY[2 * number : 2 * number + 2]) for number in range(4)]
    second = [tuple(MANY[20 + 3 * number : 23 + 3 * number]) for number in range(4)]
    above = drawn(first, (60, 200), (24, 60), gap=8)
    below = [(x, y + 340, text) for x, y, text in drawn(second, (60, 230, 400), (28, 28, 28), gap=8)]
    between = column(" ".join(SENTENCES[:2]), 60, 420, width=95)
    document = read_bytes(lines_pdf([above + between + below], size=9))
    assert rows_of(document) == first + second


def test_running_columns_with_headings_at_the_same_heights_stay_columns() -> None:
    """Two columns of clauses of equal length, as at the balanced end of general terms."""
    lines: list[tuple[float, float, str]] = []
    for side, x in enumerate((60.0, 320.0)):
        y = 120.0
        for number in range(3):
            lines.append((x, y, f"Article {3 * side + number + 1}"))
            lines += column(MANY[3 * side + number], x, y + 18, width=42, step=12)
            y += 18 + 12 * 3 + 18
    document = read_bytes(lines_pdf([lines], size=10))
    assert rows_of(document) == []
    assert in_order(document, *(part for number in range(6) for part in (f"Article {number + 1}", MANY[number])))


@pytest.mark.parametrize("space", [0.0, 8.0])
def test_running_columns_of_paragraphs_stay_columns(space: float) -> None:
    lines: list[tuple[float, float, str]] = []
    texts = [" ".join(MANY[3 * number : 3 * number + 2 + number % 2]) for number in range(12)]
    for x, parts in ((60.0, texts[:6]), (320.0, texts[6:])):
        y = 100.0
        for text in parts:
            wrapped = column(text, x, y, width=42, step=12)
            lines += wrapped
            y += 12 * len(wrapped) + space
    document = read_bytes(lines_pdf([lines], size=10))
    assert rows_of(document) == []
    assert in_order(document, *texts)


def test_two_languages_with_the_same_numbers_stay_columns() -> None:
    pairs = [(f"{number}. {MANY[number]}", f"{number}. {MANY[20 + number]}") for number in range(1, 7)]
    lines = drawn(pairs, (60, 320), (42, 42), gap=10)
    document = read_bytes(lines_pdf([lines], size=10))
    assert rows_of(document) == []
    assert in_order(document, *(left for left, _ in pairs), *(right for _, right in pairs))


def test_a_row_cut_by_a_page_break_is_put_together() -> None:
    rows = [tuple(MANY[2 * number : 2 * number + 2]) for number in range(6)]
    lines = drawn([("What", "When"), *rows], (60, 310), (42, 40), gap=10)
    cut = max(y for _, y, _ in lines) - 12
    first = [line for line in lines if line[1] <= cut]
    rest = [(x, 84 + y - cut, text) for x, y, text in lines if y > cut]
    head = [(60.0, 72.0, "What"), (310.0, 72.0, "When")]
    after = column(" ".join(SENTENCES[:3]), 60, 200, width=85)
    for second in (rest + after, head + [(x, y + 12, text) for x, y, text in rest] + after):
        document = read_bytes(lines_pdf([first, second], size=10))
        assert rows_of(document) == [("What", "When"), *rows]
        assert in_order(document, rows[-1][0], SENTENCES[0])


def test_a_ruled_row_cut_by_a_page_break_without_a_rule_at_its_foot() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    parts = [textwrap.wrap(MANY[number], 42) for number in range(10)]
    for page in range(2):
        canvas.setFont("Helvetica", 10)
        heights = [100.0, 160.0, 220.0, 280.0, 340.0]
        for y in heights[:-1] if page == 0 else heights[1:]:
            canvas.line(60, HEIGHT - y, 540, HEIGHT - y)
        for x in (60, 300, 540):
            canvas.line(x, HEIGHT - 100, x, HEIGHT - (310 if page == 0 else 340))
        for row in range(4):
            for side in (0, 1):
                text = parts[2 * (row + 3 * page) + side] if row + 3 * page < 5 else []
                text = text[:2] if row == 3 and page == 0 else text[2:] if row == 0 and page == 1 else text
                for number, line in enumerate(text):
                    canvas.drawString(66 + 240 * side, HEIGHT - heights[row] - 14 - 12 * number, line)
        canvas.showPage()
    canvas.save()
    document = read_bytes(target.getvalue())
    assert rows_of(document) == [(MANY[2 * row], MANY[2 * row + 1]) for row in range(5)]


@pytest.mark.parametrize("ruled", [False, True])
def test_a_table_in_a_cell_is_read_cell_by_cell(*, ruled: bool) -> None:
    grid = [("GRID", (0, 0), (-1, -1), 0.5, "black")]
    inner = [[paragraph(MANY[4 + 2 * row + side]) for side in (0, 1)] for row in (0, 1)]
    table = Table(
        inner, colWidths=[110, 110], style=TableStyle([*(grid if ruled else []), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    )
    outer = [
        [paragraph(MANY[0]), ""],
        [paragraph(MANY[1]), paragraph(MANY[2])],
        [paragraph(MANY[3]), [table, paragraph(MANY[8])]],
    ]
    style = TableStyle([*grid, ("SPAN", (0, 0), (1, 0)), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    document = read_bytes(flow_pdf([Table(outer, colWidths=[180, 250], style=style)]))
    assert in_order(document, *MANY[:9])
    assert cells(document, document.blocks[-1])[1].split("\n") == MANY[4:9]


def test_the_end_of_a_word_is_no_conjunction_of_another_language() -> None:
    lines = ["Der Anbieter bewahrt die Sicherungskopi-", "en auf und löscht die Auftrags-", "und Stammdaten."]
    assert Hyphenation(lines).join(*lines[:2]) == ("Der Anbieter bewahrt die Sicherungskopi", "")
    assert Hyphenation(lines).join(*lines[1:]) == (lines[1], " ")
    dutch = ["De gegevens en de in-", "en uitvoer."]
    assert Hyphenation(dutch).join(*dutch) == (dutch[0], " ")


@pytest.mark.needs_libreoffice
def test_merged_and_nested_cells_of_a_word_file(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    from tests.ingestion.test_office import convert

    written = docx.Document()
    table = written.add_table(rows=3, cols=2)
    table.style = "Table Grid"
    table.cell(0, 0).merge(table.cell(0, 1)).text = MANY[0]
    table.cell(1, 0).text, table.cell(1, 1).text, table.cell(2, 0).text = MANY[1:4]
    inner = table.cell(2, 1).add_table(rows=2, cols=2)
    for number in range(4):
        inner.cell(number // 2, number % 2).text = MANY[4 + number]
    written.save(str(tmp_path / "nested.docx"))
    document = read_bytes(convert(tmp_path / "nested.docx", "pdf").read_bytes())
    assert in_order(document, *MANY[:8])
    assert shown(document)[-1].count("\n") == 3
