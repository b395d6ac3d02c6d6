"""A report with what reviewers have made of it, for those who work with it: the page and the workbook.

What a letter leaves out unless it is asked for (:class:`LetterOptions`) is left out here as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import IO

from dpa_checker.model import Report
from dpa_checker.report.catalogue import Catalogue
from dpa_checker.report.entry import build_entry
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.letter.arrangement import choose_reason, list_internal
from dpa_checker.report.letter.options import LetterOptions, Review
from dpa_checker.report.letter.reviewed import apply_reviews, index_reviews, is_overridden
from dpa_checker.report.render_html import render_view
from dpa_checker.report.report_xlsx import write_view_xlsx
from dpa_checker.report.typography import flowed
from dpa_checker.report.view import build_view
from dpa_checker.report.view_model import EntryView, Fact, GroupView, ReportView, Status


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A report with the verdicts of its reviewers; ``machine`` is as it was."""

    report: Report
    machine: Report
    reviews: Mapping[str, Review]
    options: LetterOptions

    @property
    def decided(self) -> frozenset[str]:
        """The mentions whose verdicts are a reviewer's."""
        return frozenset(mention for mention, review in self.reviews.items() if review.verdict is not None)

    def view(self) -> ReportView:
        """Return what a reader sees."""
        view = build_view(self.report, language=self.options.language)
        return replace(
            view,
            facts=(*view.facts, *self._facts(view.catalogue)),
            conflicts=tuple(self.tell(entry, view.catalogue) for entry in view.conflicts),
            groups=tuple(self._group(group, view.catalogue) for group in view.groups),
        )

    def tell(self, entry: EntryView, catalogue: Catalogue) -> EntryView:
        """Return an entry with what is told of its review."""
        machine, review = self.machine.finding(entry.mention), self.reviews.get(entry.mention)
        bare = is_overridden(machine, review) and self.report.finding(entry.mention).reason == "said"
        return replace(
            entry,
            tags=self._tags(entry, catalogue),
            reason=choose_reason(entry, review, self.options, bare=bare),
            remarks=tuple(list_internal(machine, review, catalogue, self.options)),
        )

    def _group(self, group: GroupView, catalogue: Catalogue) -> GroupView:
        """Return a part with its entries; one in conflict points to the top, where all is told."""
        entries = (
            replace(entry, tags=self._tags(entry, catalogue))
            if entry.status is Status.CONFLICT
            else self.tell(entry, catalogue)
            for entry in group.entries
        )
        return replace(group, entries=tuple(entries))

    def _tags(self, entry: EntryView, catalogue: Catalogue) -> tuple[str, ...]:
        return (*entry.tags, catalogue.text("label.reviewed")) if entry.mention in self.decided else entry.tags

    def _facts(self, catalogue: Catalogue) -> Iterable[Fact]:
        if self.decided:
            yield Fact(catalogue.text("label.reviews"), catalogue.counted("count.reviewed", len(self.decided)))
        if flowed(self.options.reviewer):
            yield Fact(catalogue.text("letter.reviewer"), flowed(self.options.reviewer))


def review_report(
    report: Report, reviews: Iterable[Review], options: LetterOptions | None = None, *, language: str = "en"
) -> Reviewed:
    """Return ``report`` with its reviews, to be shown in ``language``; ``options`` tell what of these is shown."""
    by_mention = index_reviews(reviews)
    chosen = replace(options or LetterOptions(), language=language)
    return Reviewed(apply_reviews(report, by_mention), report, by_mention, chosen)


def render_reviewed_html(reviewed: Reviewed) -> str:
    """Return a self-contained HTML page with the verdicts of the reviewers."""
    return render_view(reviewed.view())


def write_reviewed_xlsx(reviewed: Reviewed, target: IO[bytes]) -> None:
    """Write a workbook with the verdicts of the reviewers to ``target``; no file is made on the way."""
    view, report = reviewed.view(), reviewed.report
    entries = [build_entry(report.finding(mention), view.catalogue) for mention in MENTIONS]
    told = [reviewed.tell(entry, view.catalogue) for entry in entries]
    write_view_xlsx(view, told, report, target, decided=reviewed.decided)
