"""Legal references in the form of the report language."""

from __future__ import annotations

import re
from typing import Final

from dpa_checker.report.catalogue import Catalogue

_ORNAMENT: Final = re.compile(r"\b(?:articles?|arts?\.|gdpr|of the)(?!\w)\s*", re.IGNORECASE)
_LAST: Final = re.compile(r"(\d+\(\d+\))\s*,?\s*(?:last|second)\s+subpara(?:graph|\.)?", re.IGNORECASE)
_FIRST: Final = re.compile(r"(\d+\(\d+\))\s*,?\s*first\s+sentence", re.IGNORECASE)
_PART: Final = re.compile(r"(?P<article>\d+)(?:\((?P<paragraph>\d+)\)(?:\((?P<point>[a-z]|last|first)\))?)?")


def localise_reference(reference: str, catalogue: Catalogue) -> str:
    """Return ``28(2), 28(3)(d)`` as the report language writes it, anything else as it is.

    The forms "Art. 28(3)(a) GDPR", "28(3)(f), 32" and "Art. 28(3) GDPR, last subparagraph" (or "first
    sentence") are understood.
    """
    plain = _LAST.sub(r"\1(last)", _FIRST.sub(r"\1(first)", _ORNAMENT.sub("", reference)))
    parts = [_PART.fullmatch(part.strip()) for part in re.split(r",|;|\band\b", plain)]
    matches = [part for part in parts if part is not None]
    if not matches or len(matches) < len(parts):
        return reference
    separator = catalogue.text("legal.separator")
    return catalogue.text("legal.all", parts=separator.join(_localised(match, catalogue) for match in matches))


def _localised(match: re.Match[str], catalogue: Catalogue) -> str:
    article, paragraph, point = match["article"], match["paragraph"], match["point"]
    if paragraph is None:
        return catalogue.text("legal.article", article=article)
    if point is None:
        return catalogue.text("legal.paragraph", article=article, paragraph=paragraph)
    if point in ("first", "last"):
        return catalogue.text(f"legal.{point}", article=article, paragraph=paragraph)
    return catalogue.text("legal.point", article=article, paragraph=paragraph, point=point)
