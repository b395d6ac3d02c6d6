"""The letter as DOCX, unpacked: its parts, its styles, its texts, and what is not in it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pypdfium2 as pdfium
import pytest
from docx.oxml.ns import qn
from lxml import etree

from dpa_checker import check_file
from dpa_checker.errors import DpaCheckerError
from dpa_checker.report.catalogue import REPORT_LANGUAGES
from dpa_checker.report.letter import LetterOptions, build_letter, extra, render_docx

from .build_reports import ALL, complete, contradictions, weak
from .letters import HOSTILE, HOSTILE_SHOWN, INTERNAL, OPTIONS, QUOTE, REVIEWS, with_quote

PARTS = {
    "[Content_Types].xml",
    "_rels/.rels",
    "docProps/core.xml",
    "word/document.xml",
    "word/_rels/document.xml.rels",
    "word/styles.xml",
    "word/settings.xml",
    "word/numbering.xml",
    "word/header1.xml",
    "word/footer1.xml",
}


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def _text(data: bytes) -> str:
    body = etree.fromstring(_parts(data)["word/document.xml"])
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter(qn("w:t"))) for paragraph in body.iter(qn("w:p"))
    )


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_all_that_is_arranged_is_in_the_text(name: str, language: str) -> None:
    options = replace(OPTIONS, language=language)
    letter, text = build_letter(ALL[name], options), _text(render_docx(ALL[name], options))
    expected = [letter.title, letter.subtitle, letter.headline, *letter.closing]
    expected += [part for fact in letter.facts for part in (fact.label, fact.value)]
    for group in letter.groups:
        expected += [group.title, group.reference]
        for row in group.rows:
            expected += [row.title, row.reference, row.word, row.symbol, *(line.value for line in row.lines)]
            expected += [quote.text for quote in row.quotes] + [quote.place for quote in row.quotes]
    if letter.proposals:
        expected += [letter.proposals.introduction]
        expected += [part for clause in letter.proposals.clauses for part in (clause.title, clause.about, clause.text)]
    assert [one for one in expected if one not in text] == []


def test_the_package_holds_what_a_letter_needs_and_nothing_else() -> None:
    parts = _parts(render_docx(weak(), OPTIONS))
    assert set(parts) == PARTS
    for name in parts:
        etree.fromstring(parts[name])


def test_the_file_tells_nothing_of_its_making() -> None:
    data = render_docx(complete(), OPTIONS, REVIEWS)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {(entry.comment, entry.extra) for entry in package.infolist()} == {(b"", b"")}
        assert package.comment == b""
    parts = _parts(data)
    core = etree.fromstring(parts["docProps/core.xml"])
    assert {etree.QName(child).localname: child.text for child in core} == {"title": OPTIONS.title, "language": "en-GB"}
    everything = b"".join(parts.values())
    for word in (
        b"rsid",
        b"python-docx",
        b"creator",
        b"lastModifiedBy",
        b"Company",
        b"Application",
        b"attachedTemplate",
    ):
        assert word not in everything, word
    for word in (
        b"dcterms:created",
        b"customXml",
        b"thumbnail",
        b"w:ins ",
        b"w:del ",
        b"comment",
        b"docId",
        b"docVars",
    ):
        assert word not in everything, word


def test_no_part_leads_outside() -> None:
    parts = _parts(render_docx(weak(), OPTIONS))
    relations = b"".join(content for name, content in parts.items() if name.endswith(".rels"))
    assert b'TargetMode="External"' not in relations
    assert b"hyperlink" not in relations + parts["word/document.xml"]


def test_what_is_internal_is_nowhere_in_the_file() -> None:
    everything = "".join(
        content.decode()
        for content in _parts(render_docx(with_quote(complete(), "security", QUOTE), OPTIONS, REVIEWS)).values()
    )
    assert [word for word in INTERNAL if word in everything] == []
    options = replace(OPTIONS, comments=True, assignments=True, machine_verdicts=True, confidence=True)
    shown = _text(render_docx(complete(), options, REVIEWS))
    assert [word for word in INTERNAL if word != QUOTE and word not in shown] == []


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert render_docx(contradictions(), OPTIONS, REVIEWS) == render_docx(contradictions(), OPTIONS, REVIEWS)


def test_headings_tables_and_clauses_have_real_styles() -> None:
    document: Any = docx.Document(io.BytesIO(render_docx(weak(), OPTIONS)))
    by_style: dict[str, list[str]] = {}
    for paragraph in document.paragraphs:
        by_style.setdefault(paragraph.style.name, []).append(paragraph.text)
    assert by_style["Title"] == [OPTIONS.title]
    assert by_style["Heading 1"] == ["Summary", "The 27 mentions", "Proposed clauses"]
    letter = build_letter(weak(), OPTIONS)
    assert letter.proposals is not None
    assert by_style["Clause"] == [clause.text for clause in letter.proposals.clauses]
    assert {clause.title for clause in letter.proposals.clauses} <= set(by_style["Heading 2"])
    assert [table.style.name for table in document.tables] == ["Particulars", "Mentions"]
    used = set(
        re.findall(rb'<w:[prt]\w*Style w:val="(\w+)"', _parts(render_docx(weak(), OPTIONS))["word/document.xml"])
    )
    defined = {style.style_id.encode() for style in document.styles}
    assert used <= defined


def test_the_head_of_the_table_is_repeated_and_short_rows_stay_whole() -> None:
    document: Any = docx.Document(io.BytesIO(render_docx(weak(), OPTIONS)))
    rows = document.tables[1]._tbl.tr_lst
    assert rows[0].trPr.find(qn("w:tblHeader")) is not None
    assert all(row.trPr is not None and row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert len(rows) == 1 + 10 + 27
    assert all(cell.text.strip() for row in document.tables[1].rows for cell in row.cells)


def test_head_and_foot_name_the_document_and_count_the_pages() -> None:
    document: Any = docx.Document(io.BytesIO(render_docx(weak(), replace(OPTIONS, document="Agreement é.docx"))))
    section = document.sections[0]
    assert section.header.paragraphs[0].text == "Agreement é.docx"
    foot = section.footer.paragraphs[0]._p
    assert [field.get(qn("w:instr")).strip() for field in foot.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
    assert "".join(text.text for text in foot.iter(qn("w:t"))) == "2026/114-AV1 / 1"
    assert (section.page_width.mm, section.page_height.mm) == (pytest.approx(210, abs=0.1), pytest.approx(297, abs=0.1))


@pytest.mark.parametrize(("language", "tag"), [("en", "en-GB"), ("fr", "fr-FR"), ("sv", "sv-SE"), ("de", "de-DE")])
def test_the_letter_and_what_it_quotes_say_their_languages(language: str, tag: str) -> None:
    parts = _parts(render_docx(weak(), replace(OPTIONS, language=language)))
    assert f'<w:lang w:val="{tag}"'.encode() in parts["word/styles.xml"]
    assert f'<w:themeFontLang w:val="{tag}"'.encode() in parts["word/settings.xml"]
    body = etree.fromstring(parts["word/document.xml"])
    clauses = [
        paragraph
        for paragraph in body.iter(qn("w:p"))
        if paragraph.find(f".//{qn('w:pStyle')}[@{qn('w:val')}='Clause']") is not None
    ]
    assert clauses
    assert {item.get(qn("w:val")) for clause in clauses for item in clause.iter(qn("w:lang"))} == {"en-GB"}


def test_a_text_is_a_text_whatever_it_looks_like() -> None:
    report = with_quote(complete(), "dpia", HOSTILE)
    data = render_docx(report, LetterOptions(title=HOSTILE, document=HOSTILE, counterparty=HOSTILE, reference=HOSTILE))
    assert _text(data).count(HOSTILE_SHOWN) >= 4
    body = etree.fromstring(_parts(data)["word/document.xml"])
    assert {field.get(qn("w:instr")) for field in body.iter(qn("w:fldSimple"))} == set()


def test_a_reader_of_contracts_reads_the_proposed_clauses(tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(render_docx(weak(), OPTIONS))
    letter, report = build_letter(weak(), OPTIONS), check_file(path)
    assert letter.proposals is not None
    assert all(clause.text in report.text for clause in letter.proposals.clauses)
    assert not report.document.notices
    assert not report.document.comments


@pytest.mark.slow
@pytest.mark.needs_libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_word_processor_opens_it_and_fills_in_the_pages(tmp_path: Path) -> None:
    source = tmp_path / "letter.docx"
    source.write_bytes(render_docx(weak(), OPTIONS))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(source)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    with pdfium.PdfDocument(tmp_path / "letter.pdf") as made:
        texts = [page.get_textpage().get_text_range() for page in made]
    assert len(texts) > 3
    for number, text in enumerate(texts, start=1):
        assert f"{number} / {len(texts)}" in text
    tables = [text for text in texts if "Art.\u00a028(3)(" in text or "Art. 28(3)(" in text]
    assert "What the document says" in tables[0]
    assert "What the document says" in tables[1]


def test_without_the_libraries_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "_LIBRARIES", ("docx", "no_such_library"))
    with pytest.raises(DpaCheckerError, match=r"pip install 'dpa-checker\[letter\]'"):
        render_docx(weak())
