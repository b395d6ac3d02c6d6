"""Report files on disk."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from dpa_checker.report.output import write_private_file


def test_a_file_is_private_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("old")
    path.chmod(0o644)
    write_private_file(path, "neu: ä\n")
    assert path.read_text(encoding="utf-8") == "neu: ä\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.txt"
    path.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private_file(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed_and_a_device_is_not_replaced(tmp_path: Path) -> None:
    real = tmp_path / "real.txt"
    real.write_text("old")
    link = tmp_path / "link.txt"
    link.symlink_to(real)
    write_private_file(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    write_private_file(Path("/dev/null"), "gone")
    assert Path("/dev/null").is_char_device()
