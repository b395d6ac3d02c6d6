"""What the checker said of one labelled document, beside what is right.

The outcome of a validation document carries no name and no quote: it cannot be told which it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.accuracy.corpus import LabelledDocument, MentionLabel, Span
from dpa_checker.model import DocumentKind, Finding, Processing, Report, Verdict

SAID: Final = frozenset({Verdict.PRESENT, Verdict.PARTIAL})
#: The measures of the Article 32 lens that are labelled; data minimisation (Article 29) is not.
LABELLED_MEASURES: Final = (
    "migration-procedure",
    "encryption",
    "post-migration-deletion",
    "authentication",
    "individual-accounts",
    "monitoring-alerts",
)
_SHOWN_QUOTES: Final = 3
_SHOWN_CHARACTERS: Final = 350


@dataclass(frozen=True, slots=True)
class EvidenceOutcome:
    """The quotes of a mention said in both: whether one meets a labelled span, and their characters."""

    meets: bool
    quoted: int
    on_label: int


@dataclass(frozen=True, slots=True)
class MentionOutcome:
    """The right verdict and the checker's; ``evidence`` when both say the mention and spans are labelled."""

    mention: str
    expected: Verdict
    verdict: Verdict
    confidence: float
    evidence: EvidenceOutcome | None = None


@dataclass(frozen=True, slots=True)
class MeasureOutcome:
    """One measure of the Article 32 lens: labelled as promised, and found promised."""

    measure: str
    expected: bool
    promised: bool


@dataclass(frozen=True, slots=True)
class ErrorNote:
    """An error to read: what it is about, what happened, the labelled passages and the checker's quotes."""

    subject: str
    told: str
    labelled: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentOutcome:
    """All that is measured on one document; ``name`` and ``notes`` are empty for a validation document."""

    language: str
    kind: DocumentKind
    validation: bool
    processor_contract: bool
    expected_processing: Processing
    processing: Processing
    language_right: bool
    kind_right: bool
    mentions: tuple[MentionOutcome, ...]
    measures: tuple[MeasureOutcome, ...]
    name: str | None = None
    notes: tuple[ErrorNote, ...] = ()

    @property
    def presents(self) -> int:
        """How many mentions the checker calls present."""
        return sum(outcome.verdict is Verdict.PRESENT for outcome in self.mentions)


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """How the verdicts on a file differ from those on its labelled text; nameless for validation."""

    validation: bool
    compared: int
    different: int
    name: str | None = None
    notes: tuple[ErrorNote, ...] = ()


def build_outcome(document: LabelledDocument, report: Report) -> DocumentOutcome:
    """Return what ``report`` says of ``document`` beside what is right."""
    open_to_reading = not document.validation
    return DocumentOutcome(
        language=document.language,
        kind=document.kind,
        validation=document.validation,
        processor_contract=document.processor_contract,
        expected_processing=document.processing,
        processing=report.document.assessment.processing,
        language_right=report.document.language == document.language,
        kind_right=report.document.kind is document.kind,
        mentions=tuple(
            _mention_outcome(report.finding(mention), label) for mention, label in document.mentions.items()
        ),
        measures=_measure_outcomes(document, report),
        name=document.id if open_to_reading else None,
        notes=tuple(_notes(document, report)) if open_to_reading else (),
    )


def build_file_outcome(document: LabelledDocument, text: Report, file: Report, name: str) -> FileOutcome:
    """Return how the verdicts of the report on a file differ from those of the report on its text."""
    pairs = [(finding, file.finding(finding.mention)) for finding in text.findings]
    different = [(ours, theirs) for ours, theirs in pairs if ours.verdict is not theirs.verdict]
    open_to_reading = not document.validation
    return FileOutcome(
        validation=document.validation,
        compared=len(pairs),
        different=len(different),
        name=name if open_to_reading else None,
        notes=tuple(
            ErrorNote(ours.mention, f"text {ours.verdict}, file {theirs.verdict}", _quotes(ours), _quotes(theirs))
            for ours, theirs in different
        )
        if open_to_reading
        else (),
    )


def score_evidence(quotes: Sequence[Span], labelled: Sequence[Span]) -> EvidenceOutcome:
    """Return whether a quote meets a labelled span, and how many quoted characters lie on labelled spans."""
    spans = _merge(labelled)
    on_label = sum(max(0, min(end, stop) - max(start, begin)) for start, end in quotes for begin, stop in spans)
    return EvidenceOutcome(on_label > 0, sum(end - start for start, end in quotes), on_label)


def _merge(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _mention_outcome(finding: Finding, label: MentionLabel) -> MentionOutcome:
    evidence = None
    if label.spans is not None and label.verdict in SAID and finding.verdict in SAID:
        evidence = score_evidence([(quote.start, quote.end) for quote in finding.evidence], label.spans)
    return MentionOutcome(finding.mention, label.verdict, finding.verdict, finding.confidence, evidence)


def _measure_outcomes(document: LabelledDocument, report: Report) -> tuple[MeasureOutcome, ...]:
    if document.measures is None:
        return ()
    promised = {measure.measure for measure in report.art32 if measure.promised}
    return tuple(MeasureOutcome(name, name in document.measures, name in promised) for name in LABELLED_MEASURES)


def _notes(document: LabelledDocument, report: Report) -> Iterator[ErrorNote]:
    """Yield the errors of a development document, in the order of the report."""
    assessment = report.document.assessment
    if report.document.language != document.language:
        yield ErrorNote("language", f"label {document.language}, found {report.document.language}")
    if assessment.processing is not document.processing:
        told = f"label {document.processing}, found {assessment.processing} ({assessment.ground})"
        yield ErrorNote("processing", told, quoted=tuple(_short(quote.quote) for quote in assessment.evidence))
    for mention, label in document.mentions.items():
        yield from _mention_notes(report, report.finding(mention), label)
    for measure in _measure_outcomes(document, report):
        if measure.expected != measure.promised:
            told = "promised but not found" if measure.expected else "found but not promised"
            found = next(found for found in report.art32 if found.measure == measure.measure)
            yield ErrorNote(
                f"art32 {measure.measure}",
                told,
                quoted=tuple(_short(quote.quote) for quote in found.evidence),
            )


def _mention_notes(report: Report, finding: Finding, label: MentionLabel) -> Iterator[ErrorNote]:
    spans = (label.spans or ())[:_SHOWN_QUOTES]
    labelled = tuple(_short(report.text[start:end]) for start, end in spans)
    if finding.verdict is not label.verdict:
        lacking = f", lacking {', '.join(finding.lacking)}" if finding.lacking else ""
        told = f"label {label.verdict}, got {finding.verdict} ({finding.reason}{lacking})"
        yield ErrorNote(finding.mention, told, labelled, _quotes(finding))
        return
    evidence = _mention_outcome(finding, label).evidence
    if evidence is not None and not evidence.meets:
        yield ErrorNote(finding.mention, f"{label.verdict} on other passages", labelled, _quotes(finding))


def _quotes(finding: Finding) -> tuple[str, ...]:
    return tuple(_short(quote.quote) for quote in finding.evidence[:_SHOWN_QUOTES])


def _short(passage: str) -> str:
    flowed = " ".join(passage.split())
    return flowed if len(flowed) <= _SHOWN_CHARACTERS else flowed[: _SHOWN_CHARACTERS - 1] + "…"
