"""Settling the offers of a document: options that it does not choose are set aside, choices it leaves open reported."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Final

from dpa_checker.ingestion.choices.declaration import Declaration, find_declarations
from dpa_checker.ingestion.choices.head import find_heads
from dpa_checker.ingestion.choices.offer import Offer, find_offers
from dpa_checker.ingestion.choices.words import INSTRUCTION, MENTION, PARTIES, PARTY_CHOOSES
from dpa_checker.ingestion.layout.labels import LabelStyle, detect_label
from dpa_checker.ingestion.layout.omission import omit_spans
from dpa_checker.ingestion.layout.options import make_excerpt
from dpa_checker.model import Block, BlockKind, Document, Unread, UnreadReason

_SET_ASIDE: Final = "An option that the document does not choose stands here; it does not count as said."
_UNDECIDED: Final = "Options stand here, and the document does not say which of them holds; all of them were read."
_SEVERED: Final = "Options stand here within a sentence; the one that is not chosen was read with it."
_NEAR: Final = 6
_FAR: Final = 400
_ALONE_WORDS: Final = 9
_IN_BRACKETS: Final = re.compile(r"[\[(][^\[\]()]{0,200}[\])]")
_DIGITS: Final = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands: a section of its own under each heading, and the numbers it has by its headings."""

    section: int
    numbers: frozenset[str]
    letter: str | None


def settle_choices(document: Document) -> Document:
    """Return ``document`` without the options that it does not choose, in both of its readings."""
    if document.rejected is not None:
        document = replace(document, rejected=settle_choices(document.rejected))
    if MENTION.search(document.text) is None and INSTRUCTION.search(document.text) is None:
        return document
    text, blocks = document.text, document.blocks
    found = find_offers(text, blocks, find_heads(text, blocks, document.unread))
    offers = sorted((offer for offer in found if offer.has_text), key=lambda one: one.start)
    reported = [*_settle(document, offers), *_instructions(document, offers)]
    if not reported:
        return document
    gone = [(part.start, part.end) for part in reported if part.reason is UnreadReason.UNSELECTED_OPTION]
    return replace(
        document,
        blocks=_leave_out(text, blocks, sorted((start or 0, end or 0) for start, end in gone)),
        unread=(*document.unread, *sorted(reported, key=lambda part: part.start or 0)),
    )


def _settle(document: Document, offers: Sequence[Offer]) -> Iterator[Unread]:
    """Yield what is reported of each offer."""
    heads = frozenset(option.head.end for offer in offers for option in offer.options)
    declared = find_declarations(document.text, document.blocks, heads) if offers else ()
    said = _Said(document, declared, offers)
    for offer in offers:
        chosen = _choose(offer, said.about(offer))
        if chosen is None:
            if not _is_for_a_party(document, offer):
                yield _report(document, (offer.start, offer.end), UnreadReason.UNDECIDED_OPTION, _UNDECIDED)
            continue
        if offer.severs:
            yield _report(document, (offer.start, offer.end), UnreadReason.UNDECIDED_OPTION, _SEVERED)
            continue
        for option in offer.options:
            if option.head.ordinal != chosen:
                for span in _joined(document.text, option.spans):
                    yield _report(document, span, UnreadReason.UNSELECTED_OPTION, _SET_ASIDE)


def _choose(offer: Offer, declared: Sequence[Declaration]) -> int | None:
    """Return the option that an offer leaves: the one chosen, or the only one not refused."""
    offered = {option.head.ordinal for option in offer.options}
    refused = {one.ordinal for one in declared if not one.chosen}
    refused |= {option.head.ordinal for option in offer.options if option.head.gone}
    chosen = {one.ordinal for one in declared if one.chosen}
    chosen |= {option.head.ordinal for option in offer.options if option.head.ticked}
    left = (chosen & offered) - refused if chosen else offered - refused
    return left.pop() if len(left) == 1 and not chosen & refused else None


class _Said:
    """The declarations of a document by what they are about: a clause by its number, a section, or any offer."""

    def __init__(self, document: Document, declared: Sequence[Declaration], offers: Sequence[Offer]) -> None:
        self._places = list(_places(document.text, document.blocks))
        self._of_clause: dict[str, list[Declaration]] = {}
        self._of_section: dict[int, list[Declaration]] = {}
        self._of_all: list[Declaration] = []
        places = [self._place(offer) for offer in offers]
        alike = len({place.numbers for place in places}) == 1
        sections = {place.section for place in places}
        for one in declared:
            if one.number is not None:
                self._of_clause.setdefault(one.number, []).append(one)
                continue
            section = self._places[one.block].section
            self._of_section.setdefault(section, []).append(one)
            if alike and not one.near and section not in sections:
                self._of_all.append(one)

    def about(self, offer: Offer) -> list[Declaration]:
        """Return the declarations about an offer: by the clause they name, else by where they stand."""
        place = self._place(offer)
        named = [one for number in _and_above(place.numbers) for one in self._of_clause.get(number, ())]
        named = [one for one in named if None in (one.letter, place.letter) or one.letter == place.letter]
        return [*named, *self._of_section.get(place.section, ())] or self._of_all

    def _place(self, offer: Offer) -> _Place:
        """Return where an offer stands."""
        return self._places[min(offer.options[0].head.block, len(self._places) - 1)]


