"""The report on a set arranged for the other party: its documents, which of them says what, the 27 mentions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dpa_checker.model import DocumentKind, Party, Processing, Verdict
from dpa_checker.report.catalogue import Catalogue
from dpa_checker.report.letter.arrangement import list_facts, told_once, write_header
from dpa_checker.report.letter.options import LetterOptions
from dpa_checker.report.letter.proposal import propose_clauses
from dpa_checker.report.letter.render_docx import write_docx
from dpa_checker.report.letter.render_pdf import write_pdf
from dpa_checker.report.letter.value import Letter, LetterDocument, LetterGroup, LetterRow, Note, Proposals
from dpa_checker.report.set_model import Part, SetReport
from dpa_checker.report.set_view import DocumentView, SetEntryView, SetView, build_set_view
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import Fact, LeadView, UnreadView


def render_set_pdf(report: SetReport, options: LetterOptions | None = None, parties: Iterable[Party] = ()) -> bytes:
    """Return the report on a set as a PDF to send.

    ``parties`` are those found in the documents, for the clauses that are proposed.  Raises ``LibraryError`` for a
    language without texts, ``DpaCheckerError`` without the ``letter`` extra.
    """
    return write_pdf(build_set_letter(report, options, parties))


def render_set_docx(report: SetReport, options: LetterOptions | None = None, parties: Iterable[Party] = ()) -> bytes:
    """Return the report on a set as a DOCX to send and to work on; as :func:`render_set_pdf`."""
    return write_docx(build_set_letter(report, options, parties))


def build_set_letter(report: SetReport, options: LetterOptions | None = None, parties: Iterable[Party] = ()) -> Letter:
    """Return the report on a set as it is sent."""
    options = options or LetterOptions()
    view = build_set_view(report, language=options.language)
    catalogue = view.catalogue
    name = flowed(options.document) or view.title
    unlisted = _unlisted(report, catalogue)
    return Letter(
        catalogue=catalogue,
        document_language=_quoted_in(report),
        title=flowed(options.title) or catalogue.text("letter.title"),
        subtitle=view.subtitle,
        header=write_header(name),
        reference=flowed(options.reference),
        facts=list_facts(
            (catalogue.text("set.label.set"), name),
            lambda role: flowed(getattr(options, role)),
            catalogue,
            options,
        ),
        headline=view.headline,
        lead=LeadView(Processing.YES, "", view.alone, ()) if view.alone else None,
        counts=() if unlisted else view.counts,
        notes=_notes(view, report),
        groups=() if unlisted else _groups(view),
        unlisted=unlisted,
        proposals=_propose(report, parties, catalogue, options) if options.proposals and not unlisted else None,
        closing=view.disclaimers,
        documents=tuple(_document(document) for document in view.documents),
    )


def _unlisted(report: SetReport, catalogue: Catalogue) -> str | None:
    """Return the line in place of 27 equal entries, None when the entries are to be listed."""
    if not report.examined:
        return catalogue.text("lead.none_decided")
    all_missing = all(item.finding.verdict is Verdict.MISSING for item in report.findings)
    if all_missing and report.assessment.processing is Processing.NO:
        return catalogue.text("lead.none_listed")
    return None


def _quoted_in(report: SetReport) -> str | None:
    """Return the language of the quotes, None where the documents are in several."""
    languages = {document.language for document in report.documents if document.verdicts}
    return languages.pop() if len(languages) == 1 else None


def _notes(view: SetView, report: SetReport) -> tuple[Note, ...]:
    """Return the lists of the summary: what is in conflict, what is to be supplied, what was not read or set aside."""
    text, labelled = view.catalogue.text, view.catalogue.labelled

    def left_out(part: Part) -> tuple[UnreadView, ...]:
        shown = zip(view.documents, report.documents, strict=True)
        return tuple(UnreadView(labelled(one.name, one.note)) for one, document in shown if document.part is part)

    conflicts = (
        UnreadView(labelled(f"{item.entry.title} ({item.entry.reference})", item.entry.reason or item.entry.word))
        for item in view.conflicts
    )
    lists = (
        ("label.conflicts", tuple(conflicts)),
        ("set.label.supply", tuple(UnreadView(name) for name in view.supply)),
        ("label.not_examined", left_out(Part.NOT_READ)),
        ("label.set_aside", left_out(Part.SET_ASIDE)),
    )
    return tuple(Note(text(key), items) for key, items in lists if items)


def _document(document: DocumentView) -> LetterDocument:
    return LetterDocument(
        document.number, document.name, document.about, document.said or document.note, document.counts
    )


def _groups(view: SetView) -> tuple[LetterGroup, ...]:
    return tuple(
        LetterGroup(group.title, group.reference, tuple(_row(item, view) for item in group.entries))
        for group in view.groups
    )


def _row(item: SetEntryView, view: SetView) -> LetterRow:
    entry, text = item.entry, view.catalogue.text
    precedence = tuple(replace(quote, label=text("set.label.precedence")) for quote in item.precedence)
    told = ((text("label.lacking"), entry.lacking), ("", entry.pending), ("", entry.reason))
    lines = (*item.facts, *(Fact(label, value) for label, value in told if value))
    counting = (status for status, document in zip(item.cells, view.documents, strict=True) if document.counts)
    return LetterRow(
        mention=entry.mention,
        title=f"{entry.title} ({', '.join(entry.tags)})" if entry.tags else entry.title,
        reference=entry.reference,
        status=entry.status,
        word=entry.word,
        quotes=told_once((*entry.quotes, *precedence)),
        lines=(*lines, *(Fact("", note) for note in item.notes)),
        cells=tuple(counting),
    )


def _propose(
    report: SetReport, parties: Iterable[Party], catalogue: Catalogue, options: LetterOptions
) -> Proposals | None:
    """Return the clauses for what the set lacks, in the language of its data agreement, else of most documents."""
    findings = [item.finding for item in report.findings]
    return propose_clauses(findings, choose_language(report), parties, catalogue, options, told="set.proposed")


def choose_language(report: SetReport) -> str | None:
    """Return the language in which clauses for a set are proposed."""
    agreements = [one.language for one in report.documents if one.kind is DocumentKind.DPA and one.language]
    return _commonest(agreements) or _commonest([one.language for one in report.documents if one.language])


def _commonest(languages: Sequence[str]) -> str | None:
    found = Counter(languages).most_common(1)
    return found[0][0] if found else None
