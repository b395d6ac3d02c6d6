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
from dpa_checker.ingestion.sniffing import Format, detect_format
from tests.ingestion.docx_files import para, text, word_file
from tests.ingestion.ole_files import compound_file, message_file
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
        (compound_file({"Workbook": bytes(300)}), ".xls"),
        (compound_file({"PowerPoint Document": bytes(9000)}), ".ppt"),
        (compound_file({"Other": b"x"}), "before 2007"),
        (archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "spreadsheet"),
        (archive(xl__workbook__xml="x", **{"xl/workbook.xml": "x"}), ".xlsx"),
        (archive(a="x"), "zip archive"),
        (bytes(range(256)) * 20, "binary"),
        (b"MZ\x90\x00" + bytes(50), "program"),
        (b"<?xml version='1.0'?><invoice><sum>1</sum></invoice>", "XML"),
        (b"<?xml version='1.0'?><!-- c --><svg xmlns='http://www.w3.org/2000/svg'><text>x</text></svg>", "SVG"),
        (b"\x78\x9f\x3e\x22" + bytes(50), "winmail.dat"),
    ],
)
def test_unsupported_formats_are_named(data: bytes, said: str) -> None:
    with pytest.raises(UnsupportedFormat, match=said.replace(".", r"\.")):
        read_bytes(data)


MAIL = b"From: a@x.example\nTo: b@x.example\nSubject: DPA\nMIME-Version: 1.0\n\nThe Processor shall act.\n"
RTF = rb"{\rtf1\ansi The Processor shall act.\par}"
FLAT_ODT = (
    b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    b'office:mimetype="application/vnd.oasis.opendocument.text"/>'
)
ODT = archive(mimetype="application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (RTF, Format.RTF),
        (b"\r\n\t " + RTF, Format.RTF),
        (b"\xef\xbb\xbf" + RTF, Format.RTF),
        (b"<!DOCTYPE html><html><body>x</body></html>", Format.HTML),
        (b"\xef\xbb\xbf<html lang='fr'><p>x</p></html>", Format.HTML),
        (b"\n<!-- saved -->\n<!-- twice --><HTML><p>x", Format.HTML),
        (b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0' 'x'><html>x</html>", Format.HTML),
        ("<html><p>x</p></html>".encode("utf-16"), Format.HTML),
        (b"<div><p>The Processor shall act.</p></div>\n", Format.HTML),
        (b"<p>One.<br>Two.<br>", Format.HTML),
        (b"<h2>1. Scope</h2>\n<p>Text.</p>", Format.HTML),
        (b"<p align=center>\n\n# Agreement\n\nText in **Markdown**, begun by a tag.\n", Format.PLAIN),
        (b"<Customer> and <Supplier> agree on this.", Format.PLAIN),
        (b"< 5 days is short", Format.PLAIN),
        (MAIL, Format.MAIL),
        (b"From MAILER Mon Jan  1 00:00:00 2024\n" + MAIL, Format.MAIL),
        (b"Received: from x by y;\r\n Mon\r\nDate: Mon, 1 Jan 2024\r\nFrom: a@x.example\r\n\r\nText.", Format.MAIL),
        (b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n", Format.MAIL),
        (b"From: Acme SAS\nTo: Beta AB\nSubject: data processing\n\nThe parties agree.", Format.PLAIN),
        (b"Date: 1 January 2024\nBetween: Acme\n\nText.", Format.PLAIN),
        (b"Definitions: see below\nThe Processor shall act.", Format.PLAIN),
        (ODT, Format.ODT),
        (archive(content="x", **{"content.xml": "x", "META-INF/manifest.xml":
            '<m manifest:media-type="application/vnd.oasis.opendocument.text" manifest:full-path="/"/>'}), Format.ODT),
        (FLAT_ODT, Format.ODT),
        (compound_file({"WordDocument": bytes(200)}), Format.DOC),
        (message_file(body="x"), Format.MSG),
        (message_file(body="x", attachments=(("a.doc", compound_file({"WordDocument": bytes(99)})),)), Format.MSG),
        ("Data: \u00e9".encode("utf-32-le"), Format.PLAIN),
        (b"# Heading\n\nText", Format.PLAIN),
    ],
)  # fmt: skip
def test_formats_are_told_from_content(data: bytes, found: Format) -> None:
    assert detect_format(data) is found


def test_a_file_that_is_two_things_is_what_it_begins_as() -> None:
    pdf = lines_pdf([[(72, 72, "The PDF says this.")]])
    word = word_file(para(text("The Word file says this.")))
    assert read_bytes(word + pdf).text == "The Word file says this."
    assert detect_format(b"<html><p>The page says this.</p>" + pdf) is Format.HTML
    assert detect_format(RTF + pdf) is Format.RTF
    assert detect_format(MAIL + pdf) is Format.MAIL
    assert detect_format(pdf + word) is Format.PDF
    with pytest.raises(UnsupportedFormat, match="zip archive"):
        read_bytes(archive(a="%PDF-1.7 first in the archive"))


def test_name_chooses_between_plain_text_and_markdown_only() -> None:
    data = b"~~struck~~ kept"
    assert read_bytes(data, name="a.md").text != read_bytes(data, name="a.txt").text
    for name in ("a.html", "a.md", "a.eml"):
        assert read_bytes(RTF, name=name).media_type == "application/rtf"


def test_locked_office_file() -> None:
    with pytest.raises(EncryptedDocument):
        read_bytes(compound_file({"EncryptedPackage": bytes(500), "EncryptionInfo": b"x"}))


def test_broken_compound_files() -> None:
    whole = message_file(body="The Processor shall act. " * 400)
    for cut in (600, 1500, len(whole) // 2):
        with pytest.raises(DocumentError):
            read_bytes(whole[:cut])
    with pytest.raises(DamagedDocument):
        read_bytes(OLE)


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
