"""The sets of a scan judged from the reports that are kept, and written beside the contracts' reports.

``sets.jsonl`` has one report a line; ``sets/`` an index and a page a set.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

from dpa_checker.batch.export import SETS, Results, replacing
from dpa_checker.batch.grouping import Grouping, Groups
from dpa_checker.batch.store import Kept
from dpa_checker.report.parse_json import parse_json
from dpa_checker.report.set_html import render_set_html
from dpa_checker.report.set_index import PAGE_LENGTH, SetLine, page_name, render_set_index, summarise_set
from dpa_checker.report.set_json import render_set_json
from dpa_checker.report.set_model import SetReport
from dpa_checker.sets.judge import judge_set
from dpa_checker.sets.links import Links
from dpa_checker.sets.member import Member

LINES: Final = "sets.jsonl"
#: A larger group is no set of documents of one relation; it is left out, and said to be.
MOST_DOCUMENTS: Final = 200
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9]+")
_DIGEST_LENGTH: Final = 64
#: The names that :func:`_page_address` and the pages of the index have.
_PAGE: Final = re.compile(r".+-[0-9a-f]{10}\.html|index(-\d+)?\.html")


def write_sets(results: Results, grouping: Grouping, folder: Path, *, pages: bool = True) -> int:
    """Write the reports on the sets of a scan below ``folder`` and return how many sets there are.

    Without ``pages`` only ``sets.jsonl`` is written, and pages of an earlier scan are removed.
    """
    with Groups(results, grouping) as groups, replacing(folder / LINES) as target:
        lines = _lines(results, groups, folder if pages else None, target.write)
        count = len(groups)
        if pages:
            _write_index(lines, results, count, folder / SETS)
        else:
            for _ in lines:
                pass
            _remove_pages(folder / SETS)
    return count


def remove_sets(folder: Path) -> None:
    """Remove the reports on sets that an earlier scan has written below ``folder``: they quote what may be gone."""
    if (folder / LINES).exists():
        _remove_pages(folder / SETS)
        (folder / LINES).unlink(missing_ok=True)


def _remove_pages(folder: Path) -> None:
    for path in folder.glob("*.html"):
        if _PAGE.fullmatch(path.name):
            path.unlink(missing_ok=True)
    with suppress(OSError):  # somebody else's files are in it
        folder.rmdir()


def judge_files(name: str, files: list[Kept], results: Results) -> SetReport:
    """Return the report on files of a scan together; the same content under several names counts once."""
    shown = _shown_names(files)
    members: dict[str, Member] = {}
    for kept, own in zip(files, shown, strict=True):
        members.setdefault(kept.digest, _member(kept, own, results))
    versions = results.versions
    return judge_set(
        list(members.values()), name=name, engine_version=versions.engine, library_version=versions.library
    )


def _lines(results: Results, groups: Groups, folder: Path | None, write: object) -> Iterator[SetLine]:
    assert callable(write)
    for name, files in groups:
        if len(files) > MOST_DOCUMENTS:
            write(json.dumps({"name": name, "documents": len(files), "error": "too-many-documents"}) + "\n")
            yield SetLine(name, len(files))
            continue
        report = judge_files(name, files, results)
        write(render_set_json(report, indent=None))
        address = None
        if folder is not None:
            address = _page_address(name, files)
            with replacing(folder / SETS / address) as page:
                page.write(render_set_html(report, language=results.language))
        yield summarise_set(report, address, results.language)


def _write_index(lines: Iterator[SetLine], results: Results, count: int, folder: Path) -> None:
    """Write the index, in pages, and remove the pages that an earlier scan has left over."""
    pages = max(1, -(-count // PAGE_LENGTH))
    kept: set[str] = set()
    for page in range(1, pages + 1):
        rows = list(islice(lines, PAGE_LENGTH))
        kept |= {row.address for row in rows if row.address} | {page_name(page)}
        with replacing(folder / page_name(page)) as target:
            versions = (results.versions.engine, results.versions.library)
            content = render_set_index(rows, count, page, pages, language=results.language, versions=versions)
            target.write(content)
    for path in folder.glob("*.html"):
        if path.name not in kept:
            path.unlink(missing_ok=True)


def _member(kept: Kept, name: str, results: Results) -> Member:
    content = results.report(kept) if kept.examined else None
    if content is None:
        digest = kept.digest if len(kept.digest) == _DIGEST_LENGTH else None
        return Member(name, error_code=kept.error_code or "document-error", error=kept.error, sha256=digest)
    report = parse_json(content)
    report = replace(report, document=replace(report.document, name=name))
    links = Links.from_json(results.store.read_links(kept.digest, results.versions))
    return Member(name, report, links, sha256=kept.digest)


def _shown_names(files: list[Kept]) -> list[str]:
    """Return the names of files without their folders, with them where two would be the same."""
    last = [PurePosixPath(kept.name.replace("\\", "/")).name for kept in files]
    return [name if last.count(name) == 1 else kept.name for kept, name in zip(files, last, strict=True)]


def _page_address(name: str, files: list[Kept]) -> str:
    """Return the file name of a set's page, the same at every scan."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = _NOT_PLAIN.sub("-", folded).strip("-").lower()[-60:].strip("-") or "set"
    place = f"{name}\0{PurePosixPath(files[0].location.replace(chr(92), '/')).parent}"
    return f"{plain}-{hashlib.sha256(place.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}.html"
