"""PDF: the reading order of harder pages, tables over page breaks, margins, ligatures, notes, turned pages."""

from __future__ import annotations

import io

import pikepdf
import pytest
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from dpa_checker.ingestion import read_bytes
from dpa_checker.model import BlockKind, Document
from tests.ingestion.pdf_files import HEIGHT, SENTENCES, column, flow_pdf, lines_pdf, paragraph
from tests.ingestion.test_plain import cells, headers, shown

PROSE = " ".join(SENTENCES)
NOTES = ("As published.", "Within the Union.", "Where the law allows it.", "See the list of processors.")


def in_order(document: Document, *sentences: str) -> bool:
    """Tell whether all ``sentences`` stand in the text, one after the other."""
    places = [document.text.find(sentence) for sentence in sentences]
    return min(places) >= 0 and places == sorted(places)


@pytest.mark.parametrize("interleaved", [False, True])
def test_three_columns(interleaved: bool) -> None:
    parts = [" ".join(SENTENCES[:3]), " ".join(SENTENCES[3:6]), " ".join(SENTENCES[6:])]
    lines = [line for number, part in enumerate(parts) for line in column(part, 40 + 180.0 * number, 140, width=32)]
    if interleaved:
        lines.sort(key=lambda line: (line[1], line[0]))
    assert in_order(read_bytes(lines_pdf([lines], size=9)), *SENTENCES)


@pytest.mark.parametrize("interleaved", [False, True])
def test_a_heading_across_the_page_parts_the_columns(interleaved: bool) -> None:
    above = column(" ".join(SENTENCES[:2]), 60, 120, width=40) + column(" ".join(SENTENCES[2:4]), 320, 120, width=40)
    heading = [(60.0, 230.0, "PART TWO: OBLIGATIONS OF THE PROCESSOR TOWARDS THE CONTROLLER AND OTHERS")]
    below = column(" ".join(SENTENCES[4:6]), 60, 260, width=40) + column(" ".join(SENTENCES[6:]), 320, 260, width=40)
    lines = above + heading + below
    if interleaved:
        lines.sort(key=lambda line: (line[1], line[0]))
    document = read_bytes(lines_pdf([lines], size=10))
    assert in_order(document, *SENTENCES[:4], "PART TWO", *SENTENCES[4:])


def test_two_languages_side_by_side_are_read_one_by_one() -> None:
    german = (
        "Der Auftragsverarbeiter verarbeitet die Daten nur auf dokumentierte Weisung des Verantwortlichen. "
        "Er meldet jede Verletzung des Schutzes der Daten unverzüglich. Nach dem Ende der Leistungen löscht er alle "
        "Daten, soweit nicht das Recht der Union ihre Speicherung verlangt."
    )
    left = column(" ".join(SENTENCES[:3]), 60, 120, width=40)
    right = column(german, 320, 120, width=40)
    document = read_bytes(lines_pdf([sorted(left + right, key=lambda line: (line[1], line[0]))], size=10))
    assert in_order(document, *SENTENCES[:3], "Der Auftragsverarbeiter verarbeitet die Daten nur auf")
    assert german in document.text


def test_line_numbers_in_the_margin_are_dropped() -> None:
    pages = []
    for part in (PROSE, " ".join(SENTENCES[::-1])):
        body = column(part + " " + part, 90, 100, width=70)
        pages.append(body + [(50.0, y, str(number + 1)) for number, (_, y, _) in enumerate(body)])
    document = read_bytes(lines_pdf(pages))
    assert in_order(document, *SENTENCES)
    assert not any(character.isdigit() for character in document.text)


def test_every_fifth_line_numbered_on_from_page_to_page() -> None:
    pages, count = [], 0
    for part in (PROSE, " ".join(SENTENCES[::-1])):
        body = column(part + " " + part, 90, 100, width=70)
        page = list(body)
        for _, y, _ in body:
            count += 1
            if count % 5 == 0:
                page.append((520.0, y, str(count)))
        pages.append(page)
    document = read_bytes(lines_pdf(pages))
    assert in_order(document, *SENTENCES)
    assert not any(character.isdigit() for character in document.text)


def test_numbers_of_clauses_are_no_line_numbers() -> None:
    lines = [
        piece
        for number, sentence in enumerate(SENTENCES[:5])
        for piece in [(50.0, 100 + 40.0 * number, f"{number + 1}."), *column(sentence, 80, 100 + 40 * number, width=60)]
    ]
    document = read_bytes(lines_pdf([lines]))
    assert [block.label for block in document.blocks] == ["1.", "2.", "3.", "4.", "5."]


def table(rows: list[tuple[str, ...]], widths: tuple[float, ...], *, ruled: bool) -> Table:
    style = [("GRID", (0, 0), (-1, -1), 0.5, "black")] if ruled else []
    body = [[paragraph(cell) for cell in row] for row in rows]
    return Table(body, colWidths=list(widths), style=TableStyle(style), repeatRows=1)


