"""What a kept result depends on: limits and tools that shape a report make another result."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dpa_checker import load_library
from dpa_checker.batch import PoolEngine, ScanOptions, ScanProgress, Settings, Store, find_items, scan
from dpa_checker.batch.export import Results
from dpa_checker.ingestion import Limits
from dpa_checker.ingestion.ocr import _tesseract
from tests.ingestion.test_scans import AUDIT, FRENCH, needs_tesseract, printed, scanned


@pytest.fixture
def programmes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the only folder that programmes are sought in, empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    _tesseract.cache_clear()
    yield folder
    _tesseract.cache_clear()


def _install(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o700)
    _tesseract.cache_clear()


def test_only_limits_that_shape_a_report_make_another_result() -> None:
    base = Settings()
    assert base.key == Settings(limits=Limits(max_seconds=7.0, max_pages=10)).key
    shaped = [Limits(max_recognised_pages=1), Limits(max_attachments=1), Limits(max_nesting=1)]
    keys = {base.key, Settings(language="fr").key, *(Settings(limits=limits).key for limits in shaped)}
    assert len(keys) == 5


def test_a_programme_that_was_lacking_makes_another_result(programmes: Path) -> None:
    keys = [Settings().key]
    _install(programmes, "soffice", "exit 0")
    keys.append(Settings().key)
    _install(programmes, "tesseract", "printf 'List of models\\neng\\n'")
    keys.append(Settings().key)
    _install(programmes, "tesseract", "printf 'List of models\\neng\\nfra\\n'")
    keys.append(Settings().key)
    assert len(set(keys)) == 4
    assert Settings().key == keys[-1]


@needs_tesseract
def test_pages_left_out_for_a_limit_are_read_once_it_is_raised(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "scan.pdf").write_bytes(scanned(printed(FRENCH, AUDIT)))
    unread = []
    with Store(tmp_path / "results.sqlite") as store, PoolEngine(1) as pool:
        for limits in (Limits(max_recognised_pages=1), Limits(), Limits()):
            last: list[ScanProgress] = []
            number, versions = scan(
                find_items([str(tmp_path / "in")]),
                store,
                pool,
                options=ScanOptions(Settings(language="fr", limits=limits)),
                library_version=load_library().version,
                on_progress=last.append,
            )
            kept = next(iter(Results(store, number, versions)))
            unread.append((last[-1].checked, kept.verdicts.endswith("u")))
    assert unread == [(1, True), (1, False), (0, False)]
