"""The owner's side of a reading process: starting it, talking to it, ending it, and telling how it ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from dpa_checker import errors
from dpa_checker.errors import DamagedDocument, DocumentError
from dpa_checker.ingestion.isolation.guard import end_programmes
from dpa_checker.ingestion.isolation.scratch import make_scratch
from dpa_checker.ingestion.isolation.wire import BrokenFrame, decode_json, encode_json, read_frame, write_frame
from dpa_checker.ingestion.limits import Limits

#: Kinds of frame, both ways.
ASK: Final = b"Q"
DATA: Final = b"B"
READY: Final = b"R"
DOCUMENT: Final = b"D"
PICTURE: Final = b"I"
LAYOUT: Final = b"L"
ERROR: Final = b"E"
PROGRESS: Final = b"P"
#: How the process says by its end that memory ran out where no answer could be given any more.
OUT_OF_MEMORY: Final = 86

#: The little of the environment that loading and conversion need.
_ENVIRONMENT: Final = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "TESSDATA_PREFIX",
    "SYSTEMROOT",
    "WINDIR",
)
_BOOT: Final = (
    "import sys\n"
    "root, more = sys.argv[2], sys.argv[3:]\n"
    "root in sys.path or sys.path.insert(0, root)\n"
    "sys.path += [path for path in more if path not in sys.path]\n"
    "del sys.argv[2:]\n"
    "from dpa_checker.ingestion.isolation.worker import main\n"
    "main()\n"
)
_ROOT: Final = str(Path(__file__).resolve().parents[3])
_LAST_WAIT: Final = 10.0
_MOST_MESSAGE: Final = 2_000

_NOT_STARTED: Final = "The reading process did not start ({what}). Check that the installation is complete, and retry."
_CRASHED: Final = (
    "Reading the file crashed the reading process ({what}). The file is damaged or made to do harm, or needs more than "
    "max_memory_bytes ({memory}): save it again from a programme you trust, and retry."
)
_UNINTELLIGIBLE: Final = "The reading process gave an answer that is no document. Do not trust the source of the file."


@dataclass(frozen=True, slots=True)
class PageWanted:
    """A page (1-based) to be drawn, so many pixels across; each mark is x0, y0, x1, y1 and whether it denies."""

    number: int
    width: int
    marks: tuple[tuple[float, float, float, float, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class LayoutWanted:
    """The sizes of all pages are wanted, and the lines of page ``number`` (1-based) where one is named."""

    number: int | None = None


#: What is wanted in place of a document.
Wanted = PageWanted | LayoutWanted


@dataclass(frozen=True, slots=True)
class Ending:
    """How reading a file ended: with the ``content`` of what was asked for, or an ``error``.

    ``spent`` tells that the process is not to be used again, ``begun`` whether it ever began with the file.
    """

    content: bytes = b""
    error: DocumentError | None = None
    spent: bool = False
    begun: bool = True


class Child:
    """A running reading process with its pipes and its private folder."""

    def __init__(self) -> None:
        if not sys.executable:
            raise DocumentError(_NOT_STARTED.format(what="no Python interpreter is known"))
        self._scratch = make_scratch()
        self._lock = threading.Lock()
        self._closed = False
        paths = [path for path in sys.path if path and Path(path).is_absolute()]
        try:
            self._process = subprocess.Popen(  # noqa: S603  # the interpreter that runs this
                [sys.executable, "-I", "-X", "utf8", "-c", _BOOT, str(self._scratch), _ROOT, *paths],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._scratch,
                env=_environment(self._scratch),
                start_new_session=True,
            )
        except OSError as error:
            shutil.rmtree(self._scratch, ignore_errors=True)
            raise DocumentError(_NOT_STARTED.format(what=error.strerror or type(error).__name__)) from error

    @staticmethod
    def unintelligible() -> DamagedDocument:
        """Return the error of an answer that is no document."""
        return DamagedDocument(_UNINTELLIGIBLE)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return not self._closed and self._process.poll() is None

    def ask(
        self,
        source: Path | bytes,
        name: str | None,
        limits: Limits,
        languages: tuple[str, ...],
        wanted: Wanted | None = None,
    ) -> None:
        """Send a request, for a document or for what of its pages is ``wanted``.

        Raises ``OSError`` when the process is gone.
        """
        path = None if isinstance(source, bytes) else os.fspath(Path(source).absolute())
        question = {"path": path, "name": name, "limits": asdict(limits), "languages": languages}
        question |= {"page": asdict(wanted) if isinstance(wanted, PageWanted) else None}
        question |= {"layout": asdict(wanted) if isinstance(wanted, LayoutWanted) else None}
        assert self._process.stdin is not None
        write_frame(self._process.stdin, ASK, encode_json(question))
        if isinstance(source, bytes):
            write_frame(self._process.stdin, DATA, source)

    def await_ready(self) -> bool:
        """Wait until the process begins to read the file; False when it ended before."""
        assert self._process.stdout is not None
        frame = read_frame(self._process.stdout.read, 0)
        return frame is not None and frame[0] == READY

    def take_answer(self, limits: Limits, on_progress: Callable[[], None]) -> Ending:
        """Wait for the answer and return how reading ended; ``on_progress`` is called at each sign of life."""
        assert self._process.stdout is not None
        most = max(limits.max_output_bytes, 1 << 16)
        frame = read_frame(self._process.stdout.read, most)
        while frame is not None and frame[0] == PROGRESS:
            on_progress()
            frame = read_frame(self._process.stdout.read, most)
        if frame is None:
            return self.explain_end(limits, started=True)
        kind, content = frame
        if kind in (DOCUMENT, PICTURE, LAYOUT):
            return Ending(content=content)
        if kind == ERROR:
            return _read_error(content)
        raise BrokenFrame("a frame of an unknown kind")

    def explain_no_start(self) -> Ending:
        """Return the ending of a process that never began to read."""
        error = DocumentError(_NOT_STARTED.format(what=_shown_end(self._end_code())))
        return Ending(error=error, spent=True, begun=False)

    def explain_end(self, limits: Limits, *, started: bool) -> Ending:
        """Return the ending of a process that ended, or stopped making sense, before its answer was complete."""
        if not started:
            return self.explain_no_start()
        code = self._end_code()
        error: DocumentError
        if code is None:
            error = self.unintelligible()
        elif code == -getattr(signal, "SIGXCPU", 0):
            error = limits.exceeded("max_cpu_seconds")
        elif code in (OUT_OF_MEMORY, -getattr(signal, "SIGKILL", 0)):
            error = limits.exceeded("max_memory_bytes")
        elif code == 1:
            error = limits.exceeded("max_seconds")
        else:
            error = DamagedDocument(_CRASHED.format(what=_shown_end(code), memory=limits.max_memory_bytes))
        return Ending(error=error, spent=True)

    def close(self) -> None:
        """End the process and whatever it has started, at once, and remove its folder."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LAST_WAIT)
        end_programmes(self._scratch)
        for stream in (self._process.stdin, self._process.stdout):
            # The thread that waits at a pipe sees its end and lets go; until then closing would wait for it.
            if stream is not None:
                with suppress(OSError, ValueError):
                    stream.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _end_code(self) -> int | None:
        """Return the exit code of a process that is ending by itself, negative for a signal; None when it does not."""
        try:
            return self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return None


