"""The reading process: ``python -m dpa_checker.ingestion.isolation.worker``.

It is started by :mod:`dpa_checker.ingestion.isolation.process`.

It takes requests on standard input and answers on what was standard output, in frames of
:mod:`dpa_checker.ingestion.isolation.wire`; whatever libraries print goes nowhere.  When the other end of its input
closes, because the owner ended in whatever way, it removes its private folder and ends.
"""

from __future__ import annotations

import faulthandler
import os
import select
import shutil
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, Final

from dpa_checker.errors import DamagedDocument, DocumentError
from dpa_checker.ingestion.isolation.child import (
    ASK,
    DOCUMENT,
    ERROR,
    LAYOUT,
    OUT_OF_MEMORY,
    PICTURE,
    PROGRESS,
    READY,
)
from dpa_checker.ingestion.isolation.guard import Guard, address_peak, end_group, end_programmes, limit_resources
from dpa_checker.ingestion.isolation.wire import (
    BrokenFrame,
    decode_json,
    encode_document,
    encode_json,
    encode_layout,
    read_frame,
    write_frame,
)
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.page_layout import PageLayout
from dpa_checker.ingestion.source.file import load_file
from dpa_checker.model import Document

#: The largest request: file name, limits, languages.
MOST_REQUEST: Final = 1 << 20
#: How long after its owner's limit a hung process ends by itself, should the owner not have ended it.
_GRACE: Final = 10.0
_LOOK_UP: Final = 1.0
_UNFORESEEN: Final = (
    "The file could not be read: its content leads the reader astray. Save it again, as PDF or DOCX, and retry."
)
_INCOMPLETE: Final = "A library that reading this file needs cannot be loaded. Install dpa-checker anew, and retry."

_Request = tuple[dict[str, Any], bytes | None]


def main() -> None:
    """Answer requests until the input ends."""
    scratch = Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()
    requests, answers = _take_streams()
    inbox: SimpleQueue[_Request] = SimpleQueue()
    with suppress(ValueError, AttributeError):
        # A handler, not SIG_IGN: programmes started from here inherit an ignored signal, but not a handler.
        signal.signal(signal.SIGTERM, lambda *_: None)
    threading.Thread(target=_receive, args=(requests, inbox, scratch), daemon=True).start()
    guard: Guard | None = None
    while True:
        question, data = inbox.get()
        limits = Limits.from_mapping(question["limits"])
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  # faulthandler wants a file with a number
            faulthandler.dump_traceback_later(limits.max_seconds + _GRACE, exit=True, file=nowhere)
            if guard is None:
                _load_reader(question, data)
                guard = Guard(scratch)
                guard.close()
            limit_resources(limits)

            def tell_page(number: int, limits: Limits = limits, nowhere: IO[bytes] = nowhere) -> None:  # noqa: ARG001
                """Tell the owner that work goes on, and start the clocks anew."""
                write_frame(answers, PROGRESS, b"")
                limit_resources(limits)
                faulthandler.dump_traceback_later(limits.max_seconds + _GRACE, exit=True, file=nowhere)

            try:
                write_frame(answers, READY, b"")
                kind, content = _answer(question, data, limits, guard, tell_page)
                write_frame(answers, kind, content)
            except MemoryError:
                os._exit(OUT_OF_MEMORY)
            except OSError:  # nobody listens any more; ending otherwise would leave the folder
                _leave(scratch)
            faulthandler.cancel_dump_traceback_later()
        del data, content


def _take_streams() -> tuple[int, IO[bytes]]:
    """Return the input and a private output; the numbers 0, 1 and 2 lead nowhere from now on."""
    requests = os.dup(0)
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)
    return requests, answers


def _receive(requests: int, inbox: SimpleQueue[_Request], scratch: Path) -> None:
    """Put requests into ``inbox``; end the process when there will be no more."""
    parent = os.getppid()

    def read(length: int) -> bytes:
        pieces = bytearray()
        while len(pieces) < length:
            while os.name == "posix" and not select.select([requests], [], [], _LOOK_UP)[0]:
                if os.getppid() != parent:
                    return b""
            piece = os.read(requests, min(1 << 20, length - len(pieces)))
            if not piece:
                return b""
            pieces += piece
        return bytes(pieces)

    with suppress(BrokenFrame, OSError, MemoryError):
        while (frame := read_frame(read, MOST_REQUEST)) is not None and frame[0] == ASK:
            question = decode_json(frame[1])
            data = None
            if question["path"] is None:
                content = read_frame(read, sys.maxsize)
                if content is None:
                    break
                data = content[1]
            inbox.put((question, data))
            data = None
    _leave(scratch)


