"""Whatever comes in: blocks are sound, and a broken file ends in a typed error and nothing else."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz.mutation import mutate
from benchmarks.fuzz.reduction import reduce_case
from benchmarks.fuzz.specimen import Specimen, gather_specimens, pack
from benchmarks.fuzz.trial import find_fault, try_file
from dpa_checker.errors import DocumentError
from dpa_checker.ingestion import Limits, read_bytes, read_text
from dpa_checker.ingestion.isolation import ReadingProcess
from dpa_checker.model import Document, Source
from tests.ingestion.docx_files import numbered, para, table, text, word_file
from tests.ingestion.pdf_files import SENTENCES, column, flow_pdf, lines_pdf, paragraph, ruled_table

FOUND = Path(__file__).parent / "found"
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
    spans = [(block.start, block.end) for block in document.blocks]
    spans += [(part.start or 0, part.end or 0) for part in document.unread]  # options that are not ticked
    covered = "".join(value[start:end] for start, end in sorted(spans))
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


@pytest.fixture(scope="module")
def process() -> Iterator[ReadingProcess]:
    with ReadingProcess(limits=Limits(max_seconds=10, max_memory_bytes=1_000_000_000)) as process:
        yield process


@pytest.mark.parametrize("path", sorted(FOUND.iterdir()), ids=lambda path: path.name)
def test_found_cases_stay_mended(process: ReadingProcess, path: Path) -> None:
    """Files on which a reader once failed; ``python -m benchmarks.fuzz`` writes them."""
    assert path.stat().st_size <= 20_000
    assert try_file(process, path.read_bytes(), path.name, slow=5) is None


@pytest.mark.parametrize("specimen", gather_specimens()[:8], ids=lambda specimen: specimen.name)
def test_specimens_are_sound(process: ReadingProcess, specimen: Specimen) -> None:
    """What mutation starts from is read without fault, else it would find nothing deep."""
    document = process.read(specimen.data, name=specimen.name)
    check(document)
    assert "Scope" in document.text


def test_mutation_is_repeatable() -> None:
    for specimen in gather_specimens()[:8]:
        first, second = (mutate(specimen, random.Random(7)) for _ in range(2))  # noqa: S311
        assert first == second != specimen.data


def test_a_case_is_made_small() -> None:
    data = pack({"a": b"x" * 5_000 + b"needle" + b"y" * 5_000, "b": b"z" * 1_000})

    def still(candidate: bytes) -> bool:
        with zipfile.ZipFile(io.BytesIO(candidate)) as archive:
            return any(b"needle" in archive.read(name) for name in archive.namelist())

    small = reduce_case(data, still, seconds=10)
    assert still(small)
    with zipfile.ZipFile(io.BytesIO(small)) as archive:
        assert archive.namelist() == ["a"]
        assert len(archive.read("a")) < 100


def test_a_fault_of_a_document_is_seen() -> None:
    """The judge of the fuzzer itself: each fault is told, and a sound document passes."""
    sound = read_text("Some text.")
    assert find_fault(sound) is None
    block = sound.blocks[0]
    for wrong in (
        replace(sound, blocks=(replace(block, end=block.end + 1),), text=sound.text + " more"),
        replace(sound, blocks=(block, block)),
        replace(sound, blocks=(replace(block, end=block.start),)),
        replace(sound, blocks=(replace(block, cells=((0, 99),)),)),
        replace(sound, text="\ud800" + sound.text),
        replace(sound, page_starts=(3, 1)),
        replace(sound, sources=(Source(0, 99, "x"),)),
    ):
        assert find_fault(wrong) is not None
        assert find_fault(replace(sound, rejected=wrong)) is not None
