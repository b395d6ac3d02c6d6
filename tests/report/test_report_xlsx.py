"""The report on one document as a workbook."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from dpa_checker import check_text
from dpa_checker.report.report_xlsx import write_report_xlsx

TEXT = """DATA PROCESSING AGREEMENT between Alder (the Controller) and Birch (the Processor).

=1+1 The Processor shall process personal data only on documented instructions from the Controller.

The Processor shall notify the Controller without undue delay of a personal data breach.
"""


def _sheets(text: str, language: str) -> list[Any]:
    target = io.BytesIO()
    write_report_xlsx(check_text(text), target, language=language)
    return list(openpyxl.load_workbook(target))


@pytest.mark.parametrize("language", ["de", "en", "fr", "sv"])
def test_each_mention_has_its_row_and_no_cell_is_a_formula(language: str) -> None:
    summary, findings, evidence = _sheets(TEXT, language)
    assert findings.max_row == 28
    assert all(row[3].value for row in findings.iter_rows())
    assert any("instructions" in str(row[1].value) for row in evidence.iter_rows())
    for sheet in (summary, findings, evidence):
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_rows_are_as_high_as_their_words_need() -> None:
    """Heights are kept although nothing waits in files."""
    evidence = _sheets(TEXT.replace("only on", "only, " + "and at all times, " * 20 + "on"), "en")[2]
    assert max(dimension.height or 0 for dimension in evidence.row_dimensions.values()) > 15


def test_a_text_that_was_not_examined_has_a_workbook_as_well() -> None:
    summary, findings, evidence = _sheets("", "en")
    assert findings.max_row == 28
    assert evidence.max_row == 1
    assert "Not examined" in str(list(findings.values)) + str(list(summary.values))


def test_the_same_report_gives_the_same_bytes() -> None:
    written = []
    for _ in range(2):
        target = io.BytesIO()
        write_report_xlsx(check_text(TEXT), target, language="en")
        written.append(target.getvalue())
    assert written[0] == written[1]
