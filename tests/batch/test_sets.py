"""Sets of a scan: grouped by folder or by name, judged from the kept reports, written beside the others."""

from __future__ import annotations

import json
import re
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dpa_checker import check_set
from dpa_checker.batch.grouping import Grouping, Groups
from dpa_checker.batch.remote import find_folder, name_folder
from dpa_checker.batch.statistics import read_statistics
from dpa_checker.batch.store import Kept, Store
from dpa_checker.cli import main
from dpa_checker.report.statistics_model import Dimension
from tests.sets.relation import write_relation

PREVAILS = "4. Precedence\nIn case of conflict this Agreement prevails over the General Terms of Sale."


def _kept(location: str, name: str) -> Kept:
    return Kept(location, name, location, "", "", "en", "dpa", "yes", "m" * 27)


def _scan(folder: Path | str, output: Path, *options: str) -> dict[str, dict[str, Any]]:
    code = main(
        ["scan", str(folder), "--output", str(output), "--workers", "1", "--quiet", "--report-language", "en", *options]
    )
    assert code == 0
    lines = (output / "sets.jsonl").read_text(encoding="utf-8").splitlines()
    return {line["name"]: line for line in map(json.loads, lines)}


def test_files_of_a_folder_are_a_set_however_their_names_are_ordered() -> None:
    names = ["a/b.txt", "a/c/d.txt", "a/e.txt", "f.txt"]
    with Groups([_kept(f"/x/{name}", name) for name in names], Grouping.parse("folder")) as groups:
        found = {name: [kept.name for kept in files] for name, files in groups}
        assert len(groups) == 3
    assert found == {"a": ["a/b.txt", "a/e.txt"], "a/c": ["a/c/d.txt"], "x": ["f.txt"]}


def test_a_pattern_names_the_set_and_what_it_does_not_match_is_in_none() -> None:
    names = ["K001_terms.pdf", "K002_terms.pdf", "K001_annex.pdf", "notes.txt"]
    with Groups([_kept(f"/x/{name}", name) for name in names], Grouping.parse(r"^(?P<set>K\d+)_")) as groups:
        found = {name: [kept.name for kept in files] for name, files in groups}
    assert found == {"K001": ["K001_terms.pdf", "K001_annex.pdf"], "K002": ["K002_terms.pdf"]} or found == {
        "K001": ["K001_annex.pdf", "K001_terms.pdf"],
        "K002": ["K002_terms.pdf"],
    }


@pytest.mark.parametrize(
    ("location", "folder", "name"),
    [
        ("/archive/K1/terms.pdf", "/archive/K1", "K1"),
        ("C:\\archive\\K1\\terms.pdf", "C:/archive/K1", "K1"),
        ("zip://K1/terms.pdf::/archive/a.zip", "zip://K1::/archive/a.zip", "K1"),
        ("zip://terms.pdf::/archive/a.zip", "zip://::/archive/a.zip", "a.zip"),
        ("zip://K1/terms.pdf::s3://bucket/a.zip", "zip://K1::s3://bucket/a.zip", "K1"),
        ("s3://bucket/K1/terms.pdf", "s3://bucket/K1", "K1"),
        ("s3://bucket/terms.pdf", "s3://bucket", "bucket"),
        ("simplecache::s3://bucket/K1/terms.pdf", "simplecache::s3://bucket/K1", "K1"),
    ],
)
def test_the_folder_of_a_file_is_told_in_archives_and_stores_too(location: str, folder: str, name: str) -> None:
    assert find_folder(location) == folder
    assert name_folder(folder) == name
    assert Grouping().key(_kept(location, "terms.pdf")) == (folder, name)


def test_folders_within_an_archive_are_sets_as_unpacked(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    write_relation(tmp_path / "in" / "K1")
    write_relation(tmp_path / "in" / "K2", leave_out=("annex-2.txt",))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in sorted((tmp_path / "in").rglob("*.txt")):
            archive.write(path, path.relative_to(tmp_path / "in"))
    unpacked = _scan(tmp_path / "in", tmp_path / "out", "--sets", "folder", "--format", "jsonl")
    packed = _scan(f"zip://::{tmp_path}/a.zip", tmp_path / "packed", "--sets", "folder", "--format", "jsonl")
    assert set(packed) == {"K1", "K2"}
    assert packed == unpacked
    with Store(tmp_path / "packed" / "results.sqlite") as store:
        statistics = read_statistics(store, by_folder=True)
    assert statistics is not None
    counted = {piece.value: piece.both.contracts for piece in statistics.by[Dimension.COUNTERPARTY]}
    assert counted == {"K1": 4, "K2": 3}


@pytest.mark.parametrize("rule", ["folders", "(", "(?P<name>x)"])
def test_a_wrong_rule_is_a_usage_error(rule: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", str(tmp_path), "--output", str(tmp_path / "out"), "--sets", rule]) == 2
    assert "--sets" in capsys.readouterr().err


def test_a_scan_judges_sets_as_the_library_does(tmp_path: Path) -> None:
    relations = {"plain": write_relation(tmp_path / "in" / "plain")}
    relations["settled"] = write_relation(tmp_path / "in" / "settled", more=PREVAILS)
    relations["incomplete"] = write_relation(tmp_path / "in" / "incomplete", leave_out=("annex-2.txt",))
    output = tmp_path / "out"
    sets = _scan(tmp_path / "in", output, "--sets", "folder", "--format", "html,jsonl")
    assert set(sets) == set(relations)
    for name, paths in relations.items():
        assert sets[name] == json.loads(check_set(sorted(paths), name=name).to_json())
    assert sets["incomplete"]["summary"]["supply"] == ["Annex 2"]
    index = (output / "sets" / "index.html").read_text(encoding="utf-8")
    pages = re.findall(r'href="([a-z0-9-]+\.html)"', index)
    assert len(pages) == 3
    assert 'href="sets/index.html"' in (output / "index.html").read_text(encoding="utf-8")
    for file in [output / "sets.jsonl", *(output / "sets" / page for page in pages)]:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_page_of_a_set_that_is_gone_is_removed(tmp_path: Path) -> None:
    write_relation(tmp_path / "in" / "one")
    two = write_relation(tmp_path / "in" / "two")
    output = tmp_path / "out"
    assert len(_scan(tmp_path / "in", output, "--sets", "folder", "--format", "html")) == 2
    for path in two:
        path.unlink()
    assert set(_scan(tmp_path / "in", output, "--sets", "folder", "--format", "html")) == {"one"}
    assert len(list((output / "sets").glob("two*"))) == 0
    assert len(list((output / "sets").iterdir())) == 2


def test_a_group_too_large_to_be_one_relation_is_not_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dpa_checker.batch.set_reports.MOST_DOCUMENTS", 3)
    write_relation(tmp_path / "in" / "many")
    line = _scan(tmp_path / "in", tmp_path / "out", "--sets", "folder", "--format", "html")["many"]
    assert line == {"name": "many", "documents": 4, "error": "too-many-documents"}
    assert "many" in (tmp_path / "out" / "sets" / "index.html").read_text(encoding="utf-8")
