"""Whatever comes in: blocks are sound, and a broken file ends in a typed error and nothing else."""

from __future__ import annotations

import random
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpa_checker.errors import DocumentError
from dpa_checker.ingestion import read_bytes, read_text
from dpa_checker.model import Document
from tests.ingestion.docx_files import numbered, para, table, text, word_file
from tests.ingestion.pdf_files import SENTENCES, column, flow_pdf, lines_pdf, paragraph, ruled_table

PIECES = st.sampled_from(
    "3.2 @(a) @- @• @# @Article 5 @§ 4 @| a | b |@|---|@\t@    @\n@\n\n@\r\n@\x0c@**@Name: x@The Processor"
    "@ shall@ end.@:@;@\u00a0@\u00ad@===@iv) @1. @.".split("@")
)


def check(document: Document) -> None:
    """Assert that the blocks of a document are sound."""
    for block in document.blocks:
        quote = document.text[block.start : block.end]
        assert quote
        assert quote == quote.strip()
        assert all(block.start <= start <= end <= block.end for start, end in block.cells)
        assert all(0 <= start <= end <= len(document.text) for start, end in block.header_cells)
    assert all(above.end <= below.start for above, below in pairwise(document.blocks))
    assert all(0 <= anchor.start < anchor.end <= len(document.text) for anchor in document.anchors)


def words(value: str) -> str:
    """Return the letters and figures of ``value``."""
    return "".join(character for character in value if character.isalnum())


@settings(max_examples=150)
@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join)))
def test_blocks_of_any_text(value: str) -> None:
    document = read_text(value)
    assert document.text == value
    check(document)
    covered = "".join(value[block.start : block.end] for block in document.blocks)
    assert words(covered) == words(value)


@settings(max_examples=100)
@given(st.binary(max_size=400))
def test_any_bytes(value: bytes) -> None:
    with suppress(DocumentError):
        check(read_bytes(value))


@pytest.mark.parametrize("seed", range(30))
def test_damaged_files_raise_typed_errors_only(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    files = (
        lines_pdf([column(" ".join(SENTENCES), 72, 100, width=80)] * 2),
        flow_pdf([paragraph(SENTENCES[0]), ruled_table([("a", "b"), ("c", "d")], (100, 100))]),
        word_file(numbered("Scope", 0) + para(text("Text.")) + table(("a", "b"), ("c", "d"))),
    )
    data = bytearray(files[seed % 3])
    for _ in range(chance.randrange(1, 40)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.4:
        del data[chance.randrange(len(data)) :]
    with suppress(DocumentError):
        check(read_bytes(bytes(data)))
