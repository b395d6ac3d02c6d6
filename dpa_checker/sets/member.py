"""The members of a set: a report with what its text says of other documents, or why there is no report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from dpa_checker.model import NO_GAP, DocumentKind, Evidence, Processing, Report, Verdict
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.set_model import Part, SetDocument
from dpa_checker.sets.links import Links
from dpa_checker.sets.naming import ANNEX, MAIN, REST, SELF, Name, find_names

#: Documents on these grounds bind no one as a processor, whatever their words.
_ASIDE: Final = frozenset({"privacy_policy", "consumer_terms", "employment"})
_SETTLED: Final = frozenset({Verdict.PRESENT, Verdict.NOT_APPLICABLE})
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_TITLE_WORDS: Final = 2
_NO_LINKS: Final = Links()


@dataclass(frozen=True)
class Member:
    """A document of a set: ``name`` as shown, its report, its links, or the error that kept it from being read."""

    name: str
    report: Report | None = None
    links: Links = _NO_LINKS
    error_code: str = ""
    error: str = ""
    sha256: str | None = None

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """What it is called, by its title and by the name of its file."""
        stem = re.sub(r"[_\-]+", " ", self.name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
        titled = [name for name in find_names(self.links.title) if name.kind not in (SELF, REST)][:1]
        return (*titled, *(name for name in find_names(stem) if name.kind not in (SELF, REST)))

    @cached_property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """The words of its title and of the name of its file, to find a document that is named by its title."""
        both = (self.links.title, self.name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
        found = (tuple(word.casefold() for word in _WORD.findall(label.replace("_", " "))) for label in both)
        return tuple(words for words in found if len(words) >= _TITLE_WORDS)

    @property
    def aside(self) -> bool:
        """Whether it is a document that answers for nothing in a set."""
        if self.report is None:
            return False
        assessment = self.report.document.assessment
        return assessment.processing is Processing.NO and assessment.ground in _ASIDE

    def answers_to(self, name: Name) -> bool:
        """Tell whether another document may mean this one by ``name``."""
        kinds = {own.kind for own in self.names}
        if name.kind == ANNEX:
            return any(own.kind == ANNEX and (not name.number or own.number == name.number) for own in self.names)
        kind = self.report.document.kind if self.report else DocumentKind.OTHER
        if name.kind == MAIN:
            return not kinds & {ANNEX, DocumentKind.DPA} and kind is not DocumentKind.DPA
        return name.kind in kinds or (not kinds and name.kind == kind)

    def evidence(self, items: Sequence[Evidence]) -> tuple[Evidence, ...]:
        """Return quotes that name this document; one from an attachment names both."""
        return tuple(
            replace(item, source_document=f"{self.name}: {item.source_document}" if item.source_document else self.name)
            for item in items
        )

    def describe(self, part: Part) -> SetDocument:
        """Return the document as the set's report shows it."""
        if self.report is None:
            return SetDocument(self.name, Part.NOT_READ, self.sha256, error_code=self.error_code, error=self.error)
        document = self.report.document
        gaps = any(unread.reason not in NO_GAP for unread in document.not_examined)
        findings = {finding.mention: finding for finding in self.report.findings}
        settled = all(findings[name].verdict in _SETTLED and not findings[name].conflict for name in MENTIONS)
        return SetDocument(
            name=self.name,
            part=part,
            sha256=document.sha256,
            kind=document.kind,
            language=document.language,
            processing=document.assessment.processing,
            ground=document.assessment.ground,
            verdicts=tuple(findings[mention].verdict for mention in MENTIONS),
            conflicts=tuple(mention for mention in MENTIONS if findings[mention].conflict),
            complete=settled and not gaps,
            gaps=gaps,
        )


def resolve(name: Name, sayer: int, members: Sequence[Member]) -> frozenset[int]:
    """Return which of ``members`` the document ``sayer`` means by ``name``, by their places in the row."""
    if name.kind == SELF:
        return frozenset({sayer})
    others = (place for place in range(len(members)) if place != sayer)
    if name.kind == REST:
        return frozenset(others)
    found = frozenset(place for place in others if members[place].answers_to(name))
    if not found and name.kind != MAIN and members[sayer].answers_to(name):
        return frozenset({sayer})
    return found


def find_titled(quote: str, sayer: int, members: Sequence[Member]) -> frozenset[int]:
    """Return which of ``members`` a sentence names by title or by the name of the file."""
    words = [word.casefold() for word in _WORD.findall(quote)]
    return frozenset(
        place
        for place, member in enumerate(members)
        if place != sayer and any(_stands(label, words) for label in member.labels)
    )


def _stands(label: tuple[str, ...], words: list[str]) -> bool:
    return any(tuple(words[start : start + len(label)]) == label for start in range(len(words) - len(label) + 1))
