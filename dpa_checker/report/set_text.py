"""A set's report as text for a terminal."""

from __future__ import annotations

import textwrap
from typing import Final

from dpa_checker.report.set_model import SetReport
from dpa_checker.report.set_view import SetEntryView, SetView, build_set_view
from dpa_checker.report.view_model import SYMBOLS, Status

DEFAULT_WIDTH: Final = 80
_NARROWEST: Final = 40
_INDENT: Final = "  "
_DETAIL: Final = "      "
_NAME: Final = 3


def render_set_text(report: SetReport, *, language: str = "en", width: int = DEFAULT_WIDTH) -> str:
    """Return ``report`` as text wrapped at ``width`` columns (40 at least)."""
    return _SetText(build_set_view(report, language=language), max(width, _NARROWEST)).written()


class _SetText:
    """The lines of one report, gathered from top to bottom."""

    def __init__(self, view: SetView, width: int) -> None:
        self._view = view
        self._width = width
        self._lines: list[str] = []

    def written(self) -> str:
        self._write_title()
        self._write_documents()
        if self._view.conflicts:
            self._heading(self._view.catalogue.text("label.conflicts"))
            for item in self._view.conflicts:
                self._write_entry(item)
        for group in self._view.groups:
            self._heading(f"{group.title} · {group.reference}")
            for item in group.entries:
                self._write_entry(item)
        self._write_lens()
        self._heading(self._view.catalogue.text("label.about"))
        for line in self._view.disclaimers:
            self._flow(line, _INDENT)
        for fact in self._view.imprint:
            self._flow(self._view.catalogue.labelled(fact.label, fact.value), _INDENT)
        return "\n".join(self._lines).strip("\n") + "\n"

    def _write_title(self) -> None:
        view, text = self._view, self._view.catalogue.text
        self._flow(f"{text('set.title')} · {text('title.basis')}")
        self._flow(f"{view.title} ({view.subtitle})")
        for fact in view.facts:
            self._flow(view.catalogue.labelled(fact.label, fact.value))
        self._heading(text("label.summary"))
        self._flow(view.headline, _INDENT)
        if view.alone:
            self._flow(view.alone, _INDENT)
        if view.supply:
            self._flow(view.catalogue.labelled(text("set.label.supply"), ", ".join(view.supply)), _INDENT)
        self._lines.append("")
        for count in view.counts:
            self._flow(f"{count.symbol} {count.number:>2} {count.word}", _INDENT)

    def _write_documents(self) -> None:
        self._heading(self._view.catalogue.text("set.label.documents"))
        for document in self._view.documents:
            parts = [document.name, document.about, document.said or document.note]
            self._flow(
                f"{document.number}. " + " · ".join(part for part in parts if part), _INDENT, _INDENT + " " * _NAME
            )

    def _write_entry(self, item: SetEntryView) -> None:
        entry, catalogue = item.entry, self._view.catalogue
        tags = f" ({', '.join(entry.tags)})" if entry.tags else ""
        self._flow(f"{entry.symbol} {entry.word}  {entry.title}{tags} · {entry.reference}", _INDENT, _DETAIL)
        self._flow(self._signs(item), _DETAIL)
        for fact in item.facts:
            self._flow(catalogue.labelled(fact.label, fact.value), _DETAIL)
        for quote in (*entry.quotes, *item.precedence):
            label = catalogue.text("set.label.precedence") if quote in item.precedence else quote.label
            shown = catalogue.quoted(quote.text) + (f" [{quote.place}]" if quote.place else "")
            self._flow(catalogue.labelled(label, shown) if label else shown, _DETAIL)
        if entry.lacking:
            self._flow(catalogue.labelled(catalogue.text("label.lacking"), entry.lacking), _DETAIL)
        for line in (entry.pending, entry.reason, *item.notes):
            if line:
                self._flow(line, _DETAIL)

    @staticmethod
    def _signs(item: SetEntryView) -> str:
        """Return the documents by number that have something to say of the mention, each with its sign."""
        return "  ".join(
            f"{number} {SYMBOLS[status]}"
            for number, status in enumerate(item.cells, start=1)
            if status not in (None, Status.MISSING)
        )

    def _write_lens(self) -> None:
        self._heading(self._view.catalogue.text("label.lens"))
        for title, promised, word, _ in self._view.measures:
            self._flow(f"{'✔' if promised else '○'} {word}  {title}", _INDENT, _DETAIL)

    def _heading(self, title: str) -> None:
        self._lines += ["", title, "─" * self._width]

    def _flow(self, text: str, indent: str = "", hang: str | None = None) -> None:
        self._lines += textwrap.wrap(
            text,
            self._width,
            initial_indent=indent,
            subsequent_indent=indent if hang is None else hang,
            break_on_hyphens=False,
        )
