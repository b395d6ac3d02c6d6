"""How the reading process ends with its owner, and what is left behind when both are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dpa_checker.ingestion.isolation import ReadingProcess, purge_scratch
from tests.ingestion.docx_files import numbered, para, table, text, word_file
from tests.ingestion.pdf_files import SENTENCES, column, flow_pdf, lines_pdf, paragraph, ruled_table
from tests.ingestion.processes import is_gone, wait_for

PROJECT = Path(__file__).parents[2]
PDF = flow_pdf([paragraph(SENTENCES[0]), ruled_table([("Duration", "Term"), ("Data", "Names")], (100, 100))])
DOCX = word_file(numbered("Scope", 0) + para(text(SENTENCES[1])) + table(("a", "b"), ("c", "d"), header=True))
LONG_PDF = lines_pdf([column(" ".join(SENTENCES), 72, 100, width=80)] * 400)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


OWNER = """
import sys
from dpa_checker.ingestion.isolation import ReadingProcess
process = ReadingProcess()
process.read(b"Some text.")
print(process.pid, flush=True)
data = sys.stdin.buffer.read()
process.read(data)
print("read", flush=True)
"""


@LINUX
def test_the_process_ends_with_its_owner(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        [sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as owner:
        assert owner.stdin is not None
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert not is_gone(pid)
        assert list(tmp_path.iterdir())
        owner.stdin.write(LONG_PDF)
        owner.stdin.close()
        owner.send_signal(signal.SIGSTOP)  # not before it has begun to hand the file over
        owner.send_signal(signal.SIGKILL)
    assert wait_for(lambda: is_gone(pid))
    assert wait_for(lambda: not list(tmp_path.iterdir()))


CONVERTING = """
import pathlib, sys
from dpa_checker.ingestion.isolation import ReadingProcess
process = ReadingProcess()
process.read(pathlib.Path(sys.argv[1]))
print("read", flush=True)
while True:
    process.read(pathlib.Path(sys.argv[1]))
"""


def working_in(folder: Path) -> list[str]:
    """Return the numbers of the processes that work below a folder."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdecimal() and str(folder) in os.readlink(process / "cwd"):  # noqa: PTH115
                found.append(process.name)
        except OSError:
            continue
    return found


@LINUX
@pytest.mark.slow
@pytest.mark.needs_libreoffice
def test_conversion_ends_with_the_owner(tmp_path: Path) -> None:
    """Killed in the middle of a conversion, neither LibreOffice nor a file of the contract stays."""
    (tmp_path / "a.docx").write_bytes(DOCX)
    (tmp_path / "temp").mkdir()
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    convert = [*command, "--convert-to", "doc:MS Word 97", "--outdir", str(tmp_path), str(tmp_path / "a.docx")]
    subprocess.run(convert, check=True, capture_output=True)
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temp"), "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        [sys.executable, "-c", CONVERTING, str(tmp_path / "a.doc")], stdout=subprocess.PIPE, env=environment
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"read\n"
        assert wait_for(lambda: len(working_in(tmp_path / "temp")) > 1)
        owner.kill()
    assert wait_for(lambda: not working_in(tmp_path / "temp"))
    assert wait_for(lambda: not list((tmp_path / "temp").iterdir()))


@LINUX
def test_what_is_killed_together_with_its_owner_is_deleted_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a loss of power, or where all of a service is killed at once: nobody is left to delete anything."""
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        [sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        os.kill(pid, signal.SIGSTOP)  # it must not notice
        owner.kill()
    (left,) = tmp_path.iterdir()
    (left / "in.doc").write_text("text of a contract")
    os.kill(pid, signal.SIGKILL)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    others = [
        tmp_path / name for name in ("dpa-checker-results", f"dpa-checker-{os.getpid()}-abc", "dpa-checker-1-x.y")
    ]
    for folder in others:
        folder.mkdir()
    with ReadingProcess() as present:
        present.read(PDF)
        assert purge_scratch() == 1
        assert not left.exists()
        assert all(folder.exists() for folder in others)
        present.read(PDF)
