"""The report to send as values, all localised and fit to show, in the order in which they are laid out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dpa_checker.report.catalogue import Catalogue
from dpa_checker.report.view_model import SYMBOLS, CountView, Fact, LeadView, QuoteView, Status, UnreadView

#: Documents of a set that fit beside each other on a page.
MOST_COLUMNS: Final = 12


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A mention: its verdict, its quotes, and below them what lacks, why, and what was asked for beyond.

    A line without a label is a sentence of its own.  ``cells`` tell what each document of a set says by itself.
    """

    mention: str
    title: str
    reference: str
    status: Status
    word: str
    quotes: tuple[QuoteView, ...] = ()
    lines: tuple[Fact, ...] = ()
    cells: tuple[Status | None, ...] = ()

    @property
    def symbol(self) -> str:
        """The sign of the status."""
        return SYMBOLS[self.status]


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """A part of Article 28(3) with its mentions."""

    title: str
    reference: str
    rows: tuple[LetterRow, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A clause to propose: ``title`` and ``text`` in the language of the contract, ``about`` in that of the letter."""

    mention: str
    title: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """The clauses to propose, their language, and what to know of them."""

    language: str
    introduction: str
    clauses: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A list of the summary; an excerpt shows where a part of the document is."""

    title: str
    items: tuple[UnreadView, ...]


@dataclass(frozen=True, slots=True)
class LetterDocument:
    """A document of a set: its number in the table, its name, what it is, and what it says or why it does not count."""

    number: int
    name: str
    about: str
    said: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """All that the other party reads, in order; ``unlisted`` stands in place of the groups when those say nothing.

    ``header`` is the name of the document, short enough for one line; ``document_language`` that of its quotes.  A
    letter on a set has its ``documents``, and rows with cells for those that count.
    """

    catalogue: Catalogue
    document_language: str | None
    title: str
    subtitle: str
    header: str
    reference: str
    facts: tuple[Fact, ...]
    headline: str
    lead: LeadView | None
    counts: tuple[CountView, ...]
    notes: tuple[Note, ...]
    groups: tuple[LetterGroup, ...]
    unlisted: str | None
    proposals: Proposals | None
    closing: tuple[str, ...]
    documents: tuple[LetterDocument, ...] = ()

    @property
    def matrix(self) -> tuple[LetterDocument, ...]:
        """The documents that are columns of the table of a set; none where they are too many for a page."""
        columns = tuple(document for document in self.documents if document.counts)
        return columns if len(columns) <= MOST_COLUMNS else ()

    @property
    def says(self) -> str:
        """The heading above the quotes."""
        return self.catalogue.text("set.label.says" if self.documents else "letter.says")
