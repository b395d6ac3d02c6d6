"""Reading in a separate process: the same documents, every end a typed error, nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dpa_checker.errors import (
    DamagedDocument,
    DocumentError,
    EmptyDocument,
    EncryptedDocument,
    LimitExceeded,
    UnsupportedFormat,
)
from dpa_checker.ingestion import Limits, read_bytes, read_file
from dpa_checker.ingestion.isolation import ReadingProcess, read_isolated, start_reading
from tests.ingestion.docx_files import numbered, para, table, text, word_file
from tests.ingestion.pdf_files import SENTENCES, column, encrypt, flow_pdf, lines_pdf, paragraph, ruled_table
from tests.ingestion.processes import is_gone

PROJECT = Path(__file__).parents[2]
PDF = flow_pdf([paragraph(SENTENCES[0]), ruled_table([("Duration", "Term"), ("Data", "Names")], (100, 100))])
DOCX = word_file(numbered("Scope", 0) + para(text(SENTENCES[1])) + table(("a", "b"), ("c", "d"), header=True))
LONG_PDF = lines_pdf([column(" ".join(SENTENCES), 72, 100, width=80)] * 400)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def private_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that everything temporary goes to."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(scope="module")
def process() -> Iterator[ReadingProcess]:
    with ReadingProcess() as process:
        yield process


@pytest.mark.parametrize("data", [PDF, DOCX, b"1. The Processor shall.\n\n(a) assist;\n", "Übermäßig".encode("utf-16")])
def test_the_same_document_as_in_this_process(process: ReadingProcess, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "contract é"
    path.write_bytes(data)
    assert process.read(path) == read_file(path)
    assert process.read(data, name="x") == read_bytes(data, name="x")
    assert process.read(data) == read_bytes(data)


def test_one_file_in_a_process_of_its_own(private_temp: Path, tmp_path: Path) -> None:
    path = tmp_path / "contract.pdf"
    path.write_bytes(PDF)
    assert read_isolated(path) == read_file(path)
    assert not list(private_temp.iterdir())


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("The Processor shall assist.")
    monkeypatch.chdir(tmp_path)
    assert read_isolated(Path("a.txt")).name == "a.txt"


def test_work_goes_on_while_a_file_is_read() -> None:
    before = time.monotonic()
    with start_reading(LONG_PDF) as pending:
        assert time.monotonic() - before < 1
        assert pending.result().pages == 400


def test_an_abandoned_reading_ends(private_temp: Path) -> None:
    with start_reading(LONG_PDF) as pending:
        pid = pending._child.pid
        assert list(private_temp.iterdir())
    assert is_gone(pid)
    assert not list(private_temp.iterdir())


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EmptyDocument),
        (b"PK\x03\x04 cut off", DamagedDocument),
        (encrypt(PDF, user="secret"), EncryptedDocument),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), UnsupportedFormat),
    ],
)
def test_errors_keep_their_type_and_words(process: ReadingProcess, data: bytes, error: type[DocumentError]) -> None:
    with pytest.raises(error) as here:
        read_bytes(data)
    pid = process.pid
    with pytest.raises(error) as there:
        process.read(data)
    assert str(there.value) == str(here.value)
    assert process.pid in (pid, process.pid)


def test_an_error_does_not_end_the_process(process: ReadingProcess) -> None:
    process.read(DOCX)
    pid = process.pid
    with pytest.raises(EmptyDocument):
        process.read(b"")
    process.read(DOCX)
    assert process.pid == pid


def test_a_hang_ends_at_the_limit_of_time(process: ReadingProcess) -> None:
    process.read(PDF)
    pid = process.pid
    before = time.monotonic()
    with pytest.raises(LimitExceeded, match="max_seconds"):
        process.read(LONG_PDF, limits=Limits(max_seconds=0.05))
    assert time.monotonic() - before < 2
    assert is_gone(pid or 0)
    assert process.read(PDF).text


@pytest.mark.skipif(os.name != "posix", reason="a limit of POSIX")
def test_the_limit_of_the_processor_ends_the_process(process: ReadingProcess) -> None:
    heavy = lines_pdf([column(" ".join(SENTENCES), 72, 100, width=80)] * 1_000)
    with pytest.raises(LimitExceeded, match="max_cpu_seconds"):
        process.read(heavy, limits=Limits(max_cpu_seconds=0.01))
    assert process.read(PDF).text


@LINUX
@pytest.mark.slow
def test_want_of_memory_is_an_error_that_names_the_limit(process: ReadingProcess) -> None:
    hungry = word_file(para(text("x")) + "<w:bookmarkEnd/>" * 800_000)
    roomy = Limits(max_ratio=2_000)
    process.close()
    with pytest.raises(LimitExceeded, match="max_memory_bytes"):
        process.read(hungry, limits=replace(roomy, max_memory_bytes=170_000_000))
    assert process.read(hungry, limits=roomy).text == "x"
    assert process.read(PDF).text


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT])
def test_a_crash_is_one_error_and_the_next_file_is_read(process: ReadingProcess, number: signal.Signals) -> None:
    process.read(PDF)
    pid = process.pid
    assert pid is not None
    threading.Timer(0.15, os.kill, (pid, number)).start()
    with pytest.raises(DamagedDocument, match=number.name):
        process.read(LONG_PDF)
    assert process.read(PDF).text
    assert process.pid != pid


def test_a_process_that_died_between_two_files_is_replaced(process: ReadingProcess) -> None:
    process.read(PDF)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    assert process.read(PDF).text


def test_the_process_is_replaced_after_so_many_files() -> None:
    with ReadingProcess(max_files=2) as process:
        pids = []
        for _ in range(5):
            process.read(b"Some text.")
            pids.append(process.pid)
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]


def test_an_answer_may_not_be_too_long(process: ReadingProcess) -> None:
    with pytest.raises(LimitExceeded, match="max_output_bytes"):
        process.read(b"Some text. " * 1000, limits=Limits(max_output_bytes=1000))


def test_too_many_bytes_do_not_travel(process: ReadingProcess, tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded, match="max_bytes"):
        process.read(bytes(11), limits=Limits(max_bytes=10))
    (tmp_path / "a").write_bytes(bytes(11))
    with pytest.raises(LimitExceeded, match="max_bytes"):
        process.read(tmp_path / "a", limits=Limits(max_bytes=10))


def test_several_threads_share_a_process(process: ReadingProcess) -> None:
    found: list[str] = []

    def read(number: int) -> None:
        found.append(process.read(f"The text of number {number}.".encode()).text)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"The text of number {number}." for number in range(8)]


@LINUX
def test_no_secret_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", "hush")
    with ReadingProcess() as process:
        process.read(b"Some text.", name="the name of the file")
        folder = Path(f"/proc/{process.pid}")
        environment = (folder / "environ").read_text()
        assert "hush" not in environment
        assert os.environ.get("HOME", "?") + "\0" not in environment
        assert "the name of the file" not in (folder / "cmdline").read_text()
        open_files = {os.readlink(entry) for entry in (folder / "fd").iterdir()}  # noqa: PTH115
        assert all(name.startswith(("/dev/null", "pipe:", "anon_inode:")) for name in open_files), open_files
        limits = (folder / "limits").read_text()
        assert "Max core file size        0" in limits


GUARDED = """
import json, os, pathlib, shutil, socket, subprocess, sys, tempfile, urllib.request
from dpa_checker.ingestion.isolation.guard import Guard
scratch, outside = sys.argv[1:]
guard = Guard(pathlib.Path(scratch))
guard.close()
tried = {}
def attempt(name, act):
    try:
        act()
        tried[name] = "done"
    except Exception as error:
        tried[name] = type(error).__name__
