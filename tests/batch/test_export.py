"""The results of a real scan in every format."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pyarrow.parquet as pq
import pytest

from dpa_checker.batch import Store
from dpa_checker.batch.export import WRITERS, Contracts, Results, remove_partial, replacing, replacing_bytes
from dpa_checker.batch.export_formats import write_html, write_parquet, write_xlsx
from dpa_checker.batch.store import Versions
from dpa_checker.batch.summary import FailRule, tally
from dpa_checker.cli import main
from dpa_checker.cli.scan_options import DEFAULT_FORMATS, FORMATS
from dpa_checker.library.schema import MENTIONS
from dpa_checker.report.view_model import Status
from tests.batch.contracts import AUDIT, contract, write_contracts

DENIED = "The Controller has no right to audit the Processor."


def _scan(source: Path, output: Path, *options: str) -> int:
    return main(["scan", str(source), "--output", str(output), "--workers", "1", "--quiet", *options])


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Four contracts, one twice, one that denies, one broken file; results in every format."""
    base = tmp_path_factory.mktemp("export")
    source, output = base / "in", base / "out"
    write_contracts(source, 4)
    (source / "deep").mkdir()
    (source / "deep" / "again.txt").write_text((source / "contract-001.txt").read_text(encoding="utf-8"), "utf-8")
    (source / "=cmd denied é.txt").write_text(contract(7, AUDIT, DENIED), encoding="utf-8")
    (source / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    assert _scan(source, output, "--format", ",".join(FORMATS), "--fail-on", "missing:audits") == 1
    return source, output


@pytest.fixture
def results(folders: tuple[Path, Path]) -> Iterator[Results]:
    with Store(folders[1] / "results.sqlite") as store:
        connection = store._connection
        number, *versions = connection.execute("SELECT number, settings, engine, library FROM scan").fetchall()[-1]
        yield Results(store, number, Versions(*versions))


def test_the_command_knows_every_format() -> None:
    assert tuple(WRITERS) == FORMATS
    assert set(DEFAULT_FORMATS.split(",")) <= set(FORMATS)


def test_every_file_is_whole_and_its_owners_only(folders: tuple[Path, Path]) -> None:
    output = folders[1]
    names = {path.name for path in output.iterdir() if not path.name.startswith(".")}
    assert {file for file, _ in WRITERS.values()} | {"results.sqlite", "reports"} <= names
    for path in output.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
        assert not path.name.endswith(".part")


def test_all_formats_tell_the_same_verdicts(folders: tuple[Path, Path]) -> None:
    output = folders[1]
    with (output / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        by_csv = {row["name"].removeprefix("'"): [row[mention] for mention in MENTIONS] for row in csv.DictReader(file)}
    by_parquet = {
        row["name"]: [row[mention] or "" for mention in MENTIONS]
        for row in pq.read_table(output / "results.parquet").to_pylist()
    }
    by_jsonl = {}
    for line in (output / "results.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        findings = row["report"]["findings"] if row["report"] else []
        shown = ["conflict" if one["conflict"] else one["verdict"] for one in findings]
        by_jsonl[row["name"]] = shown or [""] * len(MENTIONS)
    sheet = openpyxl.load_workbook(output / "results.xlsx").worksheets[1]
    words = {
        row[0].value: [str(cell.value)[2:].lower().replace(" ", "_") for cell in row[-27:]] for row in sheet["A3:AH8"]
    }
    by_xlsx = {name: ["conflict" if word == "in_conflict" else word for word in row] for name, row in words.items()}
    assert len(by_csv) == 7
    assert by_csv == by_parquet == by_jsonl
    assert by_xlsx == {name: row for name, row in by_csv.items() if name != "broken.pdf"}


def test_a_line_names_its_own_file_though_the_content_was_checked_under_another(folders: tuple[Path, Path]) -> None:
    text = (folders[1] / "results.jsonl").read_text(encoding="utf-8")
    lines = [line for line in map(json.loads, text.splitlines()) if line["report"]]
    assert {"contract-001.txt", "deep/again.txt"} <= {line["name"] for line in lines}
    assert [line["report"]["document"]["name"] for line in lines] == [line["name"] for line in lines]


def test_parquet_holds_the_evidence(folders: tuple[Path, Path]) -> None:
    rows = {row["name"]: row for row in pq.read_table(folders[1] / "results.parquet").to_pylist()}
    audits = next(one for one in rows["contract-001.txt"]["findings"] if one["mention"] == "audits")
    assert audits["evidence"][0]["quote"] == AUDIT
    assert rows["broken.pdf"]["error_code"] == "damaged-document"
    assert rows["broken.pdf"]["findings"] is None


def test_the_index_leads_to_a_report_under_each_name(folders: tuple[Path, Path]) -> None:
    output = folders[1]
    index = (output / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="(reports/[^"]+)"', index)
    assert len(links) == len(set(links)) == 6
    titles = [re.search(r"<h1>(.*?)</h1>", (output / link).read_text(encoding="utf-8")) for link in links]
    shown = [match[1] for match in titles if match]
    assert shown == ["=cmd denied é.txt", *(f"contract-00{number}.txt" for number in range(4)), "deep/again.txt"]


def test_a_conflict_and_a_denial_reach_the_pipeline_reports(folders: tuple[Path, Path]) -> None:
    log = json.loads((folders[1] / "results.sarif").read_text(encoding="utf-8"))
    audits = [one for one in log["runs"][0]["results"] if one["ruleId"] == "audits"]
    assert sorted(one["properties"]["contract"] for one in audits) == [
        "=cmd denied é.txt", "contract-000.txt", "contract-002.txt",
    ]  # fmt: skip
    root = ElementTree.parse(folders[1] / "results.junit.xml").getroot()  # noqa: S314  our own
    failed = {suite.attrib["name"] for suite in root if int(suite.attrib["failures"])}
    assert failed == {"=cmd denied é.txt", "contract-000.txt", "contract-002.txt"}
    assert {suite.attrib["failures"] for suite in root} == {"0", "1"}
    assert [suite.attrib["name"] for suite in root if int(suite.attrib["errors"])] == ["broken.pdf"]


def test_a_report_that_is_up_to_date_is_left_and_one_that_is_damaged_is_mended(
    results: Results, tmp_path: Path
) -> None:
    write_html(results, tmp_path / "index.html")
    reports = sorted((tmp_path / "reports").iterdir())
    stranger = tmp_path / "reports" / "notes.html"
    stranger.write_text("mine")
    left_over = tmp_path / "reports" / "gone-0123456789.html"
    left_over.write_text("old")
    (tmp_path / "index-7.html").write_text("old")
    whole = reports[1].read_bytes()
    reports[1].write_bytes(whole[: len(whole) // 2])
    before = {path: path.stat().st_mtime_ns for path in reports}
    write_html(results, tmp_path / "index.html")
    assert [path for path in reports if path.stat().st_mtime_ns != before[path]] == [reports[1]]
    assert reports[1].read_bytes() == whole
    assert stranger.exists()
    assert not left_over.exists()
    assert not (tmp_path / "index-7.html").exists()


def test_another_language_is_another_report(results: Results, tmp_path: Path) -> None:
    write_html(results, tmp_path / "index.html")
    french = Results(results.store, results.scan, results.versions, language="fr")
    write_html(french, tmp_path / "index.html")
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "reports").iterdir()]
    assert len(pages) == 6
    assert all('<html lang="fr">' in page for page in [*pages, (tmp_path / "index.html").read_text(encoding="utf-8")])


def test_columns_counted_in_groups_are_those_counted_one_by_one(results: Results) -> None:
    rule = FailRule.parse("partial")
    fast, slow = Results(results.store, results.scan, results.versions, rule=rule).tally(), tally(results, rule)
    assert fast == slow
    statuses = [status for one in Contracts(results) for status in one.statuses]
    assert sum(fast.mentions["audits"].values()) == 6
    assert fast.conflicts.total() == sum(status == "conflict" for status in statuses) > 0
    assert sum(counts["missing"] for counts in fast.mentions.values()) == statuses.count("missing")  # type: ignore[arg-type]


def test_what_breaks_off_leaves_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text("before")
    with pytest.raises(UnicodeEncodeError), replacing_bytes(path) as raw:
        raw.write(b"half" + "\ud800".encode())
    with pytest.raises(TypeError), replacing(path) as text:
        text.write("half" + text.read(1, 2))  # type: ignore[call-arg]
    assert [entry.name for entry in tmp_path.iterdir()] == ["results.csv"]
    assert path.read_text() == "before"


def test_a_name_that_is_no_text_is_spelled_out(tmp_path: Path) -> None:
    with replacing(tmp_path / "out.jsonl") as target:
        target.write(json.dumps({"name": "a\udcff"}, ensure_ascii=False))
    assert json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8")) == {"name": "a\udcff"}


def test_parquet_without_its_library_is_refused_before_the_scan(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dpa_checker.batch.export.find_spec", lambda name: None)
    assert _scan(folders[0], tmp_path / "out", "--format", "parquet") == 3
    assert "dpa-checker[parquet]" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_parquet_comes_in_row_groups(results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dpa_checker.batch.export_parquet._GROUP", 3)
    write_parquet(results, tmp_path / "out.parquet")
    assert pq.ParquetFile(tmp_path / "out.parquet").num_row_groups == 3


def test_a_killed_export_leaves_nothing_after_the_next_start(results: Results, folders: tuple[Path, Path]) -> None:
    """The process is killed while rows wait in temporary files; the next start removes them."""
    output = folders[1]
    before = (output / "results.xlsx").read_bytes()
    script = f"""
import os, signal, sys
from pathlib import Path
from dpa_checker.batch.export import scratch_folder, replacing_bytes
from dpa_checker.report.render_xlsx import Column, write_spreadsheet
path = Path({str(output / "results.xlsx")!r})
with scratch_folder(path.parent) as scratch, replacing_bytes(path) as target:
    with write_spreadsheet(target, title="x", scratch=scratch) as book:
        book.sheet("a", [Column("b")]).append(["A quote."])
        os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    parts = [path for path in output.iterdir() if path.name.endswith(".part")]
    assert {path.is_dir() for path in parts} == {True, False}
    assert {stat.S_IMODE(path.stat().st_mode) for path in parts} == {0o700, 0o600}
    remove_partial(output)
    assert not [path for path in output.iterdir() if path.name.endswith(".part")]
    assert (output / "results.xlsx").read_bytes() == before


def test_the_workbook_is_the_same_whenever_it_is_written(results: Results, tmp_path: Path) -> None:
    write_xlsx(results, tmp_path / "one.xlsx")
    time.sleep(1.1)
    write_xlsx(results, tmp_path / "two.xlsx")
    one, two = (io.BytesIO((tmp_path / name).read_bytes()).getvalue() for name in ("one.xlsx", "two.xlsx"))
    assert one == two
    assert len(list(tmp_path.iterdir())) == 2


def test_letters_fail_as_statuses_do(results: Results) -> None:
    for text in ("missing", "partial", "contradicted", "missing:audits,dpia", "contradicted:audits"):
        rule = FailRule.parse(text)
        for one in Contracts(Results(results.store, results.scan, results.versions, rule=rule)):
            pairs = zip(MENTIONS, one.statuses, strict=False)
            assert one.failing is any(rule.covers(*pair) for pair in pairs), (text, one.name)


@pytest.mark.parametrize(("rule", "status", "expected"), [
    ("missing", "conflict", True), ("missing", "contradicted", True), ("missing", "partial", False),
    ("partial", "partial", True), ("contradicted", "missing", False), ("contradicted", "conflict", True),
    ("missing:dpia", "missing", False),
])  # fmt: skip
def test_a_rule_covers_what_it_names(rule: str, status: str, expected: bool) -> None:
    assert FailRule.parse(rule).covers("audits", Status(status)) is expected
