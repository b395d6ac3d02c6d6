"""A report arranged for the other party: who and what, the summary, the 27 mentions, the clauses to propose."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from dpa_checker.model import Finding, Party, Processing, Report
from dpa_checker.report.catalogue import Catalogue
from dpa_checker.report.entry import build_entry, show_status
from dpa_checker.report.groups import GROUPS
from dpa_checker.report.letter.options import LetterOptions, Remark, Review
from dpa_checker.report.letter.proposal import list_proposals
from dpa_checker.report.letter.reviewed import apply_reviews, index_reviews, is_overridden, without_editors
from dpa_checker.report.letter.value import Letter, LetterGroup, LetterRow, Note
from dpa_checker.report.typography import flowed, shortened
from dpa_checker.report.view import build_view
from dpa_checker.report.view_model import SYMBOLS, EntryView, Fact, LeadView, QuoteView, ReportView, Status, UnreadView

_HEADER_LENGTH: Final = 85


def build_letter(report: Report, options: LetterOptions | None = None, reviews: Iterable[Review] = ()) -> Letter:
    """Return ``report`` as it is sent, with the verdicts of its reviewers.

    Raises ``LibraryError`` for a language without texts.
    """
    options = options or LetterOptions()
    by_mention = index_reviews(reviews)
    report = without_editors(report)
    reviewed = apply_reviews(report, by_mention)
    view = build_view(reviewed, language=options.language)
    catalogue = view.catalogue
    name = flowed(options.document) or view.title
    return Letter(
        catalogue=catalogue,
        document_language=report.document.language,
        title=flowed(options.title) or catalogue.text("letter.title"),
        subtitle=view.subtitle,
        header=write_header(name),
        reference=flowed(options.reference),
        facts=list_facts(
            (catalogue.text("letter.document"), name),
            lambda role: flowed(getattr(options, role)) or find_party(role, report.document.parties),
            catalogue,
            options,
        ),
        headline=view.headline,
        lead=_lead(view),
        counts=view.counts,
        notes=_notes(view),
        groups=() if view.unlisted else _groups(report, reviewed, by_mention, view, options),
        unlisted=view.unlisted,
        proposals=list_proposals(reviewed, catalogue, options) if options.proposals and not view.unlisted else None,
        closing=(
            *view.disclaimers,
            catalogue.labelled(catalogue.text("label.sha256"), report.document.sha256),
        ),
    )


def write_date(date: datetime.date, catalogue: Catalogue) -> str:
    """Return a date in words, as the report language writes it."""
    day = catalogue.text("date.first") if date.day == 1 else str(date.day)
    return catalogue.text("date.long", day=day, month=catalogue.text(f"date.month.{date.month}"), year=date.year)


def write_header(name: str) -> str:
    """Return a name, short enough for one line."""
    return shortened(name, _HEADER_LENGTH)[: _HEADER_LENGTH + 2]


def _lead(view: ReportView) -> LeadView | None:
    """Return the answer to the first question with its words, unless it is a plain yes."""
    if view.lead is None or view.lead.processing is Processing.YES:
        return None
    return replace(view.lead, quotes=told_once(view.lead.quotes))


def list_facts(
    about: tuple[str, str], party: Callable[[str], str], catalogue: Catalogue, options: LetterOptions
) -> tuple[Fact, ...]:
    """Return what stands below the title: what it is ``about``, the parties by role; what is not known is left out."""
    text = catalogue.text
    rows = [
        about,
        *((text(f"label.{role}"), party(role)) for role in ("controller", "processor")),
        (text("letter.counterparty"), flowed(options.counterparty)),
        (text("letter.reference"), flowed(options.reference)),
        (text("letter.reviewer"), flowed(options.reviewer)),
        (text("letter.date"), write_date(options.date, catalogue) if options.date else ""),
    ]
    return tuple(Fact(label, value) for label, value in rows if value)


def find_party(role: str, parties: Iterable[Party]) -> str:
    """Return who has a role by what was read; several names stand beside each other."""
    return ", ".join(dict.fromkeys(flowed(party.name) for party in parties if party.role == role))


def _notes(view: ReportView) -> tuple[Note, ...]:
    """Return the lists of the summary: what is in conflict, was not examined or does not count, and how it was read."""
    text = view.catalogue.text
    lists = (
        ("label.conflicts", tuple(_conflict(entry, view.catalogue) for entry in view.conflicts)),
        ("label.not_examined", view.unread),
        ("label.set_aside", view.set_aside),
        ("label.notices", tuple(UnreadView(notice) for notice in view.notices)),
    )
    return tuple(Note(text(key), items) for key, items in lists if items)


def _conflict(entry: EntryView, catalogue: Catalogue) -> UnreadView:
    return UnreadView(catalogue.labelled(f"{entry.title} ({entry.reference})", entry.reason or entry.word))


def _groups(
    report: Report, reviewed: Report, reviews: Mapping[str, Review], view: ReportView, options: LetterOptions
) -> tuple[LetterGroup, ...]:
    return tuple(
        LetterGroup(
            shown.title,
            shown.reference,
            tuple(
                _row(report.finding(mention), reviewed.finding(mention), reviews.get(mention), view.catalogue, options)
                for mention in group.mentions
            ),
        )
        for group, shown in zip(GROUPS, view.groups, strict=True)
    )


def _row(
    machine: Finding, finding: Finding, review: Review | None, catalogue: Catalogue, options: LetterOptions
) -> LetterRow:
    entry = build_entry(finding, catalogue)
    reason = choose_reason(entry, review, options, bare=is_overridden(machine, review) and finding.reason == "said")
    told = ((catalogue.text("label.lacking"), entry.lacking), ("", entry.pending), ("", reason))
    lines = tuple(Fact(label, text) for label, text in told if text)
    return LetterRow(
        mention=finding.mention,
        title=f"{entry.title} ({', '.join(entry.tags)})" if entry.tags else entry.title,
        reference=entry.reference,
        status=entry.status,
        word=entry.word,
        quotes=told_once(entry.quotes),
        lines=(*lines, *list_internal(machine, review, catalogue, options)),
    )


def choose_reason(entry: EntryView, review: Review | None, options: LetterOptions, *, bare: bool) -> str | None:
    """Return the reviewer's reason, else the program's, unless the verdict is no longer its own."""
    given = flowed(review.reason) if review is not None and review.verdict is not None and options.reasons else ""
    return given or (None if bare else entry.reason)


def told_once(quotes: tuple[QuoteView, ...]) -> tuple[QuoteView, ...]:
    """Return the quotes without those that stand within another of the same side."""
    return tuple(
        replace(quote, place=quote.place.replace("§ ", "§\u00a0").replace(" (", "\u00a0("))
        for number, quote in enumerate(quotes)
        if not any(
            quote.text in other.text and quote.label == other.label and (quote.text != other.text or number > place)
            for place, other in enumerate(quotes)
            if place != number
        )
    )


def list_internal(
    machine: Finding, review: Review | None, catalogue: Catalogue, options: LetterOptions
) -> Iterable[Fact]:
    """Yield what the options ask for of the program's finding and of the review."""
    text = catalogue.text
    overridden = is_overridden(machine, review)
    if overridden and review is not None and options.machine_verdicts:
        status = _machine_status(machine, review)
        yield Fact(text("letter.machine"), f"{SYMBOLS[status]} {text(f'verdict.{status}')}")
    if options.confidence and (not overridden or options.machine_verdicts):
        yield Fact(text("letter.confidence"), catalogue.percent(machine.confidence))
    if review is None:
        return
    if options.assignments and flowed(review.assigned_to):
        yield Fact(text("letter.assigned"), flowed(review.assigned_to))
    if options.comments:
        for remark in (Remark(review.note, review.reviewer, review.date), *review.remarks):
            yield from _remarked(remark, catalogue)


def _machine_status(machine: Finding, review: Review) -> Status:
    if review.machine_verdict in (None, machine.verdict):
        return show_status(machine)
    return Status(str(review.machine_verdict))


def _remarked(remark: Remark, catalogue: Catalogue) -> Iterable[Fact]:
    """Yield the lines of a remark; who made it, and when, stands before the first."""
    lines = [flowed(line) for line in remark.text.split("\n")]
    for number, line in enumerate(filter(None, lines)):
        yield Fact("" if number else _comment_label(remark, catalogue), line)


def _comment_label(remark: Remark, catalogue: Catalogue) -> str:
    parts = [flowed(remark.by), write_date(remark.date, catalogue) if remark.date else ""]
    about = ", ".join(part for part in parts if part)
    label = catalogue.text("letter.comment")
    return f"{label} ({about})" if about else label
