"""The speed benchmark on work that takes no time."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.provenance import build_command
from benchmarks.speed.child import peak_memory
from benchmarks.speed.clock import time_alternately
from benchmarks.speed.machine import describe_machine
from benchmarks.speed.process_speed import CommandSpeed, FileMemory
from benchmarks.speed.specimen import write_long_contract, write_short_contract
from dpa_checker.ingestion import read_file


def test_works_take_turns_after_one_round_to_warm_up() -> None:
    turns: list[str] = []
    seconds = time_alternately([lambda: turns.append("a"), lambda: turns.append("b")], rounds=2)
    assert turns == ["a", "b", "a", "b", "a", "b"]
    assert all(0 <= taken < 1 for taken in seconds)


def test_the_ratio_is_of_sums_and_the_aims_are_judged() -> None:
    pytest.importorskip("spacy")
    from benchmarks.speed.contract_speed import ContractSpeed
    from benchmarks.speed.table import Measurements, render_table, total_ratio

    quick = ContractSpeed("quick", "en", 1, 0, 100, 1.0, 0.4, 0.6, 0.9)
    slow = ContractSpeed("slow", "en", 1, 0, 100, 3.0, 1.0, 2.0, 0.3)
    assert quick.ratio == pytest.approx(0.9)
    assert total_ratio([quick, slow]) == pytest.approx(0.3)
    assert total_ratio([]) is None
    measured = Measurements(
        plain=[quick, slow],
        whole=[],
        tokenisers=[],
        commands=[CommandSpeed("short", 1.0, 1.5)],
        memory=[FileMemory("long", 600, 9.0, 400_000_000)],
        rounds=3,
    )
    table = render_table(measured, "Made by hand.", "a machine")
    assert "at least 0.33 | 0.30 | no |" in table
    assert "under 2 s | 1.50 s | yes |" in table
    assert "under 500 MB | 400 MB | yes |" in table
    assert "best of 3 rounds" in table


def test_the_specimens_are_read_back(tmp_path: Path) -> None:
    short = read_file(write_short_contract(tmp_path / "short.txt"))
    assert "only on documented instructions" in short.text
    long = read_file(write_long_contract(tmp_path / "long.pdf", pages=3))
    assert long.pages == 3
    assert long.text.count("documented instructions") > 3


def test_peak_memory_is_in_bytes() -> None:
    assert 5_000_000 < peak_memory() < 50_000_000_000


def test_the_machine_is_described_in_one_line() -> None:
    pytest.importorskip("spacy")
    assert "\n" not in describe_machine()


def test_a_command_names_no_folder_of_the_machine() -> None:
    command = build_command("benchmarks.speed", [("--output", "/somewhere/else/table.md"), ("--files", None)])
    assert command == "python -m benchmarks.speed --output table.md"
