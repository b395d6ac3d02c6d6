"""The statistics of an archive from the columns of its results: one pass, and no report is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from dpa_checker.batch.remote import find_folder, name_folder
from dpa_checker.batch.store import Facts, Store, Versions
from dpa_checker.model import Processing
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.statistics_model import Block, Dimension, Slice, Statistics, sum_blocks

_LENGTH: Final = len(MENTIONS)
#: What the letters of a document say that says all that applies.
_SETTLED: Final = "pn"
_UNEXAMINED: Final = "x"


#: Counterparties counted one by one, those with the most silent contracts first; the others are counted together.
MOST_PARTIES: Final = 2_000

#: Verdict letters of silent contracts and of those that state.
_Pair = tuple[list[str], list[str]]


def count_statistics(
    facts: Iterable[tuple[str, Facts]], *, by_folder: bool = False, versions: Versions | None = None
) -> Statistics:
    """Return the statistics over ``facts``, as :meth:`Store.facts` yields them.

    With ``by_folder`` the folder takes the place of the counterparty.
    """
    files = left_out = not_examined = 0
    silent, left = str(Processing.SILENT), str(Processing.NO)
    parties: dict[str, _Pair] = defaultdict(_pair)
    traits: dict[tuple[str | None, str | None, int | None], _Pair] = defaultdict(_pair)
    for place, (_, error, processing, verdicts, party, kind, language, year) in facts:
        files += 1
        if error or not verdicts[:_LENGTH].strip(_UNEXAMINED):
            not_examined += 1
        elif processing == left:
            left_out += 1
        else:
            side = processing != silent
            parties[find_folder(place) if by_folder else party][side].append(verdicts)
            traits[kind, language, year][side].append(verdicts)
    cells = {key: _slice(None, pair) for key, pair in traits.items()}
    total = _plus(None, cells.values())
    years = _gather(cells, 2)
    return Statistics(
        files=files,
        left_out=left_out,
        not_examined=not_examined,
        total=total,
        by={
            Dimension.COUNTERPARTY: _count_parties(parties, by_folder=by_folder),
            Dimension.KIND: tuple(sorted(_gather(cells, 0), key=_silent_first)),
            Dimension.LANGUAGE: tuple(sorted(_gather(cells, 1), key=_silent_first)),
            Dimension.YEAR: tuple(sorted(years, key=_latest_first)),
        },
        by_folder=by_folder,
        engine_version=versions.engine if versions else "",
        library_version=versions.library if versions else "",
    )


def read_statistics(store: Store, *, by_folder: bool = False) -> Statistics | None:
    """Return the statistics over the files of the last scan in ``store``; None when there was none."""
    last = store.last_scan()
    if last is None:
        return None
    number, versions = last
    return count_statistics(store.facts(number, versions, places=by_folder), by_folder=by_folder, versions=versions)


def _pair() -> _Pair:
    return [], []


def _gather(cells: Mapping[tuple[str | None, str | None, int | None], Slice], place: int) -> list[Slice]:
    """Return a slice for each value that stands at ``place`` of the keys."""
    values: dict[str | int | None, list[Slice]] = defaultdict(list)
    for key, piece in cells.items():
        values[key[place]].append(piece)
    return [_plus(value, pieces) for value, pieces in values.items()]


def _plus(value: str | int | None, pieces: Iterable[Slice]) -> Slice:
    rows = list(pieces)
    return Slice(value, sum_blocks([piece.silent for piece in rows]), sum_blocks([piece.stated for piece in rows]))


def _count_parties(parties: Mapping[str, _Pair], *, by_folder: bool) -> tuple[Slice, ...]:
    """Return the counterparties; names that differ in capitals and stops alone are one, under the first of them."""
    merged: dict[str, _Pair] = {}
    shown: dict[str, str] = {}
    for name, pair in parties.items():
        key = name if by_folder else " ".join(name.replace(".", "").replace(",", " ").casefold().split())
        if key in merged:
            merged[key][0].extend(pair[0])
            merged[key][1].extend(pair[1])
        else:
            merged[key], shown[key] = pair, name_folder(name) if by_folder else name
    ranked = sorted(merged, key=lambda key: (-len(merged[key][0]), -len(merged[key][1]), key))
    slices = [_slice(shown[key] or None, merged[key]) for key in ranked[:MOST_PARTIES]]
    rest = ranked[MOST_PARTIES:]
    if rest:
        together = ([row for key in rest for row in merged[key][0]], [row for key in rest for row in merged[key][1]])
        slices.append(replace(_slice(None, together), others=len(rest)))
    return tuple(slices)


def _slice(value: str | int | None, pair: _Pair) -> Slice:
    return Slice(value, _block(pair[0]), _block(pair[1]))


def _silent_first(piece: Slice) -> tuple[int, int, str]:
    return -piece.silent.contracts, -piece.stated.contracts, str(piece.value)


def _latest_first(piece: Slice) -> tuple[bool, int]:
    return not isinstance(piece.value, int), -piece.value if isinstance(piece.value, int) else 0


def _block(rows: list[str]) -> Block:
    """Return the counts over verdict letters: every 27th letter of all in a row is one mention's column."""
    if not rows:
        return Block()
    joined = "".join([row[:_LENGTH] for row in rows])
    columns = [joined[place::_LENGTH] for place in range(_LENGTH)]
    number = len(rows)
    return Block(
        contracts=number,
        complete=sum(not row.strip(_SETTLED) for row in rows),
        said=tuple(column.count("p") for column in columns),
        due=tuple(number - column.count("n") - column.count(_UNEXAMINED) for column in columns),
    )
