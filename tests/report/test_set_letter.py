"""The report on a set as PDF, DOCX and XLSX, taken apart again."""

from __future__ import annotations

import datetime
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pikepdf
import pypdfium2 as pdfium
import pytest

from dpa_checker import check_set
from dpa_checker.model import Party, Processing, Verdict
from dpa_checker.report.catalogue import REPORT_LANGUAGES, load_catalogue
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.letter import Letter, LetterOptions
from dpa_checker.report.letter.set_arrangement import build_set_letter, render_set_docx, render_set_pdf
from dpa_checker.report.letter.value import MOST_COLUMNS
from dpa_checker.report.set_model import Part, SetDocument, SetReport
from dpa_checker.report.set_xlsx import write_set_xlsx
from tests.sets.relation import write_relation

OPTIONS = LetterOptions(counterparty="Codexa Ltd", reference="2026/114", date=datetime.date(2026, 3, 1))
HOSTILE = '=HYPERLINK("x")<b>#eval("1") *b* \x00\u202e.pdf'
PARTIES = (Party("Codexa Ltd", "processor"), Party("Labovita SA", "controller"))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> SetReport:
    """Return the report on a relation in which audits are granted and denied, and one document lacks."""
    paths = write_relation(tmp_path_factory.mktemp("relation"), leave_out=("annex-2.txt",))
    broken = paths[0].with_name("schedule.pdf")
    broken.write_bytes(b"%PDF-1.7 " + bytes(200))
    return check_set([*paths, broken], name="Labovita, laboratory software")


def _words(text: str) -> str:
    return re.sub(r"[\s\u00ad\ufffe-]+", "", text)


def _pdf(data: bytes) -> str:
    with pdfium.PdfDocument(data) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def _docx(data: bytes) -> str:
    document: Any = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _expected(letter: Letter) -> list[str]:
    found = [letter.title, letter.subtitle, letter.headline, *letter.closing, *(fact.value for fact in letter.facts)]
    found += [part for one in letter.documents for part in (one.name, one.about, one.said)]
    found += [item.sentence for note in letter.notes for item in note.items]
    for group in letter.groups:
        for row in group.rows:
            found += [row.title, row.word, *(line.value for line in row.lines)]
            found += [part for quote in row.quotes for part in (quote.text, quote.place)]
    if letter.proposals:
        found += [clause.text for clause in letter.proposals.clauses]
    return [one for one in found if one]


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_all_that_is_arranged_is_in_both_files(report: SetReport, language: str) -> None:
    options = replace(OPTIONS, language=language)
    letter = build_set_letter(report, options, PARTIES)
    pages = _words(_pdf(render_set_pdf(report, options, PARTIES)))
    # What goes on over a page has head and foot in between: its beginning is looked for.
    assert [one for one in _expected(letter) if _words(one)[:60] not in pages] == []
    text = _docx(render_set_docx(report, options, PARTIES))
    assert [one for one in _expected(letter) if one not in text] == []


def test_it_tells_who_says_what_and_who_contradicts_whom(report: SetReport) -> None:
    letter = build_set_letter(report, OPTIONS)
    rows = {row.mention: row for group in letter.groups for row in group.rows}
    assert list(rows) == list(MENTIONS)
    audits = rows["audits"]
    assert audits.word == "In conflict"
    told = {line.label: line.value for line in audits.lines}
    assert (told["Said by"], told["Denied by"]) == ("data-processing-agreement.txt", "terms-of-sale.txt")
    assert {quote.label for quote in audits.quotes} == {"Granted", "Denied"}
    assert all(".txt" in quote.place for quote in audits.quotes)
    notes = {note.title: [item.sentence for item in note.items] for note in letter.notes}
    assert notes["To be supplied"] == ["Annex 2"]
    assert any("schedule.pdf" in one for one in notes["Not examined"])
    assert [document.counts for document in letter.documents] == [True, True, True, False]
    assert len(rows["audits"].cells) == len(letter.matrix) == 3


def test_clauses_are_proposed_for_what_no_document_says(tmp_path: Path) -> None:
    report = check_set(write_relation(tmp_path, leave_out=("annex-2.txt",)), name="Labovita")
    proposals = build_set_letter(report, OPTIONS, PARTIES).proposals
    assert proposals is not None
    proposed = {clause.mention for clause in proposals.clauses}
    assert {"dpia", "audits", "data-types"} <= proposed
    assert "breach-notification" not in proposed, "the maintenance contract says it"
    assert "Codexa Ltd" in " ".join(clause.text for clause in proposals.clauses)
    assert build_set_letter(report, replace(OPTIONS, proposals=False)).proposals is None


