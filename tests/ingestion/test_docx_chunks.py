"""DOCX: parts in other formats (altChunk) are read in place by their own readers, within the limits."""

from __future__ import annotations

import gc
import io
import zipfile

import pytest

from dpa_checker.ingestion import Limits, read_bytes
from dpa_checker.ingestion.isolation import read_isolated
from dpa_checker.model import BlockKind, Document, NoticeKind, UnreadReason
from tests.ingestion.docx_files import deleted, inserted, para, table, text, word_file
from tests.ingestion.test_docx_parts import link, relate
from tests.ingestion.test_plain import cells, shown

BEFORE, AFTER = para(text("Before.")), para(text("After."))
CHUNK = '<w:altChunk r:id="rId95"/>'
MHT = b"""MIME-Version: 1.0
Content-Type: multipart/related; boundary="cut"

--cut
Content-Type: text/html; charset=utf-8
Content-Location: file:///c:/page.htm

<html><body><p>More.</p></body></html>
--cut--
"""


def with_part(name: str, content: bytes, body: str = BEFORE + CHUNK + AFTER) -> bytes:
    """Return a DOCX of raw body content that sets in the part ``name``."""
    data = relate(word_file(body), "word/_rels/document.xml.rels", link("rId95", "aFChunk", name, external=False))
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"word/{name}", content)
    return target.getvalue()


def excerpts(document: Document) -> list[tuple[UnreadReason, str]]:
    return [(one.reason, one.excerpt) for one in document.unread]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("chunk.html", b"<html><body><p>More.</p></body></html>"),
        ("chunk.htm", b"More."),
        ("chunk.xhtml", b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>More.</body></html>'),
        ("chunk.rtf", rb"{\rtf1\ansi More.\par}"),
        ("chunk.txt", b"More."),
        ("chunk.txt", "\ufeffMore.".encode("utf-16")),
        ("chunk.docx", word_file(para(text("More.")))),
        ("chunk.mht", MHT),
    ],
)
def test_parts_are_read_in_place(name: str, content: bytes) -> None:
    document = read_bytes(with_part(name, content))
    assert shown(document) == ["Before.", "More.", "After."]
    assert not document.unread


def test_the_same_in_a_process_of_its_own() -> None:
    assert shown(read_isolated(with_part("chunk.rtf", rb"{\rtf1 More.\par}"))) == ["Before.", "More.", "After."]


def test_headings_lists_and_tables_keep_what_they_are() -> None:
    page = """<h1>4. Audits</h1><ol type="a"><li>at any time</li><li>by a third party</li></ol>
    <table><thead><tr><th>Processor</th><th>Place</th></tr></thead><tr><td>Beta SAS</td><td>Lyon</td></tr></table>"""
    document = read_bytes(with_part("chunk.html", page.encode()))
    kinds = [block.kind for block in document.blocks]
    assert kinds[1:4] == [BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.LIST_ITEM]
    rows = [block for block in document.blocks if block.kind is BlockKind.TABLE_ROW]
    assert [cells(document, block) for block in rows] == [["Processor", "Place"], ["Beta SAS", "Lyon"]]
    assert rows[1].header_cells == rows[0].cells


def test_a_part_within_a_table_stands_in_its_cell() -> None:
    data = with_part("terms.rtf", rb"{\rtf1 First.\par Second.\par}", table(("Terms", CHUNK + para(text("x")))))
    document = read_bytes(data)
    assert document.text == "Terms | First.\nSecond.\nx"


def test_what_does_not_count_in_a_part_is_reported_at_its_place() -> None:
    page = b"<p>One <s>never</s> two.</p><p style='display:none'>Hidden words.</p><p>Three.</p>"
    document = read_bytes(with_part("chunk.html", page))
    assert shown(document) == ["Before.", "One two.", "Three.", "After."]
    assert excerpts(document) == [
        (UnreadReason.STRUCK_THROUGH, "never"),
        (UnreadReason.HIDDEN, "Hidden words."),
    ]
    struck = document.unread[0].start
    assert struck is not None
    assert document.text[:struck].rstrip().endswith("One")


def test_unticked_options_of_a_text_part_are_set_aside() -> None:
    document = read_bytes(with_part("chunk.txt", "☐ Audits\n\n☒ Reports".encode()))
    assert shown(document) == ["Before.", "☒ Reports", "After."]
    assert excerpts(document) == [(UnreadReason.UNSELECTED_OPTION, "☐ Audits")]


