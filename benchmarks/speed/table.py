"""The table of speed and memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.markdown import NOTHING, render_rows
from benchmarks.speed.contract_speed import ContractSpeed
from benchmarks.speed.process_speed import RUNS, CommandSpeed, FileMemory
from benchmarks.speed.tokeniser_speed import TokeniserSpeed

_AIM_RATIO: Final = 1 / 3
_AIM_COMMAND: Final = 2.0
_AIM_MEMORY: Final = 500_000_000
_MEGABYTE: Final = 1_000_000

_NOTES: Final = f"""\
- One process, warm; checker and floor take turns, and the best of {{rounds}} rounds of each is kept.
  Seconds are those of the processor (on an idle machine, those of the clock), so that other programs do not
  count. Only the command line and the cold run for memory are timed by the clock.
- The floor is PDFium's plain text of all pages and spaCy's tokenisation of it (a blank pipeline of the
  language). The ratio is the floor's seconds by the checker's: 1 would be as fast as the floor.
- *Reading* is the file to its text with anchors; *examining* is the text to its report.
- Awkward pages are those that the checker gives to the slow layout analysis of pdfplumber. The first table is
  of each file without them, the second of whole files.
- Words are counted by the checker's own tokeniser, so that both tokenisers are measured on the same number.
- Memory is the peak of resident memory of a fresh process that checks the file.
- The command line is timed from the start of the interpreter to its end, {RUNS} runs."""


@dataclass(frozen=True, slots=True)
class Measurements:
    """All that one run measured."""

    plain: Sequence[ContractSpeed]
    whole: Sequence[ContractSpeed]
    tokenisers: Sequence[TokeniserSpeed]
    commands: Sequence[CommandSpeed]
    memory: Sequence[FileMemory]
    rounds: int


def render_table(measured: Measurements, provenance: str, machine: str) -> str:
    """Return the whole page in Markdown."""
    sections = [
        "# Speed and memory",
        f"{provenance}\n\nMachine: {machine}.",
        "## Aims\n\n" + _aims(measured),
        "## Pages that need no pdfplumber\n\n" + _contract_table(measured.plain),
        "## Whole files\n\n" + _contract_table(measured.whole),
        "## Command line, start to finish\n\n" + _command_table(measured.commands),
        "## Memory\n\n" + _memory_table(measured.memory),
        "## Tokenisers\n\n" + _tokeniser_table(measured.tokenisers),
        "## How it is measured\n\n" + _NOTES.format(rounds=measured.rounds),
    ]
    return "\n\n".join(sections) + "\n"


def total_ratio(speeds: Sequence[ContractSpeed]) -> float | None:
    """Return the floor's seconds by the checker's over all files together."""
    seconds = sum(speed.seconds for speed in speeds)
    return sum(speed.floor for speed in speeds) / seconds if seconds else None


def _aims(measured: Measurements) -> str:
    ratio = total_ratio(measured.plain)
    command = max((speed.median for speed in measured.commands), default=None)
    peak = max((held.peak for held in measured.memory), default=None)
    rows = [
        (
            "floor by checker, pages that need no pdfplumber",
            f"at least {_AIM_RATIO:.2f}",
            NOTHING if ratio is None else f"{ratio:.2f}",
            _met(None if ratio is None else ratio >= _AIM_RATIO),
        ),
        (
            "command line on a short contract",
            f"under {_AIM_COMMAND:.0f} s",
            NOTHING if command is None else f"{command:.2f} s",
            _met(None if command is None else command < _AIM_COMMAND),
        ),
        (
            "peak memory, largest file",
            f"under {_AIM_MEMORY // _MEGABYTE} MB",
            NOTHING if peak is None else _megabytes(peak),
            _met(None if peak is None else peak < _AIM_MEMORY),
        ),
    ]
    return render_rows(("aim", "wanted", "measured", "met"), rows)


def _contract_table(speeds: Sequence[ContractSpeed]) -> str:
    header = (
        "file",
        "language",
        "pages",
        "awkward",
        "words",
        "seconds",
        "words/s",
        "reading s",
        "examining s",
        "floor s",
        "ratio",
    )
    rows = [_contract_row(speed) for speed in speeds]
    if speeds:
        rows.append(_contract_row(_total(speeds)))
    return render_rows(header, rows)


def _contract_row(speed: ContractSpeed) -> tuple[str, ...]:
    return (
        speed.name,
        speed.language,
        str(speed.pages),
        str(speed.awkward),
        f"{speed.words:,}",
        f"{speed.seconds:.3f}",
        f"{speed.words / speed.seconds:,.0f}",
        f"{speed.reading:.3f}",
        f"{speed.examining:.3f}",
        f"{speed.floor:.3f}",
        f"{speed.ratio:.2f}",
    )


def _total(speeds: Sequence[ContractSpeed]) -> ContractSpeed:
    return ContractSpeed(
        name=f"all {len(speeds)}",
        language="",
        pages=sum(speed.pages for speed in speeds),
        awkward=sum(speed.awkward for speed in speeds),
        words=sum(speed.words for speed in speeds),
        seconds=sum(speed.seconds for speed in speeds),
        reading=sum(speed.reading for speed in speeds),
        examining=sum(speed.examining for speed in speeds),
        floor=sum(speed.floor for speed in speeds),
    )


def _command_table(speeds: Sequence[CommandSpeed]) -> str:
    rows = [(speed.name, f"{speed.median:.2f}", f"{speed.best:.2f}") for speed in speeds]
    return render_rows(("file", "median s", "best s"), rows)


def _memory_table(held: Sequence[FileMemory]) -> str:
    rows = [(item.name, str(item.pages), f"{item.seconds:.1f}", _megabytes(item.peak)) for item in held]
    return render_rows(("file", "pages", "seconds, cold", "peak"), rows)


def _tokeniser_table(speeds: Sequence[TokeniserSpeed]) -> str:
    rows = [
        (
            speed.language,
            str(speed.texts),
            f"{speed.words:,}",
            f"{speed.words / speed.own:,.0f}",
            f"{speed.words / speed.spacy:,.0f}",
            f"{speed.spacy / speed.own:.1f}",
        )
        for speed in speeds
    ]
    return render_rows(("language", "texts", "words", "own words/s", "spaCy words/s", "times faster"), rows)


def _met(met: bool | None) -> str:
    return NOTHING if met is None else "yes" if met else "no"


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:.0f} MB"
