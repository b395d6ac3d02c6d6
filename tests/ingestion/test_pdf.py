"""PDF: reading order, running heads, paragraphs, hyphens, tables, anchors, and what could not be read."""

from __future__ import annotations

import io

import pikepdf
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from dpa_checker.errors import DamagedDocument, EmptyDocument, EncryptedDocument
from dpa_checker.ingestion import locate_span, read_bytes
from dpa_checker.model import BlockKind, Document, UnreadReason
from tests.ingestion.pdf_files import (
    HEIGHT,
    SENTENCES,
    WIDTH,
    column,
    encrypt,
    flow_pdf,
    lines_pdf,
    paragraph,
    rotate,
    ruled_table,
    scan_pdf,
)
from tests.ingestion.test_plain import cells, headers, shown

PROSE = " ".join(SENTENCES)


def block_with(document: Document, words: str) -> str:
    """Return the text of the one block that holds ``words``."""
    found = [text for text in shown(document) if words in text]
    assert len(found) == 1, found
    return found[0]


def test_paragraph_is_one_block_with_its_words() -> None:
    document = read_bytes(lines_pdf([column(PROSE, 72, 100, width=80)]), name="x.pdf")
    assert document.text == PROSE
    assert len(document.blocks) == 1
    assert (document.media_type, document.pages, document.name) == ("application/pdf", 1, "x.pdf")
    assert document.awkward_pages == ()
    assert document.unread == ()


def test_clauses_and_headings() -> None:
    lines = [
        (72.0, 90.0, "4. Sub-processors"),
        *column("4.1 " + SENTENCES[3] + " " + SENTENCES[2], 72, 120, width=70),
        *column("(a) " + SENTENCES[0], 90, 160, width=70),
        *column("(b) " + SENTENCES[1], 90, 190, width=70),
        *column("4.2 " + SENTENCES[4], 72, 230, width=70),
    ]
    document = read_bytes(lines_pdf([lines]))
    assert [(block.kind.value, block.label, block.level) for block in document.blocks] == [
        ("heading", "4.", 1),
        ("list_item", "4.1", 2),
        ("list_item", "(a)", 3),
        ("list_item", "(b)", 3),
        ("list_item", "4.2", 2),
    ]
    assert {block.page for block in document.blocks} == {1}


@pytest.mark.parametrize("interleaved", [False, True])
def test_two_columns_are_read_one_by_one(interleaved: bool) -> None:
    left = column(" ".join(SENTENCES[:4]), 60, 140, width=38)
    right = column(" ".join(SENTENCES[4:]), 320, 140, width=38)
    body = sorted(left + right, key=lambda line: (line[1], line[0])) if interleaved else left + right
    document = read_bytes(lines_pdf([[(60, 90, "DATA PROCESSING AGREEMENT BETWEEN THE PARTIES"), *body]], size=10))
    places = [document.text.find(sentence) for sentence in SENTENCES]
    assert all(place >= 0 for place in places)
    assert places == sorted(places)
    assert shown(document)[0].startswith("DATA PROCESSING")


def test_paragraph_goes_on_over_columns_and_pages() -> None:
    words = column(PROSE, 72, 600, width=80)
    half = len(words) // 2
    first = words[:half]
    second = [(x, 80 + 14.0 * number, text) for number, (x, _, text) in enumerate(words[half:])]
    document = read_bytes(lines_pdf([first, second]))
    assert document.text == PROSE
    assert len(document.blocks) == 1
    assert document.page_starts[0] == 0
    assert document.text[document.page_starts[1] :].startswith(words[half][2])


def test_running_heads_and_page_numbers_are_dropped() -> None:
    pages = [
        [
            (72.0, 40.0, "Acme SAS - Data processing agreement"),
            (450.0, 40.0, "Confidential"),
            *column(f"{number}. {SENTENCES[number]}", 72, 100, width=80),
            (72.0, 800.0, "Version 2.1 of May"),
            (290.0, 820.0, f"Page {number + 1} of 5"),
        ]
        for number in range(5)
    ]
    text = read_bytes(lines_pdf(pages)).text
    for gone in ("Acme", "Confidential", "Version", "Page"):
        assert gone not in text
    assert all(SENTENCES[number] in text for number in range(5))


