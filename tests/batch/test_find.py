"""Which files a scan takes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dpa_checker.batch.find import NothingFound, find_items


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.pdf", "a.DOCX", "notes.xyz", ".hidden.pdf", "~$a.docx", "deep/c.txt", "deep/er/d.md"):
        path = tmp_path / "contracts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "contracts"


def _names(folder: Path, *, include: tuple[str, ...] = (), exclude: tuple[str, ...] = (), **options: bool) -> list[str]:
    return [item.name for item in find_items([str(folder)], include=include, exclude=exclude, **options)]


def test_a_folder_gives_documents_in_order(folder: Path) -> None:
    assert _names(folder) == ["a.DOCX", "b.pdf", "deep/c.txt", "deep/er/d.md"]
    assert _names(folder, recursive=False) == ["a.DOCX", "b.pdf"]


def test_patterns_choose(folder: Path) -> None:
    assert _names(folder, include=("*.xyz", "*.txt")) == ["notes.xyz", "deep/c.txt"]
    assert _names(folder, exclude=("deep/*",)) == ["a.DOCX", "b.pdf"]
    assert _names(folder, exclude=("*.docx",)) == ["b.pdf", "deep/c.txt", "deep/er/d.md"]


def test_a_file_named_outright_is_taken_whatever_its_name(folder: Path) -> None:
    assert [item.name for item in find_items([str(folder / "notes.xyz")])] == ["notes.xyz"]


def test_a_pattern_finds_files_and_each_comes_once(folder: Path) -> None:
    found = list(find_items([str(folder / "*.pdf"), str(folder)]))
    assert sorted(Path(item.location).name for item in found) == ["a.DOCX", "b.pdf", "c.txt", "d.md"]


@pytest.mark.parametrize("path", ["nowhere", "no*thing.pdf"])
def test_what_is_not_there_is_an_error(folder: Path, path: str) -> None:
    with pytest.raises(NothingFound, match=r"no(where|\*thing)"):
        list(find_items([str(folder / path)]))


def test_links_out_of_the_folder_are_not_followed(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.pdf").write_text("x")
    (folder / "link").symlink_to(outside, target_is_directory=True)
    (folder / "single.pdf").symlink_to(outside / "secret.pdf")
    (folder / "within.pdf").symlink_to(folder / "b.pdf")
    (folder / "broken.pdf").symlink_to(folder / "not there")
    assert _names(folder) == ["a.DOCX", "b.pdf", "within.pdf", "deep/c.txt", "deep/er/d.md"]


def test_a_change_that_keeps_size_and_time_is_seen(folder: Path) -> None:
    path = folder / "b.pdf"
    before = next(find_items([str(path)]))
    status = path.stat()
    path.write_text("B.PDF")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    after = next(find_items([str(path)]))
    assert (before.size, before.location) == (after.size, after.location)
    assert before.stamp != after.stamp
