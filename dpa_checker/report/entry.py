"""A finding in words: its quotes with their places, what lacks, and its reason."""

from __future__ import annotations

from collections.abc import Sequence

from dpa_checker.model import Evidence, Finding, Reading, ReadingFinding, Verdict
from dpa_checker.report.catalogue import Catalogue
from dpa_checker.report.legal import localise_reference
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import EntryView, QuoteView, Status

#: Reasons that the verdict word, the quote or what lacks already tells.
_TOLD_OTHERWISE = frozenset({"said", "partly_said"})


def reason_sentence(finding: Finding, catalogue: Catalogue) -> str:
    """Return the reason of ``finding`` as a sentence; an argument that it lacks is put in general words."""
    references = (evidence.by_reference for evidence in finding.evidence if evidence.by_reference)
    arguments = {
        "document": catalogue.text("fallback.document"),
        "clauses": next(references, catalogue.text("fallback.clauses")),
        "language": catalogue.text("fallback.language"),
    }
    arguments |= {name: flowed(value) for name, value in finding.reason_arguments if value.strip()}
    arguments["language"] = catalogue.language_name(arguments["language"])
    return catalogue.text(f"reason.{finding.reason}", **arguments)


def show_status(finding: Finding) -> Status:
    """Return how the finding is shown: as in conflict whatever its verdict when it is."""
    return Status.CONFLICT if finding.conflict else Status(finding.verdict.value)


def build_entry(finding: Finding, catalogue: Catalogue, *, full: bool = True, bare: bool = False) -> EntryView:
    """Return ``finding`` as shown.

    Without ``full`` a conflict points to the top of the report in place of its quotes; with ``bare`` the
    reason that nothing says it is left out, for reports in which every entry would repeat it.
    """
    status = show_status(finding)
    pointer = status is Status.CONFLICT and not full
    return EntryView(
        mention=finding.mention,
        status=status,
        word=catalogue.text(f"verdict.{status}"),
        title=catalogue.text(f"mention.{finding.mention}"),
        reference=localise_reference(finding.legal_reference, catalogue),
        quotes=() if pointer else _finding_quotes(finding, catalogue),
        lacking=_lacking(finding, catalogue),
        reason=catalogue.text("label.see_conflicts") if pointer else _reason(finding, catalogue, bare=bare),
        tags=(catalogue.text("label.qualified"),) if finding.qualified else (),
        pending=_pending(finding, catalogue),
    )


def build_quotes(evidence: Sequence[Evidence], catalogue: Catalogue) -> tuple[QuoteView, ...]:
    """Return the quotes with their places, without labels."""
    return tuple(QuoteView(flowed(item.quote), _place(item, catalogue), against=item.against) for item in evidence)


def _finding_quotes(finding: Finding, catalogue: Catalogue) -> tuple[QuoteView, ...]:
    """Return the quotes, those that grant first, labelled when the document takes back what it says."""
    two_sided = finding.conflict or any(item.against for item in finding.evidence)
    ordered = sorted(finding.evidence, key=lambda item: item.against)
    quotes = build_quotes(ordered, catalogue)
    if not two_sided:
        return (*quotes, *_pending_quotes(finding, catalogue))
    labelled = tuple(
        QuoteView(
            quote.text,
            quote.place,
            label=catalogue.text("label.denied" if quote.against else "label.granted"),
            against=quote.against,
        )
        for quote in quotes
    )
    return (*labelled, *_pending_quotes(finding, catalogue))


def _pending_quotes(finding: Finding, catalogue: Catalogue) -> tuple[QuoteView, ...]:
    """Return the quotes of the other reading when the verdict hangs on tracked changes."""
    if not finding.readings_differ:
        return ()
    shown = {item.quote for item in finding.evidence}
    label = catalogue.text("label.pending")
    return tuple(
        QuoteView(flowed(item.quote), _place(item, catalogue), label=label, against=item.against)
        for reading in finding.readings
        for item in reading.evidence
        if item.quote not in shown
    )


def _pending(finding: Finding, catalogue: Catalogue) -> str | None:
    """Return on which tracked changes the verdict hangs, whose they are, and both verdicts."""
    if not finding.readings_differ:
        return None
    kinds = {revision.kind for revision in finding.pending}
    authors = dict.fromkeys(flowed(revision.author) for revision in finding.pending if revision.author.strip())
    by = catalogue.text("pending.by", authors=catalogue.listed(list(authors))) if authors else ""
    key = kinds.pop() if len(kinds) == 1 else "change"
    words = {str(item.reading): _verdict_word(item, catalogue) for item in finding.readings}
    return catalogue.text(f"pending.{key}", by=by, **words)


def _verdict_word(item: ReadingFinding, catalogue: Catalogue) -> str:
    status = Status.CONFLICT if item.conflict else Status(item.verdict.value)
    return catalogue.text(f"verdict.{status}").lower()


def _place(evidence: Evidence, catalogue: Catalogue) -> str:
    parts = []
    if evidence.reading is Reading.REJECTED:
        parts.append(catalogue.text("place.rejected"))
    if evidence.source_document:
        parts.append(catalogue.text("place.source", document=flowed(evidence.source_document)))
    if evidence.page is not None:
        parts.append(catalogue.text("place.page", page=evidence.page))
    if evidence.clause:
        parts.append(_clause(flowed(evidence.clause), catalogue))
    if evidence.by_reference:
        parts.append(catalogue.text("place.by_reference", clauses=flowed(evidence.by_reference)))
    if evidence.ocr_confidence is not None:
        parts.append(catalogue.text("place.ocr", percent=round(100 * evidence.ocr_confidence)))
    return ", ".join(parts)


def _clause(clause: str, catalogue: Catalogue) -> str:
    """Return a clause number with the word before it; a label that brings its own ("Annex 2") as it is."""
    numbered = clause[:1].isdigit() or clause[:1] == "("
    return catalogue.text("place.clause", clause=clause) if numbered else clause


def _lacking(finding: Finding, catalogue: Catalogue) -> str | None:
    if not finding.lacking:
        return None
    return "; ".join(catalogue.text(f"lacking.{finding.mention}.{key}") for key in finding.lacking)


def _reason(finding: Finding, catalogue: Catalogue, *, bare: bool) -> str | None:
    told = finding.reason in _TOLD_OTHERWISE and (finding.verdict is Verdict.PRESENT or bool(finding.lacking))
    told = told or (finding.readings_differ and finding.reason == "not_said")
    if told or (bare and finding.reason in ("not_said", "not_examined_language")):
        return None
    return reason_sentence(finding, catalogue)
