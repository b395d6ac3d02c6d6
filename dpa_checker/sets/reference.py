"""Where a document does not say a mention itself but refers elsewhere for it, and whether that is in the set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dpa_checker.model import Finding
from dpa_checker.report.set_model import Reference
from dpa_checker.sets.member import Member, find_titled, resolve
from dpa_checker.sets.naming import REST, SELF, find_names

#: The reason of a finding whose document only refers elsewhere.
REFERENCE_ONLY: Final = "not_said_reference_only"


def find_references(mention: str, members: Sequence[Member]) -> tuple[Reference, ...]:
    """Return where the documents refer for ``mention``, each reference once."""
    return tuple(dict.fromkeys(_references(mention, members)))


def _references(mention: str, members: Sequence[Member]) -> Iterator[Reference]:
    for place, member in enumerate(members):
        finding = member.report.finding(mention) if member.report is not None else None
        if finding is None or finding.reason != REFERENCE_ONLY:
            continue
        for quote in [item.quote for item in finding.evidence] or [""]:
            yield _read(quote, finding, place, members)


def _read(quote: str, finding: Finding, place: int, members: Sequence[Member]) -> Reference:
    """Return the reference in a sentence: by the first name in it that is another document's, else by a title."""
    source = members[place].name
    titled = find_titled(quote, place, members)
    if titled:
        return Reference(source, _listed(titled, members), _named(titled, members))
    for name in find_names(quote):
        if name.kind in (SELF, REST):
            continue
        called = " ".join(quote[name.start : name.end].split())
        return Reference(source, called, _named(resolve(name, place, members) - {place}, members))
    called = dict(finding.reason_arguments).get("document", "")
    return Reference(source, called)


def _named(places: frozenset[int], members: Sequence[Member]) -> tuple[str, ...]:
    return tuple(members[place].name for place in sorted(places))


def _listed(places: frozenset[int], members: Sequence[Member]) -> str:
    return ", ".join(_named(places, members))
