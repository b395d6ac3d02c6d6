"""The page of how quickly the dashboard shows what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.dashboard.browser import Waits
from benchmarks.markdown import render_rows
from benchmarks.speed.machine import describe_machine

_PACKAGES: Final = ("fastapi", "uvicorn", "sqlalchemy", "psycopg", "jinja2", "playwright")
_HEADER: Final = ("page", "times", "answer (ms)", "shown, median (ms)", "shown, worst (ms)", "aim", "met")
_NOTES: Final = """\
- Each time is taken by the browser itself: from the beginning of the navigation until the load event is over and the
  page is painted, or from the change of a filter until the contracts that fit are painted. The answer is when the last
  byte of the service's answer had come.
- Each page is opened by a browser with an empty cache. Browser, service and database share the machine.
- The portfolio has made-up names under real keys, and the reports on the sample contracts, with some verdicts decided
  otherwise; a page shows 25 contracts of it.
- A search in names opens names in memory until it has a page full, at most 2,000.
- The aim holds for the median."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was waited for on one database; ``load_before`` is how many processes wanted the cores before."""

    database: str
    load_before: float
    waits: Sequence[Waits]


def render_table(measured: Sequence[Measured], *, contracts: int, browser: str, provenance: str) -> str:
    """Return the whole page in Markdown."""
    load = ", ".join(f"{one.load_before:.1f} ({one.database})" for one in measured)
    machine = f"Machine: {describe_machine(_PACKAGES)}; {browser}."
    others = f"In the minute before, so many processes of others wanted the cores on average: {load}."
    sections = ["# How quickly the dashboard shows what is asked for", f"{provenance}\n\n{machine} {others}"]
    for one in measured:
        sections.append(f"## {contracts:,} contracts on {one.database}")
        sections.append(render_rows(_HEADER, [_row(waits) for waits in one.waits]))
    return "\n\n".join([*sections, _NOTES]) + "\n"


def _row(waits: Waits) -> list[str]:
    times = [f"{value:.0f}" for value in (waits.answered, waits.usual, max(waits.seen))]
    met = "–" if waits.aim is None else "yes" if waits.usual < waits.aim else "no"
    return [waits.name, str(len(waits.seen)), *times, "–" if waits.aim is None else f"under {waits.aim}", met]
