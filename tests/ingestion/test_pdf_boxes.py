"""PDF: the boxes of a quote hold its characters and no others, by the account of another extractor."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from pdfplumber.pdf import PDF
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from dpa_checker import check_file
from dpa_checker.ingestion import locate_span, read_bytes
from dpa_checker.model import Box, Document
from dpa_checker.segments import build_clauses
from tests.ingestion.pdf_files import (
    HEIGHT,
    SENTENCES,
    WIDTH,
    column,
    flow_pdf,
    lines_pdf,
    paragraph,
    rotate,
    ruled_table,
)

SAMPLES = sorted((Path(__file__).parents[2] / "sample_contracts").glob("*/contract.pdf"))
_IGNORED = re.compile(r"[\s|\-\u2010\u2011\u00ad]+")
_NOTE_MARK = re.compile(r"(?<=[.,;])\d$")


def bare(text: str) -> str:
    """Return ``text`` without white space, hyphens and the bars between cells, ligatures spelt out."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text))


def inside(source: PDF, boxes: tuple[Box, ...], *, shift: tuple[float, float] = (0, 0)) -> str:
    """Return the characters whose middle is in ``boxes``, box by box from left to right."""
    found = []
    for box in boxes:
        characters = [
            character
            for character in source.pages[box.page - 1].chars
            if box.x0 <= (character["x0"] + character["x1"]) / 2 - shift[0] <= box.x1
            and box.y0 <= (character["top"] + character["bottom"]) / 2 - shift[1] <= box.y1
        ]
        found += [character["text"] for character in sorted(characters, key=lambda character: character["x0"])]
    return bare("".join(found))


def assert_alike(found: str, quote: str) -> None:
    """Assert that the characters in the boxes of a quote are its own; a raised note mark may stand above them."""
    assert found in (bare(quote), _NOTE_MARK.sub("", bare(quote)))


def sentences(document: Document) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of a document."""
    for clause in build_clauses(document):
        yield from clause.sentences


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.parent.name, marks=() if number == 0 else pytest.mark.slow)
        for number, path in enumerate(SAMPLES)
    ],
)
def test_quotes_and_sentences_of_the_sample_contracts(path: Path) -> None:
    report = check_file(path)
    evidence = [item for finding in report.findings for item in finding.evidence]
    evidence += [item for measure in report.art32 for item in measure.evidence]
    with pdfplumber.open(path) as source:
        for item in evidence:
            assert item.boxes is not None
            assert_alike(inside(source, item.boxes), item.quote)
            assert item.page == item.boxes[0].page
    check_sentences(path.read_bytes())


def check_sentences(data: bytes, *, shift: tuple[float, float] = (0, 0)) -> Document:
    """Assert that every sentence of a file stands in its boxes, and return the document."""
    document = read_bytes(data)
    spans = list(sentences(document))
    assert spans
    with pdfplumber.open(io.BytesIO(data)) as source:
        for start, end in spans:
            boxes = locate_span(document, start, end).boxes
            assert_alike(inside(source, boxes, shift=shift), document.text[start:end])
    return document


RUNNING = " ".join(SENTENCES)


def test_sentences_that_begin_within_a_line() -> None:
    document = check_sentences(flow_pdf([paragraph(RUNNING), paragraph(RUNNING, bold=True)]))
    start = document.text.index(SENTENCES[2])
    first = locate_span(document, start, start + len(SENTENCES[2])).boxes[0]
    assert first.x0 > 100


def test_columns() -> None:
    left, right = column(RUNNING, 60, 140, width=38), column(RUNNING, 320, 140, width=38)
    check_sentences(lines_pdf([left + right], size=10))


def test_tables() -> None:
    rows = [("Purpose", " ".join(SENTENCES[:3])), ("Duration", " ".join(SENTENCES[3:6])), ("Data", "Names. Logs.")]
    check_sentences(flow_pdf([paragraph(RUNNING), ruled_table(rows, (100, 300))]))


def test_words_cut_at_line_ends() -> None:
    lines = [
        "The Processor shall keep the data. It shall notify each breach of confi-",
        "dentiality at once. It helps.",
    ]
    check_sentences(lines_pdf([[(72, 100 + 14.0 * number, line) for number, line in enumerate(lines)]]))


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_pages(degrees: int) -> None:
    data = rotate(lines_pdf([column(RUNNING, 72, 100, width=80)]), degrees)
    document = read_bytes(data)
    assert document.text == RUNNING
    with pdfplumber.open(io.BytesIO(data)) as source:
        page = source.pages[0]
        for start, end in sentences(document):
            boxes = locate_span(document, start, end).boxes
            count = 0
            for character in page.chars:
                x, y = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
                count += not character["text"].isspace() and any(
                    box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1 for box in boxes
                )
            assert count >= 0.8 * len(bare(document.text[start:end]))


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_text_that_runs_up_or_down_the_page(turns: int) -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    canvas.setFont("Helvetica", 11)
    canvas.translate(WIDTH / 2, HEIGHT / 2)
    canvas.rotate(90 * turns)
    for x, y, text in column(RUNNING, -250, 0, width=80):
        canvas.drawString(x, 150 - y, text)
    canvas.showPage()
    canvas.save()
    document = read_bytes(target.getvalue())
    assert document.text == RUNNING
    with pdfplumber.open(io.BytesIO(target.getvalue())) as source:
        for start, end in sentences(document):
            boxes = locate_span(document, start, end).boxes
            held = [
                character["text"]
                for character in source.pages[0].chars
                if any(
                    box.x0 <= (character["x0"] + character["x1"]) / 2 <= box.x1
                    and box.y0 <= (character["top"] + character["bottom"]) / 2 <= box.y1
                    for box in boxes
                )
            ]
            assert sorted(bare("".join(held))) == sorted(bare(document.text[start:end])) or turns != 2
            assert len(bare("".join(held))) >= 0.9 * len(bare(document.text[start:end]))


def test_cropped_pages() -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(lines_pdf([column(RUNNING, 150, 300, width=60)]))) as source:
        source.pages[0].cropbox = pikepdf.Rectangle(100, 100, 560, 700)
        source.save(target)
    check_sentences(target.getvalue(), shift=(100, HEIGHT - 700))


def test_a_span_within_a_part_of_a_line_is_cut_by_usual_widths() -> None:
    words = "The Processor shall process personal data only on instructions of the Controller"
    data = lines_pdf([[(72, 100, words)]])
    document = read_bytes(data)
    start = words.index("personal data")
    (box,) = locate_span(document, start, start + len("personal data")).boxes
    with pdfplumber.open(io.BytesIO(data)) as source:
        characters = source.pages[0].chars[start : start + len("personal data")]
    assert abs(box.x0 - characters[0]["x0"]) < 4
    assert abs(box.x1 - characters[-1]["x1"]) < 4