def _and_above(numbers: frozenset[str]) -> set[str]:
    """Return numbers with those of the clauses they are in ("7.7" with "7")."""
    return {
        ".".join(parts[:count])
        for parts in (number.split(".") for number in numbers)
        for count in range(1, len(parts) + 1)
    }


def _places(text: str, blocks: Sequence[Block]) -> Iterator[_Place]:
    """Yield the place of each block; a heading that is itself an option begins no section."""
    unit = heading = item = letter = None
    section = 0
    for block in blocks:
        content = text[block.start : block.end]
        label = detect_label(content)
        figures = _DIGITS.search(label.shown) if label is not None else None
        number = figures[0] if figures is not None else None
        opens = block.kind is BlockKind.HEADING and MENTION.match(content.lstrip(" [*_")) is None
        if opens and (label is None or number is not None):
            section += 1
            letter = item = None
        if label is not None and label.style is LabelStyle.UNIT:
            unit, heading, item, letter = number, None, None, None
        elif number is not None and opens:
            heading, item, letter = number, None, None
        elif number is not None:
            item, letter = number, None
        elif label is not None and label.style in (LabelStyle.LETTER, LabelStyle.ROMAN):
            letter = label.shown.strip("().").lower()
        yield _Place(section, frozenset(one for one in (unit, heading, item) if one is not None), letter)


def _is_for_a_party(document: Document, offer: Offer) -> bool:
    """Tell whether the choice is a party's when the contract is performed, by the words above the offer."""
    first = offer.options[0].head
    above = document.blocks[max(first.block - 1, 0) : first.block]
    within = document.blocks[first.block : first.block + 1]
    words = [document.text[max(block.start, block.end - _FAR) : block.end] for block in above]
    words += [document.text[max(block.start, first.start - _FAR) : first.start] for block in within]
    said = _IN_BRACKETS.sub(" ", " ".join(words))
    return PARTY_CHOOSES.search(said) is not None and PARTIES.search(said) is None


def _instructions(document: Document, offers: Sequence[Offer]) -> Iterator[Unread]:
    """Yield the blocks that ask for a choice ("[choose one]") where no offer and nothing set aside answers."""
    text, blocks = document.text, document.blocks
    if INSTRUCTION.search(text) is None:
        return
    answered = sorted(
        part.start
        for part in document.unread
        if part.start is not None and part.reason in (UnreadReason.UNSELECTED_OPTION, UnreadReason.STRUCK_THROUGH)
    )
    starts = [offer.start for offer in offers]
    farthest = list(accumulate((offer.end for offer in offers), max, initial=-1))
    for number, block in enumerate(blocks):
        match = INSTRUCTION.search(text, block.start, block.end)
        if match is None or not _stands_apart(text, block, match):
            continue
        end = blocks[min(number + _NEAR, len(blocks)) - 1].end
        near = bisect_right(answered, end) > bisect_right(answered, block.start - 1)
        if not near and farthest[bisect_right(starts, end)] < block.start:
            yield _report(document, (block.start, block.end), UnreadReason.UNDECIDED_OPTION, _UNDECIDED)


def _stands_apart(text: str, block: Block, match: re.Match[str]) -> bool:
    """Tell whether words ask whoever fills in the form: in brackets, behind an asterisk, or alone in their block."""
    before, after = text[block.start : match.start()], text[match.end() : block.end]
    bracketed = any(before.rfind(one) > before.rfind(other) for one, other in ("[]", "()"))
    starred = before.rstrip(" _").endswith("*")
    return bracketed or starred or len((before + after).split()) + len(match[0].split()) < _ALONE_WORDS


def _joined(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans of an option, those with nothing but white space between them as one."""
    if not spans:
        return
    start, last = spans[0]
    for (_, end), (begin, finish) in pairwise(spans):
        if text[end:begin].strip():
            yield start, end
            start = begin
        last = finish
    yield start, last


def _report(document: Document, span: tuple[int, int], reason: UnreadReason, detail: str) -> Unread:
    """Return the entry of a span with its page."""
    starts = document.page_starts
    page = bisect_right(starts, span[0]) or None if starts else None
    excerpt = make_excerpt(document.text[span[0] : span[1]])
    return Unread(reason, page=page, start=span[0], end=span[1], detail=detail, excerpt=excerpt)


def _leave_out(text: str, blocks: Sequence[Block], spans: Sequence[tuple[int, int]]) -> tuple[Block, ...]:
    """Return the blocks of what is left around ``spans``, which are in order."""
    kept: list[Block] = []
    spans = _merge(spans)
    ends = [end for _, end in spans]
    for block in blocks:
        first = bisect_right(ends, block.start)
        taken: list[tuple[int, int]] = []
        for start, end in spans[first:]:
            if start >= block.end:
                break
            taken.append((max(start, block.start), min(end, block.end)))
        kept += omit_spans(text, block, taken) if taken else [block]
    return tuple(kept)


def _merge(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order with those that overlap made one."""
    apart: list[tuple[int, int]] = []
    for start, end in spans:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart
