"""The values of a set's report: the documents of one relation judged together, all frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dpa_checker.model import Assessment, DocumentKind, Evidence, Finding, Measure, Processing, Verdict


class Part(StrEnum):
    """What a document of a set counts for."""

    JUDGED = "judged"
    SET_ASIDE = "set_aside"
    NOT_READ = "not_read"


@dataclass(frozen=True, slots=True)
class SetDocument:
    """A document of a set: ``verdicts`` are its own, in the order of the 27, empty when it was not read.

    ``conflicts`` names the mentions on which it contradicts itself.  ``complete`` tells that it alone says all that
    applies.  A document set aside (the privacy policy of a company, say) answers for nothing.
    """

    name: str
    part: Part
    sha256: str | None = None
    kind: DocumentKind = DocumentKind.OTHER
    language: str | None = None
    processing: Processing = Processing.SILENT
    ground: str = "doubt"
    verdicts: tuple[Verdict, ...] = ()
    conflicts: tuple[str, ...] = ()
    complete: bool = False
    gaps: bool = False
    error_code: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention for which ``source`` refers elsewhere: to ``called``, which is ``targets`` of the set, if any."""

    source: str
    called: str
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetFinding:
    """What the set says of a mention; its evidence names the documents (``source_document``).

    ``reason`` of the finding is a key below ``set.reason`` of the message catalogue.  ``satisfied_by`` are the
    documents that say it, the best first; ``denied_by`` those that deny it.  ``settled_by`` is the order of precedence
    that settles a contradiction between documents.
    """

    finding: Finding
    satisfied_by: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    settled_by: Evidence | None = None

    @property
    def supply(self) -> tuple[str, ...]:
        """The documents that are referred to and not in the set."""
        missing = self.finding.verdict in (Verdict.MISSING, Verdict.NOT_EXAMINED)
        return tuple(dict.fromkeys(item.called for item in self.references if not item.targets)) if missing else ()


@dataclass(frozen=True, slots=True)
class SetReport:
    """The report on a set of documents: 27 findings in the order of Article 28(3)."""

    name: str
    documents: tuple[SetDocument, ...]
    assessment: Assessment
    findings: tuple[SetFinding, ...]
    art32: tuple[Measure, ...]
    engine_version: str
    library_version: str

    @property
    def complete_alone(self) -> tuple[str, ...]:
        """The documents that alone say all that applies."""
        return tuple(document.name for document in self.documents if document.complete)

    @property
    def examined(self) -> bool:
        """Whether anything of the set was examined."""
        return any(document.part is not Part.NOT_READ for document in self.documents)

    def finding(self, mention: str) -> SetFinding:
        """Return what the set says of ``mention``; raises ``KeyError`` for an unknown id."""
        for item in self.findings:
            if item.finding.mention == mention:
                return item
        raise KeyError(mention)

    def to_json(self) -> str:
        """Return the report as JSON following its published schema; the same report gives the same bytes."""
        from dpa_checker.report.set_json import render_set_json

        return render_set_json(self)
