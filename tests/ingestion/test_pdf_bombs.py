"""PDF: what can be refused before PDFium opens the file, and pages that would take far too long."""

from __future__ import annotations

import io
import time
import zlib

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from dpa_checker.errors import LimitExceeded
from dpa_checker.ingestion import Limits, read_bytes
from tests.ingestion.pdf_files import HEIGHT, SENTENCES, column, lines_pdf, scan_pdf

PAGE = lines_pdf([[(72, 100, SENTENCES[0])]])


def with_content(content: bytes, layers: int = 1) -> bytes:
    """Return a page with ``content`` packed so many times after its own."""
    packed = content
    for _ in range(layers):
        packed = zlib.compress(packed, 9)
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(PAGE)) as source:
        extra = pikepdf.Stream(source, packed)
        extra.Filter = pikepdf.Array([Name.FlateDecode] * layers)
        source.pages[0].obj.Contents = pikepdf.Array([source.pages[0].obj.Contents, source.make_indirect(extra)])
        source.save(target, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return target.getvalue()


@pytest.mark.parametrize("layers", [1, 2])
def test_a_stream_that_inflates_beyond_the_limit(layers: int) -> None:
    data = with_content(b" " * 20_000_000, layers)
    assert len(data) < 50_000
    with pytest.raises(LimitExceeded, match="max_unpacked_bytes"):
        read_bytes(data, limits=Limits(max_unpacked_bytes=10_000_000))
    assert read_bytes(data, limits=Limits(max_unpacked_bytes=100_000_000)).text == SENTENCES[0]


def test_ordinary_streams_do_not_count() -> None:
    data = with_content(zlib.compress(bytes(range(256)) * 40))
    assert read_bytes(data, limits=Limits(max_unpacked_bytes=100_000)).text == SENTENCES[0]
    assert read_bytes(scan_pdf(first_text=SENTENCES[0])).text == SENTENCES[0]


def nested_forms(depth: int, uses: int) -> bytes:
    """Return a page with forms that each paint the next one ``uses`` times."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(PAGE)) as source:
        inner = None
        for _ in range(depth):
            form = pikepdf.Stream(source, b"" if inner is None else b"/X Do " * uses)
            form.Type, form.Subtype = Name.XObject, Name.Form
            form.BBox = pikepdf.Array([0, 0, 595, 842])
            if inner is not None:
                form.Resources = Dictionary(XObject=Dictionary(X=inner))
            inner = source.make_indirect(form)
        source.pages[0].Resources.XObject = Dictionary(X=inner)
        source.pages[0].contents_add(b" /X Do")
        source.save(target)
    return target.getvalue()


@pytest.mark.parametrize(("depth", "uses"), [(30, 2), (4, 300)])
def test_forms_that_multiply(depth: int, uses: int) -> None:
    with pytest.raises(LimitExceeded, match="millions"):
        read_bytes(nested_forms(depth, uses))


def test_forms_within_forms_are_read() -> None:
    assert read_bytes(nested_forms(6, 2)).text == SENTENCES[0]


def test_copies_of_a_page_are_no_running_heads() -> None:
    document = read_bytes(lines_pdf([column(" ".join(SENTENCES), 72, 100, width=80)] * 20))
    assert document.text.count(SENTENCES[0]) == 20


def test_thousands_of_scattered_words() -> None:
    words = [(20.0 + 7 * (number % 79), 20 + 7.9 * (number // 79), f"w{number}") for number in range(7_900)]
    begin = time.process_time()
    document = read_bytes(lines_pdf([[(x, y % (HEIGHT - 30), word) for x, y, word in words]], size=2))
    assert time.process_time() - begin < 30
    assert "w7899" in document.text
