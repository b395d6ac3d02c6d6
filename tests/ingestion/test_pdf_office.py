"""PDF as LibreOffice writes it: columns, struck and white words, notes, form fields, bookmarks."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from dpa_checker.ingestion import read_bytes
from dpa_checker.model import BlockKind, Document, UnreadReason
from tests.ingestion.pdf_files import SENTENCES
from tests.ingestion.test_pdf_layout import in_order

pytestmark = pytest.mark.needs_libreoffice

FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="Sans" svg:font-family="'Liberation Sans'"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"/></office:font-face-decls>
<office:styles><style:default-style style:family="paragraph"><style:text-properties style:font-name="Sans"
 fo:font-size="10pt"/></style:default-style></office:styles>
<office:automatic-styles>
 <style:style style:name="Sect" style:family="section"><style:section-properties>
  <style:columns fo:column-count="2" fo:column-gap="0.8cm"/></style:section-properties></style:style>
 <style:style style:name="Small" style:family="paragraph"><style:text-properties fo:font-size="7pt"/></style:style>
 <style:style style:name="Struck" style:family="text"><style:text-properties style:text-line-through-style="solid"
  style:text-line-through-type="single"/></style:style>
 <style:style style:name="White" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>
</office:automatic-styles>
<office:body><office:text>{body}</office:text></office:body></office:document>
"""


def print_pdf(body: str, folder: Path) -> Document:
    """Return the document of a PDF that LibreOffice made of the text content ``body``."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    source = folder / "text.fodt"
    source.write_text(FLAT.format(body=body), encoding="utf-8")
    profile = (folder / "profile").as_uri()
    command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=120)
    return read_bytes((folder / "text.pdf").read_bytes())


def test_columns_struck_and_white_words_and_notes(tmp_path: Path) -> None:
    repeated = " ".join(SENTENCES[2:])
    body = f"""
    <text:h text:outline-level="1">Duties of the processor</text:h>
    <text:p>{SENTENCES[0]} <text:span text:style-name="Struck">It may sell the data.</text:span> It keeps
     records<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>
     <text:p text:style-name="Small">Of each kind of processing.</text:p></text:note-body></text:note> of this.
     <text:span text:style-name="White">The Processor owes nothing.</text:span></text:p>
    <text:h text:outline-level="1">Further duties</text:h>
    <text:section text:style-name="Sect" text:name="S"><text:p>{repeated}</text:p><text:p>{SENTENCES[1]}</text:p>
    </text:section>"""
    document = print_pdf(body, tmp_path)
    assert in_order(document, SENTENCES[0], *SENTENCES[2:], SENTENCES[1])
    assert "sell" not in document.text
    assert "owes nothing" not in document.text
    assert {(item.reason, item.excerpt) for item in document.unread} == {
        (UnreadReason.STRUCK_THROUGH, "It may sell the data."),
        (UnreadReason.HIDDEN, "The Processor owes nothing."),
    }
    headings = [block for block in document.blocks if block.kind is BlockKind.HEADING]
    assert [document.text[block.start : block.end] for block in headings] == [
        "Duties of the processor",
        "Further duties",
    ]
    assert any(block.kind is BlockKind.NOTE for block in document.blocks)
