"""What a document says of other documents: its title, and which of them prevails over which."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from dpa_checker.model import Block, Document
from dpa_checker.sets.naming import Name, find_names, load_words
from dpa_checker.sets.prevailing import denies, find_prevailing

_TITLE: Final = 160
_QUOTE: Final = 600
#: A longer sentence is none; it would only take time.
_SENTENCE: Final = 2_000
_SENTENCE_END: Final = re.compile(r"(?<=[.;!?])\s+(?=[A-ZÀ-ÖØ-Þ(“„«\"\d])")
_LIST_BLOCKS: Final = 10
_MAX_ORDERS: Final = 8


@dataclass(frozen=True, slots=True)
class Order:
    """An order of precedence, by names from the highest down; the last rank may hold several.

    ``ranked`` tells a list in ranks; otherwise the first name prevails over all the others, over every other document
    when there are none.  ``quote`` stands at ``[start, end)`` of the document's text, on ``page``.
    """

    names: tuple[Name, ...]
    ranked: bool
    quote: str
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """The title (its first lines, at most 160 characters) and the orders of precedence of a document."""

    title: str = ""
    orders: tuple[Order, ...] = ()

    def to_json(self) -> str:
        """Return the links as JSON, for keeping."""
        orders = [
            {
                "names": [[name.kind, name.number] for name in order.names],
                "ranked": order.ranked,
                "quote": order.quote,
                "start": order.start,
                "end": order.end,
                "page": order.page,
            }
            for order in self.orders
        ]
        return json.dumps({"title": self.title, "orders": orders}, ensure_ascii=True)

    @classmethod
    def from_json(cls, content: str) -> Links:
        """Return the links kept as JSON; none for an empty string."""
        if not content:
            return cls()
        fields: dict[str, Any] = json.loads(content)
        orders = tuple(
            Order(tuple(Name(kind, number) for kind, number in item.pop("names")), **item) for item in fields["orders"]
        )
        return cls(fields["title"], orders)


def find_links(document: Document) -> Links:
    """Return what ``document`` says of itself and others."""
    return Links(_title(document), tuple(dict.fromkeys(_orders(document)))[:_MAX_ORDERS])


def _title(document: Document) -> str:
    lines = []
    for block in document.blocks[:3]:
        lines += [line.strip() for line in document.text[block.start : block.end].splitlines() if line.strip()]
        if lines:
            break
    return " ".join(" ".join(lines[:2]).split())[:_TITLE]


def _orders(document: Document) -> Iterator[Order]:
    words, text = load_words(), document.text
    told = 0
    for index, block in enumerate(document.blocks):
        if not words.trigger.search(text, block.start, block.end):
            continue
        order = _listed(document, index) if words.order.search(text, block.start, block.end) else None
        found = [order] if order is not None else _stated(text[block.start : block.end], block)
        for item in found:
            yield item
            told += 1
        if told >= _MAX_ORDERS:
            return


def _listed(document: Document, index: int) -> Order | None:
    """Return the ranks that follow "in the following order of precedence", in the same block or in those after it."""
    block = document.blocks[index]
    match = load_words().order.search(document.text, block.start, block.end)
    assert match is not None
    end = block.end
    for later in document.blocks[index + 1 : index + 1 + _LIST_BLOCKS]:
        if later.end - match.start() > _QUOTE or not (
            later.label or document.text[later.start : later.end][:1] in "-•–(0123456789abcdefgh"
        ):
            break
        end = later.end
    end = min(end, match.end() + _QUOTE)
    names = find_names(document.text[match.end() : end])
    distinct = tuple(dict.fromkeys(Name(name.kind, name.number) for name in names))
    if len(distinct) < 2:
        return None
    start = _sentence_start(document.text, block.start, match.start())
    said = document.text[start:end]
    if denies(said, find_names(said), match.end() - start):
        return None
    return Order(distinct, True, document.text[start:end][:_QUOTE], start, min(end, start + _QUOTE), block.page)


def _sentence_start(text: str, low: int, position: int) -> int:
    ends = [match.end() for match in _SENTENCE_END.finditer(text, low, position)]
    return ends[-1] if ends else low


def _stated(text: str, block: Block) -> Iterator[Order]:
    start = 0
    for piece in (*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)):
        sentence = text[start:piece]
        names = find_prevailing(sentence) if len(sentence) <= _SENTENCE else ()
        if names:
            quote = sentence.strip()[:_QUOTE]
            first = block.start + start + (len(sentence) - len(sentence.lstrip()))
            yield Order(names, False, quote, first, first + len(quote), block.page)
        start = piece