@pytest.mark.parametrize("ruled", [True, False])
def test_a_table_over_pages_repeats_its_header(ruled: bool) -> None:
    rows: list[tuple[str, ...]] = [("Processor", "Task", "Country")]
    rows += [(f"Company {number} GmbH", f"Storage of files of group {number}", "Norway") for number in range(110)]
    document = read_bytes(flow_pdf([paragraph(SENTENCES[0]), table(rows, (150, 200, 100), ruled=ruled)]))
    found = [block for block in document.blocks if block.kind is BlockKind.TABLE_ROW]
    body = [block for block in found if cells(document, block)[0] != "Processor"]
    assert [tuple(cells(document, block)) for block in body] == rows[1:]
    assert all(tuple(headers(document, block)) == rows[0] for block in body)
    assert document.pages is not None
    assert document.pages >= 3


def test_ligatures_are_spelt_out() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    font = next((path for path in _FONTS if _has(path)), None)
    if font is None:
        pytest.skip("no font with ligatures on this machine")
    pdfmetrics.registerFont(TTFont("Ligatures", font))
    canvas.setFont("Ligatures", 11)
    canvas.drawString(72, 700, "It de\ufb01nes the \ufb02ow of con\ufb01dential \ufb01les of the o\ufb03ce sta\ufb00.")
    canvas.showPage()
    canvas.save()
    text = read_bytes(target.getvalue()).text
    assert text == "It defines the flow of confidential files of the office staff."


_FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
)


def _has(path: str) -> bool:
    from pathlib import Path

    return Path(path).is_file()


def test_footnotes_of_two_pages_follow_their_paragraphs() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    for page in range(2):
        canvas.setFont("Helvetica", 11)
        for x, y, text in column(" ".join(SENTENCES[4 * page : 4 * page + 4]), 72, 100, width=80):
            canvas.drawString(x, HEIGHT - y, text)
        canvas.setFont("Helvetica", 8)
        for number in range(2):
            canvas.drawString(72, HEIGHT - 760 - 12 * number, f"{2 * page + number + 1} {NOTES[2 * page + number]}")
        canvas.showPage()
    canvas.save()
    document = read_bytes(target.getvalue())
    notes = [text for text, block in zip(shown(document), document.blocks, strict=True) if block.kind is BlockKind.NOTE]
    assert notes == [f"{number} {note}" for number, note in enumerate(NOTES, start=1)]
    assert in_order(document, *SENTENCES[:4], NOTES[1], *SENTENCES[4:], NOTES[3])


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_two_columns_on_a_turned_page(degrees: int) -> None:
    """Text drawn sideways on a page that is turned for display, as landscape pages of office programs are."""
    target = io.BytesIO()
    width, height = landscape(A4)
    swapped = degrees in (90, 270)
    canvas = Canvas(target, pagesize=(height, width) if swapped else (width, height))
    if degrees == 90:
        canvas.translate(height, 0)
    elif degrees == 180:
        canvas.translate(width, height)
    elif degrees == 270:
        canvas.translate(0, width)
    canvas.rotate(degrees)
    canvas.setFont("Helvetica", 10)
    half = len(SENTENCES) // 2
    for number, part in enumerate((SENTENCES[:half], SENTENCES[half:])):
        for x, y, text in column(" ".join(part), 60 + 400.0 * number, 100, width=60):
            canvas.drawString(x, height - y, text)
    canvas.showPage()
    canvas.save()
    turned = io.BytesIO()
    with pikepdf.open(target) as source:
        source.pages[0].Rotate = degrees
        source.save(turned)
    for data in (target.getvalue(), turned.getvalue()):
        document = read_bytes(data)
        assert in_order(document, *SENTENCES)
        assert len(document.blocks) <= 2


def test_user_units_change_nothing_in_the_text() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(59.5, 84.2))
    canvas.setFont("Helvetica", 0.9)
    for x, y, text in column(PROSE, 7, 10, width=80, step=1.2):
        canvas.drawString(x, 84.2 - y, text)
    canvas.showPage()
    canvas.save()
    enlarged = io.BytesIO()
    with pikepdf.open(target) as source:
        source.pages[0].obj.UserUnit = 10
        source.save(enlarged, min_version="1.6")
    document = read_bytes(enlarged.getvalue())
    assert document.text == PROSE
    assert document.unread == ()


def test_a_stamp_up_the_margin_comes_apart_from_the_text() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    canvas.setFont("Helvetica", 11)
    for x, y, text in column(PROSE, 90, 120, width=75):
        canvas.drawString(x, HEIGHT - y, text)
    canvas.rotate(90)
    canvas.drawString(300, -40, "Draft of the third of May for the meeting")
    canvas.showPage()
    canvas.save()
    document = read_bytes(target.getvalue())
    assert shown(document) == [PROSE, "Draft of the third of May for the meeting"]
