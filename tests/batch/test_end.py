"""However a scan ends: what was done is there, once and whole, and nothing is left lying about."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from dpa_checker.batch.lock import FolderBusy, FolderLock
from dpa_checker.cli import main
from tests.batch.contracts import write_contracts


def _command(folder: Path, *more: str) -> list[str]:
    return [
        *(sys.executable, "-m", "dpa_checker.cli", "scan", str(folder / "in"), "--output", str(folder / "out")),
        *("--format", "jsonl,csv,html", "--workers", "2", *more),
    ]


def _rows(folder: Path) -> dict[str, float]:
    """Return when each content was checked, told by its seconds; as another process sees it."""
    path = folder / "out" / "results.sqlite"
    if not path.exists():
        return {}
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return dict(connection.execute("SELECT digest, seconds FROM result"))
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return {}


def _partial(folder: Path) -> list[str]:
    return [path.name for path in (folder / "out").rglob("*") if path.name.endswith(".part") or path.name == ".work"]


@pytest.mark.slow
def test_killed_again_and_again_at_any_moment(tmp_path: Path) -> None:
    write_contracts(tmp_path / "in", 60)
    chance = random.Random(20_240_501)  # noqa: S311
    before: dict[str, float] = {}
    kills = 0
    for _ in range(40):
        process = subprocess.Popen(_command(tmp_path, "--quiet"), start_new_session=True)
        try:
            process.wait(chance.uniform(0.3, 3.0))
            break
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
        after = _rows(tmp_path)
        assert before.items() <= after.items(), "a result was lost or done again"
        before = after
        for name in ("results.jsonl", "results.csv", "index.html"):
            path = tmp_path / "out" / name
            if path.exists():
                assert path.read_bytes().endswith((b"\n", b">")), f"{name} is half-written"
    assert kills >= 2
    subprocess.run(_command(tmp_path, "--quiet"), check=True, timeout=120)
    assert before.items() <= _rows(tmp_path).items()
    lines = (tmp_path / "out" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert len({json.loads(line)["location"] for line in lines}) == len(lines) == 60
    assert _partial(tmp_path) == []


def _hear_interrupts() -> None:
    """Have SIGINT do what it usually does: whoever runs the tests in the background may have it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_scan_with_all_its_processes(tmp_path: Path, number: int) -> None:
    write_contracts(tmp_path / "in", 60)
    process = subprocess.Popen(
        _command(tmp_path), stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=_hear_interrupts
    )
    end = time.monotonic() + 60
    while len(_rows(tmp_path)) < 3 and time.monotonic() < end:
        time.sleep(0.05)
    children = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, number)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "interrupted" in told
    assert "Traceback" not in told
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
    assert _partial(tmp_path) == []


def test_the_workers_of_a_killed_scan_end_by_themselves(tmp_path: Path) -> None:
    write_contracts(tmp_path / "in", 40)
    process = subprocess.Popen(_command(tmp_path, "--quiet"), start_new_session=True)
    end = time.monotonic() + 60
    while len(_rows(tmp_path)) < 3 and time.monotonic() < end:
        time.sleep(0.05)
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=15)
    assert alive == []


def test_a_second_scan_of_the_same_folder_is_refused_and_harms_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_contracts(tmp_path / "in", 2)
    command = ["scan", str(tmp_path / "in"), "--output", str(tmp_path / "out"), "--format", "csv", "--quiet"]
    code = (
        "import time; from pathlib import Path; from dpa_checker.batch.lock import FolderLock\n"
        f"with FolderLock(Path({str(tmp_path / 'out')!r})): print('held', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert main(command) == 3
        assert "Another scan is writing to out." in capsys.readouterr().err
        assert not (tmp_path / "out" / "results.sqlite").exists()
        holder.kill()
    assert main(command) == 0, "a killed process keeps no lock"


def test_a_scan_can_wait_for_another(tmp_path: Path) -> None:
    began = time.monotonic()
    with FolderLock(tmp_path), pytest.raises(FolderBusy), FolderLock(tmp_path, wait=0.5):
        pass
    assert 0.4 < time.monotonic() - began < 5
    with FolderLock(tmp_path, wait=5):
        pass
