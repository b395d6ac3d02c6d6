"""Generated PDF files with known text, by WeasyPrint and reportlab, and scans of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from benchmarks.ingestion.case import Case
from benchmarks.ingestion.sentences import make_paragraphs, make_sentences

_PAGE: Final = "@page { size: A4; margin: 22mm 20mm } body { font-family: 'DejaVu Serif', serif; font-size: 10.5pt }"
_RUNNING: Final = (
    "@page { @top-center { content: 'Contrat de maintenance n° 2026-17' }"
    " @bottom-right { content: 'Page ' counter(page) ' / ' counter(pages) } }"
)
_DPI: Final = (150, 200, 300)


def make_pdf_cases(folder: Path) -> list[Case]:
    """Return the cases whose files are PDF, written to ``folder``."""
    return [
        *_web_cases(folder),
        *_reportlab_cases(folder),
        *_scan_cases(folder),
    ]


def _web_cases(folder: Path) -> list[Case]:
    plain = make_paragraphs("en", 24)
    columns = make_paragraphs("de", 30)
    running = make_paragraphs("fr", 60)
    hyphens = make_paragraphs("de", 20)
    notes = make_paragraphs("en", 8)
    note_lines = make_sentences("en", 4, first=700)
    rows = list(zip(make_sentences("sv", 12), make_sentences("sv", 12, first=300), strict=True))
    marked = [
        f"<p>{escape(' '.join(part))}"
        + (f"<span class=note>{escape(note_lines[place // 2])}</span></p>" if place % 2 else "</p>")
        for place, part in enumerate(notes)
    ]
    return [
        _write_web(folder, "plain", "WeasyPrint", _flow(plain), _flat(plain)),
        _write_web(
            folder, "two columns", "WeasyPrint", f"<div class=columns>{_flow(columns)}</div>", _flat(columns),
            style=".columns { columns: 2; column-gap: 9mm }",
        ),
        _write_web(folder, "running head and foot", "WeasyPrint", _flow(running), _flat(running), style=_RUNNING),
        _write_web(
            folder, "hyphenation", "WeasyPrint", _flow(hyphens), _flat(hyphens), language="de",
            style="p { hyphens: auto; text-align: justify; width: 62mm }",
        ),
        _write_web(
            folder, "table without rules", "WeasyPrint",
            "<table>" + "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td></tr>" for a, b in rows) + "</table>",
            [cell for row in rows for cell in row],
            style="td { width: 75mm; padding: 2mm 5mm 2mm 0; vertical-align: top }",
        ),
        _write_web(
            folder, "footnotes", "WeasyPrint", "".join(marked), _flat(notes),
            style=".note { float: footnote; font-size: 8pt }",
        ),
    ]  # fmt: skip


def _flow(paragraphs: Sequence[Sequence[str]]) -> str:
    return "".join(f"<p>{escape(' '.join(part))}</p>" for part in paragraphs)


def _flat(paragraphs: Sequence[Sequence[str]]) -> list[str]:
    return [sentence for part in paragraphs for sentence in part]


def _write_web(
    folder: Path, what: str, writer: str, body: str, expected: list[str], *, style: str = "", language: str = "en"
) -> Case:
    from weasyprint import HTML

    path = folder / f"{what.replace(' ', '-')}-weasyprint.pdf"
    HTML(string=f"<html lang={language}><style>{_PAGE} {style}</style><body>{body}</body></html>").write_pdf(path)
    return Case(what, writer, path, tuple(expected))


def _reportlab_cases(folder: Path) -> list[Case]:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import (
        BaseDocTemplate,
        Frame,
        PageTemplate,
        Paragraph,
        SimpleDocTemplate,
        Table,
        TableStyle,
    )

    style = getSampleStyleSheet()["BodyText"]
    columns = make_paragraphs("fr", 40)
    two = folder / "two-columns-reportlab.pdf"
    width, height = A4
    frames = [Frame(56 + place * 250, 56, 232, height - 112, id=str(place)) for place in (0, 1)]
    document = BaseDocTemplate(str(two), pagesize=A4, invariant=True)
    document.addPageTemplates([PageTemplate(frames=frames)])
    document.build([Paragraph(escape(" ".join(part)), style) for part in columns])

    rows = [make_sentences("en", 3, first=20 + 3 * number) for number in range(24)]
    ruled = folder / "ruled-table-reportlab.pdf"
    cells = [[Paragraph(escape(cell), style) for cell in row] for row in rows]
    grid = Table(cells, colWidths=[(width - 112) / 3] * 3, style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
    SimpleDocTemplate(str(ruled), pagesize=A4, invariant=True).build([grid])
    return [
        Case("two columns", "reportlab", two, tuple(_flat(columns))),
        Case("ruled table", "reportlab", ruled, tuple(cell for row in rows for cell in row)),
    ]


def _scan_cases(folder: Path) -> list[Case]:
    paragraphs = {language: make_paragraphs(language, 9) for language in ("fr", "de", "sv")}
    cases = []
    for language, parts in paragraphs.items():
        for dpi in _DPI:
            source = _write_web(folder, f"scan source {language}", "WeasyPrint", _flow(parts), [], language=language)
            path = folder / f"scan-{language}-{dpi}.pdf"
            path.write_bytes(_scan(source.path, dpi))
            cases.append(Case(f"scan, {language}, {dpi} dpi", "reportlab", path, tuple(_flat(parts)), scan=True))
    return cases


def _scan(source: Path, dpi: int) -> bytes:
    """Return the pages of a PDF as pictures at ``dpi`` (JPEG, as scanners make them), in a PDF without text."""
    import pypdfium2
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    document = pypdfium2.PdfDocument(source)
    canvas = Canvas(target, invariant=True)
    for page in document:
        width, height = page.get_size()
        picture = io.BytesIO()
        page.render(scale=dpi / 72, grayscale=True).to_pil().save(picture, "JPEG", quality=80)
        picture.seek(0)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(picture), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    document.close()
    return target.getvalue()