def test_lone_page_numbers_are_dropped_but_not_other_figures() -> None:
    pages = [[*column(SENTENCES[number], 72, 100, width=80), (295.0, 815.0, str(number + 4))] for number in range(3)]
    pages[1].insert(0, (72.0, 60.0, "72"))
    document = read_bytes(lines_pdf(pages))
    assert "5" not in document.text
    assert "72" in document.text


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("the trans-", "mission of data", "the transmission of data"),
        ("the trans\u00ad", "mission of data", "the transmission of data"),
        ("under EU-", "Regulation law", "under EU-Regulation law"),
        (
            "the sub-",
            "processor and the sub-processor named",
            "the sub-processor and the sub-processor named",
        ),
        ("Vor-", "und Nachname", "Vor- und Nachname"),
    ],
)
def test_hyphenated_line_ends(above: str, below: str, joined: str) -> None:
    start = "The Processor takes care of everything that is connected with " + above
    document = read_bytes(lines_pdf([[(72, 100, start), (72, 114, below + " shall end.")]]))
    assert joined in document.text


def test_hyphenated_line_before_a_full_line() -> None:
    first = "The Processor takes care of everything that is connected with the trans-"
    second = "mission of personal data to a third country or an international organisation."
    document = read_bytes(lines_pdf([[(72, 100, first), (72, 114, second)]]))
    assert document.text == first[:-1] + second
    assert [round(anchor.boxes[0].y0) for anchor in document.anchors] == [90, 104]


def test_ruled_table() -> None:
    rows = [
        ("Sub-processor", "Service", "Country"),
        ("Acme Hosting GmbH", "Hosting of the servers on which all of the data are stored", "Germany"),
        ("Beta Mail SAS", "Sending of messages", "France"),
    ]
    flowables = [
        paragraph("The sub-processors are these:"),
        ruled_table(rows, (120, 200, 100)),
        paragraph("After the table."),
    ]
    document = read_bytes(flow_pdf(flowables))
    assert document.awkward_pages == (1,)
    table = [block for block in document.blocks if block.kind is BlockKind.TABLE_ROW]
    assert [tuple(cells(document, block)) for block in table] == rows
    assert [headers(document, block) for block in table] == [[], list(rows[0]), list(rows[0])]
    assert shown(document)[0] == "The sub-processors are these:"
    assert shown(document)[-1] == "After the table."


def test_table_with_level_rules_only() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    rows = [("Purpose", "Hosting of the service"), ("Duration", "As long as the contract"), ("Data", "Names")]
    for number, (left, right) in enumerate(rows):
        y = HEIGHT - 120 - 30 * number
        canvas.drawString(80, y, left)
        canvas.drawString(250, y, right)
        canvas.line(72, y - 10, 500, y - 10)
    canvas.line(72, HEIGHT - 100, 500, HEIGHT - 100)
    canvas.showPage()
    canvas.save()
    document = read_bytes(target.getvalue())
    assert [tuple(cells(document, block)) for block in document.blocks] == rows


def test_table_without_rules() -> None:
    lines = []
    for number, (left, right) in enumerate([("Purpose", "Hosting"), ("Duration", "Two years"), ("Data", "Names")]):
        lines += [(72.0, 100.0 + 24 * number, left), (260.0, 100.0 + 24 * number, right)]
    document = read_bytes(lines_pdf([lines]))
    assert [tuple(cells(document, block)) for block in document.blocks] == [
        ("Purpose", "Hosting"),
        ("Duration", "Two years"),
        ("Data", "Names"),
    ]


def test_frame_around_text_is_no_table() -> None:
    document = read_bytes(flow_pdf([ruled_table([(SENTENCES[0],), (SENTENCES[1],)], (400,))]))
    assert BlockKind.TABLE_ROW not in {block.kind for block in document.blocks}
    assert all(sentence in document.text for sentence in SENTENCES[:2])


def test_bold_and_large_lines_are_headings() -> None:
    flowables = [
        paragraph("Data processing agreement", size=18),
        paragraph("Confidentiality", bold=True),
        paragraph(PROSE),
        paragraph("a small note of no weight"),
    ]
    document = read_bytes(flow_pdf(flowables))
    assert [block.kind.value for block in document.blocks] == ["heading", "heading", "paragraph", "paragraph"]


def test_footnotes_follow_the_paragraph() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    for page in range(2):
        canvas.setFont("Helvetica", 11)
        body = column(PROSE, 72, 120 if page else 560, width=80)
        for x, y, text in body[:-2] if page == 0 else body[-2:]:
            canvas.drawString(x, HEIGHT - y, text)
        if page == 0:
            canvas.setFont("Helvetica", 8)
            canvas.drawString(72, HEIGHT - 780, "1 The list of processors is published.")
        canvas.showPage()
    canvas.save()
    document = read_bytes(target.getvalue())
    assert [block.kind.value for block in document.blocks] == ["paragraph", "note"]
    assert shown(document)[0] == PROSE


