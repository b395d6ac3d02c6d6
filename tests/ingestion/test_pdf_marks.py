"""PDF: form fields, boxes, struck-through words, remarks, bookmarks, embedded files and actions."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from dpa_checker.ingestion import locate_span, read_bytes
from dpa_checker.model import BlockKind, Document, NoticeKind, UnreadReason
from tests.ingestion.pdf_files import HEIGHT, SENTENCES, column, flow_pdf, lines_pdf, paragraph, ruled_table


def aside(document: Document, reason: UnreadReason) -> list[str]:
    """Return the beginnings of what was set aside for ``reason``."""
    return [item.excerpt for item in document.unread if item.reason is reason]


def notices(document: Document) -> dict[NoticeKind, tuple[str, int]]:
    return {notice.kind: (notice.detail, notice.count) for notice in document.notices}


def form_pdf() -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    form = canvas.acroForm
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 740, "Name of the processor:")
    form.textfield(name="name", value="Holm Drift AB", x=200, y=735, width=220, height=18)
    canvas.drawString(72, 710, "Retention period:")
    form.choice(name="time", value="90 days", options=["30 days", "90 days"], x=200, y=705, width=90, height=18)
    canvas.drawString(72, 670, "Authorisation of other processors:")
    form.checkbox(name="general", checked=True, x=72, y=648, size=12)
    canvas.drawString(90, 650, "General authorisation is given.")
    form.checkbox(name="specific", checked=False, x=72, y=628, size=12)
    canvas.drawString(90, 630, "Each processor needs a specific authorisation, which the Controller")
    canvas.drawString(90, 616, "gives in writing.")
    canvas.drawString(72, 590, "At the end of the contract the data are")
    form.radio(name="end", value="return", selected=True, x=72, y=568, size=12)
    canvas.drawString(90, 570, "returned")
    form.radio(name="end", value="delete", selected=False, x=200, y=568, size=12)
    canvas.drawString(218, 570, "deleted")
    canvas.drawString(72, 530, "The Processor keeps records.")
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def test_form_fields_are_read_with_their_values() -> None:
    document = read_bytes(form_pdf())
    assert "Name of the processor: Holm Drift AB" in document.text.replace(" | ", " ")
    assert "Retention period: 90 days" in document.text.replace(" | ", " ")
    assert "30 days" not in document.text
    assert notices(document)[NoticeKind.FORM_FIELDS] == ("pages 1", 6)
    start = document.text.index("Holm Drift AB")
    place = locate_span(document, start, start + 13)
    assert place.page == 1
    assert 195 < place.boxes[0].x0 < 210
    assert HEIGHT - 755 < place.boxes[0].y0 < HEIGHT - 735


def test_unticked_boxes_take_their_labels_away() -> None:
    document = read_bytes(form_pdf())
    assert "General authorisation is given." in document.text
    assert "specific authorisation" not in document.text
    assert "in writing" not in document.text
    assert "returned" in document.text
    assert "deleted" not in document.text
    assert "The Processor keeps records." in document.text
    assert aside(document, UnreadReason.UNSELECTED_OPTION) == [
        "Each processor needs a specific authorisation, which the Controller gives in writing.",
        "deleted",
    ]


def test_boxes_behind_their_labels() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    canvas.drawString(72, 700, "Data leave the Union: yes")
    canvas.acroForm.checkbox(name="yes", checked=False, x=215, y=698, size=12)
    canvas.drawString(240, 700, "no")
    canvas.acroForm.checkbox(name="no", checked=True, x=260, y=698, size=12)
    canvas.showPage()
    canvas.save()
    document = read_bytes(target.getvalue())
    assert document.text == "no"
    assert aside(document, UnreadReason.UNSELECTED_OPTION) == ["Data leave the Union: yes"]


def test_a_hidden_field_is_reported() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    canvas.drawString(72, 700, SENTENCES[0])
    canvas.acroForm.textfield(name="x", value=SENTENCES[1], x=72, y=600, width=400, height=18, annotationFlags="hidden")
    canvas.showPage()
    canvas.save()
    document = read_bytes(target.getvalue())
    assert document.text == SENTENCES[0]
    assert aside(document, UnreadReason.HIDDEN) == [SENTENCES[1]]


def test_values_in_the_cells_of_a_table() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    for number, (name, value) in enumerate((("Purpose", "Payroll of the staff"), ("Duration", "Two years"))):
        top = 100 + 40 * number
        canvas.rect(72, HEIGHT - top - 40, 150, 40)
        canvas.rect(222, HEIGHT - top - 40, 300, 40)
        canvas.drawString(80, HEIGHT - top - 24, name)
        canvas.acroForm.textfield(name=name, value=value, x=230, y=HEIGHT - top - 32, width=260, height=20)
    canvas.showPage()
    canvas.save()
    document = read_bytes(target.getvalue())
    assert document.text == "Purpose | Payroll of the staff\n\nDuration | Two years"
    assert {block.kind for block in document.blocks} == {BlockKind.TABLE_ROW}


def test_typed_boxes_and_the_anchors_behind_them() -> None:
    first, second = "[ ] The data are returned.", "[x] The data are deleted. The Processor confirms this."
    document = read_bytes(lines_pdf([[(72, 100, first), (72, 130, second), (72, 160, SENTENCES[0])]]))
    assert document.text == f"{second}\n\n{SENTENCES[0]}"
    assert aside(document, UnreadReason.UNSELECTED_OPTION) == [first]
    start = document.text.index("The Processor confirms")
    (box,) = locate_span(document, start, start + 10).boxes
    assert 115 < box.y0 < 131
    assert box.x0 > 180


def test_options_in_one_line() -> None:
    line = "Other processors: [x] general authorisation [ ] specific authorisation in each case."
    document = read_bytes(lines_pdf([[(72, 100, line), (72, 130, SENTENCES[0])]]))
    assert document.text.startswith("Other processors: [x] general authorisation")
    assert "specific" not in document.text
    (item,) = (item for item in document.unread if item.reason is UnreadReason.UNSELECTED_OPTION)
    assert item.page == 1
    assert item.start == item.end == document.text.index("authorisation") + len("authorisation")
    start = document.text.index(SENTENCES[0])
    assert 115 < locate_span(document, start, start + 5).boxes[0].y0 < 131


def test_words_struck_by_a_line() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    canvas.setFont("Helvetica", 11)
    before, struck, after = "The Processor ", "may transfer ", "deletes the data."
    canvas.drawString(72, 700, before + struck + after)
    left = 72 + canvas.stringWidth(before, "Helvetica", 11)
    canvas.setLineWidth(0.6)
    canvas.line(left, 703.3, left + canvas.stringWidth(struck.strip(), "Helvetica", 11), 703.3)
    width = canvas.stringWidth(SENTENCES[0], "Helvetica", 11)
    canvas.drawString(72, 660, SENTENCES[0])
    canvas.rect(72, 663, width, 0.7, fill=1, stroke=0)
    canvas.drawString(72, 620, SENTENCES[1])
    canvas.line(72, 618.5, 72 + canvas.stringWidth(SENTENCES[1], "Helvetica", 11), 618.5)
    canvas.drawString(72, 590, SENTENCES[2])
    canvas.line(40, 593, 560, 593)
    canvas.showPage()
    canvas.save()
    document = read_bytes(target.getvalue())
    assert aside(document, UnreadReason.STRUCK_THROUGH) == [struck.strip(), SENTENCES[0]]
    assert "The Processor deletes the data." in document.text
    assert SENTENCES[0] not in document.text
    assert SENTENCES[1] in document.text
    assert SENTENCES[2] in document.text


def test_table_rules_strike_nothing_out() -> None:
    rows = [("Purpose", SENTENCES[0]), ("Duration", SENTENCES[1]), ("Data", "Names")]
    document = read_bytes(flow_pdf([paragraph(SENTENCES[2]), ruled_table(rows, (100, 300))]))
    assert aside(document, UnreadReason.STRUCK_THROUGH) == []


def annotated(data: bytes, *annotations: Dictionary) -> bytes:
    """Return ``data`` with annotations on its first page."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as source:
        source.pages[0].Annots = Array([source.make_indirect(item) for item in annotations])
        source.save(target)
    return target.getvalue()


