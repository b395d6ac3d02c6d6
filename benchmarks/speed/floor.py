"""The floor: plain text of a PDF through PDFium, tokenised by spaCy."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dpa_checker.ingestion.pdf.pdfium import pdfium

if TYPE_CHECKING:
    from spacy.language import Language


@cache
def load_tokeniser(language: str) -> Language:
    """Return spaCy's blank pipeline of ``language``: its tokeniser and nothing else."""
    import spacy  # of the bench extra

    return spacy.blank(language)


def read_plain(path: Path) -> str:
    """Return the plain text of the PDF at ``path`` as PDFium gives it, page by page."""
    pages: list[str] = []
    source = pdfium.PdfDocument(path)
    try:
        for page in source:
            text = page.get_textpage()
            pages.append(str(text.get_text_range()))
            text.close()
            page.close()
    finally:
        source.close()
    return "\n".join(pages)


def count_tokens(text: str, language: str) -> int:
    """Return how many tokens spaCy finds in ``text``."""
    return len(load_tokeniser(language).tokenizer(text))


def run_floor(path: Path, language: str) -> int:
    """Return how many tokens the PDF at ``path`` has: all the work of the floor."""
    return count_tokens(read_plain(path), language)
