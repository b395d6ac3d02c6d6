"""The checker timed on PDF contracts, and on those of their pages that need no slow layout analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.speed.clock import time_alternately
from benchmarks.speed.floor import run_floor
from dpa_checker import load_library
from dpa_checker.errors import DocumentError
from dpa_checker.ingestion import read_file
from dpa_checker.ingestion.pdf.pdfium import pdfium
from dpa_checker.matching.token import tokenise
from dpa_checker.pipeline import check_document

ROUNDS: Final = 5


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file and the name under which the table shows it."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class ContractSpeed:
    """Seconds for one PDF: the checker's, those of its reading and examining, and the floor's."""

    name: str
    language: str
    pages: int
    awkward: int
    words: int
    seconds: float
    reading: float
    examining: float
    floor: float

    @property
    def ratio(self) -> float:
        """The floor as a share of the checker's time: 1 would be as fast as the floor."""
        return self.floor / self.seconds


def time_contracts(files: Sequence[NamedFile], *, rounds: int = ROUNDS) -> list[ContractSpeed]:
    """Return the speed on each PDF of ``files`` that is in a supported language."""
    timed = (_time_contract(file, rounds) for file in files)
    return [speed for speed in timed if speed is not None]


def time_plain_pages(files: Sequence[NamedFile], folder: Path, *, rounds: int = ROUNDS) -> list[ContractSpeed]:
    """Return the speed on each PDF of ``files`` reduced to its pages without slow layout analysis.

    The reduced files are written to ``folder``.  A file of awkward pages only is left out.
    """
    reduced = (take_plain_pages(file, folder / f"{number}.pdf") for number, file in enumerate(files))
    return time_contracts([file for file in reduced if file is not None], rounds=rounds)


def _time_contract(file: NamedFile, rounds: int) -> ContractSpeed | None:
    path = file.path
    try:
        document = read_file(path)
        report = check_document(document)
    except DocumentError:
        return None
    language = report.document.language
    if language is None or language not in load_library().languages:
        return None
    seconds, reading, examining, floor = time_alternately(
        [
            lambda: check_document(read_file(path)),
            lambda: read_file(path),
            lambda: check_document(document),
            lambda: run_floor(path, language),
        ],
        rounds=rounds,
    )
    return ContractSpeed(
        name=file.name,
        language=language,
        pages=document.pages or 0,
        awkward=len(document.awkward_pages),
        words=len(tokenise(document.text)),
        seconds=seconds,
        reading=reading,
        examining=examining,
        floor=floor,
    )


def take_plain_pages(file: NamedFile, target: Path) -> NamedFile | None:
    """Return ``file`` when no page of it is awkward, else a copy at ``target`` without those pages."""
    try:
        document = read_file(file.path)
    except DocumentError:
        return None
    slow = frozenset(document.awkward_pages)
    kept = [number - 1 for number in range(1, (document.pages or 0) + 1) if number not in slow]
    if not slow or not kept:
        return file if kept else None
    source, copy = pdfium.PdfDocument(file.path), pdfium.PdfDocument.new()
    try:
        copy.import_pages(source, kept)
        copy.save(target)
    finally:
        copy.close()
        source.close()
    return NamedFile(file.name, target)
