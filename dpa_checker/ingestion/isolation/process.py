"""Reading in a separate process, so that a hostile file can harm nothing but its own reading.

    read_isolated(source) -> Document                one file in a process of its own
    start_reading(source) -> PendingDocument         the same, while the caller does something else
    ReadingProcess().read(source) -> Document        many files, one process after the other
    ReadingProcess().draw(source, page) -> bytes     the picture of a page, under the same limits
    ReadingProcess().lay_out(source) -> PageLayout   the sizes of its pages, the words of one in their places

The process is a fresh interpreter without the caller's environment, under :class:`Limits` for time, memory and
output, without network, without programmes but those of conversion, and without a place to write but a private
folder that goes when it ends (see :mod:`dpa_checker.ingestion.isolation.guard`).  A crash, a hang and a want of memory
are each one ``DocumentError``.  On platforms without ``setrlimit`` (Windows) and on macOS the limit on memory is not
enforced by the system; time, output and the rest are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Final, Self, TypeVar

from dpa_checker.errors import DocumentError
from dpa_checker.ingestion.isolation.child import Child, Ending, LayoutWanted, PageWanted, Wanted
from dpa_checker.ingestion.isolation.wire import BrokenFrame, decode_document, decode_layout
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.page_layout import PageLayout
from dpa_checker.model import Document

_Answer = TypeVar("_Answer")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_DEFAULT: Final = Limits()
#: How long a fresh interpreter may take to load the libraries, on the slowest machine.
_START_SECONDS: Final = 60.0
#: After so many files a reading process is replaced, whatever its libraries have kept.
_FILES: Final = 200

_NOT_STARTED: Final = "The reading process did not start ({what}). Check that the installation is complete, and retry."


def read_isolated(
    source: Path | bytes,
    *,
    name: str | None = None,
    limits: Limits = _DEFAULT,
    languages: Sequence[str] = (),
) -> Document:
    """Return the document of a file or of bytes, read in a process of its own.

    ``name`` is kept for the report (by default the name of the file); ``languages`` (ISO 639-1) help recognise the
    text of scans.  Raises ``DocumentError``.
    """
    with start_reading(source, name=name, limits=limits, languages=languages) as pending:
        return pending.result()


def start_reading(
    source: Path | bytes,
    *,
    name: str | None = None,
    limits: Limits = _DEFAULT,
    languages: Sequence[str] = (),
) -> PendingDocument:
    """Start reading in a process of its own and return at once; arguments as of :func:`read_isolated`."""
    _check_size(source, limits)
    return PendingDocument(Child(), source, name, limits, languages)


class PendingDocument:
    """A document that another process is reading; a context manager that ends that process.

    It is what of its pages is ``wanted`` instead, where that is given.
    """

    def __init__(
        self,
        child: Child,
        source: Path | bytes,
        name: str | None,
        limits: Limits,
        languages: Sequence[str],
        wanted: Wanted | None = None,
    ) -> None:
        self._child = child
        self._limits = limits
        self._ending: Ending | None = None
        self._began = 0.0
        self._ready = threading.Event()
        self._done = threading.Event()
        arguments = (source, name, limits, tuple(languages), wanted)
        threading.Thread(target=self._exchange, args=arguments, daemon=True).start()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()

    def close(self) -> None:
        """End the process, finished or not."""
        self._child.close()

    @property
    def spent(self) -> bool:
        """Whether the process is in no state to read another file."""
        return self._ending is None or self._ending.spent

    @property
    def begun(self) -> bool:
        """Whether the process lived to begin with the file; known once :meth:`result` has ended."""
        return self._ending is None or self._ending.begun

    def result(self) -> Document:
        """Wait for the document and return it; raises ``DocumentError``, among them that of the time limit."""
        return self._take(decode_document)

    def picture(self) -> bytes:
        """Wait for the picture of a page and return it as PNG; raises as :meth:`result`."""
        return self._take(_check_picture)

    def layout(self) -> PageLayout:
        """Wait for the layout of pages and return it; raises as :meth:`result`."""
        return self._take(decode_layout)

    def _take(self, decode: Callable[[bytes], _Answer]) -> _Answer:
        """Wait for the answer and return what it holds; an answer that makes no sense ends the process."""
        try:
            content = self._wait()
            try:
                return decode(content)
            except BrokenFrame as error:
                self._ending = Ending(spent=True)
                raise Child.unintelligible() from error
        except BaseException:
            if self.spent:
                self.close()
            raise

    def _wait(self) -> bytes:
        if not self._ready.wait(_START_SECONDS):
            raise DocumentError(_NOT_STARTED.format(what=f"within {_START_SECONDS:.0f} seconds"))
        while not self._done.wait(max(0.0, self._began + self._limits.max_seconds - monotonic())):
            if monotonic() >= self._began + self._limits.max_seconds:
                raise self._limits.exceeded("max_seconds")
        ending = self._ending
        assert ending is not None
        if ending.error is not None:
            raise ending.error
        return ending.content

    def _start_clock(self) -> None:
        """Count the seconds anew: the process has dealt with a scanned page, each of which takes its time."""
        self._began = monotonic()

    def _exchange(
        self,
        source: Path | bytes,
        name: str | None,
        limits: Limits,
        languages: tuple[str, ...],
        wanted: Wanted | None,
    ) -> None:
        """Put the question and take the answer; what goes wrong is the ending as well."""
        try:
            self._child.ask(source, name, limits, languages, wanted)
            started = self._child.await_ready()
            self._began = monotonic()
            self._ready.set()
            self._ending = (
                self._child.take_answer(limits, self._start_clock) if started else self._child.explain_no_start()
            )
        except (OSError, ValueError, MemoryError):
            self._ending = self._child.explain_end(limits, started=self._ready.is_set())
        finally:
            self._ready.set()
            self._done.set()


class ReadingProcess:
    """Reads many files in one process, which is replaced after a crash, a hang, a limit or ``max_files`` files.

    A context manager; one file at a time, from whichever thread.  ``limits`` and ``languages`` are the defaults of
    :meth:`read`.
    """

    def __init__(self, *, limits: Limits = _DEFAULT, languages: Sequence[str] = (), max_files: int = _FILES) -> None:
        self._limits = limits
        self._languages = tuple(languages)
        self._max_files = max_files
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._read = 0
        self._begun = True

    def __enter__(self) -> Self:
        """Return itself; the process starts with the first file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()

    @property
    def pid(self) -> int | None:
        """The number of the present process, None when there is none."""
        return None if self._child is None else self._child.pid

    def read(
        self,
        source: Path | bytes,
        *,
        name: str | None = None,
        limits: Limits | None = None,
        languages: Sequence[str] | None = None,
    ) -> Document:
        """Return the document of a file or of bytes; raises ``DocumentError``, and the next file is read as ever."""
        chosen = limits or self._limits
        _check_size(source, chosen)
        wanted = self._languages if languages is None else tuple(languages)

        def start(child: Child) -> PendingDocument:
            return PendingDocument(child, source, name, chosen, wanted)

        return self._ask(start, PendingDocument.result)

    def draw(self, source: Path | bytes, page: PageWanted, *, limits: Limits | None = None) -> bytes:
        """Return a page of a PDF as PNG with its marks; raises ``DocumentError``, and the next request works."""
        chosen = limits or self._limits
        _check_size(source, chosen)

        def start(child: Child) -> PendingDocument:
            return PendingDocument(child, source, None, chosen, (), page)

        return self._ask(start, PendingDocument.picture)

    def lay_out(
        self, source: Path | bytes, wanted: LayoutWanted | None = None, *, limits: Limits | None = None
    ) -> PageLayout:
        """Return how the pages of a PDF are laid out; raises as :meth:`draw`."""
        chosen = limits or self._limits
        _check_size(source, chosen)

        def start(child: Child) -> PendingDocument:
            return PendingDocument(child, source, None, chosen, (), wanted or LayoutWanted())

        return self._ask(start, PendingDocument.layout)

    def _ask(self, start: Callable[[Child], PendingDocument], take: Callable[[PendingDocument], _Answer]) -> _Answer:
        with self._lock:
            used = self._read > 0
            try:
                return self._ask_once(start, take)
            except DocumentError:
                # A process that ended while it waited, by whatever hand, says nothing of this file.
                if not used or self._begun:
                    raise
            return self._ask_once(start, take)

    def _ask_once(
        self, start: Callable[[Child], PendingDocument], take: Callable[[PendingDocument], _Answer]
    ) -> _Answer:
        """Ask the present process, or a fresh one where it is none or has done its share."""
        if self._child is None or not self._child.alive or self._read >= self._max_files:
            self._end()
            self._child = Child()
        pending = start(self._child)
        self._read += 1
        try:
            return take(pending)
        finally:
            self._begun = pending.begun
            if pending.spent:
                self._end()

    def interrupt(self) -> None:
        """End the reading that is under way, from another thread; it raises ``DocumentError``, the next one works."""
        child = self._child
        if child is not None:
            child.close()

    def close(self) -> None:
        """End the process; a later :meth:`read` starts another."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None
        self._read = 0


def _check_picture(content: bytes) -> bytes:
    """Return a picture; raises :class:`BrokenFrame` for anything that is none."""
    if not content.startswith(_PNG):
        raise BrokenFrame("the answer is no picture")
    return content


def _check_size(source: Path | bytes, limits: Limits) -> None:
    """Refuse bytes over the limit before they travel; the size of a file is looked at where it is read."""
    if isinstance(source, bytes):
        limits.check("max_bytes", len(source))
