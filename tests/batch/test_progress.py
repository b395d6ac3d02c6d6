"""What a scan shows of itself: a bar on a terminal (a real one), plain lines elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dpa_checker.batch import ScanProgress
from dpa_checker.cli.progress import Rate, render_bar, render_line, render_time
from tests.batch.contracts import write_contracts


def test_the_bar_shows_share_rate_and_remaining_time() -> None:
    progress = ScanProgress(found=60, kept=10, checked=40, failed=2, total=200)
    bar = render_bar(progress, 5.0, 100)
    assert bar.startswith(" 25% |███████▌ ")
    assert "50/200  5.0/s  0:30 left  10 known  2 not examined" in bar
    assert len(bar) <= 100
    assert "#######" in render_bar(progress, 5.0, 100, encoding="ascii")
    assert len(render_bar(progress, 5.0, 40)) <= 40
    assert "-- left" in render_bar(progress, 0.0, 100)


def test_without_a_number_of_files_there_is_no_bar() -> None:
    assert render_bar(ScanProgress(checked=3), 1.5, 100).startswith("3 done  1.5/s  ")


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (59.6, "1:00"), (3_599, "59:59"), (3_700, "1:01:40"), (90_000, "1 d 1 h")]
)
def test_times(seconds: float, shown: str) -> None:
    assert render_time(seconds) == shown


def test_the_rate_is_that_of_the_last_half_minute() -> None:
    rate = Rate()
    assert rate.value == 0.0
    for second in range(100):
        rate.add(float(second), second if second < 50 else 50 + (second - 50) * 10)
    assert rate.value == pytest.approx(10.0)


def test_a_plain_line() -> None:
    assert re.fullmatch(
        r"5 done, 2 known, 1 not examined, [\d.]+ a second", render_line(ScanProgress(kept=2, checked=3, failed=1))
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_a_bar_is_drawn_and_elsewhere_no_control_character(tmp_path: Path) -> None:
    write_contracts(tmp_path / "in", 5)
    command = [sys.executable, "-m", "dpa_checker.cli", "scan", str(tmp_path / "in"), "--format", "csv"]
    ours, theirs = os.openpty()
    environment = {**os.environ, "PYTHONUTF8": "1", "COLUMNS": "100"}
    with subprocess.Popen(
        [*command, "--output", str(tmp_path / "a")], stderr=theirs, env=environment, stdout=subprocess.DEVNULL
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:
                break
            if not piece:
                break
            shown += piece
    os.close(ours)
    assert process.returncode == 0
    assert "100% |" in shown.decode()
    assert "5/5" in shown.decode()
    plain = subprocess.run([*command, "--output", str(tmp_path / "b")], capture_output=True, text=True, check=True)
    assert plain.stderr.splitlines()[-1].startswith("5 done, 0 known")
    assert "\x1b" not in plain.stderr
