"""The report as it is shown: frozen, localised values that the text and the HTML renderer lay out alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dpa_checker.model import Processing
from dpa_checker.report.catalogue import Catalogue


class Status(StrEnum):
    """How a finding is shown: its verdict, or that the document contradicts itself."""

    PRESENT = "present"
    PARTIAL = "partial"
    MISSING = "missing"
    CONTRADICTED = "contradicted"
    CONFLICT = "conflict"
    NOT_APPLICABLE = "not_applicable"
    NOT_EXAMINED = "not_examined"


SYMBOLS: Final = {
    Status.PRESENT: "✔",
    Status.PARTIAL: "◐",
    Status.MISSING: "✘",
    Status.CONTRADICTED: "⚠",
    Status.CONFLICT: "⚠",
    Status.NOT_APPLICABLE: "–",
    Status.NOT_EXAMINED: "?",
}


class Tone(StrEnum):
    """How urgent the outcome is."""

    GOOD = "good"
    ATTENTION = "attention"
    ALARM = "alarm"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Fact:
    """A property of the document."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote on one line without quotation marks, and where it stands (empty when not known)."""

    text: str
    place: str
    label: str | None = None
    against: bool = False


@dataclass(frozen=True, slots=True)
class EntryView:
    """A mention as shown: what lacks, the reason and the tags are in the report language."""

    mention: str
    status: Status
    word: str
    title: str
    reference: str
    quotes: tuple[QuoteView, ...] = ()
    lacking: str | None = None
    reason: str | None = None
    tags: tuple[str, ...] = ()
    pending: str | None = None
    remarks: tuple[Fact, ...] = ()

    @property
    def symbol(self) -> str:
        """The sign of the status, for text."""
        return SYMBOLS[self.status]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A part of Article 28(3) with its entries."""

    key: str
    title: str
    reference: str
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class CountView:
    """How many mentions are shown with a status."""

    status: Status
    word: str
    number: int

    @property
    def symbol(self) -> str:
        """The sign of the status, for text."""
        return SYMBOLS[self.status]


@dataclass(frozen=True, slots=True)
class LeadView:
    """The answer to the first question, with the words it rests on."""

    processing: Processing
    title: str
    sentence: str
    quotes: tuple[QuoteView, ...]


@dataclass(frozen=True, slots=True)
class UnreadView:
    """A part that was not examined or does not count, with the beginning of a passage when it has text."""

    sentence: str
    excerpt: str | None = None


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment beside the text, with its author and place."""

    author: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure of the Article 32 lens."""

    measure: str
    title: str
    promised: bool
    word: str
    quotes: tuple[QuoteView, ...]

    @property
    def symbol(self) -> str:
        """A tick when promised, else an empty ring."""
        return "✔" if self.promised else "○"


@dataclass(frozen=True, slots=True)
class ReportView:
    """All that a reader sees, in order; ``unlisted`` stands in place of the groups when those say nothing."""

    catalogue: Catalogue
    document_language: str | None
    title: str
    subtitle: str
    facts: tuple[Fact, ...]
    tone: Tone
    headline: str
    counts: tuple[CountView, ...]
    lead: LeadView | None
    conflicts: tuple[EntryView, ...]
    unread: tuple[UnreadView, ...]
    set_aside: tuple[UnreadView, ...]
    supported: tuple[str, ...]
    notices: tuple[str, ...]
    comments: tuple[CommentView, ...]
    groups: tuple[GroupView, ...]
    unlisted: str | None
    measures: tuple[MeasureView, ...]
    disclaimers: tuple[str, ...]
    imprint: tuple[Fact, ...]
