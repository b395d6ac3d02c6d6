"""From passages to blocks: which are headings, list items and table rows, with their labels and levels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dpa_checker.ingestion.layout.labels import Label, LabelStyle, detect_label, is_annex
from dpa_checker.ingestion.layout.line import SHORT, ends_sentence
from dpa_checker.ingestion.layout.passage import Passage
from dpa_checker.ingestion.layout.text_layout import detect_passages
from dpa_checker.model import Block, BlockKind

_EMPHASIS = re.compile(r"(?:\*\*|__)(?=\S)")
_LEADERS = re.compile(r"(?:\.\s?|…\s?|_){4,}\s*\d*$")
_NOT_TITLE_END = re.compile(r"(?:[.,;:!?…\-–—][\s\"'»”’)\]*_]*|\b(?:and|or|und|oder|et|ou|och|eller|the|of))$")
_HEADER_CELL = 40
_BARE_TITLE = 70
_BOLD_TITLE_WORDS = 8
_PROMINENT_TITLE = 180
_LIST_RUN = 2
_BARE_RUN = 4


@dataclass(slots=True)
class _Draft:
    """A passage with its label, while its kind is not yet settled."""

    passage: Passage
    content: str
    label: Label | None
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int | None = None


@dataclass(slots=True)
class _OpenList:
    """A list that later items may go on with."""

    label: Label
    level: int
    indent: float


@dataclass(slots=True)
class _Lists:
    """The lists that are open where the reader stands, outermost first."""

    stack: list[_OpenList] = field(default_factory=list)
    interrupted: bool = False


def build_blocks(text: str, passages: Sequence[Passage] | None = None) -> tuple[Block, ...]:
    """Return the blocks of ``text``; without ``passages`` its layout is read as that of plain text."""
    drafts = [_draft(text, passage) for passage in (detect_passages(text) if passages is None else passages)]
    for draft in drafts:
        draft.kind = _guess_kind(draft)
    _demote_runs(drafts)
    _set_levels(drafts)
    return _finish(drafts)


def _draft(text: str, passage: Passage) -> _Draft:
    """Return the draft of a passage with the label that its text begins with."""
    content = text[passage.start : passage.end]
    if passage.kind in (BlockKind.TABLE_ROW, BlockKind.NOTE):
        return _Draft(passage, content, None)
    if passage.label is not None:
        return _Draft(passage, content, _stated_label(passage.label, content))
    emphasis = _EMPHASIS.match(content)
    label = detect_label(content[emphasis.end() :] if emphasis is not None else content)
    if label is not None and label.style is LabelStyle.BARE and not _bare_counts(content, label):
        label = None
    return _Draft(passage, content, label)


def _stated_label(shown: str, content: str) -> Label:
    """Return the label that the format states, read as one typed by hand when it can be."""
    found = detect_label(content)
    if found is not None and found.shown == shown:
        return found
    length = len(content) - len(content[len(shown) :].lstrip())
    return Label(shown, length, LabelStyle.DECIMAL, 1, 0, "stated" + shown)


def _bare_counts(content: str, label: Label) -> bool:
    """Tell whether a number without a dot is the number of a title ("4 Confidentiality")."""
    rest = content[label.length :]
    return 0 < len(rest) < SHORT and rest[0].isupper() and not ends_sentence(rest) and "\n" not in rest


def _guess_kind(draft: _Draft) -> BlockKind:
    """Return the kind of a draft judged on its own."""
    passage, label = draft.passage, draft.label
    if passage.kind is not None:
        return passage.kind
    if _is_title(draft):
        return BlockKind.HEADING
    if label is None or label.style is LabelStyle.UNIT:
        return BlockKind.PARAGRAPH
    return BlockKind.LIST_ITEM


def _is_title(draft: _Draft) -> bool:
    """Tell whether a draft reads like a heading: short, one line, no sentence end, set apart."""
    content, label, passage = draft.content, draft.label, draft.passage
    longest = _PROMINENT_TITLE if passage.heading_like else SHORT
    rest = (content[label.length :] if label is not None else content).strip(" *_\t")
    if passage.heading_like is False or len(content) >= longest or ("\n" in content and not _has_title_below(draft)):
        return False
    if _LEADERS.search(content) or (label is not None and not _may_label_title(label, passage)):
        return False
    if label is not None and label.style is LabelStyle.UNIT:
        if not rest or rest[0] in "-–—:.(" or not passage.alone:
            return not ends_sentence(rest)
        if is_annex(label) and len(rest) < _BARE_TITLE:
            return not _NOT_TITLE_END.search(rest)
    if not any(character.isalpha() for character in rest):
        return False
    if _NOT_TITLE_END.search(rest) and not passage.heading_like:
        return False
    if passage.heading_like:
        return not ends_sentence(rest) or (label is not None and len(rest.split()) <= _BOLD_TITLE_WORDS)
    first = next(character for character in rest if character.isalpha() or character.isdigit())
    if first.islower() or rest[0] in "[(_☐☑☒<":
        return False
    return label is not None or (passage.alone and len(rest) < _BARE_TITLE) or content.isupper()


def _has_title_below(draft: _Draft) -> bool:
    """Tell whether a draft is a label such as "Article 5" on one line with its title on the next."""
    first, _, below = draft.content.partition("\n")
    label = draft.label
    if label is None or label.style is not LabelStyle.UNIT or "\n" in below or label.length <= len(first.rstrip()):
        return False
    return below.strip()[:1].isupper() and not ends_sentence(below)


def _may_label_title(label: Label, passage: Passage) -> bool:
    """Tell whether a heading may carry such a label: no bullet, and "(a)" only when its type stands out."""
    if label.style is LabelStyle.BULLET:
        return False
    if label.style in (LabelStyle.LETTER, LabelStyle.ROMAN):
        return bool(passage.heading_like) or (label.shown[0].isupper() and label.shown.endswith("."))
    return True


def reads_as_title(rest: str, *, most_words: int) -> bool:
    """Tell whether words set as a heading are one: no sentence, or one of no more than ``most_words``."""
    return not _NOT_TITLE_END.search(rest) or (rest.endswith((".", ":")) and len(rest.split()) <= most_words)


def _demote_runs(drafts: list[_Draft]) -> None:
    """Turn runs of short labelled lines back into list items, long runs of bare ones into paragraphs.

    A run stays a run of headings when its first label follows that of a heading; a single short line
    becomes an item when its label follows that of an item ("6.1 The Processor ...", "6.2 Where:").
    """
    number = 0
    headings: dict[str, Label] = {}
    items: dict[str, Label] = {}
    while number < len(drafts):
        end = _run_end(drafts, number)
        run = drafts[number:end]
        label = run[0].label
        if _is_guess(run[0]) and label is not None and label.style is not LabelStyle.UNIT:
            heading_goes_on = label.family in headings and label.follows(headings[label.family])
            item_goes_on = label.family in items and label.follows(items[label.family])
            if not heading_goes_on and (item_goes_on or len(run) >= _LIST_RUN):
                for draft in run:
                    draft.kind = BlockKind.LIST_ITEM
        elif len(run) >= _BARE_RUN and label is None:
            for draft in run[1:]:
                if not draft.content.isupper():
                    draft.kind = BlockKind.PARAGRAPH
        for draft in run:
            if draft.label is not None:
                (headings if draft.kind is BlockKind.HEADING else items)[draft.label.family] = draft.label
        number = end


def _run_end(drafts: Sequence[_Draft], start: int) -> int:
    """Return the end of the run of guessed headings of one family that begins at ``start``."""
    first = drafts[start]
    if not _is_guess(first):
        return start + 1
    end = start + 1
    while end < len(drafts) and _is_guess(drafts[end]) and _continues_run(drafts[end - 1], drafts[end]):
        end += 1
    return end


def _is_guess(draft: _Draft) -> bool:
    """Tell whether a draft is a heading by its looks alone."""
    passage = draft.passage
    return draft.kind is BlockKind.HEADING and passage.kind is None and not passage.heading_like


def _continues_run(previous: _Draft, draft: _Draft) -> bool:
    """Tell whether two guessed headings in a row look like two items of one list."""
    if previous.label is None or draft.label is None:
        return previous.label is None and draft.label is None
    return draft.label.follows(previous.label)


def _set_levels(drafts: list[_Draft]) -> None:
    """Give headings the level of their number and list items their depth among the open lists."""
    lists = _Lists()
    for draft in drafts:
        if draft.passage.level is not None:
            draft.level = draft.passage.level
        if draft.kind is BlockKind.HEADING:
            if draft.level is None and draft.label is not None:
                draft.level = draft.label.depth
            lists = _Lists()
        elif draft.kind is BlockKind.LIST_ITEM and draft.label is not None:
            draft.level = _item_level(lists, draft) if draft.level is None else _stated_level(lists, draft)
            lists.stack[-1].level = draft.level
        else:
            lists.interrupted = True


def _stated_level(lists: _Lists, draft: _Draft) -> int:
    """Return the depth that the format states, or a greater one for a list set in from the item above it."""
    stated, label = draft.level or 1, draft.label
    above = lists.stack[-1] if lists.stack else None
    set_in = above is not None and draft.passage.indent > above.indent + 1
    sibling = label is not None and any(label.follows(item.label) for item in lists.stack)
    level = _item_level(lists, draft)
    return level if level > stated and (set_in or sibling) else stated


def _item_level(lists: _Lists, draft: _Draft) -> int:
    """Return the depth of a list item and leave its list open as the innermost."""
    stack, label, indent = lists.stack, draft.label, draft.passage.indent
    if label is None:
        return 1
    if label.depth > 1:
        while stack and stack[-1].level >= label.depth:
            stack.pop()
        level = max(label.depth, 1)
    else:
        level = _flat_level(lists, label, indent)
    lists.interrupted = False
    stack.append(_OpenList(label, level, indent))
    return level


def _flat_level(lists: _Lists, label: Label, indent: float) -> int:
    """Return the depth of an item whose label has one part, closing the lists that it ends."""
    stack = lists.stack
    if label.style is LabelStyle.BULLET:
        return _bullet_level(lists, label, indent)
    for position in range(len(stack) - 1, -1, -1):
        if label.follows(stack[position].label):
            level = stack[position].level
            del stack[position:]
            return level
    if lists.interrupted:
        keep = [item for item in stack if item.label.depth > 1 or item.indent + 1 < indent]
        stack[:] = keep if label.ordinal <= 1 else []
    return stack[-1].level + 1 if stack else 1


def _bullet_level(lists: _Lists, label: Label, indent: float) -> int:
    """Return the depth of a bulleted item: bullets at one indent are siblings, farther in are children."""
    stack = lists.stack
    if lists.interrupted:
        stack[:] = [item for item in stack if item.indent + 1 < indent or _is_sibling(item, label, indent)]
    while stack and stack[-1].label.style is LabelStyle.BULLET and stack[-1].indent > indent + 1:
        stack.pop()
    if stack and _is_sibling(stack[-1], label, indent):
        return stack.pop().level
    return stack[-1].level + 1 if stack else 1


def _is_sibling(item: _OpenList, label: Label, indent: float) -> bool:
    """Tell whether a bullet belongs to an open list."""
    return label.follows(item.label) and abs(item.indent - indent) <= 1


def _finish(drafts: Sequence[_Draft]) -> tuple[Block, ...]:
    """Return the blocks of settled drafts, rows with the header cells of their table."""
    blocks: list[Block] = []
    headers: dict[int, tuple[tuple[int, int], ...]] = {}
    rows: dict[int, int] = {}
    for draft in drafts:
        if draft.passage.table is not None:
            rows[draft.passage.table] = rows.get(draft.passage.table, 0) + 1
    for draft in drafts:
        passage = draft.passage
        block = Block(
            passage.start,
            passage.end,
            draft.kind,
            level=draft.level,
            label=draft.label.shown if draft.label is not None else passage.label,
            page=passage.page,
            cells=passage.cells,
        )
        table = passage.table
        if table is not None:
            if table not in headers:
                headers[table] = passage.cells if _is_header(draft, rows[table]) else ()
            elif len(headers[table]) == len(passage.cells):
                block = replace(block, header_cells=headers[table])
        blocks.append(block)
    return tuple(blocks)


def _is_header(draft: _Draft, rows: int) -> bool:
    """Tell whether the first row of a table names its columns: marked so, or short words in every cell."""
    passage = draft.passage
    if passage.header is not None:
        return passage.header
    if rows < 2 or len(passage.cells) < 2:
        return False
    contents = [draft.content[start - passage.start : end - passage.start] for start, end in passage.cells]
    return all(len(cell) <= _HEADER_CELL and not ends_sentence(cell) for cell in contents) and bool(contents[-1])