def mark(kind: str, box: tuple[float, float, float, float], **entries: Any) -> Dictionary:
    """Return an annotation over ``box``, given from the bottom left."""
    x0, y0, x1, y1 = box
    quads = Array([x0, y1, x1, y1, x0, y0, x1, y0])
    return Dictionary(Type=Name.Annot, Subtype=Name("/" + kind), Rect=Array(list(box)), QuadPoints=quads, **entries)


def test_remarks_are_listed_and_not_read() -> None:
    page = lines_pdf([[(72, 100, SENTENCES[0]), (72, 130, SENTENCES[1]), (72, 145, SENTENCES[2])]])
    document = read_bytes(
        annotated(
            page,
            Dictionary(
                Type=Name.Annot, Subtype=Name.Text, Rect=Array([500, 700, 520, 720]), Contents="Ask them.", T="A. Ek"
            ),
            mark("Highlight", (72, HEIGHT - 133, 540, HEIGHT - 120), Contents="Too weak?", T="B. Ny"),
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.FreeText,
                Rect=Array([72, 300, 300, 330]),
                Contents="Seen and agreed",
                DA="/Helv 10 Tf",
            ),
            Dictionary(Type=Name.Annot, Subtype=Name.Popup, Rect=Array([0, 0, 10, 10])),
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=Array([72, 700, 90, 720]),
                A=Dictionary(S=Name.Launch, F="a.exe"),
            ),
        )
    )
    assert document.text == f"{SENTENCES[0]}\n\n{SENTENCES[1]} {SENTENCES[2]}"
    assert [(item.text, item.author, item.page) for item in document.comments] == [
        ("Ask them.", "A. Ek", 1),
        ("Too weak?", "B. Ny", 1),
        ("Seen and agreed", "", 1),
    ]
    marked = document.comments[1]
    assert document.text[marked.start : marked.end] == SENTENCES[1]
    assert notices(document)[NoticeKind.COMMENTS] == ("A. Ek, B. Ny", 3)
    assert notices(document)[NoticeKind.EXTERNAL_REFERENCE][1] == 1