def test_anchors_lead_back_to_the_page() -> None:
    pages = [column(SENTENCES[number], 72, 100 + 50 * number, width=60) for number in range(3)]
    document = read_bytes(lines_pdf(pages))
    for number in range(3):
        start = document.text.index(SENTENCES[number])
        place = locate_span(document, start, start + len(SENTENCES[number]))
        page, boxes = place.page, place.boxes
        assert page == number + 1
        assert len(boxes) == len(pages[number])
        for box, (x, y, _) in zip(boxes, pages[number], strict=True):
            assert box.page == page
            assert abs(box.x0 - x) < 2
            assert box.y0 < y < box.y1 + 1
    for anchor in document.anchors:
        assert anchor.page == anchor.boxes[0].page
    assert all(a.end <= b.start for a, b in zip(document.anchors, document.anchors[1:], strict=False))
    place = locate_span(document, 0, 3)
    assert (place.page, len(place.boxes)) == (1, 1)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_page_is_placed_as_displayed(degrees: int) -> None:
    document = read_bytes(rotate(lines_pdf([[(72, 100, SENTENCES[0])]]), degrees))
    assert SENTENCES[0] in document.text
    (box,) = locate_span(document, 0, 10).boxes
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    wide = degrees != 180
    assert 0 < x < (HEIGHT if wide else WIDTH)
    assert 0 < y < (WIDTH if wide else HEIGHT)
    expected = {90: x > HEIGHT - 120, 180: y > HEIGHT - 120, 270: x < 120}
    assert expected[degrees]


def test_cropped_page_is_placed_within_its_visible_part() -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(lines_pdf([[(172, 300, "Personal data on instructions.")]]))) as source:
        source.pages[0].cropbox = pikepdf.Rectangle(100, 100, 500, 700)
        source.save(target)
    document = read_bytes(target.getvalue())
    (box,) = locate_span(document, 0, 5).boxes
    assert abs(box.x0 - 72) < 2
    assert abs(box.y1 - (700 - (HEIGHT - 300))) < 5


def test_page_without_text_is_unread_and_the_others_are_read() -> None:
    document = read_bytes(scan_pdf(first_text=SENTENCES[0]))
    assert document.text == SENTENCES[0]
    assert [(unread.reason, unread.page) for unread in document.unread] == [(UnreadReason.NO_TEXT_LAYER, 2)]
    assert document.page_starts == (0, len(SENTENCES[0]))


def test_scan_gives_a_document_without_text() -> None:
    document = read_bytes(scan_pdf())
    assert document.text == ""
    assert document.blocks == ()
    assert [unread.page for unread in document.unread] == [1]


def test_blank_pdf_is_empty() -> None:
    with pytest.raises(EmptyDocument):
        read_bytes(lines_pdf([[], []]))


def test_blank_page_among_others_is_nothing_unread() -> None:
    assert read_bytes(lines_pdf([[(72, 100, SENTENCES[0])], []])).unread == ()


def test_locked_pdf() -> None:
    data = encrypt(lines_pdf([[(72, 100, SENTENCES[0])]]), user="secret")
    with pytest.raises(EncryptedDocument, match="password"):
        read_bytes(data)


def test_pdf_with_an_owner_password_only_is_read() -> None:
    assert SENTENCES[0] in read_bytes(encrypt(lines_pdf([[(72, 100, SENTENCES[0])]]), user="")).text


def test_cut_off_pdf_is_mended() -> None:
    data = lines_pdf([column(PROSE, 72, 100, width=80)] * 3)
    document = read_bytes(data[: int(len(data) * 0.97)])
    assert SENTENCES[0] in document.text


def test_wrecked_pdf_is_damaged() -> None:
    data = lines_pdf([column(PROSE, 72, 100, width=80)])
    for wreck in (b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\x00garbage" * 500, data[:200]):
        with pytest.raises(DamagedDocument):
            read_bytes(wreck)


def test_the_same_file_gives_the_same_document() -> None:
    data = flow_pdf([paragraph(PROSE), ruled_table([("a", "b"), ("c", "d")], (100, 100))])
    assert read_bytes(data) == read_bytes(data)
