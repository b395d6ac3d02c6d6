"""Types told from content, and the typed errors of what is not read."""

from __future__ import annotations

import io
import zipfile
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
from tests.ingestion.docx_files import para, text, word_file
from tests.ingestion.pdf_files import lines_pdf

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def archive(**entries: str) -> bytes:
    """Return a zip archive with the given entries; "__" stands for a slash."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for name, content in entries.items():
            out.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def test_name_plays_no_part(tmp_path: Path) -> None:
    pdf = lines_pdf([[(72, 72, "Personal data are processed on instructions only.")]])
    for name, data in {
        "a.txt": pdf,
        "b.pdf": word_file(para(text("Text of it."))),
        "c.docx": b"Plain text.",
    }.items():
        (tmp_path / name).write_bytes(data)
    assert read_file(tmp_path / "a.txt").media_type == "application/pdf"
    assert "wordprocessingml" in read_file(tmp_path / "b.pdf").media_type
    assert read_file(tmp_path / "c.docx").media_type == "text/plain"


def test_junk_before_a_pdf() -> None:
    pdf = lines_pdf([[(72, 72, "Personal data are processed on instructions only.")]])
    for junk in (b"\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"\x00\x01" * 1500):
        assert "instructions only" in read_bytes(junk + pdf).text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "JPEG"),
        (b"II*\x00" + bytes(50), "TIFF"),
        (rb"{\rtf1\ansi text}", "RTF"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "HTML"),
        (b"\xef\xbb\xbf<html lang='fr'><p>x</p></html>", "HTML"),
        (OLE + "WordDocument".encode("utf-16-le"), ".doc"),
        (OLE + "Workbook".encode("utf-16-le"), ".xls"),
        (OLE, "before 2007"),
        (archive(mimetype="application/vnd.oasis.opendocument.text"), "OpenDocument"),
        (archive(xl__workbook__xml="x", **{"xl/workbook.xml": "x"}), ".xlsx"),
        (archive(a="x"), "zip archive"),
        (bytes(range(256)) * 20, "binary"),
        (b"MZ\x90\x00" + bytes(50), "program"),
    ],
)
def test_unsupported_formats_are_named(data: bytes, said: str) -> None:
    with pytest.raises(UnsupportedFormat, match=said.replace(".", r"\.")):
        read_bytes(data)


def test_locked_office_file() -> None:
    with pytest.raises(EncryptedDocument):
        read_bytes(OLE + "EncryptedPackage".encode("utf-16-le"))


def test_empty_and_missing_files(tmp_path: Path) -> None:
    with pytest.raises(EmptyDocument):
        read_bytes(b"")
    with pytest.raises(DocumentError, match="could not be opened"):
        read_file(tmp_path / "none.pdf")
    with pytest.raises(DocumentError):
        read_file(tmp_path)


def test_limits(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 20)
    with pytest.raises(LimitExceeded, match="max_bytes"):
        read_file(tmp_path / "a", limits=Limits(max_bytes=10))
    with pytest.raises(LimitExceeded, match="max_pages"):
        read_bytes(lines_pdf([[(72, 72, "One page.")]] * 3), limits=Limits(max_pages=2))
    docx = word_file(para(text("Text.")))
    with pytest.raises(LimitExceeded, match="max_unpacked_bytes"):
        read_bytes(docx, limits=Limits(max_unpacked_bytes=1000))
    with pytest.raises(LimitExceeded, match="max_zip_entries"):
        read_bytes(docx, limits=Limits(max_zip_entries=3))


def test_broken_zip() -> None:
    with pytest.raises(DamagedDocument):
        read_bytes(word_file(para(text("Text.")))[:3000])
