"""Word files of before 2007: through LibreOffice where it is installed, with nothing fetched and nothing left."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from pathlib import Path

import pytest

from dpa_checker.errors import DamagedDocument, EncryptedDocument, LimitExceeded, UnsupportedFormat
from dpa_checker.ingestion import Limits, read_bytes, read_file
from dpa_checker.ingestion.legacy.conversion import convert_to_docx, find_converter
from dpa_checker.model import NoticeKind
from tests.ingestion.docx_files import para, text, word_file
from tests.ingestion.ole_files import compound_file
from tests.ingestion.test_odt import odt, p
from tests.ingestion.test_office import convert
from tests.ingestion.test_plain import shown

MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>"""
SENTENCE = "The Processor shall act on documented instructions only."


def doc_file(folder: Path) -> Path:
    """Return a Word 97 file."""
    source = folder / "contract.docx"
    source.write_bytes(word_file(para(text(SENTENCE))))
    return convert(source, "doc")


def header(flags: int) -> bytes:
    """Return a main stream that begins as that of a Word file."""
    return b"\xec\xa5\xc1\x00" + bytes(6) + flags.to_bytes(2, "little") + bytes(500)


def test_locked_files_are_told_without_converting() -> None:
    with pytest.raises(EncryptedDocument):
        read_bytes(compound_file({"WordDocument": header(0x0100)}))


def test_without_libreoffice_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if find_converter() is not None:
        pytest.skip("LibreOffice stands where no path is needed")
    with pytest.raises(UnsupportedFormat, match=r"Install LibreOffice, or save the file as DOCX"):
        read_bytes(compound_file({"WordDocument": header(0)}))


@pytest.mark.needs_libreoffice
def test_converted_with_a_notice_and_nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    source = doc_file(tmp_path)
    document = read_file(source)
    assert document.text == SENTENCE
    assert [one.kind for one in document.notices] == [NoticeKind.CONVERTED]
    with pytest.raises(LimitExceeded, match="max_seconds"):
        read_file(source, limits=Limits(max_seconds=0.05))
    with pytest.raises(DamagedDocument):
        read_bytes(compound_file({"WordDocument": header(0)}))
    assert list(private.iterdir()) == []


@pytest.mark.needs_libreoffice
def test_tables(tmp_path: Path) -> None:
    cell = "<table:table-cell>{}</table:table-cell>"
    rows = "".join(
        f"<table:table-row>{''.join(cell.format(p(one)) for one in row)}</table:table-row>"
        for row in (("Duration", "Purpose"), ("12 months", "Hosting"))
    )
    source = tmp_path / "contract.odt"
    columns = '<table:table-column table:number-columns-repeated="2"/>'
    body = p(SENTENCE) + f"<table:table>{columns}{rows}</table:table>" + p(SENTENCE)
    source.write_bytes(odt(body, parts={"META-INF/manifest.xml": MANIFEST}))
    document = read_file(convert(source, "doc"))
    assert shown(document) == [SENTENCE, "Duration | Purpose", "12 months | Hosting", SENTENCE]


@pytest.mark.needs_libreoffice
def test_conversion_fetches_nothing() -> None:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    asked.append(connection.recv(200))

        thread = threading.Thread(target=listen)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
        page = f'<html><body><p>{SENTENCE}</p><img src="{address}"><link rel=stylesheet href="{address}"></body></html>'
        try:
            converter = shutil.which("soffice") or "soffice"
            converted = convert_to_docx(page.encode(), "doc", Limits(), converter)
        finally:
            stop.set()
            thread.join()
    assert SENTENCE in read_bytes(converted).text
    assert asked == []
