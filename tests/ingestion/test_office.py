"""One contract as DOCX and as the PDF that LibreOffice makes of it: the same clauses in the same order."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from dpa_checker.ingestion import read_file
from dpa_checker.model import BlockKind, Document
from tests.ingestion.docx_files import numbered, para, table, text, word_file
from tests.ingestion.pdf_files import SENTENCES
from tests.ingestion.test_plain import cells

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.needs_libreoffice


def convert(source: Path, target: str) -> Path:
    """Return ``source`` converted by LibreOffice, in a profile of its own."""
    profile = (source.parent / "profile").as_uri()
    command = [
        str(SOFFICE), f"-env:UserInstallation={profile}", "--headless", "--convert-to", target,
        "--outdir", str(source.parent), str(source),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return source.with_suffix("." + target.split(":")[0])


def words(document: Document) -> list[str]:
    """Return the blocks without the white space and bullets that the two formats show differently."""
    return [" ".join(document.text[block.start : block.end].split()) for block in document.blocks]


def test_word_and_pdf_agree(tmp_path: Path) -> None:
    break_ = para('<w:r><w:br w:type="page"/></w:r>')
    body = (
        "".join(numbered(f"{sentence} {SENTENCES[0]}", min(1, number % 3)) for number, sentence in enumerate(SENTENCES))
        + numbered("a first limb of the list, which is here;", 2)
        + numbered("a second limb of the list, which ends it.", 2)
        + break_
        + table(("Sub-processor", "Country"), ("Acme Hosting GmbH", "Germany"), ("Beta Mail SAS", "France"))
        + para(text("The list above is part of the agreement between the parties."))
    )
    source = tmp_path / "contract.docx"
    source.write_bytes(word_file(body))
    from_word = read_file(source)
    from_pdf = read_file(convert(source, "pdf"))
    plain = [block for block in words(from_word) if " | " not in block]
    assert [block for block in words(from_pdf) if " | " not in block] == plain
    assert [block.label for block in from_pdf.blocks] == [block.label for block in from_word.blocks]
    rows = [
        [cells(document, block) for block in document.blocks if block.kind is BlockKind.TABLE_ROW]
        for document in (from_word, from_pdf)
    ]
    assert rows[0] == rows[1]