def _environment(scratch: Path) -> dict[str, str]:
    """Return the environment of a reading process: no secrets, no settings, its own folder as home."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    own = {"HOME": str(scratch), "TMPDIR": str(scratch), "TEMP": str(scratch), "TMP": str(scratch)}
    return {**kept, **own, "MALLOC_ARENA_MAX": "2", "OMP_THREAD_LIMIT": "1"}


def _shown_end(code: int | None) -> str:
    """Return how a process ended, in words."""
    if code is None:
        return "no answer"
    if code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"


def _read_error(content: bytes) -> Ending:
    """Return the ending of an error that came over the wire, with where it arose as a note."""
    told: Any = decode_json(content)
    if not isinstance(told, dict) or not all(isinstance(told.get(key), str) for key in ("code", "message", "origin")):
        raise BrokenFrame("an error without code or message")
    error = _KINDS.get(told["code"], DocumentError)(told["message"][:_MOST_MESSAGE])
    error.add_note(f"{'unforeseen' if told.get('unforeseen') else 'cause'}: {told['origin'][:200]}")
    for event in told.get("refused") or ():
        error.add_note(f"refused: {str(event)[:100]}")
    return Ending(error=error, spent=bool(told.get("spent")))


def _error_kinds() -> dict[str, type[DocumentError]]:
    """Return the document errors by their code."""
    members = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, DocumentError)]
    return {kind.code: kind for kind in members}


_KINDS: Final = _error_kinds()
