"""Archives to scan: the sample contracts again and again, each copy perturbed so that it is a content of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.speed.contract_speed import NamedFile, take_plain_pages

SAMPLES: Final = Path(__file__).resolve().parents[2] / "sample_contracts"
_PER_FOLDER: Final = 1_000


def list_samples() -> list[Path]:
    """Return the sample contracts, PDF and DOCX."""
    return sorted(path for path in SAMPLES.glob("*/contract.*") if path.suffix in (".pdf", ".docx"))


def write_archive(folder: Path, count: int, samples: Sequence[Path]) -> Path:
    """Write ``count`` copies of ``samples`` in turns, no two alike, a thousand to a folder; return the folder."""
    contents = [(path.suffix, path.read_bytes()) for path in samples]
    for number in range(count):
        suffix, content = contents[number % len(contents)]
        path = _place(folder, number, suffix)
        path.write_bytes(_perturb(content, suffix, number))
    return folder


def write_texts(folder: Path, count: int) -> Path:
    """Write ``count`` one-page texts, no two alike; return the folder."""
    clauses = [
        "The Processor shall process personal data only on documented instructions from the Controller.",
        "The Processor ensures that persons authorised to process personal data are bound to confidentiality.",
        "The Processor shall notify the Controller without undue delay after becoming aware of a personal data breach.",
        "At the choice of the Controller, the Processor deletes or returns all personal data at the end of services.",
        "The Processor shall allow for and contribute to audits, including inspections, conducted by the Controller.",
        "The Processor shall not engage another processor without prior written authorisation of the Controller.",
        "Fees are payable within thirty days of the invoice. Late payment bears interest at the statutory rate.",
        "This agreement is governed by the law of the place where the Supplier has its seat.",
    ]
    for number in range(count):
        chosen = [clause for place, clause in enumerate(clauses) if number >> place & 1 or place % 3 == number % 3]
        head = f"Agreement no. {number} between Northwind Ltd (the “Controller”) and Codexa Ltd (the “Processor”).\n\n"
        _place(folder, number, ".txt").write_text(head + "\n\n".join(chosen) + "\n", encoding="utf-8")
    return folder


def write_plain_pages(folder: Path, samples: Sequence[Path]) -> list[Path]:
    """Write the PDF samples without the pages that need pdfplumber; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    pdfs = [path for path in samples if path.suffix == ".pdf"]
    reduced = [
        take_plain_pages(NamedFile(path.parent.name, path), folder / f"{number}.pdf")
        for number, path in enumerate(pdfs)
    ]
    return [file.path for file in reduced if file is not None]


def _place(folder: Path, number: int, suffix: str) -> Path:
    path = folder / f"{number // _PER_FOLDER:04}" / f"{number:07}{suffix}"
    os.makedirs(path.parent, exist_ok=True)  # noqa: PTH103  a hundred thousand times
    return path


def _perturb(content: bytes, suffix: str, number: int) -> bytes:
    """Return other bytes that read the same: a comment after the end of a PDF, the comment of a ZIP."""
    if suffix == ".pdf":
        return content + b"%% copy " + str(number).encode() + b"\n"
    comment = f"copy {number}".encode()
    return content[:-2] + len(comment).to_bytes(2, "little") + comment
