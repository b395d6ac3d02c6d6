"""Declarations: where a document says which option it chooses or refuses, and of which clause it speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dpa_checker.ingestion.choices.words import (
    CHOSEN_AFTER,
    CHOSEN_BEFORE,
    CLAUSE,
    CONDITION,
    DENIED,
    HARMLESS,
    LABELLED,
    LEADS_ON,
    MENTION,
    NEGATION,
    ORDINAL,
    REFUSED_AFTER,
    ordinal_of,
)
from dpa_checker.ingestion.layout.labels import detect_label
from dpa_checker.model import Block, BlockKind

_STOP: Final = re.compile(r"[.;!?][\"”»]?\s+(?=[A-ZÀ-ÞŒ\"“«(])|;|\n")
_OF: Final = r"(?:of|in|under|for|zu|von|der|des|nach|gemäß|de|du|à|pour|till|i|för|enligt)\b"
_TO_VERB: Final = r"(?:(?:[ \t\u00a0]*[(:–—„“\"-]|[ ,\u00a0]+" + _OF + r")[^;|\n]{1,120}?)?[ ,)\u00a0]+"
_CHOSEN: Final = re.compile(rf"(?i:{_TO_VERB}(?:{CHOSEN_AFTER}))")
_REFUSED: Final = re.compile(rf"(?i:{_TO_VERB}(?:{REFUSED_AFTER}))")
_JOINED: Final = re.compile(
    r"(?i:[ \u00a0]*(?:,|/|or|and|oder|und|ou|et|eller|och|bzw\.)[ \u00a0]*(?:the |die |l[’'])?)"
)
_AFTER_CLAUSE: Final = re.compile(r"(?:[ \u00a0]?\([^()\n]{1,80}\))?[ \u00a0]*(?:[:–—|=-]|\|)[ \t\u00a0]*(?:\[)?$")
_END: Final = re.compile(r"[ \u00a0]*(?:$|[.:;|\n()–—-]|[^\W\d_a-zà-öø-ÿß])")
_LAW: Final = re.compile(
    r"(?i:[^.;]{0,12}\b(?:gdpr|dsgvo|ds-gvo|rgpd|dataskyddsförordningen|regulation|verordnung|règlement)\b)"
)
_BEHIND: Final = re.compile(rf"[ ,\u00a0]+{_OF}")
_FARTHEST: Final = 200


@dataclass(frozen=True, slots=True)
class Declaration:
    """That the option ``ordinal`` is ``chosen`` or refused, said at ``place`` in block ``block``.

    ``noun`` is the word for the option, None where only its figure stands; ``number`` and ``letter`` are those of
    the clause that is named.  ``near`` tells that it holds for what stands beside it only, when no clause is named.
    """

    place: int
    block: int
    noun: str | None
    ordinal: int
    chosen: bool
    number: str | None = None
    letter: str | None = None
    near: bool = False


def find_declarations(text: str, blocks: Sequence[Block], heads: frozenset[int]) -> tuple[Declaration, ...]:
    """Return what ``blocks`` say of the choice; ``heads`` are the ends of the heads of offers, which say nothing."""
    return tuple(
        one for number, block in enumerate(blocks) for one in _find(text[block.start : block.end], number, block, heads)
    )


def _find(content: str, number: int, block: Block, heads: frozenset[int]) -> Iterator[Declaration]:
    """Yield the declarations of one block."""
    mentions = [match for match in MENTION.finditer(content) if block.start + match.end() not in heads]
    labelled = {match.end(): match for match in LABELLED.finditer(content)}
    for match in labelled.values():
        named = ORDINAL.match(content, match.end())
        if named is not None and not CONDITION.search(content, 0, match.start()):
            yield _declare(content, named, number, block, True, None)
    around = zip([None, *mentions[:-1]], mentions, [*mentions[1:], None], strict=True) if mentions else ()
    for above, match, below in around:
        said = True if match.start() in labelled else _judge(content, match, above, below)
        if said is not None:
            yield _declare(content, match, number, block, said, match["noun"].lower())
        elif _stands_for_clause(content, match, block):
            yield _declare(content, match, number, block, True, match["noun"].lower(), near=True)


def _judge(content: str, match: re.Match[str], above: re.Match[str] | None, below: re.Match[str] | None) -> bool | None:
    """Return whether a sentence chooses (True) or refuses an option, None when it does neither."""
    left, right = _sentence(content, match.start(), match.end())
    if CONDITION.search(HARMLESS.sub("", content[left:right])) or _is_in_brackets(content, left, match.start()):
        return None
    begin = above.end() if above is not None and above.end() > left else left
    finish = below.start() if below is not None and below.start() < right else right
    if above is not None and begin == above.end() and _JOINED.fullmatch(content[begin : match.start()]):
        return None
    after = LEADS_ON.sub("", content[match.end() : finish])
    if below is not None and finish == below.start() and _JOINED.fullmatch(after):
        return None
    if _REFUSED.match(after):
        return False
    chosen = _CHOSEN.match(after)
    before = CHOSEN_BEFORE.search(content[max(begin, match.start() - _FARTHEST) : match.start()])
    if chosen is None and before is None:
        return None
    denied = NEGATION.search(after) if chosen is not None else None
    spoken = content[begin : match.start()]
    return not (denied or DENIED.search(spoken))


def _stands_for_clause(content: str, match: re.Match[str], block: Block) -> bool:
    """Tell whether an option is entered for a clause: "Clause 9(a): Option 2", or in a row behind another cell."""
    left, _ = _sentence(content, match.start(), match.end())
    if CONDITION.search(content, left, match.start()) or not _END.match(content, match.end()):
        return False
    before = content[left : match.start()]
    if block.kind is BlockKind.TABLE_ROW:
        cell = next((start for start, end in block.cells[1:] if start <= block.start + match.start() < end), None)
        between = content[cell - block.start : match.start()] if cell is not None else None
        if between is not None and not between.strip(' *_[("“„«'):
            return MENTION.search(content, 0, match.start()) is None
    clause = _last_clause(before)
    if clause is None:
        return False
    behind = before[clause.end() :]
    begins = not any(map(str.isalnum, before[: clause.start()]))
    return _AFTER_CLAUSE.fullmatch(behind) is not None or (begins and behind.strip() in ("", ",", "("))


def _sentence(content: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the sentence around ``[start, end)``, not farther than 400 characters away."""
    lowest = max(0, start - 2 * _FARTHEST)
    left = lowest
    for stop in _STOP.finditer(content, lowest, start + 1):
        left = min(stop.end(), start)
    farthest = min(len(content), end + 2 * _FARTHEST)
    right = _STOP.search(content, end, farthest)
    return left, right.start() if right is not None else farthest


