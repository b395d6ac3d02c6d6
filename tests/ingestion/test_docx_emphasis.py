"""DOCX: which words are set in bold, italic or underlined letters."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import docx
import pytest

from dpa_checker.ingestion import read_bytes, read_file
from dpa_checker.model import Document
from tests.ingestion.docx_files import inserted, para, table, text, word_file
from tests.ingestion.test_office import convert

CONTROL = (
    '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr>'
    f"<w:sdtContent>{text('☒')}</w:sdtContent></w:sdt>"
)


def run(content: str, properties: str) -> str:
    return text(content).replace("<w:t ", f"<w:rPr>{properties}</w:rPr><w:t ", 1)


def set_apart(document: Document) -> list[tuple[str, str]]:
    """Return the words that are set apart, each with the first letters of how."""
    marked = [
        ("b" * one.face.bold + "i" * one.face.italic + "u" * one.face.underlined, document.text[one.start : one.end])
        for one in document.emphases
    ]
    return [(words, how) for how, words in marked]


def test_runs_are_set_apart_and_those_that_go_on_are_one() -> None:
    document = read_bytes(
        word_file(
            para(
                text("The ")
                + run("Pro", "<w:b/>")
                + run("cessor", "<w:b/>")
                + run(" shall", '<w:b/><w:i/><w:u w:val="single"/>')
                + text(" act ")
                + run("only", '<w:i w:val="0"/><w:u w:val="none"/>')
                + run(" so", "<w:i/>")
                + text(".")
            )
            + table(("Data", para(run("Names", "<w:b/>"))))
        )
    )
    assert document.text.startswith("The Processor shall act only so.")
    assert set_apart(document) == [("Processor", "b"), (" shall", "biu"), (" so", "i"), ("Names", "b")]


def test_words_that_are_not_shown_set_nothing_apart() -> None:
    document = read_bytes(word_file(para(run("Gone.", "<w:b/><w:vanish/>") + text("Kept.") + CONTROL)))
    assert document.text == "Kept.☒"
    assert document.emphases == ()


def test_each_reading_of_tracked_changes_has_its_own() -> None:
    changed = '<w:b/><w:rPrChange w:id="9" w:author="Ada"><w:rPr><w:i/></w:rPr></w:rPrChange>'
    document = read_bytes(word_file(para(run("Firm", changed) + inserted(" and new") + run(" words", "<w:i/>"))))
    assert document.rejected is not None
    assert set_apart(document) == [("Firm", "b"), (" words", "i")]
    assert set_apart(document.rejected) == [("Firm words", "i")]


def styled(path: Path) -> Path:
    """Write a file by python-docx in which styles, not runs, say how letters are set."""
    document = docx.Document()
    document.styles["Strong"].font.italic = True
    document.add_paragraph("A quotation.", style="Quote")
    paragraph = document.add_paragraph("The term ")
    paragraph.add_run("Personal Data", style="Strong")
    paragraph.add_run(" is defined.").underline = True
    document.add_paragraph("Heavy ", style="Intense Quote").add_run("light", style="Strong")
    document.save(str(path))
    return path


STYLED = [
    ("A quotation.", "i"),
    ("Personal Data", "bi"),
    (" is defined.", "u"),
    ("Heavy ", "bi"),
]


def test_styles_set_words_apart_and_two_that_do_the_same_cancel_each_other(tmp_path: Path) -> None:
    assert set_apart(read_file(styled(tmp_path / "styled.docx"))) == STYLED


@pytest.mark.needs_libreoffice
def test_a_file_of_libreoffice_says_the_same(tmp_path: Path) -> None:
    source = styled(tmp_path / "styled.docx")
    (tmp_path / "again").mkdir()
    odt = convert(source, "odt")
    moved = odt.rename(tmp_path / "again" / "styled.odt")
    assert dict(STYLED[:3]).items() <= dict(set_apart(read_file(convert(moved, "docx")))).items()


@pytest.mark.parametrize("subject", ["", "About our contract"])
def test_in_a_message_they_stand_where_the_attachment_stands(subject: str) -> None:
    message = EmailMessage()
    message["Subject"] = subject
    message.set_content("The agreement is attached.")
    attached = word_file(para(text("The ") + run("Processor", "<w:b/>") + text(" acts.")))
    message.add_attachment(attached, maintype="application", subtype="octet-stream", filename="agreement.docx")
    assert set_apart(read_bytes(message.as_bytes(), name="message.eml")) == [("Processor", "b")]
