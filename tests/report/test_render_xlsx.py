"""The workbook, opened again by another library."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from dpa_checker.report import render_xlsx
from dpa_checker.report.catalogue import REPORT_LANGUAGES, load_catalogue
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.index_xlsx import write_index_xlsx
from dpa_checker.report.render_xlsx import Cell, Column, Look, Value, write_spreadsheet
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import Status

from .build_reports import ALL
from .collection import HOSTILE_NAME, Scan, count


def _write(tmp_path: Path, rows: list[list[Value]], *, header: bool = True, title: str = "Sheet") -> bytes:
    target = io.BytesIO()
    with write_spreadsheet(target, title="Test", scratch=tmp_path) as book:
        sheet = book.sheet(title, [Column("A", 20), Column("B", 20)], header=header)
        for row in rows:
            sheet.append(row)
    return target.getvalue()


def _open(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def _index(tmp_path: Path, *, language: str = "en", scan: Scan | None = None) -> bytes:
    target, scan = io.BytesIO(), scan or Scan()
    write_index_xlsx(scan, count(scan), target, language=language, scratch=tmp_path)
    return target.getvalue()


def _texts(sheet: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "http://example.org", "{=A1}", "1", "'x"])
def test_a_text_is_a_text_whatever_it_looks_like(tmp_path: Path, text: str) -> None:
    cell = _open(_write(tmp_path, [[text]])).worksheets[0]["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text.strip(), "s", None)


def test_what_a_sheet_cannot_hold_is_left_out(tmp_path: Path) -> None:
    sheet = _open(_write(tmp_path, [["a\x00\x1b\ud800\ufffe\uffffb"], ["x" * 40_000]])).worksheets[0]
    assert sheet["A2"].value == "ab"
    assert len(sheet["A3"].value) == render_xlsx.MOST_CHARACTERS
    assert sheet["A3"].value.endswith("x…")


def test_numbers_shares_and_colours(tmp_path: Path) -> None:
    rows: list[list[Value]] = [[1234, Cell(0.25, Look.SHARE)], [Cell("✔ Present", Status.PRESENT), None]]
    sheet = _open(_write(tmp_path, rows)).worksheets[0]
    assert (sheet["A2"].value, sheet["A2"].number_format) == (1234, "#,##0")
    assert (sheet["B2"].value, sheet["B2"].number_format) == (0.25, "0 %")
    assert sheet["A3"].fill.fgColor.rgb == "FFE4F3EA"


def test_a_sheet_that_is_full_goes_on_in_a_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render_xlsx, "MOST_ROWS", 4)
    book = _open(
        _write(tmp_path, [[number] for number in range(7)], title="A/very:long*title? of [thirty-one] letters")
    )
    assert len(book.sheetnames) == 3
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert [[row[0] for row in _texts(sheet)[1:]] for sheet in book.worksheets] == [[0, 1, 2], [3, 4, 5], [6]]
    assert [sheet.auto_filter.ref for sheet in book.worksheets] == ["A1:B4", "A1:B4", "A1:B2"]


def test_a_long_text_makes_its_row_higher(tmp_path: Path) -> None:
    sheet = _open(_write(tmp_path, [["short"], [Cell("word " * 40, Look.WRAPPED)]])).worksheets[0]
    assert sheet.row_dimensions[2].height is None
    assert sheet.row_dimensions[3].height >= 150


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_the_sheets_of_a_scan(tmp_path: Path, language: str) -> None:
    text = load_catalogue(language).text
    book = _open(_index(tmp_path, language=language))
    assert book.sheetnames == [
        text("label.summary"), text("scan.contracts"), text("scan.evidence"), text("scan.not_examined"),
    ]  # fmt: skip
    _, contracts, evidence, failures = book.worksheets
    assert (contracts.freeze_panes, evidence.freeze_panes, failures.freeze_panes) == ("B3", "B2", "B2")
    assert contracts.auto_filter.ref == f"A2:AH{2 + len(ALL)}"
    header = [str(cell.value).split("\n")[0] for cell in contracts[2]]
    assert header[-27:] == [text(f"mention.{mention}") for mention in MENTIONS]
    assert not list(tmp_path.iterdir())


def test_the_verdicts_have_colour_and_word(tmp_path: Path) -> None:
    contracts = _open(_index(tmp_path)).worksheets[1]
    rows = {row[0].value: row for row in contracts.iter_rows(min_row=3)}
    for name, report in ALL.items():
        cells = rows[f"00000/{name} é.pdf"][-27:]
        quiet = name in ("unrelated", "unsupported", "scanned")
        for cell, finding in zip(cells, report.findings, strict=True):
            word = "conflict" if finding.conflict else finding.verdict
            assert str(cell.value)[2:] == load_catalogue("en").text(f"verdict.{word}")
            assert (cell.fill.fill_type is None) == quiet
    assert rows["00000/contradictions é.pdf"][1].value == "✘ Not all said"
    assert rows["00000/unrelated é.pdf"][1].value == "– No processing for another"


def test_the_evidence_is_quoted_with_its_place(tmp_path: Path) -> None:
    evidence = _texts(_open(_index(tmp_path)).worksheets[2])[1:]
    quotes = {(row[0], row[4]): row for row in evidence}
    for name in ("complete", "weak", "contradictions"):
        for finding in ALL[name].findings:
            for item in finding.evidence:
                row = quotes[f"00000/{name} é.pdf", flowed(item.quote)]
                assert (row[5], row[7]) == (item.page, "yes" if item.against else None)
    missing = [row for row in evidence if row[0] == "00000/weak é.pdf" and row[4] is None and row[3] == "✘ Missing"]
    assert missing
    assert all(row[8] for row in missing)


def test_files_not_examined_stand_with_the_reason_and_no_formula(tmp_path: Path) -> None:
    failures = _open(_index(tmp_path)).worksheets[3]
    rows = _texts(failures)[1:]
    assert rows[0] == ["locked.pdf", "The file is locked with a password.", "A password is needed."]
    assert rows[1][0] == HOSTILE_NAME
    assert failures["A3"].data_type == "s"
    assert [row[0] for row in rows[2:]] == ["00000/unsupported é.pdf", "00000/scanned é.pdf"]


def test_no_cell_of_the_file_is_a_formula_or_a_link(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(_index(tmp_path))) as package:
        sheets = [package.read(name).decode() for name in package.namelist() if "worksheets/" in name]
    assert len(sheets) == 4
    assert not [
        sheet for sheet in sheets if "<f>" in sheet or "<f " in sheet or "hyperlink" in sheet.replace(HOSTILE_NAME, "")
    ]


def test_the_same_scan_gives_the_same_bytes(tmp_path: Path) -> None:
    assert _index(tmp_path) == _index(tmp_path)


def test_memory_does_not_grow_with_the_contracts(tmp_path: Path) -> None:
    """Three times the contracts, next to no more memory: rows are out of hand once written."""
    peaks = []
    for repeat in (1, 20, 60):
        scan = Scan(repeat=repeat)
        with (tmp_path / "out.xlsx").open("wb") as target:
            counts = count(scan)
            tracemalloc.start()
            write_index_xlsx(scan, counts, target, language="en", scratch=tmp_path)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[2] < 1.2 * peaks[1]
