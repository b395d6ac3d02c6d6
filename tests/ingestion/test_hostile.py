"""Hostile files: each is one typed error or a readable document, in time, and the next file is read as ever."""

from __future__ import annotations

import io
import os
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from dpa_checker.errors import DamagedDocument, DocumentError, EncryptedDocument, LimitExceeded
from dpa_checker.ingestion import Limits
from dpa_checker.ingestion.isolation import ReadingProcess
from dpa_checker.ingestion.source.archive import SafeArchive, parse_xml
from dpa_checker.model import Document
from tests.ingestion import hostile_packages as packages
from tests.ingestion import hostile_pdfs as pdfs
from tests.ingestion import hostile_texts as texts
from tests.ingestion.pdf_files import SENTENCES, lines_pdf

LIMITS = Limits(max_seconds=20, max_cpu_seconds=20, max_memory_bytes=1_000_000_000)
#: What a hostile file may take on a machine that does other things as well; most take hundredths of a second.
SECONDS = 15
SENTENCE = packages.SENTENCE
GOOD = lines_pdf([[(72, 72, SENTENCES[0])]])


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile file and what may come of it: an error that says ``match``, or a document that says ``text``.

    Neither: any typed error and any document.
    """

    build: Callable[[], bytes]
    error: type[DocumentError] | None = None
    match: str = ""
    text: str | None = None


UNSAFE_NAMES = ("../../evil", "/etc/evil", "..\\evil", "C:/evil", "word/../../x")
LEGACY_NUMBERS = ("999999999", "9" * 30, "9" * 6000, "-5", "x")
NUMBER_FORMS = ("lowerRoman", "lowerLetter", "decimalZero", "ordinalText")
BOXES = ("0 0 1e30 1e30", "0 0 0 0", "595 842 0 0", "-1e9 -1e9 1e9 1e9", "0 0 nan inf", "0 0 1e-9 1e-9")

CASES: dict[str, Case] = {
    **{
        f"zip slip {name}": Case(lambda name=name: packages.with_entry(name), DamagedDocument, "outside the archive")  # type: ignore[misc]
        for name in UNSAFE_NAMES
    },
    "two main parts": Case(lambda: packages.with_entry("word/document.xml"), DamagedDocument, "same name"),
    "two by case": Case(lambda: packages.with_entry("WORD/Document.xml"), DamagedDocument, "same name"),
    "lzma": Case(lambda: packages.with_entry("x", method=zipfile.ZIP_LZMA), DamagedDocument, "stored or deflated"),
    "ratio": Case(packages.bomb_of_ratio, LimitExceeded, "max_ratio"),
    "entries": Case(lambda: packages.bomb_of_entries(10_001), LimitExceeded, "max_zip_entries"),
    "overlap": Case(lambda: packages.bomb_of_overlap(300), DamagedDocument, "overlap"),
    "lying size": Case(packages.lying_size, DamagedDocument, "unpacked"),
    "locked": Case(packages.locked, EncryptedDocument, "password"),
    "archives in archives": Case(lambda: packages.matryoshka(20), DocumentError),
    "billion laughs": Case(packages.billion_laughs, DamagedDocument, "document type"),
    "billion laughs, wide": Case(lambda: packages.billion_laughs(encoding="utf-16"), DamagedDocument, "document type"),
    "quadratic blowup": Case(packages.quadratic_blowup, DamagedDocument, "document type"),
    "late entity": Case(packages.late_entity, DamagedDocument, "document type"),
    "external entity": Case(lambda: packages.external_entity("file:///etc/passwd"), DamagedDocument, "document type"),
    "deep XML": Case(lambda: packages.deep_xml(10_000), LimitExceeded, "max_xml_depth"),
    "deep tables": Case(lambda: packages.deep_tables(10_000), LimitExceeded, "max_xml_depth"),
    "tables": Case(lambda: packages.deep_tables(80), LimitExceeded, "max_depth"),
    "huge attribute": Case(packages.huge_attribute, LimitExceeded, "10 MB"),
    "many attributes": Case(lambda: packages.many_attributes(10_000)),
    **{
        f"number {form} {start[:9]}": Case(lambda form=form, start=start: packages.numbers(start, form), text=SENTENCE)  # type: ignore[misc]
        for form in NUMBER_FORMS
        for start in LEGACY_NUMBERS
    },
    "number by text": Case(lambda: packages.numbers_by_text("%1" * 5_000), text=SENTENCE),
    "cyclic styles": Case(packages.cyclic_styles, text=SENTENCE),
    "cyclic notes": Case(packages.cyclic_notes),
    "wide table": Case(packages.wide_table, text=SENTENCE),
    **{f"odt {name}": Case(lambda body=body: packages.odt_text(body)) for name, body in packages.ODT_BODIES.items()},  # type: ignore[misc]
    "odt romans": Case(lambda: packages.odt_numbers("i")),
    "odt letters": Case(lambda: packages.odt_numbers("a")),
    "Flate bomb": Case(lambda: pdfs.flate_bomb(100_000_000, 1), text=SENTENCE),
    "Flate bomb, thrice": Case(lambda: pdfs.flate_bomb(100_000_000, 3), text=SENTENCE),
    "Flate bomb of text": Case(lambda: pdfs.flate_bomb_of_text(1_000_000), DocumentError, "max_"),
    "predictor": Case(pdfs.predictor_bomb),
    "page tree to itself": Case(pdfs.tree_to_itself, text=SENTENCE),
    "page tree in a ring": Case(pdfs.tree_in_a_ring),
    **{f"page count {n}": Case(lambda n=n: pdfs.page_count(n), text=SENTENCE) for n in (10**9, 10**30, -5, 0, 3)},  # type: ignore[misc]
    "too many pages": Case(lambda: pdfs.same_page_often(3_000), LimitExceeded, "max_pages"),
    "deep page tree": Case(lambda: pdfs.deep_tree(5_000)),
    **{f"page box {values}": Case(lambda values=values: pdfs.box(values), text=SENTENCE) for values in BOXES},  # type: ignore[misc]
    "form in itself": Case(pdfs.form_in_itself, text=SENTENCE),
    "forms doubling": Case(lambda: pdfs.forms_doubling(28)),
    "forms nested": Case(lambda: pdfs.forms_nested(5_000), text=SENTENCE),
    "references in a ring": Case(pdfs.reference_to_itself),
    "tables of objects in a ring": Case(pdfs.table_in_a_ring, text=SENTENCE),
    "deep array": Case(lambda: pdfs.deep_array(100_000), text=SENTENCE),
    "deep content": Case(lambda: pdfs.deep_content(200_000), text=SENTENCE),
    "many rules": Case(lambda: pdfs.many_rules(1_000), text="word"),
    "scattered words": Case(lambda: pdfs.scattered_words(10_000)),
    "code map": Case(pdfs.wide_code_map),
    "rings beside the pages": Case(pdfs.rings_beside_the_pages, text=SENTENCE),
    **{f"text {name}": Case(value.encode) for name, value in texts.PLAIN.items()},
    **{f"web {name}": Case(lambda body=body: texts.html(body)) for name, body in texts.PAGES.items()},  # type: ignore[misc]
    "mail of parts": Case(lambda: texts.mail_of_parts(10_000)),
    "mail in mail": Case(lambda: texts.mail_in_mail(500)),
    "parts in parts": Case(lambda: texts.parts_in_parts(1_000)),
    "mails attached": Case(lambda: texts.mails_in_mails(12)),
    "mail with a bomb": Case(lambda: texts.mail_with(packages.bomb_of_ratio()), text=SENTENCE),
    "mail with laughs": Case(lambda: texts.mail_with(packages.billion_laughs()), text=SENTENCE),
    "mail with an archive": Case(lambda: texts.mail_with(packages.matryoshka(3), "a.zip"), text=SENTENCE),
    **{f"mail {name}": Case(lambda value=value: value) for name, value in texts.MAILS.items()},  # type: ignore[misc]
    **{f"rich {name}": Case(lambda body=body: texts.rtf(body)) for name, body in texts.RICH.items()},  # type: ignore[misc]
    "PDF and archive": Case(lambda: GOOD + packages.good_docx(), text=SENTENCES[0]),
    "archive and PDF": Case(lambda: packages.good_docx() + GOOD),
    "PDF in an archive's remark": Case(lambda: packages.with_remark(GOOD)),
    "web page and PDF": Case(lambda: texts.html(SENTENCE) + GOOD),
    "only zeros": Case(lambda: bytes(1_000_000), DocumentError),
    "only a header of PDF": Case(lambda: b"%PDF-1.7\n", DocumentError),
    "only a header of zip": Case(lambda: b"PK\x03\x04", DocumentError),
    "empty archive": Case(lambda: b"PK\x05\x06" + bytes(18), DocumentError),
}
#: Cases of more than a second.
HEAVY = {
    "Flate bomb",
    "Flate bomb of text",
    "forms doubling",
    "scattered words",
    "mail parameters",
    "mail of parts",
    "mail no end",
    "parts in parts",
    "rich rows",
    "rich cells",
    "web attributes",
    "web wide table",
    "web classes",
    "text line breaks",
    "text colons",
    "text bars",
    "text rows",
    "text headings",
    "mail many heads",
}


@pytest.fixture(scope="module")
def process() -> Iterator[ReadingProcess]:
    with ReadingProcess(limits=LIMITS) as process:
        yield process


def read(process: ReadingProcess, data: bytes | Path) -> Document | DocumentError:
    """Return what comes of a file; an error that no reader foresaw, or a refused act, is a failure."""
    try:
        return process.read(data)
    except DocumentError as error:
        notes = getattr(error, "__notes__", [])
        assert not any(note.startswith(("unforeseen", "refused")) for note in notes), notes
        return error


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in HEAVY else name for name in CASES]
)
def test_hostile_file(process: ReadingProcess, name: str) -> None:
    case = CASES[name]
    data = case.build()
    before = time.monotonic()
    result = read(process, data)
    assert time.monotonic() - before < SECONDS
    if case.error is not None:
        assert isinstance(result, case.error)
        assert case.match in str(result)
    elif case.text is not None:
        assert isinstance(result, Document), result
        assert case.text in " ".join(result.text.split())
    assert "max_seconds" not in str(result)
    assert process.read(b"The next file.").text == "The next file."


@pytest.mark.parametrize("build", [packages.good_docx, lambda: GOOD, lambda: texts.mail_with(packages.good_docx())])
def test_cut_off_anywhere(process: ReadingProcess, build: Callable[[], bytes]) -> None:
    for data in packages.truncations(build()):
        read(process, data)
    assert SENTENCES[0] in process.read(GOOD).text


def test_nothing_is_fetched(process: ReadingProcess, tmp_path: Path) -> None:
    """A server stands ready for whatever a file would have fetched; nobody comes."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815  # names that the server looks for

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        files = (
            packages.reaching_out(base),
            packages.external_entity(f"{base}/entity"),
            packages.external_doctype(f"{base}/doctype"),
            pdfs.reaching_out(base),
            texts.remote_html(base),
            texts.remote_mail(base),
            texts.rtf(f"{{\\*\\template {base}/t}}{{\\field{{\\*\\fldinst INCLUDEPICTURE {base}/f}}}}{SENTENCE}"),
        )
        for data in files:
            read(process, data)
        server.shutdown()
    assert not asked


