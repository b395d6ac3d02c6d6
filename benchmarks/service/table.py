"""The table of the service under load."""

from __future__ import annotations

from typing import Final

from benchmarks.markdown import render_rows
from benchmarks.service.load import CONNECTIONS, Sample
from benchmarks.service.scene import LISTED, LISTS_A_SECOND, PAGES, READINGS_A_SECOND, UPLOADS_A_SECOND, Measured
from benchmarks.service.stage import PROCESSES
from benchmarks.speed.machine import describe_machine

_PACKAGES: Final = ("fastapi", "uvicorn", "sqlalchemy", "psycopg")
_HEADER: Final = ("load", "asked", "answered as wanted", "p50 (ms)", "p95 (ms)", "p99 (ms)", "aim of p95")
_NOTES: Final = f"""\
- Open loop: requests come at random moments at the rate given, over at most {CONNECTIONS} connections, and each is
  timed from the moment it was due. Load, service, worker and PostgreSQL share the machine.
- PostgreSQL writes durably (fsync on); the audit log is on; limits on rates are raised. {PROCESSES} processes answer.
- The floor is the same framework and server with a route that does nothing.
- Lists show {LISTED} contracts, each with three names to be decrypted.
- Uploads are 100 kB of text each, all different, while a worker examines what has come. After the last answer the
  service is killed; then all that was answered 202 is looked for in the database and the key store.
- Readings are lists, contracts and reports in turn, from the upload of a file of {PAGES} pages until it is examined."""


def render_table(measured: Measured, provenance: str) -> str:
    """Return the whole page in Markdown."""
    rows = [
        _row(f"bare framework, {LISTS_A_SECOND}/s", measured.floor, 200, "–"),
        _row(f"lists, {LISTS_A_SECOND}/s", measured.lists, 200, "50"),
        _row(f"uploads of 100 kB, {UPLOADS_A_SECOND}/s", measured.uploads, 202, "–"),
        _row(f"readings beside a long file, {READINGS_A_SECOND}/s", measured.readings, 200, "100"),
    ]
    before = f"In the minute before, {measured.load_before:.1f} processes of others wanted the cores on average."
    lost = measured.accepted - measured.kept
    kept = (
        f"Of {measured.accepted} accepted uploads {lost} were lost when the service was killed; "
        f"{measured.waiting} were still to be examined. The long file was examined in {measured.parsing_seconds:.0f} s."
    )
    sections = [
        "# The service under load",
        f"{provenance}\n\nMachine: {describe_machine(_PACKAGES)}. {before}",
        render_rows(_HEADER, rows),
    ]
    return "\n\n".join([*sections, kept, _NOTES]) + "\n"


def _row(name: str, sample: Sample, status: int, aim: str) -> list[str]:
    times = [f"{sample.quantile(share):.1f}" for share in (0.5, 0.95, 0.99)]
    return [name, str(sample.asked), str(sample.count(status)), *times, aim]
