"""The statistics of an archive: counted from columns, shown as a page and a workbook."""

from __future__ import annotations

import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dpa_checker.batch.about import find_counterparty, find_year
from dpa_checker.batch.statistics import count_statistics, read_statistics
from dpa_checker.batch.store import Facts, Store, Versions
from dpa_checker.cli import main
from dpa_checker.report.catalogue import REPORT_LANGUAGES, load_catalogue
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.statistics_html import render_statistics_html
from dpa_checker.report.statistics_model import Dimension
from tests.batch.contracts import AUDIT, BREACH, contract
from tests.report.build_reports import complete

ALL, NONE = "p" * 27, "m" * 27
AUDITS = MENTIONS.index("audits")


def _facts() -> Iterator[tuple[str, Facts]]:
    one_conflict = ALL[:AUDITS] + "P" + ALL[AUDITS + 1 :]
    spared = ALL[:AUDITS] + "n" + ALL[AUDITS + 1 :]
    rows = [
        ("", "yes", ALL, "Labovita SA", "dpa", "en", 2021),
        ("", "yes", one_conflict, "LABOVITA S.A", "dpa", "en", 2021),
        ("", "yes", spared, "Labovita, SA", "services", "fr", None),
        ("", "silent", NONE, "Nordlab", "terms_of_sale", "sv", 2019),
        ("", "no", NONE, "", "nda", "en", 2019),
        ("", "silent", "x" * 27 + "u", "", "other", None, None),
        ("damaged-document", None, "", "", None, None, None),
    ]
    for number, row in enumerate(rows):
        yield f"/archive/{number % 2}/file.pdf", (f"{number:064}", *row)


def test_what_has_no_processing_and_what_was_not_examined_is_left_out() -> None:
    found = count_statistics(_facts())
    assert (found.files, found.left_out, found.not_examined) == (7, 1, 2)
    assert (found.total.silent.contracts, found.total.stated.contracts) == (1, 3)


def test_shares_count_what_is_due_and_said_without_conflict() -> None:
    total = count_statistics(_facts()).total
    assert total.stated.share("dpia") == 1.0
    assert total.stated.share("audits") == 0.5  # one says it, one contradicts itself, to one it does not apply
    assert total.silent.share("audits") == 0.0
    assert total.stated.complete == 2
    assert total.stated.most_missing() == "audits"


def test_slices_add_up_to_the_whole_and_silent_ones_stand_first() -> None:
    found = count_statistics(_facts())
    for slices in found.by.values():
        assert sum(piece.silent.contracts for piece in slices) == found.total.silent.contracts
        assert sum(piece.stated.contracts for piece in slices) == found.total.stated.contracts
        assert [sum(column) for column in zip(*(piece.both.said for piece in slices), strict=True)] == list(
            found.total.both.said
        )
    assert [piece.value for piece in found.by[Dimension.KIND]] == ["terms_of_sale", "dpa", "services"]
    assert [piece.value for piece in found.by[Dimension.YEAR]] == [2021, 2019, None]


def test_a_counterparty_is_one_however_its_name_is_written_or_its_folder() -> None:
    names = {piece.value: piece.both.contracts for piece in count_statistics(_facts()).by[Dimension.COUNTERPARTY]}
    assert names == {"Nordlab": 1, "Labovita SA": 3}
    folders = {
        piece.value: piece.both.contracts
        for piece in count_statistics(_facts(), by_folder=True).by[Dimension.COUNTERPARTY]
    }
    assert folders == {"0": 2, "1": 2}


