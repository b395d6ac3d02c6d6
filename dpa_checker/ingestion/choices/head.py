"""Heads of options: where "Option 1", "[Variante B]" or "OPTION 2 GENERAL CONSENT:" begins an option of a text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dpa_checker.ingestion.choices.words import CHOSEN_AFTER, REFERENCE, REFUSED_AFTER, ordinal_of
from dpa_checker.ingestion.layout.labels import Label, LabelStyle, detect_label
from dpa_checker.ingestion.layout.options import OPEN_BOXES, TICKED_BOXES
from dpa_checker.model import Block, BlockKind, Unread, UnreadReason

_TICK: Final = rf"(?P<ticked>[{TICKED_BOXES}]|\[[ ]?[xX✓✔✗✘][ ]?\])"
_LEAD: Final = (
    rf"[ \t\u00a0*_#„“”«»\"'–—•-]{{0,6}}(?:(?:{_TICK}|[{OPEN_BOXES}]|\[ {{0,9}}\])[ \t\u00a0]*)?[*_„“«\"]{{0,3}}"
)
_INSTRUCTED: Final = r"(?P<bracket>[\[(])[ ]?(?:[^\[\]:\n]{1,60}:[ ]?)?"
_TAIL: Final = r"(?=[ \t\u00a0*_”\"»]{0,4}(?:$|[\n:.)\]|(–—-]|[ \t\u00a0][*_„“«\"]{0,3}[^\W\d_a-zà-öø-ÿß]))"
_HEAD: Final = re.compile(rf"{_LEAD}(?:{_INSTRUCTED})?{_LEAD.replace('?P<ticked>', '?:')}{REFERENCE}{_TAIL}")
_INLINE: Final = re.compile(rf"(?P<bracket>[\[(])[ ]?(?:[^\[\]():\n]{{1,60}}:[ ]?)?{REFERENCE}(?=[ \u00a0]?[:–—|]| -)")
_LINE: Final = re.compile(r"\n[ \t\u00a0]*")
_SAYS: Final = re.compile(rf"(?i:[ \t\u00a0]*(?:\([^()\n]{{1,80}}\)[ \u00a0]*)?(?:{CHOSEN_AFTER}|{REFUSED_AFTER}))")
_CONTENTS: Final = re.compile(r"(?:\.\s?|…\s?|_){4,}\s*\d*$")
_FARTHEST_CLOSE: Final = 2_000
_CLOSING: Final = {"[": "]", "(": ")"}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an option: it begins at ``start`` of the text, and what it says of itself ends at ``end``.

    ``block`` is the number of its block; for a head that was set aside (``gone``) that of the block behind it.
    ``closed`` is where brackets that open right before it close, when that is in the same block.  ``label`` is the
    number before it, ``inline`` tells that words of its block stand before it.
    """

    start: int
    end: int
    block: int
    family: str
    ordinal: int
    label: Label | None = None
    ticked: bool = False
    gone: bool = False
    inline: bool = False
    closed: int | None = None


def find_heads(text: str, blocks: Sequence[Block], unread: Sequence[Unread]) -> tuple[Head, ...]:
    """Return the heads of options in a document in order, those of boxes that nobody ticked among them."""
    found = [head for number, block in enumerate(blocks) for head in _heads_of(text, number, block)]
    found += _set_aside(blocks, unread)
    return tuple(sorted(found, key=lambda head: (head.start, not head.gone)))


def _heads_of(text: str, number: int, block: Block) -> Iterator[Head]:
    """Yield the heads in one block: at its beginning, at the beginning of a line, or behind a bracket."""
    content = text[block.start : block.end]
    if _CONTENTS.search(content):
        return
    sites = [(0, detect_label(content))]
    sites += [(match.end(), detect_label(content[match.end() :])) for match in _LINE.finditer(content)]
    taken = 0
    for place, label in sites:
        if label is not None and label.style is LabelStyle.UNIT:
            label = None
        match = _HEAD.match(content, place + (label.length if label is not None else 0))
        if match is None and label is not None:
            match = _HEAD.match(content, place)
        if match is not None and not _SAYS.match(content, match.end()):
            yield _make(match, content, number, block, label, place)
            taken = match.end()
    if block.kind is BlockKind.TABLE_ROW:
        yield from _cell_heads(text, number, block)
    for match in _INLINE.finditer(content):
        if match.start() >= taken:
            yield _make(match, content, number, block, None, match.start(), inline=True)


def _cell_heads(text: str, number: int, block: Block) -> Iterator[Head]:
    """Yield the heads at the beginning of cells behind the first, where the first has one too."""
    first, *others = [span for span in block.cells if span[0] < span[1]] or [(0, 0)]
    if _HEAD.match(text[slice(*first)]) is None:
        return
    for start, end in others:
        match = _HEAD.match(text[start:end])
        if match is not None:
            yield _make(match, text[start:end], number, Block(start, end), None, 0, inline=True)


def _make(
    match: re.Match[str],
    content: str,
    number: int,
    block: Block,
    label: Label | None,
    place: int,
    *,
    inline: bool = False,
) -> Head:
    """Return the head of a match within the ``content`` of a block; it begins at ``place``."""
    groups = match.groupdict()
    opening = match.start("bracket") if groups["bracket"] is not None else -1
    closed = _find_close(content, opening) if opening >= 0 else None
    return Head(
        start=block.start + place,
        end=block.start + match.end(),
        block=number,
        family=_family(match),
        ordinal=ordinal_of(match["ordinal"]),
        label=label,
        ticked=groups.get("ticked") is not None,
        inline=inline,
        closed=block.start + closed if closed is not None else None,
    )


def _family(match: re.Match[str]) -> str:
    """Return what heads of one set of options share: the noun, and figures or letters."""
    return match["noun"].lower() + ("1" if match["ordinal"].isdigit() else "A")


def _find_close(content: str, opening: int) -> int | None:
    """Return the place behind the bracket that closes the one at ``opening``, None when none does."""
    opener, closer = content[opening], _CLOSING[content[opening]]
    depth = 0
    for place in range(opening, min(len(content), opening + _FARTHEST_CLOSE)):
        if content[place] == opener:
            depth += 1
        elif content[place] == closer:
            depth -= 1
            if not depth:
                return place + 1
    return None


def _set_aside(blocks: Sequence[Block], unread: Sequence[Unread]) -> Iterator[Head]:
    """Yield the heads that were set aside because their box is not ticked or because they are struck through."""
    starts = [block.start for block in blocks]
    for part in unread:
        if part.reason not in (UnreadReason.UNSELECTED_OPTION, UnreadReason.STRUCK_THROUGH) or part.start is None:
            continue
        label = detect_label(part.excerpt)
        lead = label.length if label is not None and label.style is not LabelStyle.UNIT else 0
        match = _HEAD.match(part.excerpt, lead) or _HEAD.match(part.excerpt)
        if match is not None:
            end = part.end if part.end is not None else part.start
            yield Head(
                part.start, end, bisect_left(starts, end), _family(match), ordinal_of(match["ordinal"]), gone=True
            )
