"""Scanned pages: recognised where a recogniser is there, never called missing where there is none."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace

import pypdfium2
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dpa_checker.ingestion import locate_span, read_bytes
from dpa_checker.ingestion.isolation import read_isolated
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.ocr import Recognition, find_recogniser
from dpa_checker.model import Document, NoticeKind, UnreadReason, Verdict
from dpa_checker.pipeline import check_document

SIZE = (595.0, 842.0)
FRENCH = [
    "Le sous-traitant ne traite les données à caractère personnel que sur instruction",
    "documentée du responsable du traitement. Il lui notifie toute violation de données",
    "à caractère personnel dans les meilleurs délais après en avoir pris connaissance.",
    "Les personnes autorisées à traiter les données s'engagent à la confidentialité.",
]
AUDIT = [
    "Le sous-traitant permet la réalisation d'audits, y compris des inspections, par le",
    "responsable du traitement ou un autre auditeur qu'il a mandaté, et y contribue.",
]
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
NOT_WANTED = Recognition(wanted=False)


def printed(*pages: list[str]) -> bytes:
    """Return a PDF with a text layer, in letters of 12 points."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=SIZE)
    for lines in pages:
        canvas.setFont("Times-Roman", 13)
        for number, line in enumerate(lines):
            canvas.drawString(60, 760 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def scanned(printed: bytes, *, dpi: int = 200, kept: tuple[int, ...] = ()) -> bytes:
    """Return a PDF with the pages as pictures; those of ``kept`` (from 0) keep their text."""
    source = pypdfium2.PdfDocument(printed)
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=SIZE)
    for page in source:
        picture = io.BytesIO()
        page.render(scale=dpi / 72, grayscale=True).to_pil().save(picture, "JPEG", quality=85)
        picture.seek(0)
        canvas.drawImage(ImageReader(picture), 0, 0, *SIZE)
        canvas.showPage()
    canvas.save()
    if not kept:
        return target.getvalue()
    mixed = pypdfium2.PdfDocument(target.getvalue())
    for number in kept:
        mixed.del_page(number)
        mixed.import_pages(source, [number], index=number)
    saved = io.BytesIO()
    mixed.save(saved)
    return saved.getvalue()


def _flat(document: Document) -> str:
    return " ".join(document.text.split())


@needs_tesseract
@pytest.mark.parametrize("dpi", [150, 300])
def test_a_scan_is_recognised_with_its_confidence_and_place(dpi: int) -> None:
    document = read_isolated(scanned(printed(FRENCH, AUDIT), dpi=dpi), languages=("fr",))
    assert " ".join(FRENCH) in _flat(document)
    assert " ".join(AUDIT) in _flat(document)
    assert document.unread == ()
    assert [(notice.kind, notice.count) for notice in document.notices] == [(NoticeKind.RECOGNISED, 2)]
    start = document.text.index("permet la réalisation")
    place = locate_span(document, start, start + 20)
    assert place.page == 2
    assert place.ocr_confidence is not None
    assert 0.6 < place.ocr_confidence <= 1.0
    assert abs(place.boxes[0].y1 - (SIZE[1] - 760)) < 6
    report = check_document(document, language="fr")
    evidence = report.finding("audits").evidence
    assert report.finding("audits").verdict is Verdict.PRESENT
    assert all(quote.ocr_confidence is not None for quote in evidence)


@needs_tesseract
def test_only_the_page_without_text_is_recognised() -> None:
    document = read_bytes(scanned(printed(FRENCH, AUDIT), kept=(0,)), scans=Recognition(languages=("fr",)))
    assert " ".join([*FRENCH, *AUDIT]) in _flat(document)
    recognised = {anchor.page for anchor in document.anchors if anchor.ocr_confidence is not None}
    assert recognised == {2}


def test_without_recognition_nothing_is_called_missing_on_account_of_the_page() -> None:
    document = read_bytes(scanned(printed(FRENCH, AUDIT), kept=(0,)), scans=NOT_WANTED)
    assert [(part.reason, part.page) for part in document.unread] == [(UnreadReason.NO_TEXT_LAYER, 2)]
    report = check_document(document, language="fr")
    verdicts = {finding.verdict for finding in report.findings}
    assert Verdict.MISSING not in verdicts
    assert report.finding("audits").verdict is Verdict.NOT_EXAMINED
    assert report.finding("breach-notification").verdict is Verdict.PRESENT


def test_an_empty_sheet_is_no_unread_page() -> None:
    document = read_bytes(scanned(printed(FRENCH, []), kept=(0,)), scans=NOT_WANTED)
    assert document.unread == ()


@needs_tesseract
def test_pages_beyond_the_limit_stay_unread() -> None:
    two_pages = scanned(printed(FRENCH, AUDIT))
    document = read_bytes(two_pages, limits=replace(Limits(), max_recognised_pages=1))
    assert [(part.reason, part.page) for part in document.unread] == [(UnreadReason.NO_TEXT_LAYER, 2)]
    assert " ".join(FRENCH) in _flat(document)


@needs_tesseract
def test_the_time_limit_counts_a_page_at_a_time() -> None:
    """Four pages take longer than the limit; each page takes less."""
    document = read_isolated(
        scanned(printed(FRENCH, AUDIT, FRENCH, AUDIT, FRENCH, AUDIT)),
        limits=replace(Limits(), max_seconds=20.0),
        languages=("fr",),
    )
    assert document.unread == ()


@needs_tesseract
def test_noise_is_not_taken_for_text() -> None:
    """A picture of stripes holds no words that could be quoted."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=SIZE)
    for number in range(60):
        canvas.line(40 + 8 * number, 100, 60 + 8 * number, 700)
    canvas.showPage()
    canvas.save()
    document = read_bytes(scanned(target.getvalue()))
    assert [part.reason for part in document.unread] == [UnreadReason.NO_TEXT_LAYER]
    assert document.text == ""


def test_a_language_without_a_model_finds_no_recogniser_that_would_read_nonsense() -> None:
    found = find_recogniser(("el",))
    assert found is None or "ell" in found.name
