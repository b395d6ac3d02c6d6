"""The summary of a scan as text for a terminal."""

from __future__ import annotations

from textwrap import wrap
from typing import Final

from dpa_checker.report.index_view import IndexSummary, build_summary
from dpa_checker.report.tally import Tally

_WIDTH: Final = 80
_NARROWEST: Final = 24


def render_summary(tally: Tally, *, language: str = "en", width: int = _WIDTH, folder: str = "") -> str:
    """Return the summary in lines of ``width`` columns; ``folder`` is where the results are."""
    summary = build_summary(tally, language=language)
    text = summary.catalogue.text
    blocks = [[summary.counted], *([wrap(" ".join(summary.headlines), width)] if tally.files else [])]
    if tally.examined:
        blocks += [_standings(summary, width), _missing(summary, width)]
    if summary.failures:
        blocks.append(_failures(summary, width))
    if tally.failing:
        blocks.append([summary.catalogue.counted("scan.failing", tally.failing)])
    if folder:
        blocks.append([text("scan.results_in", folder=folder)])
    shown = "\n" + "\n\n".join("\n".join(block) for block in blocks) + "\n"
    return shown.replace("\u00a0", " ")  # what reads the summary, a person or grep, wants plain spaces


def _standings(summary: IndexSummary, width: int) -> list[str]:
    catalogue = summary.catalogue
    titles = [catalogue.text("scan.total"), *summary.answers]
    head = catalogue.text("scan.by_outcome")
    rows = [
        (f"{row.symbol} {row.word}", [_shown(summary, number) for number in (row.number, *row.answers)])
        for row in summary.standings
    ]
    widths = [max(len(title), 6) for title in titles]
    first = max(len(head) - 2, *(len(word) for word, _ in rows))
    first = min(first, max(_NARROWEST, width - 4 - sum(widths) - 2 * len(widths)))
    full = first + 2 + sum(widths) + 2 * len(widths)
    lines = [catalogue.text("label.processing").rjust(full), head.ljust(first + 2) + _cells(titles, widths)]
    lines.append("  " + "─" * (first + sum(widths) + 2 * len(widths)))
    lines += ["  " + word.ljust(first) + _cells(numbers, widths) for word, numbers in rows]
    return lines


def _shown(summary: IndexSummary, number: int | None) -> str:
    return "" if number is None else summary.catalogue.number(number)


def _cells(values: list[str], widths: list[int]) -> str:
    return "".join("  " + value.rjust(size) for value, size in zip(values, widths, strict=True)).rstrip()


def _missing(summary: IndexSummary, width: int) -> list[str]:
    text = summary.catalogue.text
    if not summary.missing:
        return [text("scan.none_missing")]
    title = max(len(row.title) for row in summary.missing)
    lines = [
        text("scan.most_missing"),
        *wrap(summary.missing_of, width - 2, initial_indent="  ", subsequent_indent="  "),
    ]
    lines.append("  " + "─" * (title + 22))
    for row in summary.missing:
        number = summary.catalogue.number(row.number).rjust(8)
        share = summary.catalogue.percent(row.share).rjust(8)
        lines.append(f"  {row.title.ljust(title)}{number}{share}  {_bar(row.share)}".rstrip())
    return lines


def _bar(share: float) -> str:
    return "█" * round(10 * share)


def _failures(summary: IndexSummary, width: int) -> list[str]:
    lines = [summary.catalogue.text("scan.not_examined")]
    for row in summary.failures:
        first, *more = wrap(row.sentence, width - 10)
        lines.append(f"{summary.catalogue.number(row.number):>8}  {first}")
        lines += [" " * 10 + line for line in more]
    return lines