def test_tracked_changes_of_a_part_make_two_readings() -> None:
    inner = word_file(para(text("It ") + deleted("may") + inserted("shall") + text(" help.")))
    document = read_bytes(with_part("chunk.docx", inner))
    assert shown(document) == ["Before.", "It shall help.", "After."]
    assert document.rejected is not None
    assert shown(document.rejected) == ["Before.", "It may help.", "After."]
    assert [(document.text[one.start : one.end], one.author) for one in document.revisions] == [("shall", "Ada")]
    assert any(one.kind is NoticeKind.REVISIONS for one in document.notices)


def test_a_part_in_a_tracked_insertion_stands_in_one_reading() -> None:
    body = BEFORE + f'<w:ins w:id="9" w:author="Ada">{CHUNK}</w:ins>' + AFTER
    document = read_bytes(with_part("chunk.txt", b"More.", body))
    assert shown(document) == ["Before.", "More.", "After."]
    assert document.rejected is not None
    assert shown(document.rejected) == ["Before.", "After."]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("chunk.pdf", b"%PDF-1.4\n%%EOF"),
        ("chunk.png", b"\x89PNG\r\n\x1a\n0000"),
        ("chunk.docx", b"PK\x03\x04 broken"),
        ("chunk.bin", bytes(range(256)) * 4),
    ],
)
def test_what_cannot_be_read_is_reported(name: str, content: bytes) -> None:
    document = read_bytes(with_part(name, content))
    assert document.text == "Before.\n\nAfter."
    (unread,) = document.unread
    assert unread.reason is UnreadReason.ATTACHMENT
    assert unread.detail.startswith(name)
    assert unread.start == len("Before.")


def test_parts_that_are_missing_or_outside_the_file_are_reported() -> None:
    relations = "word/_rels/document.xml.rels"
    for data in (
        relate(word_file(BEFORE + CHUNK), relations, link("rId95", "aFChunk", "gone.html", external=False)),
        relate(word_file(BEFORE + CHUNK), relations, link("rId95", "aFChunk", "https://host.invalid/gone.html")),
        word_file(BEFORE + CHUNK),
    ):
        document = read_bytes(data)
        assert document.text == "Before."
        assert [one.reason for one in document.unread] == [UnreadReason.ATTACHMENT]


def test_an_empty_part_says_nothing() -> None:
    document = read_bytes(with_part("chunk.html", b"<html><body></body></html>"))
    assert (document.text, document.unread) == ("Before.\n\nAfter.", ())


def test_a_part_that_ends_in_the_middle_says_so() -> None:
    document = read_bytes(with_part("chunk.rtf", rb"{\rtf1 More.\par Cut"))
    assert "More." in document.text
    assert [one.reason for one in document.unread] == [UnreadReason.DAMAGED]


def test_a_document_that_was_read_is_given_back_at_once() -> None:
    """Trees held in a ring wait for the collector of Python, and memory grows meanwhile."""
    data = with_part("chunk.docx", word_file(table(("a", "b"))), para(text("x")) + table(("c", CHUNK + AFTER)))
    read_bytes(data)
    gc.collect()
    gc.disable()
    try:
        read_bytes(data)
        assert gc.collect() < 50
    finally:
        gc.enable()


def nested(depth: int) -> bytes:
    """Return documents within one another, ``depth`` deep."""
    data = word_file(para(text("Innermost.")))
    for number in range(depth):
        data = with_part("chunk.docx", data, para(text(f"Level {number}.")) + CHUNK)
    return data


def test_parts_within_parts_are_limited() -> None:
    assert "Innermost." in read_bytes(nested(2), limits=Limits(max_nesting=2)).text
    deep = read_bytes(nested(3), limits=Limits(max_nesting=2))
    assert "Innermost." not in deep.text
    assert "Level 0." in deep.text
    assert [one.reason for one in deep.unread] == [UnreadReason.ATTACHMENT]


def test_the_number_and_the_size_of_parts_are_limited() -> None:
    data = with_part("chunk.docx", nested(2))
    document = read_bytes(data, limits=Limits(max_attachments=2))
    assert "Level 0." in document.text
    assert "Innermost." not in document.text
    assert len(document.unread) == 1
    small = Limits(max_unpacked_bytes=1_200_000)
    assert "Level 1." in read_bytes(nested(2), limits=small).text
    assert "Innermost." not in read_bytes(nested(2), limits=small).text


def test_one_part_set_in_many_times_does_not_outgrow_the_text() -> None:
    from dpa_checker.errors import LimitExceeded

    data = with_part("chunk.txt", b"word " * 2_000, CHUNK * 200)
    with pytest.raises(LimitExceeded, match="max_characters"):
        read_bytes(data, limits=Limits(max_characters=100_000))