def test_beyond_the_most_counterparties_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dpa_checker.batch.statistics.MOST_PARTIES", 1)
    slices = count_statistics(_facts()).by[Dimension.COUNTERPARTY]
    assert [(piece.value, piece.others, piece.both.contracts) for piece in slices] == [("Nordlab", 0, 1), (None, 1, 3)]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Agreement of 12 March 2021 under Regulation (EU) 2016/679 and Decision (EU) 2021/915", 2021),
        ("Contract signed on 14.03.2019, effective 2019-04-01; Data Protection Act 2018", 2019),
        ("Loi n° 78-17 du 6 janvier 1978; fait à Lyon, le 3 mai 2022", 2022),
        ("ISO/IEC 27001:2022 and the GDPR (2016/679)", None),
        ("No date at all, 2000 Euro, clause 2019.1", None),
    ],
)
def test_the_year_is_that_of_the_text_and_not_of_a_law(text: str, year: int | None) -> None:
    assert find_year(text) == year


def test_the_counterparty_is_the_first_controller() -> None:
    assert find_counterparty(complete()) == "Laboratoire du Phare"


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_the_page_is_in_the_language_and_needs_no_script(language: str) -> None:
    page = render_statistics_html(count_statistics(_facts()), language=language)
    catalogue = load_catalogue(language)
    assert catalogue.text("statistics.shares").replace("'", "&#39;") in page
    assert "<script" not in page
    assert "Labovita SA" in page


def test_the_page_of_nothing_says_so() -> None:
    assert load_catalogue("en").text("statistics.none") in render_statistics_html(count_statistics([]))


def test_statistics_of_a_scan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, clauses in enumerate([(AUDIT,), (AUDIT, BREACH), (BREACH,)]):
        path = tmp_path / "in" / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(contract(number, *clauses, "Dublin, 4 May 2021"), encoding="utf-8")
    (tmp_path / "in" / "copy.txt").write_bytes(path.read_bytes())
    output = tmp_path / "out"
    assert (
        main(["scan", str(path.parent), "--output", str(output), "--format", "csv", "--quiet", "--workers", "1"]) == 0
    )
    assert main(["statistics", str(output), "--report-language", "en"]) == 0
    assert str(output / "statistics.xlsx") in capsys.readouterr().out
    book = load_workbook(output / "statistics.xlsx")
    assert len(book.sheetnames) == 6
    rows = {row[0]: row for row in book[book.sheetnames[1]].iter_rows(values_only=True)}
    assert rows["Audits and inspections"][3] == 0.5
    by_year = {row[0]: row for row in book["Year"].iter_rows(values_only=True)}
    assert by_year["2021"][1] == 4
    for name in ("statistics.html", "statistics.xlsx"):
        assert stat.S_IMODE((output / name).stat().st_mode) == 0o600


def test_a_folder_without_results_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["statistics", str(tmp_path)]) == 2
    assert "Scan first" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_hundred_thousand_results_take_a_second_or_two(tmp_path: Path) -> None:
    """A million are to take ten seconds, so a tenth of them one; twice that is allowed here."""
    count = 100_000
    versions = Versions("", "0", "0")
    with Store(tmp_path / "results.sqlite") as store:
        number = store.begin(versions)
        letters = "pphmmcnxP"
        with closing(sqlite3.connect(tmp_path / "results.sqlite")) as rows, rows:
            for place in range(count):
                verdicts = "".join(letters[(place * (step + 3) + step) % len(letters)] for step in range(27))
                answer = ("yes", "silent", "no")[place % 3]
                digest, party, year = f"{place:064x}", f"Customer {place % 10_000}", 2000 + place % 25
                rows.execute(
                    "INSERT INTO result VALUES (?, '', '0', '0', '', '', 0.1, 'en', 'dpa', ?, ?, ?, ?, '')",
                    (digest, answer, verdicts, party, year),
                )
                rows.execute(
                    "INSERT INTO file (location, name, size, stamp, digest, scan) VALUES (?, ?, 1, '1', ?, ?)",
                    (f"/{place}", f"{place}", digest, number),
                )
        store.complete(number)
        began = time.process_time()
        found = read_statistics(store)
        seconds = time.process_time() - began
    assert found is not None
    assert found.files == count
    assert seconds < 2