def test_words_struck_out_by_an_annotation() -> None:
    page = lines_pdf([[(72, 100, SENTENCES[0]), (72, 130, SENTENCES[1]), (72, 145, SENTENCES[2])]])
    document = read_bytes(annotated(page, mark("StrikeOut", (70, HEIGHT - 133, 560, HEIGHT - 119), T="B. Ny")))
    assert document.text == f"{SENTENCES[0]}\n\n{SENTENCES[2]}"
    assert aside(document, UnreadReason.STRUCK_THROUGH) == [SENTENCES[1]]


def test_bookmarks_make_headings() -> None:
    target = io.BytesIO()
    lines = [
        (72.0, 100.0, "Duty of secrecy"),
        *column(SENTENCES[1], 72, 114, width=80),
        (72.0, 160.0, "of the staff"),
        *column(SENTENCES[2], 72, 174, width=80),
    ]
    with pikepdf.open(io.BytesIO(lines_pdf([lines]))) as source:
        with source.open_outline() as outline:
            chapter = pikepdf.OutlineItem("Duty of secrecy", 0)
            chapter.children.append(pikepdf.OutlineItem("of the  Staff", 0))
            outline.root.append(chapter)
        source.save(target)
    document = read_bytes(target.getvalue())
    assert [(block.kind, block.level) for block in document.blocks] == [
        (BlockKind.HEADING, 1),
        (BlockKind.PARAGRAPH, None),
        (BlockKind.HEADING, 2),
        (BlockKind.PARAGRAPH, None),
    ]


@pytest.mark.parametrize("packed", [True, False])
def test_embedded_files_and_scripts_are_listed_and_left_alone(packed: bool) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(lines_pdf([[(72, 100, SENTENCES[0])]]))) as source:
        source.attachments["annex.docx"] = b"x"
        source.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert('x')")
        mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
        source.save(target, object_stream_mode=mode)
    document = read_bytes(target.getvalue())
    assert notices(document) == {
        NoticeKind.EMBEDDED_FILE: ("annex.docx", 1),
        NoticeKind.MACROS: ("JavaScript", 1),
    }
    assert document.text == SENTENCES[0]
