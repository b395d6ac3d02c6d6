"""What stands before a sentence and is understood in it: list heads, headings, the sentence before, "such requests"."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, get_args

from dpa_checker.library.schema import Antecedent
from dpa_checker.matching.lexis import SUCH
from dpa_checker.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dpa_checker.matching.reading import Reading, Sentence

_ITEM = re.compile(r"\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})\)\s")
_HEADINGS = 2
_LIST = 12
_TITLE_WORDS = 5
_TAKEN_ON_AFTER_LISTS = "delete|return|end_of_services"
_SHARED_BY_SIBLINGS = "security_control"
_OTHER_MATTERS = "commercial_subject|other_works"
_DATA = "personal_data|data"
_NAMED_THERE = "subprocessor|personnel|delete|copies"
_MEANT = {"data_subject_request": "data_subject_request|data_subject"}


def settle_contexts(reading: Reading) -> None:
    """Context of a sentence: list heads, nearest headings, table header, and what stands before it in its block.

    "Such requests" takes up what the sentences before it in the same place say, in an order that lets one taking-up
    lead to the next.
    """
    antecedents = [
        (reading.numbers[f"{SUCH}{name}"], reading.numbers[name], reading.mask_of(_MEANT.get(name, name)))
        for name in get_args(Antecedent)
    ]
    anaphoric = sum(1 << such for such, _, _ in antecedents)
    masks = {index: _mask(reading, numbers) for index, numbers in reading.by_clause.items()}
    taken_on = reading.mask_of(_TAKEN_ON_AFTER_LISTS)
    siblings = _sibling_masks(reading, masks, reading.mask_of(_SHARED_BY_SIBLINGS))
    last: int | None = None
    for index, numbers in reading.by_clause.items():
        above = _above(reading, index, masks)
        recent = above | (masks[last] if last is not None and _continues(reading, last, index) else 0)
        for position, number in enumerate(numbers):
            sentence = reading.sentences[number]
            before = (
                _before(reading, numbers, position)
                if position
                else _list_before(reading, index, last, masks) & taken_on
            )
            sentence.context = above | before | siblings.get(index, 0)
            if sentence.mask & anaphoric:
                _take_up(sentence, antecedents, recent)
            recent |= sentence.mask
        masks[index] = _mask(reading, numbers)
        last = index


def _mask(reading: Reading, numbers: Sequence[int]) -> int:
    mask = 0
    for number in numbers:
        mask |= reading.sentences[number].mask
    return mask


def _above(reading: Reading, index: int, masks: dict[int, int]) -> int:
    """What the list heads and the nearest headings say."""
    clause = reading.clauses[index]
    above = 0
    for start, _ in (*clause.heads, *clause.headings[-_HEADINGS:]):
        owner = reading.by_start.get(start)
        above |= masks.get(owner, 0) if owner is not None else 0
    return above


def _sibling_masks(reading: Reading, masks: dict[int, int], shared: int) -> dict[int, int]:
    """What the other items of the same list say, of the concepts that items share."""
    lists: dict[tuple[int, int], list[int]] = {}
    for index in masks:
        if heads := reading.clauses[index].heads:
            lists.setdefault(heads[-1], []).append(index)
    found: dict[int, int] = {}
    for items in lists.values():
        for index in items:
            found[index] = reduce(or_, (masks[item] for item in items if item != index), 0) & shared
    return found


def _continues(reading: Reading, last: int, index: int) -> bool:
    """Whether a block stands under the same headings as the one before it."""
    return reading.clauses[last].headings == reading.clauses[index].headings


def _list_before(reading: Reading, index: int, last: int | None, masks: dict[int, int]) -> int:
    """What the list directly before a paragraph says, with its head."""
    if last is None or reading.clauses[index].kind is not BlockKind.PARAGRAPH or not reading.clauses[last].heads:
        return 0
    head = reading.clauses[last].heads[0]
    first = reading.by_start.get(head[0], last)
    if last - first > _LIST or not _continues(reading, last, index):
        return 0
    return reduce(or_, (masks.get(number, 0) for number in range(first, last + 1)))


def _before(reading: Reading, numbers: Sequence[int], position: int) -> int:
    """What the sentence before says, with the parts that semicolons cut from it, and the lead of a list in the line."""
    before = _without_other_matters(reading, reading.sentences[numbers[position - 1]].mask)
    for number in earlier_parts(reading, numbers, position)[1:]:
        before |= reading.sentences[number].mask
    lead = reading.sentences[numbers[0]]
    item = _ITEM.match(reading.text, reading.sentences[numbers[position]].start) is not None
    if position > 1 and (item or ":" in reading.text[lead.start : lead.end] or _is_title(reading, lead)):
        before |= lead.mask
    return before


def _is_title(reading: Reading, sentence: Sentence) -> bool:
    """Whether the first sentence of a paragraph stands as its title: "8. Sub-processors."."""
    duty = sentence.mask >> reading.numbers["@obligation"] & 1
    return not duty and sentence.last - sentence.first <= _TITLE_WORDS


def _without_other_matters(reading: Reading, mask: int) -> int:
    """Return what a sentence passes on; one on trade secrets or on works that are no processing, not what it names."""
    if not mask & reading.mask_of(_OTHER_MATTERS) or mask & reading.mask_of(_DATA):
        return mask
    return mask & ~reading.mask_of(_NAMED_THERE)


def earlier_parts(reading: Reading, numbers: Sequence[int], position: int) -> list[int]:
    """Return the sentences of a block that lead up to the one at ``position``, the nearest first.

    A semicolon cuts a sentence into parts; the sentence before counts with all its parts.
    """
    found: list[int] = []
    whole = 0
    for number in reversed(numbers[:position]):
        sentence = reading.sentences[number]
        whole += reading.text[sentence.end - 1] != ";"
        if whole > 1:
            break
        found.append(number)
    return found


def _take_up(sentence: Sentence, antecedents: Sequence[tuple[int, int, int]], recent: int) -> None:
    """Read "such requests" as the concept it takes up, where that was said shortly before."""
    for such, meant, said in antecedents:
        if not (sentence.mask >> such & 1 and recent & said):
            continue
        known = sentence.hits.setdefault(meant, [])
        known += [span for span in sentence.hits[such] if span not in known]
        known.sort()
        sentence.mask |= 1 << meant
