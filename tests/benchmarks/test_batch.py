"""The archives that the batch benchmark scans are what it says they are."""

from __future__ import annotations

import hashlib
from pathlib import Path

from benchmarks.batch.archive import list_samples, write_archive, write_texts
from dpa_checker.ingestion import read_file


def test_copies_are_contents_of_their_own_that_read_the_same(tmp_path: Path) -> None:
    by_suffix = {path.suffix: path for path in list_samples()}
    assert set(by_suffix) == {".pdf", ".docx"}
    samples = [by_suffix[".docx"], by_suffix[".pdf"]]
    copies = sorted(path for path in write_archive(tmp_path, 6, samples).rglob("*.*") if path.is_file())
    assert len({hashlib.sha256(path.read_bytes()).digest() for path in copies}) == 6
    texts = [read_file(sample).text for sample in samples]
    assert [read_file(path).text for path in copies] == texts * 3


def test_texts_differ(tmp_path: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in write_texts(tmp_path, 50).rglob("*.txt")]
    assert len(set(texts)) == 50
