"""PDF files made on the spot for the tests of ingestion."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence

import pikepdf
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

WIDTH, HEIGHT = A4
SENTENCES = (
    "The Processor shall process personal data only on documented instructions from the Controller.",
    "Persons authorised to process the personal data have committed themselves to confidentiality.",
    "The Processor shall notify the Controller of a personal data breach without undue delay.",
    "The Processor shall not engage another processor without prior written authorisation.",
    "At the choice of the Controller the Processor deletes or returns all the personal data.",
    "The Processor makes available all information necessary to demonstrate compliance.",
    "Audits, including inspections, may be conducted by an auditor mandated by the Controller.",
    "The Processor assists the Controller with requests for exercising the rights of data subjects.",
)


def lines_pdf(pages: Sequence[Sequence[tuple[float, float, str]]], *, size: float = 11) -> bytes:
    """Return a PDF with each ``(x, y from the top, text)`` set on its page."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    for page in pages:
        for x, y, text in page:
            canvas.setFont("Helvetica", size)
            canvas.drawString(x, HEIGHT - y, text)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def column(text: str, x: float, y: float, *, width: int, step: float = 14) -> list[tuple[float, float, str]]:
    """Return ``text`` wrapped at ``width`` characters as lines one below the other."""
    return [(x, y + step * number, line) for number, line in enumerate(textwrap.wrap(text, width))]


def flow_pdf(flowables: list[Flowable]) -> bytes:
    """Return a PDF laid out by reportlab."""
    target = io.BytesIO()
    SimpleDocTemplate(target, pagesize=A4, invariant=1).build(flowables)
    return target.getvalue()


def paragraph(text: str, *, bold: bool = False, size: float = 10) -> Paragraph:
    """Return a paragraph for :func:`flow_pdf`."""
    style = ParagraphStyle(
        "p", parent=getSampleStyleSheet()["Normal"], fontSize=size, leading=1.2 * size, spaceAfter=size
    )
    return Paragraph(f"<b>{text}</b>" if bold else text, style)


def ruled_table(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Table:
    """Return a table with all rules drawn."""
    cells = [[paragraph(cell) for cell in row] for row in rows]
    return Table(cells, colWidths=list(widths), style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))


def scan_pdf(*, first_text: str | None = None) -> bytes:
    """Return a PDF whose last page is only a picture; ``first_text`` puts a page of text before it."""
    from PIL import Image

    picture = ImageReader(Image.new("RGB", (200, 200), "grey"))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    if first_text is not None:
        canvas.drawString(72, HEIGHT - 72, first_text)
        canvas.showPage()
    canvas.drawImage(picture, 50, 50, 400, 600)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def encrypt(data: bytes, *, user: str) -> bytes:
    """Return ``data`` encrypted; an empty ``user`` password still opens."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as source:
        source.save(target, encryption=pikepdf.Encryption(owner="owner", user=user))
    return target.getvalue()


def rotate(data: bytes, degrees: int) -> bytes:
    """Return ``data`` with its first page turned."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as source:
        source.pages[0].Rotate = degrees
        source.save(target)
    return target.getvalue()
