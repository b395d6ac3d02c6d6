"""A scan with real worker processes: nothing twice, nothing lost, whatever happens to the workers."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dpa_checker import load_library
from dpa_checker.batch import PoolEngine, ScanOptions, ScanProgress, Settings, Store, Task, find_items, scan
from dpa_checker.batch.export import Results, write_csv, write_jsonl
from dpa_checker.batch.summary import FailRule, tally
from dpa_checker.cli import main
from dpa_checker.ingestion import Limits
from tests.batch.contracts import AUDIT, BREACH, contract, write_contracts

LIBRARY = load_library().version


@pytest.fixture(scope="module")
def engine() -> Iterator[PoolEngine]:
    with PoolEngine(2) as pool:
        yield pool


def _scan(folder: Path, store: Store, engine: PoolEngine, options: ScanOptions | None = None) -> tuple[Results, int]:
    """Scan and return the results and how many contents were checked."""
    last: list[ScanProgress] = []
    found = find_items([str(folder)])
    number, versions = scan(found, store, engine, options=options, library_version=LIBRARY, on_progress=last.append)
    return Results(store, number, versions), last[-1].checked


def test_what_is_known_is_not_checked_again(tmp_path: Path, engine: PoolEngine) -> None:
    paths = write_contracts(tmp_path / "in", 6)
    with Store(tmp_path / "results.sqlite") as store:
        results, checked = _scan(tmp_path / "in", store, engine)
        assert checked == 6
        assert [kept.name for kept in results] == [path.name for path in paths]
        assert _scan(tmp_path / "in", store, engine)[1] == 0
        paths[2].write_text(contract(99, BREACH), encoding="utf-8")
        paths[4].unlink()
        results, checked = _scan(tmp_path / "in", store, engine)
        assert checked == 1
        assert len(list(results)) == 5


def test_the_same_content_is_read_once_and_reported_under_each_name(tmp_path: Path, engine: PoolEngine) -> None:
    for name in ("a.txt", "b.txt", "deep/c.txt"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(contract(1, AUDIT), encoding="utf-8")
    with Store(tmp_path / "results.sqlite") as store:
        results, checked = _scan(tmp_path / "in", store, engine)
        assert checked == 1
        assert [kept.name for kept in results] == ["a.txt", "b.txt", "deep/c.txt"]


def test_a_bad_file_stops_nothing(tmp_path: Path, engine: PoolEngine) -> None:
    write_contracts(tmp_path / "in", 2)
    (tmp_path / "in" / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    (tmp_path / "in" / "empty.txt").write_bytes(b"")
    with Store(tmp_path / "results.sqlite") as store:
        results, _ = _scan(tmp_path / "in", store, engine)
        codes = {kept.name: kept.error_code for kept in results}
        write_jsonl(results, tmp_path / "out.jsonl")
    assert codes == {
        "broken.pdf": "damaged-document",
        "contract-000.txt": "",
        "contract-001.txt": "",
        "empty.txt": "empty-document",
    }
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    errors = [line["error"] and line["error"]["code"] for line in lines]
    assert errors == ["damaged-document", None, None, "empty-document"]
    assert lines[1]["report"]["findings"][0]["mention"] == "subject-matter"


def test_other_settings_are_another_result(tmp_path: Path, engine: PoolEngine) -> None:
    write_contracts(tmp_path / "in", 1)
    with Store(tmp_path / "results.sqlite") as store:
        assert _scan(tmp_path / "in", store, engine)[1] == 1
        assert _scan(tmp_path / "in", store, engine, ScanOptions(Settings(language="en")))[1] == 1


def test_a_worker_that_is_killed_is_replaced_and_its_file_done_once(tmp_path: Path) -> None:
    write_contracts(tmp_path / "in", 12)
    killed: list[int] = []

    def kill_one(progress: ScanProgress) -> None:
        if progress.checked == 3 and not killed:
            killed.append(pool.pids[0])
            os.kill(pool.pids[0], signal.SIGKILL)

    with Store(tmp_path / "results.sqlite") as store, PoolEngine(2) as pool:
        number, versions = scan(
            find_items([str(tmp_path / "in")]), store, pool, library_version=LIBRARY, on_progress=kill_one
        )
        kept = list(Results(store, number, versions))
    assert killed
    assert len(kept) == 12
    assert all(one.examined for one in kept)


def test_a_file_that_hangs_ends_with_the_limit_and_the_rest_goes_on(tmp_path: Path) -> None:
    write_contracts(tmp_path / "in", 3)
    tasks = [Task("0" * 64, "/dev/zero-is-no-file", "gone.txt")]
    with PoolEngine(1) as pool:
        outcomes = list(pool.check(tasks, Settings()))
        assert outcomes[0].error_code == "unreadable-file"
        pid = pool.pids[0]
        os.kill(pid, signal.SIGSTOP)
        began = time.monotonic()
        late = list(pool.check(tasks, Settings(limits=Limits(max_seconds=1.0))))
        assert time.monotonic() - began < 20
        assert late[0].error_code == "limit-exceeded"
        assert "max_seconds" in late[0].error
        assert pool.pids[0] != pid
        assert next(iter(pool.check(tasks, Settings()))).error_code == "unreadable-file"


def test_killed_in_the_middle_and_started_again_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    write_contracts(tmp_path / "in", 40)
    output = tmp_path / "out"
    command = [sys.executable, "-m", "dpa_checker.cli", "scan", str(tmp_path / "in"), "--output", str(output)]
    first = subprocess.Popen([*command, "--workers", "1"], stderr=subprocess.DEVNULL, start_new_session=True)
    store_path = output / "results.sqlite"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and _count(store_path) < 5:
        time.sleep(0.05)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    done = _count(store_path)
    assert 5 <= done < 40
    assert not list(output.glob("results.jsonl*"))
    second = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert f"{done} known" in second.stderr
    lines = (output / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert len({json.loads(line)["location"] for line in lines}) == len(lines) == 40
    assert not (output / ".work").exists()
    assert {stat.S_IMODE(path.stat().st_mode) for path in output.rglob("*") if path.is_file()} == {0o600}


def _count(path: Path) -> int:
    """Return how many results a store holds, as another process sees it."""
    import sqlite3

    if not path.exists():
        return 0
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return int(connection.execute("SELECT count(*) FROM result").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return 0


def test_the_summary_counts_and_the_rule_fails(tmp_path: Path, engine: PoolEngine) -> None:
    write_contracts(tmp_path / "in", 4)
    with Store(tmp_path / "results.sqlite") as store:
        results, _ = _scan(tmp_path / "in", store, engine)
        counts = tally(results, FailRule.parse("missing:audits"))
        assert (counts.files, counts.examined, counts.failing) == (4, 4, 2)
        assert counts.mentions["audits"]["missing"] == 2
        assert tally(results, FailRule.parse("missing:breach-notification")).failing == 0
        write_csv(results, tmp_path / "out.csv")
    header, *rows = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    column = header.split(",").index("audits")
    assert [row.split(",")[column] for row in rows] == ["missing", "present", "missing", "present"]


@pytest.mark.parametrize("rule", ["nothing", "missing:no-such-mention", ""])
def test_a_rule_that_makes_no_sense_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match="--fail-on"):
        FailRule.parse(rule)


def test_the_command_tells_what_is_missing_and_fails_on_demand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_contracts(tmp_path / "in", 2)
    command = ["scan", str(tmp_path / "in"), "--output", str(tmp_path / "out")]
    assert main([*command, "--fail-on", "missing:audits"]) == 1
    assert "2 files, 2 examined" in capsys.readouterr().out
    assert main([*command, "--fail-on", "contradicted"]) == 0
    assert main([*command, "--format", "doc"]) == 2
    assert main(["scan", str(tmp_path / "nowhere"), "--output", str(tmp_path / "out")]) == 3
    assert "does not exist" in capsys.readouterr().err


def test_a_store_of_another_kind_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "out" / "results.sqlite"
    path.parent.mkdir()
    path.write_bytes(b"this is no database at all, but somebody's notes" * 10)
    before = path.read_bytes()
    write_contracts(tmp_path / "in", 1)
    assert main(["scan", str(tmp_path / "in"), "--output", str(path.parent)]) == 3
    assert path.read_bytes() == before
