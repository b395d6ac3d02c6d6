"""What the reading process may not do: talk to a network, start programmes, write outside its own folder.

Two fences.  The operating system's limits (``setrlimit``, POSIX) hold for native code as well: address space,
seconds of the processor, size of a file written, no core dump.  The audit hook (PEP 578) holds for whatever goes
through Python; it cannot be taken away again.  Neither is a sandbox against foreign machine code.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from dpa_checker.ingestion.limits import Limits

if sys.platform != "win32":
    import resource

#: Programmes that conversion and text recognition may start.
PROGRAMMES: Final = frozenset({"soffice", "soffice.bin", "soffice.exe", "libreoffice", "tesseract", "tesseract.exe"})

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NEVER: Final = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "telnetlib.", "nntplib.")
_STARTING: Final = frozenset(
    {"os.system", "os.exec", "os.fork", "os.forkpty", "os.spawn", "os.startfile", "pty.spawn", "webbrowser.open"}
)
#: Events that change the file system, and how many of their first arguments are paths.
_CHANGING: Final = {
    "os.remove": 1,
    "os.rmdir": 1,
    "os.mkdir": 1,
    "os.rename": 2,
    "os.link": 2,
    "os.symlink": 2,
    "os.truncate": 1,
    "os.chmod": 1,
    "os.chown": 1,
    "os.utime": 1,
    "os.setxattr": 1,
    "os.removexattr": 1,
    "shutil.rmtree": 1,
    "shutil.move": 2,
}


class Guard:
    """Refuses what reading a file does not need; ``refused`` lists the names of the events it stopped."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = os.path.realpath(scratch)
        self.refused: list[str] = []

    def close(self) -> None:
        """Shut the fence for the rest of the process: no bytecode, temporary files in the private folder, the hook."""
        sys.dont_write_bytecode = True
        tempfile.tempdir = self._scratch
        sys.addaudithook(self._watch)

    def _watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Raise :class:`PermissionError` for an event that is refused."""
        if event == "open":
            path, _, flags = arguments
            allowed = not flags & _WRITING or self._owns(path)
        elif event.startswith(_NEVER) or event in _STARTING:
            allowed = False
        elif event in ("subprocess.Popen", "os.posix_spawn"):
            allowed = _is_programme(arguments[0], arguments[1])
        elif event in _CHANGING:
            allowed = all(self._owns(path) for path in arguments[: _CHANGING[event]])
        else:
            return
        if not allowed:
            self.refused.append(event)
            raise PermissionError(f"{event} is refused while a file is read")

    def _owns(self, path: Any) -> bool:
        """Tell whether a path is in the private folder, or an open file, or nowhere."""
        if isinstance(path, int) or path is None:
            return True
        real = os.path.realpath(os.fsdecode(path))
        return real == os.devnull or real == self._scratch or real.startswith(self._scratch + os.sep)


def _is_programme(executable: Any, arguments: Any) -> bool:
    """Tell whether a process to be started is one of the programmes, named by its full path or found on ``PATH``."""
    first = executable or (arguments[0] if isinstance(arguments, (list, tuple)) and arguments else arguments)
    return isinstance(first, (str, bytes, os.PathLike)) and Path(os.fsdecode(first)).name in PROGRAMMES


def limit_resources(limits: Limits) -> None:
    """Set the operating system's limits for the file to come; does nothing where the platform has none.

    Only the soft limits move, so that the next file can have others; seconds count from those already used.
    """
    if sys.platform != "win32":
        usage = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(usage.ru_utime + usage.ru_stime + limits.max_cpu_seconds) + 1
        _set_soft(resource.RLIMIT_CPU, seconds)
        _set_soft(resource.RLIMIT_AS, limits.max_memory_bytes)
        _set_soft(resource.RLIMIT_FSIZE, limits.max_unpacked_bytes)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _set_soft(kind: int, value: int) -> None:
    """Set a soft limit, at most the hard one; macOS refuses some."""
    if sys.platform != "win32":
        with suppress(ValueError, OSError):
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def address_peak() -> int:
    """Return the largest address space that this process has had, in bytes; 0 where the platform does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return 1024 * int(status.partition("VmPeak:")[2].split(maxsplit=1)[0])
    except (OSError, ValueError, IndexError):
        return 0


def end_group() -> None:
    """Ask the programmes that this process has started, which are in its own process group, to end."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        with suppress(OSError):
            os.killpg(os.getpid(), signal.SIGTERM)


def end_programmes(scratch: Path) -> None:
    """End the programmes that work in the private folder, those in a process group of their own as well (Linux)."""
    own = os.path.realpath(scratch)
    with suppress(OSError):
        if sys.platform != "linux" or not any(Path(own).iterdir()):
            return
        for process in Path("/proc").iterdir():
            with suppress(OSError):
                if process.name.isdecimal() and int(process.name) != os.getpid():
                    place = os.readlink(process / "cwd")  # noqa: PTH115  # it may be a folder that is gone
                    if place.startswith(own + os.sep):
                        os.kill(int(process.name), signal.SIGKILL)