def test_many_documents_are_listed_and_make_no_table_that_is_wider_than_the_page(report: SetReport) -> None:
    many = replace(report, documents=tuple(_named(report, f"{number}.txt") for number in range(MOST_COLUMNS + 1)))
    letter = build_set_letter(many, OPTIONS)
    assert len(letter.documents) == MOST_COLUMNS + 1
    assert letter.matrix == ()
    assert load_catalogue("en").text("set.label.matrix") not in _pdf(render_set_pdf(many, OPTIONS))
    full = replace(many, documents=many.documents[:MOST_COLUMNS])
    data = render_set_pdf(full, OPTIONS)
    assert load_catalogue("en").text("set.label.matrix") in _pdf(data)
    with pdfium.PdfDocument(data) as document:
        for page in document:
            text = page.get_textpage()
            assert max(text.get_charbox(number)[2] for number in range(text.count_chars())) < page.get_width() - 50


def _named(report: SetReport, name: str) -> SetDocument:
    return replace(report.documents[0], name=name)


def test_a_name_is_a_name_whatever_it_looks_like(report: SetReport) -> None:
    odd = replace(report, name=HOSTILE, documents=tuple(_named(report, HOSTILE) for _ in report.documents))
    shown = '=HYPERLINK("x")<b>#eval("1") *b* .pdf'
    assert _words(_pdf(render_set_pdf(odd, OPTIONS))).count(_words(shown)) > 4
    assert _docx(render_set_docx(odd, OPTIONS)).count(shown) > 4
    for sheet in _sheets(odd):
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_a_set_of_which_nothing_was_read_has_a_summary_only(report: SetReport) -> None:
    blank = tuple(
        replace(item, finding=replace(item.finding, verdict=Verdict.NOT_EXAMINED, conflict=False, evidence=()))
        for item in report.findings
    )
    unread = SetDocument("schedule.pdf", Part.NOT_READ, error_code="damaged-document", error="It is damaged.")
    letter = build_set_letter(replace(report, documents=(unread,), findings=blank), OPTIONS)
    assert letter.unlisted
    assert (letter.groups, letter.counts, letter.proposals) == ((), (), None)
    missing = tuple(
        replace(item, finding=replace(item.finding, verdict=Verdict.MISSING, conflict=False, evidence=()))
        for item in report.findings
    )
    assessment = replace(report.assessment, processing=Processing.NO)
    assert build_set_letter(replace(report, findings=missing, assessment=assessment), OPTIONS).unlisted


def test_the_pdf_is_tagged_and_tells_nothing_of_its_making(report: SetReport) -> None:
    with pikepdf.open(io.BytesIO(render_set_pdf(report, OPTIONS))) as document:
        assert b"<pdfuaid:part>1</pdfuaid:part>" in document.Root.Metadata.read_bytes()
        assert {str(key) for key in document.docinfo} == {"/Title", "/Producer"}


def test_the_same_report_gives_the_same_bytes(report: SetReport) -> None:
    for render in (render_set_pdf, render_set_docx):
        assert render(report, OPTIONS, PARTIES) == render(report, OPTIONS, PARTIES)
    assert _workbook(report, "sv") == _workbook(report, "sv")


def _workbook(report: SetReport, language: str) -> bytes:
    target = io.BytesIO()
    write_set_xlsx(report, target, language=language)
    return target.getvalue()


def _sheets(report: SetReport, language: str = "en") -> list[Any]:
    return list(openpyxl.load_workbook(io.BytesIO(_workbook(report, language))))


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_the_workbook_has_what_the_report_has(report: SetReport, language: str) -> None:
    text = load_catalogue(language).text
    summary, matrix, findings, evidence = _sheets(report, language)
    rows = {str(row[0].value): [str(cell.value) for cell in row] for row in matrix.iter_rows(min_row=2)}
    assert len(rows) == 27
    heads = [str(cell.value) for cell in next(matrix.iter_rows(max_row=1))]
    assert [head.partition(" ")[2] for head in heads[3:]] == [one.name for one in report.documents[:3]]
    audits = rows[text("mention.audits")]
    assert text("verdict.conflict") in audits[2]
    column = next(number for number, head in enumerate(heads) if "terms-of-sale" in head)
    assert text("verdict.contradicted") in audits[column]
    told = {str(row[0].value): row for row in findings.iter_rows(min_row=2, values_only=False)}
    assert told[text("mention.audits")][4].value == "data-processing-agreement.txt"
    assert told[text("mention.audits")][5].value == "terms-of-sale.txt"
    quotes = list(evidence.iter_rows(min_row=2, values_only=True))
    assert len(quotes) == sum(len(item.finding.evidence) for item in report.findings)
    assert {row[1] for row in quotes} == {one.name for one in report.documents[:3]}
    first = str(list(summary.values))
    assert "Annex 2" in first
    assert "schedule.pdf" in first
    for sheet in (summary, matrix, findings, evidence):
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_the_words_that_settle_a_contradiction_are_in_all_of_them(tmp_path: Path) -> None:
    words = "In case of conflict this Agreement prevails over the General Terms of Sale."
    paths = write_relation(tmp_path, more=f"4. Precedence\n{words}")
    report = check_set(paths, name="Labovita")
    assert _words(words) in _words(_pdf(render_set_pdf(report, OPTIONS)))
    assert words in _docx(render_set_docx(report, OPTIONS))
    evidence = list(_sheets(report)[3].values)
    assert [row[5] for row in evidence if words in str(row[2])] == ["Order of precedence"]
