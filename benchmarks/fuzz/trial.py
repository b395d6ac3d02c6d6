"""One trial: a file through a reading process, and what is wrong with what comes of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final

from dpa_checker.errors import DamagedDocument, DocumentError
from dpa_checker.ingestion.isolation import ReadingProcess
from dpa_checker.model import Document, Revision, Source

#: Python's own errors that a reader swallows: the file is called damaged where the reader may be at fault.
_OWN_FAULTS: Final = ("TypeError", "AttributeError", "IndexError", "KeyError", "AssertionError", "UnboundLocalError")


@dataclass(frozen=True, slots=True)
class Finding:
    """What went wrong, by ``kind`` and ``place``; a ``doubt`` is a typed error that hides a fault of the reader."""

    kind: str
    place: str

    @property
    def doubt(self) -> bool:
        """Whether this is for looking into, and no failure."""
        return self.kind in ("swallowed", "slow")


def try_file(process: ReadingProcess, data: bytes, name: str, *, slow: float) -> Finding | None:
    """Read a file and return what is wrong, None when a document or a foreseen error came of it in time.

    ``slow`` is in seconds.
    """
    before = time.monotonic()
    try:
        document = process.read(data, name=name)
    except DocumentError as error:
        return _judge_error(error)
    except Exception as error:  # noqa: BLE001  # any other error is the very thing that is looked for
        return Finding("untyped", type(error).__name__)
    taken = time.monotonic() - before
    fault = find_fault(document)
    if fault is not None:
        return Finding("unsound", f"{document.media_type}: {fault}")
    return Finding("slow", f"{document.media_type}") if taken > slow else None


def find_fault(document: Document) -> str | None:
    """Return what is unsound in a document, None when nothing is."""
    for reading in (document, document.rejected):
        if reading is None:
            continue
        text = reading.text
        if any("\ud800" <= character <= "\udfff" for character in text):
            return "a lone surrogate in the text"
        for block in reading.blocks:
            quote = text[block.start : block.end]
            if not quote or quote != quote.strip():
                return "a block that is empty or has blanks at its ends"
            if not all(block.start <= start <= end <= block.end for start, end in block.cells):
                return "a cell outside its row"
        if not all(above.end <= below.start for above, below in pairwise(reading.blocks)):
            return "blocks that overlap"
        spans = [(one.start, one.end) for one in reading.anchors]
        spans += [(one.start, one.end) for one in chain[Source | Revision](reading.sources, reading.revisions)]
        if not all(0 <= start <= end <= len(text) for start, end in spans):
            return "a span outside the text"
        if list(reading.page_starts) != sorted(reading.page_starts):
            return "pages out of order"
    return None


def _judge_error(error: DocumentError) -> Finding | None:
    """Return what is wrong with an error: one that no reader foresaw, a crash, a hang, a refused act."""
    message = str(error)
    notes = {note.partition(": ")[0]: note.partition(": ")[2] for note in getattr(error, "__notes__", ())}
    if "unforeseen" in notes:
        return Finding("untyped", notes["unforeseen"])
    if "refused" in notes:
        return Finding("refused", notes["refused"])
    for kind, sign in (("crash", "crashed"), ("hang", "max_seconds"), ("hang", "max_cpu_"), ("memory", "max_memory_")):
        if sign in message:
            return Finding(kind, message.partition(".")[0])
    cause = notes.get("cause", "")
    if isinstance(error, DamagedDocument) and cause.startswith(_OWN_FAULTS):
        return Finding("swallowed", cause)
    return None
