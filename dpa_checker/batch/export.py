"""The results of a scan as files: each is written whole beside its name and then put in its place."""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

from dpa_checker.batch.store import Kept, Store, Versions
from dpa_checker.batch.summary import FailRule, Tally, read_statuses, tally_columns
from dpa_checker.errors import DpaCheckerError
from dpa_checker.library.schema import MENTIONS
from dpa_checker.model import Processing, Report
from dpa_checker.report.index_model import Contract
from dpa_checker.report.parse_json import parse_json
from dpa_checker.report.render_csv import write_rows

_PART: Final = ".part"


@dataclass(frozen=True, slots=True)
class Results:
    """The results of one scan in a store, with the language of the reports and the rule by which contracts fail.

    ``root`` is the folder that addresses in pipeline reports count from; ``grouped`` tells that sets are judged too.
    """

    store: Store
    scan: int
    versions: Versions
    language: str = "en"
    rule: FailRule | None = None
    root: Path = Path()
    grouped: bool = False

    def __iter__(self) -> Iterator[Kept]:
        """Yield the files with their results, by name."""
        return self.store.results(self.scan, self.versions)

    def report(self, kept: Kept) -> str | None:
        """Return the JSON of the report on a file."""
        return self.store.read_report(kept.digest, self.versions)

    def tally(self) -> Tally:
        """Return the counts over the files."""
        return tally_columns(self.store.verdicts(self.scan, self.versions), self.rule)


@dataclass(frozen=True, slots=True)
class Contracts:
    """The results as the renderers of ``report`` see them (a ``Collection``)."""

    results: Results

    def __iter__(self) -> Iterator[Contract]:
        """Yield the contracts, by name."""
        return (_contract(kept, self.results.rule) for kept in self.results)

    def report(self, contract: Contract) -> Report | None:
        """Return the report on a contract, under the contract's own name."""
        packed = contract.sha256 and self.results.store.read_report(contract.sha256, self.results.versions)
        if not packed:
            return None
        report = parse_json(packed)
        return replace(report, document=replace(report.document, name=contract.name))


def _contract(kept: Kept, rule: FailRule | None) -> Contract:
    return Contract(
        location=kept.location,
        name=kept.name,
        sha256=kept.digest if len(kept.digest) == _DIGEST_LENGTH else None,
        error_code=kept.error_code,
        error=kept.error,
        language=kept.language,
        kind=kept.kind,
        processing=Processing(kept.processing) if kept.processing else None,
        statuses=read_statuses(kept.verdicts) if kept.examined else (),
        unread=len(kept.verdicts) > len(MENTIONS),
        failing=rule is not None and rule.fails(kept),
    )


#: Of a SHA-256 in hexadecimal; a file that could not be opened has another mark in its place.
_DIGEST_LENGTH: Final = 64


def write_jsonl(results: Results, path: Path) -> None:
    """Write one JSON object a line for each file: its place, and its report or why there is none."""
    with replacing(path) as target:
        for kept in results:
            target.write(json.dumps(_line(results, kept), ensure_ascii=False) + "\n")


def _line(results: Results, kept: Kept) -> dict[str, object]:
    packed = results.report(kept)
    report = None if packed is None else json.loads(packed)
    if report is not None:
        report["document"]["name"] = kept.name  # the same content may have been checked under another name
    return {
        "name": kept.name,
        "location": kept.location,
        "sha256": kept.digest if kept.examined else None,
        "error": None if kept.examined else {"code": kept.error_code, "message": kept.error},
        "report": report,
    }


def write_csv(results: Results, path: Path) -> None:
    """Write one row a file, with a column for the verdict of each mention (``conflict`` when in conflict)."""
    with replacing(path, byte_order_mark=True) as target:
        header = ["name", "location", "sha256", "error", "language", "kind", "processing", *MENTIONS]
        write_rows(target, header, map(_csv_row, results))


def _csv_row(kept: Kept) -> list[str | None]:
    shown = [str(status) for status in read_statuses(kept.verdicts or "")] or [""] * len(MENTIONS)
    about = [kept.name, kept.location, kept.digest, kept.error, kept.language, kept.kind, kept.processing]
    return [*about, *shown]


@contextmanager
def replacing(path: Path, *, byte_order_mark: bool = False) -> Iterator[IO[str]]:
    """Give a text file, readable by its owner only, that takes the place of ``path`` when all went well.

    A character that cannot be written (from a file name that is no text) is spelled as JSON spells it.
    """
    with replacing_bytes(path) as raw:
        encoding = "utf-8-sig" if byte_order_mark else "utf-8"
        target = io.TextIOWrapper(raw, encoding=encoding, errors="backslashreplace", newline="")
        yield target
        target.flush()
        target.detach()


@contextmanager
def replacing_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Give a file, readable by its owner only, that takes the place of ``path`` when all went well."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_PART, dir=path.parent)
    try:
        with os.fdopen(handle, "w+b") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def scratch_folder(folder: Path) -> Iterator[Path]:
    """Give a folder for temporary files, its owner's only, that is gone after any end but a kill."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = Path(tempfile.mkdtemp(prefix=".scratch.", suffix=_PART, dir=folder))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def remove_partial(folder: Path) -> None:
    """Remove what an earlier end has left half-written."""
    for part in (folder, folder / REPORTS, folder / SETS):
        for path in part.glob(f".*{_PART}"):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


#: The folders of the reports on contracts and on sets, beside the index.
REPORTS: Final = "reports"
SETS: Final = "sets"

Writer = Callable[[Results, Path], None]


def _later(name: str) -> Writer:
    """Return a writer of ``export_formats``, which is loaded when it is called: each needs its own libraries."""

    def write(results: Results, path: Path) -> None:
        from dpa_checker.batch import export_formats

        getattr(export_formats, name)(results, path)

    return write


class MissingExtra(DpaCheckerError):
    """A format needs a library that is not installed; the message names the extra."""


def require_libraries(formats: Iterable[str]) -> None:
    """Raise ``MissingExtra`` when a format asked for needs a library that is not there, before any work is done."""
    if "parquet" in formats and find_spec("pyarrow") is None:
        raise MissingExtra("Parquet needs the extra: pip install 'dpa-checker[parquet]'.")


#: What ``--format`` may name: the file, below the folder of results, and what writes it.
WRITERS: Final[dict[str, tuple[str, Writer]]] = {
    "html": ("index.html", _later("write_html")),
    "xlsx": ("results.xlsx", _later("write_xlsx")),
    "jsonl": ("results.jsonl", write_jsonl),
    "csv": ("results.csv", write_csv),
    "parquet": ("results.parquet", _later("write_parquet")),
    "sarif": ("results.sarif", _later("write_sarif")),
    "junit": ("results.junit.xml", _later("write_junit")),
}
