"""Headers and footers of a DOCX that are shown, and which of their words say something (ECMA-376-1, 17.10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from dpa_checker.ingestion.docx.items import Item, Table, Text
from dpa_checker.ingestion.docx.package import Package, is_on
from dpa_checker.ingestion.source.xml import attribute, child, local_name

_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE_END = re.compile(r"[.;:!?][\"'»”’)\]]*$")
_SENTENCE_WORDS = 5
_MANY_WORDS = 20


def find_margins(package: Package, root: etree._Element) -> list[str]:
    """Return the names of the parts that are shown as headers and footers, each once, headers first.

    Those of first pages count where a section has a title page, those of even pages where the document tells them
    from odd ones.
    """
    even = bool(is_on(child(package.related("settings.xml"), "evenAndOddHeaders")))
    relations = package.relations(package.main)
    found: dict[str, dict[str, None]] = {"headerReference": {}, "footerReference": {}}
    titled = False
    for section in root.iter("{*}sectPr"):
        above = section.getparent()
        if above is not None and local_name(above) == "sectPrChange":
            continue
        titled = titled or bool(is_on(child(section, "titlePg")))
        for one in section:
            kind = attribute(one, "type")
            relation = relations.get(attribute(one, "id") or "")
            shown = (kind != "even" or even) and (kind != "first" or titled)
            if local_name(one) in found and relation is not None and not relation.external and shown:
                found[local_name(one)][relation.target] = None
    return [name for names in found.values() for name in names]


def keep_sayings(items: Iterable[Item], known: str, seen: set[str]) -> Iterator[Text]:
    """Yield the paragraphs of headers and footers that say something, and those that set something aside.

    Page numbers, titles and what the text ``known`` holds already are left out, and what was ``seen`` in an earlier
    part; ``seen`` grows.
    """
    for text in _paragraphs(items):
        words = " ".join(text.text.split()).casefold()
        if words in seen:
            continue
        seen.add(words)
        if any(piece.aside is not None for piece in text.pieces) or (_says(words) and words not in known):
            yield text


def flatten(text: str) -> str:
    """Return a text in the form in which :func:`keep_sayings` compares."""
    return " ".join(text.split()).casefold()


def _says(words: str) -> bool:
    """Tell whether words run on as a sentence does."""
    count = len(_WORD.findall(words))
    return count >= _MANY_WORDS or (count >= _SENTENCE_WORDS and _SENTENCE_END.search(words) is not None)


def _paragraphs(items: Iterable[Item]) -> Iterator[Text]:
    """Yield the paragraphs of items, also those of tables."""
    for item in items:
        if isinstance(item, Text):
            yield item
        elif isinstance(item, Table):
            for row in item.rows:
                for cell in row.cells:
                    yield from _paragraphs(cell.items)