def _leave(scratch: Path) -> None:
    """End the process with the programmes it has started, leaving no file behind."""
    end_group()
    for _ in range(10):
        end_programmes(scratch)
        shutil.rmtree(scratch, ignore_errors=True)
        if not scratch.exists():
            break
        time.sleep(0.1)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)


def _load_reader(question: dict[str, Any], data: bytes | None) -> None:
    """Load the libraries that the file will probably need, while bytecode may still be written."""
    head = data[:8] if data is not None else b""
    suffix = Path(question["path"] or question["name"] or "").suffix.lower()
    with suppress(ImportError):
        if head.startswith(b"%PDF") or suffix == ".pdf":
            import dpa_checker.ingestion.pdf.page_image
            import dpa_checker.ingestion.pdf.page_words
        elif head.startswith(b"PK") or suffix == ".docx":
            import dpa_checker.ingestion.docx.reader
        import dpa_checker.ingestion.reader  # noqa: F401


def _answer(
    question: dict[str, Any], data: bytes | None, limits: Limits, guard: Guard, on_page: Callable[[int], None]
) -> tuple[bytes, bytes]:
    """Return the answer to one request: a document, a picture, a layout, or the error with its origin."""
    guard.refused.clear()
    peak = address_peak()
    try:
        if question.get("page") is not None:
            kind, content = PICTURE, _draw(question, data, limits)
        elif question.get("layout") is not None:
            kind, content = LAYOUT, encode_layout(_lay_out(question, data, limits))
        else:
            kind, content = DOCUMENT, encode_document(_read(question, data, limits, on_page))
        limits.check("max_output_bytes", len(content))
        return kind, content
    except MemoryError as error:
        failure: DocumentError = limits.exceeded("max_memory_bytes")
        cause: BaseException = error
    except DocumentError as error:
        cause = error
        short = _ran_out(error) or (isinstance(error, DamagedDocument) and _came_close(peak, limits))
        failure = limits.exceeded("max_memory_bytes") if short else error
    except ImportError as error:
        cause, failure = error, DocumentError(_INCOMPLETE)
    except Exception as error:  # noqa: BLE001  # whatever a reader lets slip is one typed error for its caller
        cause = error
        short = _ran_out(error) or _came_close(peak, limits)
        failure = limits.exceeded("max_memory_bytes") if short else DamagedDocument(_UNFORESEEN)
    return ERROR, encode_json(
        {
            "code": failure.code,
            "message": str(failure),
            "origin": _origin(cause),
            "unforeseen": not isinstance(cause, (DocumentError, MemoryError)),
            "spent": failure is not cause,
            "refused": guard.refused[:20],
        }
    )


def _read(question: dict[str, Any], data: bytes | None, limits: Limits, on_page: Callable[[int], None]) -> Document:
    """Return the document that is asked for."""
    from dpa_checker.ingestion.ocr import Recognition
    from dpa_checker.ingestion.reader import read_bytes

    name = question["name"]
    if data is None:
        path = Path(question["path"])
        data = load_file(path, limits=limits)
        name = name or path.name
    scans = Recognition(languages=tuple(question["languages"]), on_page=on_page)
    return read_bytes(data, name=name, limits=limits, scans=scans)


def _draw(question: dict[str, Any], data: bytes | None, limits: Limits) -> bytes:
    """Return the picture of the page that is asked for."""
    from dpa_checker.ingestion.pdf.page_image import Mark, render_page_image
    from dpa_checker.model import Box

    if data is None:
        data = load_file(Path(question["path"]), limits=limits)
    page = question["page"]
    number = page["number"]
    marks = [Mark(Box(number, x0, y0, x1, y1), against) for x0, y0, x1, y1, against in page["marks"]]
    return render_page_image(data, number, marks, page["width"], limits)


def _lay_out(question: dict[str, Any], data: bytes | None, limits: Limits) -> PageLayout:
    """Return the layout of pages that is asked for."""
    from dpa_checker.ingestion.pdf.page_words import read_layout

    if data is None:
        data = load_file(Path(question["path"]), limits=limits)
    return read_layout(data, question["layout"]["number"], limits)


def _ran_out(error: BaseException | None) -> bool:
    """Tell whether want of memory is among the causes of an error."""
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _came_close(before: int, limits: Limits) -> bool:
    """Tell whether reading this file came within a tenth of the limit of memory: native code calls that damage."""
    return address_peak() > max(before, 0.9 * limits.max_memory_bytes)


def _origin(error: BaseException) -> str:
    """Return the first cause of an error and where in this package it was met; never its message."""
    while (before := error.__cause__ or error.__context__) is not None:
        error = before
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if "dpa_checker" in frame.filename]
    where = f" at {Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
    return f"{type(error).__name__}{where}"


if __name__ == "__main__":
    main()
