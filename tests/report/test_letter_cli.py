"""The command line writes the report to send: to a file, to a pipe, and never to a terminal."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dpa_checker.cli import main
from dpa_checker.report.letter import extra

WEAK = Path(__file__).parents[2] / "sample_contracts" / "en-dpa-weak" / "contract.pdf"
HEADS = {"pdf": b"%PDF-", "docx": b"PK\x03\x04"}


@pytest.mark.parametrize("kind", HEADS)
def test_the_suffix_chooses_the_format_and_only_the_owner_reads_it(tmp_path: Path, kind: str) -> None:
    output = tmp_path / f"report.{kind}"
    assert main(["check", str(WEAK), "--output", str(output), "--report-language", "de"]) == 1
    assert output.read_bytes().startswith(HEADS[kind])
    assert stat.S_IMODE(output.stat().st_mode) == 0o600


def test_a_pipe_gets_the_bytes() -> None:
    command = [sys.executable, "-m", "dpa_checker.cli", "check", str(WEAK), "--format", "docx"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (1, b"")
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as package:
        assert package.testzip() is None


def test_a_terminal_is_refused_before_any_work() -> None:
    master, terminal = os.openpty()
    try:
        command = [sys.executable, "-m", "dpa_checker.cli", "check", "no-such-file", "--format", "pdf"]
        done = subprocess.run(command, stdout=terminal, stderr=subprocess.PIPE, check=False, timeout=120)
    finally:
        os.close(terminal)
        os.close(master)
    assert done.returncode == 2
    assert b"name a file with --output" in done.stderr


def test_without_the_extra_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(extra, "_LIBRARIES", ("no_such_library",))
    output = tmp_path / "report.pdf"
    assert main(["check", str(WEAK), "--output", str(output)]) == 3
    assert "pip install 'dpa-checker[letter]'" in capsys.readouterr().err
    assert not output.exists()
