"""One check within a worker: bytes or a location in, the packed JSON of the report out."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from dpa_checker.batch.about import describe
from dpa_checker.batch.columns import read_columns
from dpa_checker.batch.engine import Outcome, Settings, Task, failed, pack_report
from dpa_checker.batch.find import read_location
from dpa_checker.errors import DocumentError, DpaCheckerError
from dpa_checker.ingestion import Limits, read_bytes
from dpa_checker.ingestion.ocr import Recognition
from dpa_checker.model import Document
from dpa_checker.pipeline import check_document
from dpa_checker.report.render_json import render_json

Read = Callable[[bytes, str], Document]


class Changed(DocumentError):
    """The file is not the one that was found: it changed while the scan ran."""

    code = "changed-file"


def check_task(
    task: Task, settings: Settings, read: Read | None = None, *, on_page: Callable[[int], None] | None = None
) -> Outcome:
    """Return the outcome of ``task``; raises nothing but what ends the worker.

    ``read`` takes the place of reading within this process; without it, ``on_page`` is called after each page whose
    text was recognised.
    """
    began = time.perf_counter()
    try:
        data = _load(task, settings.limits)
        document = read(data, task.name) if read else _read(data, task.name, settings, on_page)
        report = check_document(document, language=settings.language)
        packed = pack_report(render_json(report, compact=True))
        columns, about = read_columns(report), describe(document, report)
        return Outcome(task.digest, packed, columns, about, seconds=time.perf_counter() - began)
    except DocumentError as error:
        return failed(task, error, time.perf_counter() - began)
    except DpaCheckerError as error:
        return Outcome(task.digest, error_code="error", error=str(error), seconds=time.perf_counter() - began)
    except MemoryError:
        error_text = f"The file needs more memory than the limit max_memory_bytes ({settings.limits.max_memory_bytes})."
        return Outcome(task.digest, error_code="limit-exceeded", error=error_text)
    except Exception as error:  # noqa: BLE001  the last resort of a worker: its message could quote the contract
        text = f"unexpected error ({type(error).__name__}). Please report it."
        return Outcome(task.digest, error_code="unexpected", error=text, seconds=time.perf_counter() - began)


def _read(data: bytes, name: str, settings: Settings, on_page: Callable[[int], None] | None) -> Document:
    languages = (settings.language,) if settings.language else ()
    scans = Recognition(languages=languages, on_page=on_page) if on_page else Recognition(languages=languages)
    return read_bytes(data, name=name, limits=settings.limits, scans=scans)


def _load(task: Task, limits: Limits) -> bytes:
    """Return the bytes of a task, which must be those that were hashed when it was found."""
    if task.data is not None:
        return task.data
    data = read_location(task.location, most=limits.max_bytes)
    if hashlib.sha256(data).hexdigest() != task.digest:
        raise Changed("The file changed while the scan ran. Scan again when it is settled.")
    return data
