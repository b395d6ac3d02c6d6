"""The results of a scan as HTML, XLSX, Parquet, SARIF and JUnit."""

from __future__ import annotations

import hashlib
import os
import re
from itertools import islice
from pathlib import Path
from typing import Final

from dpa_checker.batch.export import (
    REPORTS,
    Contracts,
    Results,
    replacing,
    replacing_bytes,
    require_libraries,
    scratch_folder,
)
from dpa_checker.batch.summary import FailRule
from dpa_checker.report import render_junit, render_sarif
from dpa_checker.report.index_html import (
    PAGE_LENGTH,
    count_pages,
    page_name,
    render_index_page,
    report_name,
    wording_digest,
)
from dpa_checker.report.index_model import Contract
from dpa_checker.report.index_view import build_summary
from dpa_checker.report.index_xlsx import write_index_xlsx
from dpa_checker.report.render_html import render_html

#: What fails a case of JUnit when no rule is given.
_DEFAULT_RULE: Final = "missing"
_REPORT_NAME: Final = re.compile(r".+-[0-9a-f]{10}\.html")
_PAGE_NAME: Final = re.compile(r"index-(\d+)\.html")
_MARK_LENGTH: Final = 64
#: Where ``set_reports`` writes the index of the sets.
SETS_INDEX: Final = "sets/index.html"


def write_xlsx(results: Results, path: Path) -> None:
    """Write the workbook: summary, contracts by mentions, evidence, files not examined."""
    with scratch_folder(path.parent) as scratch, replacing_bytes(path) as target:
        write_index_xlsx(Contracts(results), results.tally(), target, language=results.language, scratch=scratch)


def write_sarif(results: Results, path: Path) -> None:
    """Write the findings as SARIF 2.1.0."""
    with replacing(path) as target:
        render_sarif.write_sarif(Contracts(results), target, language=results.language, root=results.root)


def write_junit(results: Results, path: Path) -> None:
    """Write the mentions as cases of JUnit, which fail by the rule of the scan, else when missing."""
    rule = results.rule or FailRule.parse(_DEFAULT_RULE)
    with replacing(path) as target:
        render_junit.write_junit(Contracts(results), target, language=results.language, covers=rule.covers)


def write_parquet(results: Results, path: Path) -> None:
    """Write a row a file with its verdicts and evidence; raises ``MissingExtra`` without pyarrow."""
    require_libraries(["parquet"])
    from dpa_checker.batch.export_parquet import write_rows

    with replacing_bytes(path) as target:
        write_rows(Contracts(results), target)


def write_html(results: Results, path: Path) -> None:
    """Write the index at ``path``, its further pages beside it, and a report a contract in ``reports/``.

    A report that is there and up to date is left as it is; what an earlier scan has left over is removed.
    """
    contracts = Contracts(results)
    counts = results.tally()
    summary = build_summary(counts, language=results.language)
    pages = count_pages(counts.files)
    source = iter(contracts)
    kept: set[str] = set()
    for page in range(1, pages + 1):
        rows = [(contract, _write_report(contract, contracts, path.parent)) for contract in islice(source, PAGE_LENGTH)]
        kept.update(address.rpartition("/")[2] for _, address in rows if address)
        versions = (results.versions.engine, results.versions.library)
        sets = SETS_INDEX if results.grouped and page == 1 else None
        content = render_index_page(summary, rows, page=page, pages=pages, versions=versions, sets=sets)
        with replacing(path.parent / page_name(page)) as target:
            target.write(content)
    _remove_left_over(path.parent, pages, kept)


def _write_report(contract: Contract, contracts: Contracts, folder: Path) -> str | None:
    """Write the report on a contract unless it is there, and return its address from the index."""
    if not contract.statuses:
        return None
    name = report_name(contract)
    path = folder / REPORTS / name
    mark = _mark(contract, contracts.results)
    if not _is_marked(path, mark):
        report = contracts.report(contract)
        if report is None:
            return None
        _write_marked(path, render_html(report, language=contracts.results.language), mark)
    return f"{REPORTS}/{name}"


def _mark(contract: Contract, results: Results) -> bytes:
    """Return the last line of a report: a digest of all that it is made of, so that it also tells it is whole."""
    made_of = (contract.sha256, contract.name, results.versions, results.language, wording_digest(results.language))
    return f"<!-- {hashlib.sha256(repr(made_of).encode()).hexdigest()[: _MARK_LENGTH - 10]} -->\n".encode()


def _is_marked(path: Path, mark: bytes) -> bool:
    try:
        with path.open("rb") as file:
            file.seek(-len(mark), os.SEEK_END)
            return file.read() == mark
    except OSError:
        return False


def _write_marked(path: Path, content: str, mark: bytes) -> None:
    """Write a report in one step; the mark at its end stands in for waiting until the disk has it."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content.encode("utf-8", errors="replace") + mark)
    partial.replace(path)


def _remove_left_over(folder: Path, pages: int, kept: set[str]) -> None:
    for path in folder.glob("index-*.html"):
        number = _PAGE_NAME.fullmatch(path.name)
        if number and int(number[1]) > pages:
            path.unlink(missing_ok=True)
    for path in (folder / REPORTS).glob("*.html"):
        if path.name not in kept and _REPORT_NAME.fullmatch(path.name):
            path.unlink(missing_ok=True)
