"""``dpa-checker watch FOLDER``: a drop folder, whose contracts are checked as they come."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dpa_checker.cli.progress import render_line
from dpa_checker.cli.scan import find_wanted, require_other_folder, write_results
from dpa_checker.cli.scan_options import (
    add_choice_options,
    add_result_options,
    build_settings,
    make_engine,
    read_formats,
    report_language,
)
from dpa_checker.cli.terminal import PROGRAM, UsageError

if TYPE_CHECKING:
    from dpa_checker.batch.engine import Engine, Settings
    from dpa_checker.batch.scan import ScanProgress
    from dpa_checker.batch.store import Store
    from dpa_checker.batch.watch import Files

#: After so long without work the worker processes end; the next file starts them again.
_IDLE_SECONDS: Final = 60.0

EPILOG: Final = """\
A file is taken when its size and time have not changed for --settle seconds; after each change of the folder the
results are what a scan of it would give.  SIGINT (Ctrl-C) or SIGTERM stops: files in hand are finished, the rest is
done at the next start; a second signal stops at once.

exit codes:
  0  stopped
  2  wrong use of the command, or of dpa-checker.toml
  3  the folder cannot be watched, or the results could not be written
"""


def add_watch_options(watch: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    watch.add_argument("folder", metavar="FOLDER", help="the folder, or an address such as s3://...")
    add_result_options(watch)
    add_choice_options(watch)
    watch.add_argument("--interval", metavar="SECONDS", type=float, default=2.0, help="between looks (%(default)s)")
    watch.add_argument(
        "--settle", metavar="SECONDS", type=float, default=3.0, help="how long a file must not change (%(default)s)"
    )
    watch.add_argument("--quiet", action="store_true", help="say nothing but errors")


def run_watch(options: argparse.Namespace) -> int:
    """Watch until a signal comes, and return the exit code."""
    from dpa_checker.batch import Store
    from dpa_checker.batch.export import remove_partial
    from dpa_checker.batch.lock import FolderLock
    from dpa_checker.batch.store import writing_results
    from dpa_checker.batch.watch import watch

    if options.interval <= 0 or options.settle < 0:
        raise UsageError("--interval must be over 0 seconds, --settle at least 0.")
    formats, settings = read_formats(options), build_settings(options)
    require_other_folder(options, [options.folder])
    folder = Path(options.output)
    with ExitStack() as stack:
        stack.enter_context(writing_results(folder))
        stop = stack.enter_context(_stopping())
        stack.enter_context(FolderLock(folder, wait=options.wait))
        store = stack.enter_context(Store(folder / "results.sqlite"))
        remove_partial(folder)
        watcher = stack.enter_context(_Watcher(options, settings, formats, store, stop))
        _say(options, f"watching {options.folder}; results in {options.output}")
        watch(
            lambda: find_wanted(options, [options.folder]),
            watcher.take,
            stop,
            interval=options.interval,
            settle=options.settle,
            rest=watcher.rest,
        )
    _say(options, "stopped")
    return 0


class _Watcher:
    """Scans the settled files, with workers that stay only as long as there is work."""

    def __init__(
        self,
        options: argparse.Namespace,
        settings: Settings,
        formats: tuple[str, ...],
        store: Store,
        stop: threading.Event,
    ) -> None:
        self._options = options
        self._settings = settings
        self._formats = formats
        self._store = store
        self._stop = stop
        self._folder = Path(options.output)
        self._engine: Engine | None = None
        self._worked = 0.0

    def __enter__(self) -> _Watcher:
        """Return itself; the workers start with the first file."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the workers."""
        if self._engine is not None:
            self._engine.__exit__(*error)
            self._engine = None

    def rest(self) -> None:
        """End the workers when they have been idle for long."""
        if self._engine is not None and time.monotonic() - self._worked > _IDLE_SECONDS:
            self.__exit__(None, None, None)

    def take(self, files: Files) -> bool:
        """Check what is new among ``files`` and write the results; a stop in between leaves the last results.

        Tells whether some files could not be opened.
        """
        from dpa_checker.batch import ScanOptions, scan
        from dpa_checker.batch.engine import AWAY
        from dpa_checker.batch.export import Results
        from dpa_checker.library import load_library

        if self._engine is None:
            self._engine = make_engine(self._options, self._folder).__enter__()
        seen: list[ScanProgress] = []

        def look(progress: ScanProgress) -> None:
            seen[:] = [progress]

        number, versions = scan(
            files,
            self._store,
            self._engine,
            options=ScanOptions(self._settings),
            library_version=load_library().version,
            on_progress=look,
            stop=self._stop,
        )
        self._worked = time.monotonic()
        if self._stop.is_set():
            return False
        results = Results(self._store, number, versions, report_language(self._options))
        write_results(results, self._formats, self._folder)
        _say(self._options, render_line(seen[-1]))
        return any(error in AWAY for error, *_ in self._store.verdicts(number, versions))


def _say(options: argparse.Namespace, message: str) -> None:
    if not options.quiet:
        print(f"{PROGRAM}: {time.strftime('%H:%M:%S')} {message}", file=sys.stderr, flush=True)


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Give the event that SIGINT and SIGTERM set; the second signal interrupts."""
    stop = threading.Event()

    def set_stop(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(ValueError):  # signals belong to the main thread
            before[number] = signal.signal(number, set_stop)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
