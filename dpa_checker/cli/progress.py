"""How far a scan is, on standard error: a bar with rate and remaining time on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dpa_checker.batch.scan import ScanProgress

_LINE_SECONDS: Final = 5.0
_BAR_SECONDS: Final = 0.1
_BAR_WIDTH: Final = 30
_NARROWEST_BAR: Final = 8
#: The rate is that of this many last seconds, so that the remaining time follows what is going on.
_RATE_SECONDS: Final = 30.0
_BLOCKS: Final = " ▏▎▍▌▋▊▉█"


class Progress:
    """Shows progress when it is time; a callable for :func:`dpa_checker.batch.scan.scan`."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()
        self._rate = Rate()
        self._total: int | None = None
        self._shown = False

    @property
    def wants_total(self) -> bool:
        """Whether counting all files first is of any use."""
        return self._terminal and not self._quiet

    @contextmanager
    def counting(self, count: Callable[[], int]) -> Iterator[None]:
        """Count the files beside the scan, when the number is shown; an error of the count is the scan's to report."""

        def run() -> None:
            with suppress(Exception):
                self._total = count()

        if self.wants_total:
            threading.Thread(target=run, name="count", daemon=True).start()
        try:
            yield
        finally:
            self.close()

    def __call__(self, progress: ScanProgress) -> None:
        """Show ``progress`` when it is time."""
        now = time.monotonic()
        wait = _BAR_SECONDS if self._terminal else _LINE_SECONDS
        if self._quiet or (now - self._last < wait and not progress.complete):
            return
        self._last = now
        self._rate.add(now, progress.done)
        progress.total = progress.found if progress.complete else self._total
        if self._terminal:
            line = render_bar(progress, self._rate.value, get_terminal_size().columns - 1, encoding=sys.stderr.encoding)
            sys.stderr.write(f"\r\x1b[2K{line}")
            self._shown = True
        else:
            sys.stderr.write(render_line(progress) + "\n")
        sys.stderr.flush()

    def close(self) -> None:
        """End the line of the bar."""
        if self._shown:
            sys.stderr.write("\n")
            self._shown = False


class Rate:
    """Files a second over the last seconds."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def add(self, now: float, done: int) -> None:
        """Take in how many are done at a time."""
        self._points.append((now, done))
        while len(self._points) > 2 and now - self._points[1][0] > _RATE_SECONDS:
            self._points.popleft()

    @property
    def value(self) -> float:
        """The rate; 0 while there is nothing to measure."""
        if len(self._points) < 2:
            return 0.0
        (began, before), (now, done) = self._points[0], self._points[-1]
        return (done - before) / (now - began) if now > began else 0.0


def render_line(progress: ScanProgress) -> str:
    """Return how far a scan is as a plain line."""
    rate = progress.checked / progress.seconds if progress.seconds else 0.0
    return f"{progress.done} done, {progress.kept} known, {progress.failed} not examined, {rate:.1f} a second"


def render_bar(progress: ScanProgress, rate: float, width: int, *, encoding: str | None = "utf-8") -> str:
    """Return how far a scan is within ``width`` columns: bar, numbers, rate, remaining time."""
    parts = [f"{progress.done}/{progress.total}" if progress.total else f"{progress.done} done"]
    parts.append(f"{rate:.1f}/s")
    if progress.total and not progress.complete:
        left = max(0, progress.total - progress.done)
        parts.append(f"{render_time(left / rate)} left" if rate > 0 else "-- left")
    else:
        parts.append(render_time(progress.seconds))
    if progress.kept:
        parts.append(f"{progress.kept} known")
    if progress.failed:
        parts.append(f"{progress.failed} not examined")
    words = "  ".join(parts)
    space = min(_BAR_WIDTH, width - len(words) - 8)
    if not progress.total or space < _NARROWEST_BAR:
        return words[:width]
    share = min(1.0, progress.done / progress.total)
    return f"{share * 100:3.0f}% {_draw(share, space, encoding)} {words}"


def _draw(share: float, width: int, encoding: str | None) -> str:
    """Return the bar itself, in eighths of a column where the terminal can show them."""
    if (encoding or "").lower().replace("-", "") != "utf8":
        full = int(share * width)
        return "[" + "#" * full + "." * (width - full) + "]"
    eighths = int(share * width * 8)
    full, rest = divmod(eighths, 8)
    bar = _BLOCKS[8] * full + (_BLOCKS[rest] if full < width else "")
    return "|" + bar.ljust(width) + "|"


def render_time(seconds: float) -> str:
    """Return a time as ``m:ss``, ``h:mm:ss`` or days."""
    whole = int(seconds + 0.5)
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, second = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h"
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"
