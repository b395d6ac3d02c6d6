"""The folder of results: never read as contracts, and one clear line when it cannot be written."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest

from dpa_checker.batch import find_items
from dpa_checker.batch.store import StoreError, writing_results
from dpa_checker.cli import main
from tests.batch.contracts import write_contracts
from tests.batch.test_unreadable import _as_ordinary_user, place
from tests.sets.relation import write_relation

__all__ = ["place"]


def _scan(path: Path | str, output: Path, *options: str) -> int:
    return main(["scan", str(path), "--output", str(output), "--quiet", "--workers", "1", *options])


def _names(output: Path) -> list[str]:
    lines = (output / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["name"] for line in lines]


def test_results_are_no_contracts_even_through_a_link_or_of_an_earlier_scan(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    write_contracts(real, 2)
    link.symlink_to(real, target_is_directory=True)
    every = ["contract-000.txt", "contract-001.txt"]
    for output in (real / "out", real / "out", real / "deep" / "other", link / "out"):
        assert _scan(link, output, "--format", "html,jsonl") == 0
        assert _names(output) == every
    assert [item.name for item in find_items([str(real)])] == every


def test_what_a_scan_has_written_among_contracts_is_passed_over(tmp_path: Path) -> None:
    write_contracts(tmp_path / "in", 1)
    for name in ("results.sqlite", ".lock", "index.html", "index-2.html", "reports/a.html", "results.csv", "kept.html"):
        path = tmp_path / "in" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    assert [item.name for item in find_items([str(tmp_path / "in")])] == ["contract-000.txt", "kept.html"]


@pytest.mark.parametrize("command", ["scan", "watch"])
@pytest.mark.parametrize("named", ["", "in", "in/contract-000.txt", "in/*.txt", "link"])
def test_results_among_what_is_scanned_are_refused(
    tmp_path: Path, command: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_contracts(tmp_path / "work" / "in", 1)
    (tmp_path / "work" / "link").symlink_to(tmp_path / "work" / "in", target_is_directory=True)
    assert main([command, str(tmp_path / "work" / named), "--output", str(tmp_path / "work")]) == 2
    assert "Choose a folder of its own" in capsys.readouterr().err
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == ["in", "link"]


def test_a_folder_beside_or_below_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_contracts(tmp_path / "in", 1)
    monkeypatch.chdir(tmp_path)
    assert _scan("in", Path("in2"), "--format", "jsonl") == 0
    assert _scan("*/*.txt", Path("out"), "--format", "jsonl") == 0
    assert _scan(".", Path("out"), "--format", "jsonl") == 0
    assert _names(Path("out")) == ["in/contract-000.txt"]


def test_a_folder_that_cannot_be_written_is_one_clear_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_contracts(place / "in", 1)
    assert _scan(place / "in", place / "out", "--format", "jsonl") == 0
    (place / "out").chmod(0o755)
    (place / "out" / ".lock").chmod(0o666)
    (place / "out" / "results.sqlite").chmod(0o444)
    for command in (
        ["scan", str(place / "in"), "--output", str(place / "new")],
        ["scan", str(place / "in"), "--output", str(place / "out")],
        ["watch", str(place / "in"), "--output", str(place / "new")],
        ["statistics", str(place / "out"), "--output", str(place / "new")],
    ):
        with _as_ordinary_user():
            assert main(command) == 3
        told = capsys.readouterr().err
        assert "The results cannot be written to" in told
        assert "Permission denied" in told
        assert "damaged" not in told
    (place / "file").write_text("x")
    assert main(["scan", str(place / "in"), "--output", str(place / "file")]) == 3
    assert "cannot be written" in capsys.readouterr().err


def test_a_full_disk_is_told_as_such_and_other_errors_stay(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE one (text TEXT)")
    connection.execute("PRAGMA max_page_count = 3")
    with pytest.raises(StoreError, match="database or disk is full"), writing_results(tmp_path):
        connection.execute("INSERT INTO one VALUES (?)", ("x" * 100_000,))
    connection.close()
    if os.path.exists("/dev/full"):  # noqa: PTH110
        with (
            pytest.raises(StoreError, match="No space left"),
            writing_results(tmp_path),
            open("/dev/full", "w") as full,  # noqa: PTH123
        ):
            full.write("x")
    for error in (ConnectionResetError(104, "reset"), OSError("of no number"), BlockingIOError(11, "again")):
        with pytest.raises(type(error)), writing_results(tmp_path):
            raise error


def test_what_was_left_half_written_goes_and_sets_of_an_earlier_scan_too(tmp_path: Path) -> None:
    write_relation(tmp_path / "in" / "one")
    output = tmp_path / "out"
    assert _scan(tmp_path / "in", output, "--format", "html", "--sets", "folder") == 0
    (output / "sets" / ".index.html.x.part").write_text("half")
    (output / "sets" / "notes.html").write_text("somebody's own")
    assert _scan(tmp_path / "in", output, "--format", "csv", "--sets", "folder") == 0
    assert [path.name for path in (output / "sets").iterdir()] == ["notes.html"]
    assert (output / "sets.jsonl").exists()
    assert _scan(tmp_path / "in", output, "--format", "csv") == 0
    assert not (output / "sets.jsonl").exists()
    (output / "sets" / "notes.html").unlink()
    for folder in (output, tmp_path / "statistics"):
        (folder / ".scratch.x.part").mkdir(parents=True)
        assert main(["statistics", str(output), "--output", str(folder)]) == 0
        assert not list(folder.glob(".scratch*"))