def test_macros_and_objects_are_reported_and_not_run(process: ReadingProcess) -> None:
    document = process.read(packages.reaching_out("http://127.0.0.1:9"))
    assert SENTENCE in document.text
    assert "root:" not in document.text
    kinds = {notice.kind.value for notice in document.notices}
    assert {"macros", "external_reference"} <= kinds


def test_what_is_no_file(process: ReadingProcess, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for path, reason in (
        (tmp_path, "directory"),
        (tmp_path / "missing", "No such file"),
        (tmp_path / "empty", "no bytes"),
        (tmp_path / "a\0b", "could not be opened"),
        (tmp_path / ("x" * 5_000), "could not be opened"),
    ):
        with pytest.raises(DocumentError, match=reason):
            process.read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_pipe_is_not_waited_for(process: ReadingProcess, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    before = time.monotonic()
    with pytest.raises(DocumentError, match="is a pipe"):
        process.read(tmp_path / "pipe")
    if Path("/dev/zero").exists():
        with pytest.raises(DocumentError, match="is a device"):
            process.read(Path("/dev/zero"))
    assert time.monotonic() - before < 5


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is unreadable for root")
def test_an_unreadable_file(process: ReadingProcess, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(DocumentError, match="Permission denied"):
        process.read(path)


def test_a_file_that_vanishes_or_grows_while_read(process: ReadingProcess, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    stop = threading.Event()

    def disturb() -> None:
        while not stop.is_set():
            path.write_bytes(b"Some text.\n" * 20)
            with path.open("ab") as stream:
                stream.write(b"More text.\n" * 20)
            path.unlink()

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        for _ in range(40):
            assert isinstance(read(process, path), (Document, DocumentError))
    finally:
        stop.set()
        thread.join()
    assert SENTENCES[0] in process.read(GOOD).text


def test_an_archive_counts_what_is_really_unpacked() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in ("a", "b", "c"):
            out.writestr(name, os.urandom(1_000))
    data = target.getvalue()
    archive = SafeArchive(data, Limits(max_unpacked_bytes=3_000, max_part_bytes=1_000))
    assert {name: len(archive.read(name)) for name in archive.names} == {"a": 1_000, "b": 1_000, "c": 1_000}
    assert len(archive.read("a")) == 1_000
    with pytest.raises(KeyError):
        archive.read("d")
    assert archive.parse("d") is None
    with pytest.raises(LimitExceeded, match="max_unpacked_bytes"):
        SafeArchive(data, Limits(max_unpacked_bytes=2_999))
    with pytest.raises(LimitExceeded, match="max_part_bytes"):
        SafeArchive(data, Limits(max_part_bytes=999)).read("a")
    with pytest.raises(LimitExceeded, match="max_zip_entries"):
        SafeArchive(data, Limits(max_zip_entries=2))


def test_names_with_backslashes_are_found() -> None:
    archive = SafeArchive(packages.with_entry("word\\extra.xml", "<a/>"), Limits())
    root = archive.parse("word/extra.xml")
    assert root is not None
    assert root.tag == "a"


def test_xml_within_limits() -> None:
    assert parse_xml(b"<a><b/></a>", Limits(max_xml_depth=2)).tag == "a"
    with pytest.raises(LimitExceeded, match="max_xml_depth"):
        parse_xml(b"<a><b/></a>", Limits(max_xml_depth=1))
    with pytest.raises(LimitExceeded, match="max_part_bytes"):
        parse_xml(b"<a><b/></a>", Limits(max_part_bytes=5))
    with pytest.raises(DamagedDocument, match="document type"):
        parse_xml(b"<!DOCTYPE a SYSTEM 'a.dtd'><a/>", Limits())
    assert parse_xml(b"<!DOCTYPE a SYSTEM 'a.dtd'><a/>", Limits(), doctype=True).tag == "a"
    with pytest.raises(DamagedDocument, match="entities"):
        parse_xml(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", Limits(), doctype=True)
    for broken in (b"", b"<a>", b"a", b"<a>\xff</a>", b"\x00"):
        with pytest.raises(DamagedDocument, match="cannot be read"):
            parse_xml(broken, Limits())
