"""Two versions of a contract as their comparison shows them: each mention in both, with the words that changed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from api.service.version import Change, ChangeKind, Comparison
from dpa_checker.model import Finding
from dpa_checker.report.catalogue import Catalogue
from dpa_checker.report.entry import build_entry, reason_sentence
from dpa_checker.report.view_model import EntryView, QuoteView

#: The order in which the kinds of change are shown.
KINDS: Final = (ChangeKind.LOST, ChangeKind.GAINED, ChangeKind.CHANGED, ChangeKind.SAME)
#: A word, or a sign, with the blanks behind it.
_WORD: Final = re.compile(r"(?:[\w’'-]+|[^\w\s])\s*|\s+")
#: Quotes that have less in common are not set against each other.
_LEAST_LIKE: Final = 0.5
#: So few words between two changes are no anchor for the eye: they count as changed with them.
_STRAY: Final = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a quote; ``changed`` where the other version has other words."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A quote in pieces, with where it stands."""

    quote: QuoteView
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What one version says of a mention."""

    entry: EntryView
    reason: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A mention in both versions; ``reworded`` where verdict and lacking elements are the same, and the words not."""

    mention: str
    title: str
    reference: str
    kind: ChangeKind
    reworded: bool
    before: Side
    after: Side


def build_changes(comparison: Comparison, catalogue: Catalogue) -> dict[ChangeKind, tuple[ChangeView, ...]]:
    """Return the mentions by what became of them, the gravest first; kinds without any are empty."""
    views = [_change(change, catalogue) for change in comparison.changes]
    return {kind: tuple(view for view in views if view.kind is kind) for kind in KINDS}


def _change(change: Change, catalogue: Catalogue) -> ChangeView:
    before, after = (build_entry(finding, catalogue) for finding in (change.before, change.after))
    return ChangeView(
        mention=change.mention,
        title=after.title,
        reference=after.reference,
        kind=change.kind,
        reworded=change.kind is ChangeKind.SAME and change.evidence_changed,
        before=_side(change.before, before, after, catalogue),
        after=_side(change.after, after, before, catalogue),
    )


def _side(finding: Finding, entry: EntryView, other: EntryView, catalogue: Catalogue) -> Side:
    reason = entry.reason or ("" if entry.lacking or entry.quotes else reason_sentence(finding, catalogue))
    passages = (Passage(quote, _pieces(quote.text, other.quotes)) for quote in entry.quotes)
    return Side(entry, reason, tuple(passages))


def _pieces(text: str, others: Sequence[QuoteView]) -> tuple[Piece, ...]:
    """Return a quote cut where the quote of the other version that is most like it has other words."""
    words = _WORD.findall(text)
    folded = [word.strip() for word in words]
    matchers = [
        SequenceMatcher(None, folded, [word.strip() for word in _WORD.findall(other.text)], autojunk=False)
        for other in others
    ]
    best = max(matchers, key=lambda one: one.ratio(), default=None)
    if best is None or best.ratio() < _LEAST_LIKE:
        return (Piece(text, changed=False),)
    return tuple(_cut(words, best))


def _cut(words: Sequence[str], matcher: SequenceMatcher[str]) -> Iterator[Piece]:
    """Yield the pieces of a quote; blanks behind a change are no part of it."""
    steps = [(kind != "equal", start, end) for kind, start, end, _, _ in matcher.get_opcodes()]
    last = len(steps) - 1
    marked = [
        (changed or (end - start <= _STRAY and 0 < number < last), start, end)
        for number, (changed, start, end) in enumerate(steps)
    ]
    for changed, run in itertools.groupby(marked, key=lambda step: step[0]):
        piece = "".join("".join(words[start:end]) for _, start, end in run)
        plain = piece.rstrip() if changed else piece
        if plain:
            yield Piece(plain, changed)
        if blank := piece[len(plain) :]:
            yield Piece(blank, changed=False)