def _is_in_brackets(content: str, left: int, place: int) -> bool:
    """Tell whether ``place`` stands in round brackets that begin in its sentence: a mere reference."""
    before = content[left:place]
    label = detect_label(before)
    before = before[label.length :] if label is not None else before
    return before.count("(") > before.count(")")


def _last_clause(before: str) -> re.Match[str] | None:
    """Return the last clause that is named, other than an article of the law."""
    found = [match for match in CLAUSE.finditer(before) if not _LAW.match(before, match.end())]
    return found[-1] if found else None


def _declare(
    content: str, match: re.Match[str], number: int, block: Block, chosen: bool, noun: str | None, *, near: bool = False
) -> Declaration:
    """Return the declaration of a match with the clause that its sentence names."""
    left, right = _sentence(content, match.start(), match.end())
    behind = _BEHIND.match(content, match.end(), right)
    clause = _last_clause(content[left : match.start()])
    if clause is None and behind is not None:
        clause = CLAUSE.search(content, match.end(), right)
    return Declaration(
        block.start + match.start(),
        number,
        noun,
        ordinal_of(match["ordinal"]),
        chosen,
        clause["number"] if clause is not None else None,
        (clause["bracketed"] or clause["closed"] or clause["named"]) if clause is not None else None,
        near=near,
    )
