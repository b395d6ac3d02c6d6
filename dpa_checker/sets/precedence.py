"""Which document of a set prevails over which, by the orders of precedence that the documents state."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from dpa_checker.model import Evidence
from dpa_checker.sets.links import Order
from dpa_checker.sets.member import Member, resolve
from dpa_checker.sets.naming import REST

#: (prevails, gives way) by the places of the documents, with the words that say so.
Precedence = Mapping[tuple[int, int], Evidence]


def read_precedence(members: Sequence[Member]) -> Precedence:
    """Return who prevails over whom; documents that each claim to prevail over the other settle nothing."""
    stated: dict[tuple[int, int], Evidence] = {}
    for place, member in enumerate(members):
        for order in member.links.orders:
            quote = Evidence(order.quote, order.start, order.end, order.page, source_document=member.name)
            for pair in _pairs(order, place, members):
                stated.setdefault(pair, quote)
    return {pair: quote for pair, quote in stated.items() if (pair[1], pair[0]) not in stated}


def find_settling(winners: Collection[int], losers: Collection[int], precedence: Precedence) -> Evidence | None:
    """Return the words by which each of ``losers`` gives way to one of ``winners``; None when one does not."""
    quotes = [
        next((precedence[winner, loser] for winner in winners if (winner, loser) in precedence), None)
        for loser in losers
    ]
    return quotes[0] if quotes and all(quotes) else None


def _pairs(order: Order, sayer: int, members: Sequence[Member]) -> Iterator[tuple[int, int]]:
    if order.names[0].kind == REST:
        return
    ranks = [resolve(name, sayer, members) for name in order.names]
    if not order.ranked:
        ranks = [ranks[0], frozenset().union(*ranks[1:]) if ranks[1:] else frozenset(range(len(members)))]
    placed: set[int] = set()
    for index, rank in enumerate(ranks):
        placed |= rank
        below = frozenset().union(*ranks[index + 1 :]) - placed
        yield from ((high, low) for high in sorted(rank) for low in sorted(below))
