"""The report as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from dpa_checker.model import Processing, Report
from dpa_checker.report.view import build_view
from dpa_checker.report.view_model import (
    CountView,
    EntryView,
    LeadView,
    MeasureView,
    QuoteView,
    ReportView,
    Status,
    Tone,
    UnreadView,
)

DEFAULT_WIDTH: Final = 80
_NARROWEST: Final = 40
_INDENT: Final = "  "
_DETAIL: Final = "      "

_BOLD, _DIM, _RED, _GREEN, _YELLOW, _BLUE, _MAGENTA = "1", "2", "31", "32", "33", "34", "35"
_STATUS_STYLES: Final = {
    Status.PRESENT: _GREEN,
    Status.PARTIAL: _YELLOW,
    Status.MISSING: _RED,
    Status.CONTRADICTED: _MAGENTA,
    Status.CONFLICT: _MAGENTA,
    Status.NOT_APPLICABLE: _DIM,
    Status.NOT_EXAMINED: _BLUE,
}
_TONE_STYLES: Final = {
    Tone.GOOD: _GREEN,
    Tone.ATTENTION: _YELLOW,
    Tone.ALARM: _RED,
    Tone.NEUTRAL: _BLUE,
}


def render_text(report: Report, *, language: str = "en", width: int = DEFAULT_WIDTH, colour: bool = False) -> str:
    """Return ``report`` as text wrapped at ``width`` columns (40 at least), with ANSI colours on demand."""
    return _TextReport(build_view(report, language=language), max(width, _NARROWEST), colour=colour).written()


class _TextReport:
    """The lines of one report, gathered from top to bottom."""

    def __init__(self, view: ReportView, width: int, *, colour: bool) -> None:
        self._view = view
        self._width = width
        self._colour = colour
        self._lines: list[str] = []

    def written(self) -> str:
        view = self._view
        self._write_title()
        self._write_summary()
        if view.lead and view.lead.processing is Processing.SILENT:
            self._write_lead(view.lead)
        self._write_conflicts()
        self._write_unread()
        self._write_notices()
        if view.lead and view.lead.processing is Processing.YES:
            self._write_lead(view.lead)
        for group in view.groups:
            self._write_heading(group.title, group.reference)
            self._write_entries(group.entries)
        self._write_lens()
        self._write_imprint()
        return "\n".join(self._lines).strip("\n") + "\n"

    def _write_title(self) -> None:
        text = self._view.catalogue.text
        self._add(self._painted("═" * self._width, _DIM))
        self._flow(f"{text('title.report')} · {text('title.basis')}", style=_DIM)
        self._flow(self._view.title, style=_BOLD)
        self._add(self._painted("═" * self._width, _DIM))
        self._flow(self._view.subtitle)
        for fact in self._view.facts:
            self._flow(self._view.catalogue.labelled(fact.label, fact.value), hang=_INDENT)

    def _write_summary(self) -> None:
        self._write_heading(self._view.catalogue.text("label.summary"))
        self._flow(self._view.headline, indent=_INDENT, style=f"{_BOLD};{_TONE_STYLES[self._view.tone]}")
        lead = self._view.lead
        if lead and lead.processing is Processing.NO:
            self._flow(lead.sentence, indent=_INDENT)
            self._write_quotes(lead.quotes)
        if self._view.unlisted:
            self._flow(self._view.unlisted, indent=_INDENT)
        if self._view.counts:
            self._add("")
            self._write_counts()
        if self._view.supported:
            names = ", ".join(self._view.supported)
            label = self._view.catalogue.text("label.supported")
            self._flow(self._view.catalogue.labelled(label, names), indent=_INDENT)

    def _write_counts(self) -> None:
        numbers = max(len(str(count.number)) for count in self._view.counts)
        words = max(len(count.word) for count in self._view.counts)
        for count in self._view.counts:
            self._add(self._count_line(count, words, numbers))

    def _count_line(self, count: CountView, words: int, numbers: int) -> str:
        head = f"{_INDENT}{count.symbol} {count.word:<{words}}  {count.number:>{numbers}}  "
        bar = "■" * count.number if len(head) + 27 <= self._width else ""
        return self._painted(f"{head}{bar}".rstrip(), _STATUS_STYLES[count.status])

    def _write_conflicts(self) -> None:
        if not self._view.conflicts:
            return
        self._write_heading(self._view.catalogue.text("label.conflicts"))
        self._write_entries(self._view.conflicts)

    def _write_unread(self) -> None:
        self._write_parts(self._view.catalogue.text("label.not_examined"), "?", self._view.unread)
        self._write_parts(self._view.catalogue.text("label.set_aside"), "–", self._view.set_aside)

    def _write_parts(self, title: str, sign: str, parts: Sequence[UnreadView]) -> None:
        if not parts:
            return
        self._write_heading(title)
        for part in parts:
            self._flow(f"{sign} {part.sentence}", indent=_INDENT, hang=_INDENT * 2, style=_BLUE)
            if part.excerpt:
                self._flow(self._view.catalogue.quoted(part.excerpt), indent=_DETAIL)

    def _write_notices(self) -> None:
        if self._view.notices:
            self._write_heading(self._view.catalogue.text("label.notices"))
        for notice in self._view.notices:
            self._flow(f"· {notice}", indent=_INDENT, hang=_INDENT * 2)
        if self._view.comments:
            self._write_heading(self._view.catalogue.text("label.comments"))
        for comment in self._view.comments:
            line = self._view.catalogue.labelled(comment.author, comment.text)
            line = f"{line} [{comment.place}]" if comment.place else line
            self._flow(f"· {line}", indent=_INDENT, hang=_INDENT * 2)

    def _write_lead(self, lead: LeadView) -> None:
        self._write_heading(lead.title)
        self._flow(lead.sentence, indent=_INDENT)
        self._write_quotes(lead.quotes)

    def _write_entries(self, entries: Sequence[EntryView]) -> None:
        """Write entries, with an empty line after those that have more than a title."""
        for entry in entries:
            self._write_entry(entry)
            if (entry.quotes or entry.lacking or entry.reason or entry.pending) and entry is not entries[-1]:
                self._add("")

    def _write_entry(self, entry: EntryView) -> None:
        self._write_entry_head(entry)
        self._write_quotes(entry.quotes)
        if entry.lacking:
            label = self._view.catalogue.text("label.lacking")
            self._flow(self._view.catalogue.labelled(label, entry.lacking), indent=_DETAIL, style=_YELLOW)
        if entry.pending:
            self._flow(entry.pending, indent=_DETAIL, style=_YELLOW)
        if entry.reason:
            self._flow(entry.reason, indent=_DETAIL)

    def _write_entry_head(self, entry: EntryView) -> None:
        """Write status and title, the reference at the right margin or, for want of room, after it."""
        lead = f"{entry.symbol} {entry.word:<{self._word_width()}}  "
        title = f"{entry.title} ({', '.join(entry.tags)})" if entry.tags else entry.title
        gap = self._width - len(_INDENT + lead + title + entry.reference)
        if gap >= 2:
            styled = self._painted(lead, _STATUS_STYLES[entry.status])
            reference = self._painted(entry.reference, _DIM)
            self._add(f"{_INDENT}{styled}{self._painted(title, _BOLD)}{' ' * gap}{reference}")
            return
        hang = _DETAIL if self._width < 60 else " " * len(_INDENT + lead)
        self._flow(
            f"{lead}{title} · {entry.reference}",
            indent=_INDENT,
            hang=hang,
            style=_STATUS_STYLES[entry.status],
        )

    def _word_width(self) -> int:
        """Return the width of the longest verdict word of the report, so that titles stand in a column."""
        return max(len(count.word) for count in self._view.counts) if self._width >= 60 else 0

    def _write_quotes(self, quotes: Iterable[QuoteView]) -> None:
        catalogue = self._view.catalogue
        for quote in quotes:
            line = catalogue.quoted(quote.text)
            if quote.label:
                line = catalogue.labelled(quote.label, line)
            if quote.place:
                line = f"{line} [{quote.place}]"
            self._flow(line, indent=_DETAIL, style=_MAGENTA if quote.against else "")

    def _write_lens(self) -> None:
        if not self._view.measures:
            return
        text = self._view.catalogue.text
        self._write_heading(text("label.lens"))
        self._flow(text("lens.intro"), indent=_INDENT)
        self._add("")
        words = max(len(measure.word) for measure in self._view.measures)
        for measure in self._view.measures:
            self._write_measure(measure, words)

    def _write_measure(self, measure: MeasureView, words: int) -> None:
        word = f"{measure.word:<{words}}" if self._width >= 60 else measure.word
        style = _GREEN if measure.promised else ""
        self._flow(f"{measure.symbol} {word}  {measure.title}", indent=_INDENT, hang=_DETAIL, style=style)
        self._write_quotes(measure.quotes)

    def _write_imprint(self) -> None:
        self._write_heading(self._view.catalogue.text("label.about"))
        for disclaimer in self._view.disclaimers:
            self._flow(disclaimer, indent=_INDENT)
        for fact in self._view.imprint:
            line = self._view.catalogue.labelled(fact.label, fact.value)
            self._flow(line, indent=_INDENT, hang=_INDENT * 2, style=_DIM)

    def _write_heading(self, title: str, reference: str = "") -> None:
        self._add("")
        gap = self._width - len(title) - len(reference)
        if reference and gap < 2:
            self._flow(f"{title} · {reference}", style=_BOLD)
        else:
            self._add(self._painted(title, _BOLD) + (" " * gap + self._painted(reference, _DIM) if reference else ""))
        self._add(self._painted("─" * self._width, _DIM))

    def _flow(self, text: str, *, indent: str = "", hang: str | None = None, style: str = "") -> None:
        """Add ``text`` wrapped at the width; the lines after the first are indented by ``hang``."""
        lines = textwrap.wrap(
            text,
            self._width,
            initial_indent=indent,
            subsequent_indent=indent if hang is None else hang,
            break_on_hyphens=False,
        )
        for line in lines:
            stripped = line.lstrip(" ")
            self._add(" " * (len(line) - len(stripped)) + self._painted(stripped, style))

    def _painted(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._colour and style and text else text

    def _add(self, line: str) -> None:
        self._lines.append(line)
