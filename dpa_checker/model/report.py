"""What is said of a document: verdicts, findings with their evidence, and the report."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from dpa_checker.model.document import Box, Comment, Notice, Reading, Revision, Unread


class Verdict(StrEnum):
    """What a contract says of one mention."""

    PRESENT = "present"
    PARTIAL = "partial"
    MISSING = "missing"
    CONTRADICTED = "contradicted"
    NOT_APPLICABLE = "not_applicable"
    NOT_EXAMINED = "not_examined"


class Processing(StrEnum):
    """Whether the document governs processing on behalf of another (first question)."""

    YES = "yes"
    SILENT = "silent"
    NO = "no"


class DocumentKind(StrEnum):
    """Kinds of document; the CNIL's decision SAN-2022-009 named the second to fifth."""

    DPA = "dpa"
    TERMS_OF_SALE = "terms_of_sale"
    TERMS_OF_SERVICE = "terms_of_service"
    MAINTENANCE = "maintenance"
    SERVICES = "services"
    SUBCONTRACTING = "subcontracting"
    NDA = "nda"
    PRIVACY_POLICY = "privacy_policy"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that bears a finding: ``quote == document.text[start:end]``, at most 600 characters.

    ``against`` marks a quote that denies the mention (contradicted, or the second side of a conflict);
    ``by_reference`` names standard clauses incorporated by reference, such as "2021/915".  ``reading`` names the
    reading that the offsets count in, when the file has tracked changes.
    """

    quote: str
    start: int
    end: int
    page: int | None = None
    clause: str | None = None
    boxes: tuple[Box, ...] | None = None
    ocr_confidence: float | None = None
    source_document: str | None = None
    by_reference: str | None = None
    against: bool = False
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class ReadingFinding:
    """What one reading of a file with tracked changes says of a mention."""

    reading: Reading
    verdict: Verdict
    conflict: bool = False
    lacking: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one of the 27 mentions and what it rests on.

    ``reason`` is a key with arguments of the report's message catalogue, so that it can be rendered in any
    report language; ``lacking`` names the essential elements that a partial lacks, by their keys in
    ``clause_library/mentions``.  ``confidence`` is the calibrated probability that the verdict is right.
    ``readings`` is empty, or holds both readings of a file with tracked changes; the verdict is the worse of the
    two.  When they differ, ``pending`` are the changes on which that hangs.
    """

    mention: str
    verdict: Verdict
    legal_reference: str
    reason: str
    reason_arguments: tuple[tuple[str, str], ...] = ()
    lacking: tuple[str, ...] = ()
    conflict: bool = False
    qualified: bool = False
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    readings: tuple[ReadingFinding, ...] = ()
    pending: tuple[Revision, ...] = ()

    @property
    def readings_differ(self) -> bool:
        """Whether the verdict hangs on accepting or rejecting tracked changes."""
        return len({(item.verdict, item.conflict) for item in self.readings}) > 1


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the Article 32 lens (SAN-2022-009): promised or not, with its quotes."""

    measure: str
    promised: bool
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """A party or role name found in the document: ``role`` is ``processor``, ``controller`` or ``other``."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer to the first question, with the key of its ground and the words it rests on."""

    processing: Processing
    ground: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What the report says of the document itself."""

    sha256: str
    media_type: str
    characters: int
    language: str | None
    languages: tuple[str, ...]
    kind: DocumentKind
    assessment: Assessment
    parties: tuple[Party, ...] = ()
    pages: int | None = None
    name: str | None = None
    not_examined: tuple[Unread, ...] = ()
    notices: tuple[Notice, ...] = ()
    comments: tuple[Comment, ...] = ()
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The missing-clause report on one document: 27 findings in the order of Article 28(3).

    ``text`` is what the offsets count in; ``rejected_text`` for evidence of the rejected reading.
    """

    document: DocumentSummary
    findings: tuple[Finding, ...]
    art32: tuple[Measure, ...]
    engine_version: str
    library_version: str
    text: str = field(repr=False, default="")
    rejected_text: str | None = field(repr=False, default=None)

    def finding(self, mention: str) -> Finding:
        """Return the finding of ``mention``; raises ``KeyError`` for an unknown id."""
        for finding in self.findings:
            if finding.mention == mention:
                return finding
        raise KeyError(mention)

    def to_json(self) -> str:
        """Return the report as JSON following the published schema; the same report gives the same bytes."""
        from dpa_checker.report.render_json import render_json

        return render_json(self)
