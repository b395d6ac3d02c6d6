"""Options in files: revisions, struck text, Word and what LibreOffice makes of it; nothing lost, in good time."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from time import process_time

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpa_checker.ingestion import read_bytes, read_file, read_text
from dpa_checker.model import Document, UnreadReason
from tests.ingestion.docx_files import inserted, para, text, word_file
from tests.ingestion.offers import EN, is_undecided, said, told
from tests.ingestion.test_office import convert


def test_each_reading_of_tracked_changes_is_settled_by_itself() -> None:
    options = para(text("Option 1: With consent.")) + para(text("Option 2: With notice."))
    document = read_bytes(word_file(options + para(inserted("Option 2 applies."))))
    assert told(document, UnreadReason.UNSELECTED_OPTION) == ["Option 1: With consent."]
    assert document.rejected is not None
    assert is_undecided(document.rejected)


def test_an_option_that_is_struck_through_leaves_the_other() -> None:
    struck = '<w:r><w:rPr><w:strike/></w:rPr><w:t xml:space="preserve">Option 1: With consent.</w:t></w:r>'
    document = read_bytes(word_file(para(struck) + para(text("Option 2: With notice."))))
    assert said(document) == "Option 2: With notice."
    assert [part.reason for part in document.unread] == [UnreadReason.STRUCK_THROUGH]


def write_contract(path: Path) -> None:
    """Write the English form with an annex in a table, by python-docx."""
    document = docx.Document()
    for line in EN.partition("Annex I")[0].split("\n\n"):
        if line == "Clause 9":
            document.add_heading(line, 1)
        elif line.strip():
            document.add_paragraph(line)
    document.add_heading("Annex I", 1)
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(
        table._cells,
        ("Clause 7 (Docking)", "Not used", "Clause 9 (Use of sub-processors)", "Option 2: general authorisation"),
        strict=True,
    ):
        cell.text = words
    document.save(str(path))


def check_contract(document: Document) -> None:
    """Check that the row of the annex settles Clause 9."""
    assert "specific consent" not in said(document)
    assert "general authorisation of the controller" in " ".join(said(document).split())
    assert "written contract" in said(document)
    assert len(told(document, UnreadReason.UNSELECTED_OPTION)) == 1
    assert not told(document, UnreadReason.UNDECIDED_OPTION)


def test_word_files(tmp_path: Path) -> None:
    write_contract(tmp_path / "contract.docx")
    check_contract(read_file(tmp_path / "contract.docx"))


@pytest.mark.needs_libreoffice
@pytest.mark.parametrize("target", ["odt", "rtf", "html", "pdf"])
def test_files_that_libreoffice_made(target: str, tmp_path: Path) -> None:
    write_contract(tmp_path / "contract.docx")
    check_contract(read_file(convert(tmp_path / "contract.docx", target)))


PIECES = st.sampled_from(
    [
        "Option 1: With consent.", "Option 2: With notice.", "OPTION 3 GENERAL", "(a) Option 1",
        "(b) Option 2 – Notice",
        "[Option 1: one] or [Option 2: two]", "[Option 1: one] [Option 2: two], and so on.", "Option 2 applies.",
        "Clause 9", "Clause 9: Option 1", "☐ Option 1: a", "☒ Option 2: b", "Option 1 | x", "Option 2 | y | Option 3",
        "Option 1 does not apply.", "[choose one]", "The parties choose Option 1.", "1. Words", "(c) Words", "Words:",
        "Some words here.", "Option 1: one\nOption 2: two\nmore", "Variante A: un", "Variante B: deux",
    ]
)  # fmt: skip


@given(st.lists(PIECES, min_size=2, max_size=14), st.sampled_from(["\n\n", "\n", " "]))
@settings(max_examples=300, deadline=None)
def test_every_word_is_in_a_block_or_reported(pieces: list[str], between: str) -> None:
    content = between.join(pieces)
    document = read_text(content)
    assert document.text == content
    spans = [(block.start, block.end) for block in document.blocks]
    assert all(start < end for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    spans += [(part.start or 0, part.end or 0) for part in document.unread]
    held = {place for start, end in spans for place in range(start, end)}
    for place, character in enumerate(content):
        assert place in held or not character.isalnum() or "[" in content[max(0, place - 3) : place]


def test_many_options_take_no_long_time() -> None:
    forms = (
        "Option 1: a\n\nOption 2: b\n\n",
        "[OPTION 1: [OPTION 2: ",
        "Clause 9, Option 2 (",
        "Option 2 of ",
        "[choose one]\n\n",
    )
    for form in (*forms, "Option 1: a\n\nOption 2: b\n\nOption 2 applies.\n\n", "☐ Option 1\n\n☐ Option 2\n\n"):
        begun = process_time()
        read_text(form * 2_000)
        assert process_time() - begun < 5
    begun = process_time()
    read_text("Option 1: a\n\nOption 2: b\n\n" + "The parties choose for Clause 9, Option 2 (" * 2_000)
    assert process_time() - begun < 5
