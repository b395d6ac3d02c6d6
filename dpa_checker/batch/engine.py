"""What every engine does: it takes tasks and gives outcomes, in whatever order they are done."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from dpa_checker.batch.about import About
from dpa_checker.batch.columns import Columns
from dpa_checker.errors import DocumentError, DpaCheckerError
from dpa_checker.ingestion import Limits
from dpa_checker.ingestion.legacy.conversion import find_converter
from dpa_checker.ingestion.ocr import find_recogniser

#: The outcome of a file that ended the worker twice.
WORKER_DIED: Final = "worker-died"
#: A file could not be opened where it was found: a drive or a store may be away for now.
AWAY: Final = frozenset({"unreadable-file", "store-unreachable"})
#: What went wrong for reasons that may be gone at the next scan, which tries such a content again.
PASSING: Final = AWAY | {"limit-exceeded", WORKER_DIED, "unexpected", "changed-file"}
#: Limits that a report is made within: what lies beyond them stays unread, and the report says so.
_SHAPING: Final = ("max_recognised_pages", "max_attachments", "max_nesting")


class EngineError(DpaCheckerError):
    """The workers cannot be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What bears on the result of a check: the language of the contracts when it is told, and the limits."""

    language: str | None = None
    limits: Limits = field(default_factory=Limits)

    @property
    def key(self) -> str:
        """What a kept result depends on besides its content and the versions, in a few letters.

        These are the language, the limits that leave a part unread, and what this machine has to read scans and old
        Word files; the other limits only decide whether there is a result.
        """
        languages = (self.language,) if self.language else ()
        recogniser = find_recogniser(languages)
        shaping = [getattr(self.limits, name) for name in _SHAPING]
        told = [recogniser.name if recogniser else None, find_converter() is not None, *shaping]
        return f"{self.language or ''}-{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Task:
    """A content to check: ``digest`` is its SHA-256 in hexadecimal, ``location`` where to read it.

    ``data`` holds the bytes themselves when the worker cannot reach the location; it is never shown.
    """

    digest: str
    location: str
    name: str
    data: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a task: the report with what is looked up of it, or the code and message of why there is none.

    ``packed`` is the JSON of the report in UTF-8, compressed by zlib, as it travels and is kept.  ``seconds`` is the
    time of the check in its worker.  The message never quotes the contract.
    """

    digest: str
    packed: bytes | None = field(default=None, repr=False)
    columns: Columns = field(default_factory=Columns)
    about: About = field(default_factory=About)
    error_code: str = ""
    error: str = ""
    seconds: float = 0.0

    @property
    def examined(self) -> bool:
        """Whether there is a report."""
        return self.packed is not None

    @property
    def report(self) -> str | None:
        """The JSON of the report."""
        return None if self.packed is None else unpack_report(self.packed)


class Engine(Protocol):
    """Runs checks; a context manager that holds its workers."""

    def reaches(self, location: str) -> bool:
        """Tell whether the workers can read a location themselves; else its bytes are sent with the task."""
        ...

    def check(self, tasks: Iterable[Task], settings: Settings) -> Iterator[Outcome]:
        """Yield the outcome of each task as it is done; tasks are drawn only as fast as they are worked off."""
        ...

    def __enter__(self) -> Engine:
        """Return itself."""
        ...

    def __exit__(self, *error: object) -> None:
        """End the workers."""
        ...


def failed(task: Task, error: DocumentError, seconds: float = 0.0) -> Outcome:
    """Return the outcome of a task that ended in a typed error."""
    return Outcome(task.digest, error_code=error.code, error=str(error), seconds=seconds)


def pack_report(report: str) -> bytes:
    """Return the JSON of a report as it is kept."""
    return zlib.compress(report.encode("utf-8"), 6)


def unpack_report(packed: bytes) -> str:
    """Return the JSON of a report from what is kept."""
    return zlib.decompress(packed).decode("utf-8")
