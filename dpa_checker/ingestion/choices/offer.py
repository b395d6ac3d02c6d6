"""Offers: the heads of options that belong together, and how far each option goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dpa_checker.ingestion.choices.head import Head
from dpa_checker.ingestion.layout.labels import Label, LabelStyle, detect_label
from dpa_checker.model import Block, BlockKind

_FARTHEST: Final = 40
_LOOKS_BACK: Final = 40
_TITLE_WORDS: Final = 12


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its head and the spans of text that it takes, in order."""

    head: Head
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """Two options or more of which one is to be chosen; ``severs`` when leaving one out would sever a sentence."""

    options: tuple[Option, ...]
    severs: bool

    @property
    def has_text(self) -> bool:
        """Whether any text of the options is left in the blocks."""
        return any(option.spans for option in self.options)

    @property
    def start(self) -> int:
        """Where the first option begins."""
        return self.options[0].head.start

    @property
    def end(self) -> int:
        """Where the last option ends."""
        return max(end for option in self.options for _, end in (*option.spans, (option.head.start, option.head.end)))


def find_offers(text: str, blocks: Sequence[Block], heads: Sequence[Head]) -> tuple[Offer, ...]:
    """Return the offers that ``heads`` make; a head on its own is none."""
    return tuple(_make_offer(text, blocks, group) for group in _group(text, blocks, heads) if len(group) > 1)


def _group(text: str, blocks: Sequence[Block], heads: Sequence[Head]) -> Iterator[list[Head]]:
    """Yield runs of heads that count on from one another."""
    going: dict[tuple[str, bool], list[Head]] = {}
    for head in heads:
        run = going.get((head.family, head.inline))
        if run is not None and head.ordinal > run[-1].ordinal and _joins(text, blocks, run[-1], head):
            run.append(head)
            continue
        if run is not None:
            yield run
        going[head.family, head.inline] = [head]
    yield from going.values()


def _joins(text: str, blocks: Sequence[Block], above: Head, head: Head) -> bool:
    """Tell whether a head may belong to the offer of the head above: no numbered heading stands between."""
    if head.inline:
        return above.block == head.block
    if head.block - above.block > _FARTHEST:
        return False
    between = blocks[above.block + (0 if above.gone else 1) : head.block]
    return not any(
        block.kind is BlockKind.HEADING and detect_label(text[block.start : block.end]) is not None for block in between
    )


def _make_offer(text: str, blocks: Sequence[Block], heads: Sequence[Head]) -> Offer:
    """Return the offer of heads that belong together."""
    reader = _Extents(text, blocks, heads)
    options = tuple(
        Option(head, reader.spans(head, following)) for head, following in zip(heads, [*heads[1:], None], strict=True)
    )
    severs = any(head.inline for head in heads) and not reader.ends_with_options(options)
    return Offer(options, severs)


class _Extents:
    """How far the options of one offer go."""

    def __init__(self, text: str, blocks: Sequence[Block], heads: Sequence[Head]) -> None:
        self._text = text
        self._blocks = blocks
        self._labels = [head.label for head in heads if head.label is not None] + _open_labels(text, blocks, heads[0])
        self._under_heading = not heads[0].gone and blocks[heads[0].block].kind is BlockKind.HEADING
        self._level = blocks[heads[0].block].level if self._under_heading else None
        self._paragraphs = 0
        self._listed = False

    def spans(self, head: Head, following: Head | None) -> tuple[tuple[int, int], ...]:
        """Return the spans that an option takes: the rest of its block, and the blocks that belong to it."""
        own = self._own(head, following)
        if own is not None and (head.inline or (following is not None and following.block == head.block)):
            return (own,)
        if own is not None and self._blocks[head.block].kind is BlockKind.TABLE_ROW:
            return (own,)
        if own is not None and head.closed == own[1] and len(self._text[head.end : own[1]].split()) > _TITLE_WORDS:
            return (own,)
        first = head.block if head.gone else head.block + 1
        last = following.block if following is not None else first + _FARTHEST
        rest = list(self._until_stop(first, last))
        if following is None:
            rest = self._as_the_others(head, rest)
        else:
            self._paragraphs = max(self._paragraphs, sum(block.kind is BlockKind.PARAGRAPH for block in rest))
            self._listed = self._listed or any(block.kind is BlockKind.LIST_ITEM for block in rest)
        return tuple(([own] if own is not None else []) + [(block.start, block.end) for block in rest])

    def ends_with_options(self, options: Sequence[Option]) -> bool:
        """Tell whether nothing but a stop follows the last option of an offer within its block."""
        last = options[-1]
        rest = self._text[last.spans[-1][1] : self._blocks[last.head.block].end].strip()
        return not any(map(str.isalnum, rest)) or rest[0].isupper()

    def _own(self, head: Head, following: Head | None) -> tuple[int, int] | None:
        """Return the span of an option within the block of its head."""
        if head.gone:
            return None
        end = self._blocks[head.block].end
        if following is not None and following.block == head.block and not following.gone:
            end = min(end, following.start)
        within = head.inline or (following is not None and following.block == head.block)
        if head.closed is not None and (within or head.closed == end):
            end = min(end, head.closed)
        return head.start, end

    def _until_stop(self, first: int, last: int) -> Iterator[Block]:
        """Yield blocks up to one that cannot belong to an option."""
        for block in self._blocks[first:last]:
            label = detect_label(self._text[block.start : block.end])
            if block.kind is BlockKind.HEADING and not self._is_below(block):
                return
            if label is not None and any(label.follows(known) for known in self._labels if _counts(known)):
                return
            yield block

    def _is_below(self, block: Block) -> bool:
        """Tell whether a heading stands below the heads of the options, which are headings too."""
        if self._under_heading and self._level is not None and block.level is not None:
            return block.level > self._level
        return False

    def _as_the_others(self, head: Head, rest: Sequence[Block]) -> list[Block]:
        """Return what belongs to the last option, which nothing ends: as much as the others have, and open lists."""
        allowed = self._paragraphs
        above = "" if head.gone else self._text[head.start : self._blocks[head.block].end]
        kept: list[Block] = []
        for block in rest:
            if block.kind is BlockKind.PARAGRAPH and allowed:
                allowed -= 1
            elif not self._goes_on(block, above, kept):
                break
            kept.append(block)
            above = self._text[block.start : block.end]
        return kept

    def _goes_on(self, block: Block, above: str, kept: Sequence[Block]) -> bool:
        """Tell whether a block goes on with the last option: a footnote, or an item of a list that it begins."""
        if block.kind is BlockKind.NOTE:
            return block.label is not None
        if block.kind not in (BlockKind.LIST_ITEM, BlockKind.TABLE_ROW):
            return False
        running = bool(kept) and kept[-1].kind is block.kind
        return running or above.endswith(":") or (self._listed and not kept)


def _counts(label: Label) -> bool:
    """Tell whether a label counts: bullets do not."""
    return label.style is not LabelStyle.BULLET


def _open_labels(text: str, blocks: Sequence[Block], head: Head) -> list[Label]:
    """Return the last label of each family before an offer; what goes on with one of them stands outside it."""
    last: dict[str, Label] = {}
    for block in blocks[max(head.block - _LOOKS_BACK, 0) : head.block]:
        label = detect_label(text[block.start : block.end])
        if label is not None:
            last[label.family] = label
    return list(last.values())