attempt("own file", lambda: open(scratch + "/a", "w").close())
attempt("own temporary file", lambda: tempfile.TemporaryDirectory().cleanup())
attempt("read", lambda: open(__import__("os").__file__).read())
attempt("soffice", lambda: subprocess.run(["soffice", "--version"], capture_output=True, check=True))
attempt("write", lambda: open(outside + "/a", "w"))
attempt("append", lambda: open(outside + "/kept", "a"))
attempt("write upwards", lambda: open(scratch + "/../b", "w"))
attempt("write by link", lambda: (os.symlink(outside, scratch + "/link"), open(scratch + "/link/a", "w")))
attempt("remove", lambda: os.remove(outside + "/kept"))
attempt("rename", lambda: os.rename(outside + "/kept", outside + "/other"))
attempt("take", lambda: os.rename(outside + "/kept", scratch + "/kept"))
attempt("folder", lambda: os.mkdir(outside + "/folder"))
attempt("tree", lambda: shutil.rmtree(outside))
attempt("connect", lambda: socket.create_connection(("127.0.0.1", 9)))
attempt("name", lambda: socket.getaddrinfo("localhost", 80))
attempt("url", lambda: urllib.request.urlopen("http://127.0.0.1:9/"))
attempt("programme", lambda: subprocess.run(["/bin/true"]))
attempt("shell", lambda: subprocess.run("soffice --version; true", shell=True))
attempt("system", lambda: os.system("true"))
attempt("fork", os.fork)
print(json.dumps([tried, guard.refused]))
"""


@pytest.mark.skipif(os.name != "posix", reason="programmes of POSIX")
def test_what_the_guard_refuses(tmp_path: Path) -> None:
    scratch, outside = tmp_path / "scratch", tmp_path / "outside"
    scratch.mkdir()
    outside.mkdir()
    (outside / "kept").write_text("kept")
    done = subprocess.run(
        [sys.executable, "-c", GUARDED, scratch, outside],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        check=True,
    )
    tried, refused = json.loads(done.stdout)
    assert tried.pop("soffice") in ("done", "FileNotFoundError")
    assert {name for name, result in tried.items() if result == "done"} == {"own file", "own temporary file", "read"}
    assert {result for result in tried.values() if result != "done"} <= {"PermissionError", "URLError"}
    assert {"socket.getaddrinfo", "open", "os.remove", "subprocess.Popen", "os.fork"} <= set(refused)
    assert (outside / "kept").read_text() == "kept"
    assert len(list(outside.iterdir())) == 1


@LINUX
@pytest.mark.slow
def test_memory_is_flat_over_a_thousand_files() -> None:
    """One process for all, so that nothing hides behind its replacement."""
    files = (PDF, DOCX, b"1. The Processor shall.\n\n(a) assist;\n", PDF[:-600], b"PK\x03\x04 cut off")
    sizes = []
    with ReadingProcess(max_files=10_000) as process:
        for number in range(1_000):
            try:
                process.read(files[number % len(files)])
            except DocumentError:
                assert number % len(files) >= 3
            if number % 100 == 99:
                status = Path(f"/proc/{process.pid}/status").read_text()
                sizes.append(int(status.partition("VmRSS:")[2].split()[0]))
    assert sizes[-1] < 1.1 * sizes[1], sizes
