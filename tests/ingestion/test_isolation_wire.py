"""What travels between processes: a document comes through whole, and nothing else passes for one; limits as data."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from dpa_checker.ingestion import Limits, read_bytes
from dpa_checker.ingestion.isolation.wire import (
    BrokenFrame,
    decode_document,
    decode_layout,
    encode_document,
    encode_layout,
)
from dpa_checker.ingestion.page_layout import PageLayout, PrintedLine
from dpa_checker.model import (
    Anchor,
    Box,
    Comment,
    Document,
    Emphasis,
    Face,
    Notice,
    NoticeKind,
    Revision,
    RevisionKind,
    Source,
)
from tests.ingestion.pdf_files import SENTENCES, flow_pdf, paragraph, ruled_table

PDF = flow_pdf([paragraph(SENTENCES[0]), ruled_table([("Duration", "Term"), ("Data", "Names")], (100, 100))])


def specimen() -> Document:
    """A document with something in every field."""
    document = replace(
        read_bytes(PDF, name="ä \udcff"),
        anchors=(Anchor(0, 3, 1, (Box(1, 0.5, 1, 2.25, 3e-7), Box(1, 0, 0, 0, 0)), 0.5), Anchor(3, 4)),
        notices=(Notice(NoticeKind.MACROS, "a", 2),),
        comments=(Comment("b\u2028", "c", 0, 1, 1), Comment("")),
        sources=(Source(0, 2, "x", "text/plain"),),
        revisions=(Revision(0, 1, RevisionKind.INSERTION, "A", "2026-01-01T00:00:00Z"),),
        emphases=(Emphasis(0, 1, Face(bold=True)), Emphasis(1, 3, Face(italic=True, underlined=True))),
        awkward_pages=(1,),
    )
    return replace(document, rejected=replace(document, text=document.text + "𝔘\ud800", name=None))


def test_a_document_comes_through_the_wire_whole() -> None:
    assert decode_document(encode_document(specimen())) == specimen()


def test_a_wrong_answer_is_no_document() -> None:
    """Any change of a value to one of another type, and random changes of bytes, are refused or give a document."""
    packed = encode_document(specimen())
    chance = Random(1)  # noqa: S311

    def change(value: Any) -> Any:
        if isinstance(value, list) and value and chance.random() < 0.9:
            place = chance.randrange(len(value))
            return [*value[:place], change(value[place]), *value[place + 1 :]]
        return chance.choice([None, True, -1, 10**9, 1e999, "x", [], {}, [[]], 0.5])

    refused = 0
    for _ in range(400):
        changed = json.dumps(change(json.loads(packed.decode("utf-8", "surrogatepass")))).encode()
        try:
            assert isinstance(decode_document(changed), Document)
        except BrokenFrame:
            refused += 1
    for _ in range(400):
        damaged = bytearray(packed)
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            assert isinstance(decode_document(bytes(damaged)), Document)
        except BrokenFrame:
            refused += 1
    assert refused > 400


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b"[NaN]", b"\xff", b"[]", b"null"])
def test_no_document_at_all(content: bytes) -> None:
    with pytest.raises(BrokenFrame):
        decode_document(content)


def test_a_layout_comes_through_the_wire_whole_and_nothing_else_passes_for_one() -> None:
    layout = PageLayout(((595.28, 841.89), (200, 100.5)), (PrintedLine("ä\u2028", 1, 2.5, 3, 4),))
    assert decode_layout(encode_layout(layout)) == layout
    for sizes in ((0.0, 1.0), (-1.0, 1.0), (1e12, 1.0)):
        with pytest.raises(BrokenFrame):
            decode_layout(encode_layout(PageLayout((sizes,))))
    for content in (b"[]", b"[[1]]", encode_document(specimen()), encode_layout(layout).replace(b"2.5", b'"x"')):
        with pytest.raises(BrokenFrame):
            decode_layout(content)


def test_limits_of_a_configuration() -> None:
    assert Limits.from_mapping({}) == Limits()
    assert Limits.from_mapping({"max_pages": 3, "max_seconds": 1.5}) == Limits(max_pages=3, max_seconds=1.5)
    with pytest.raises(ValueError, match="did you mean max_pages"):
        Limits.from_mapping({"max_page": 3})
    with pytest.raises(ValueError, match="known are"):
        Limits.from_mapping({"colour": 3})
    for value in (0, -1, 1.5, True, "3", None, 2**63):
        with pytest.raises(ValueError, match="max_pages must be a positive whole number"):
            Limits.from_mapping({"max_pages": value})
    for value in (0.0, float("nan"), float("inf"), "1"):
        with pytest.raises(ValueError, match="max_seconds must be a positive number"):
            Limits.from_mapping({"max_seconds": value})
