"""The statistics of an archive turned into what a reader sees, in one report language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dpa_checker.library import load_library
from dpa_checker.report.catalogue import Catalogue, load_catalogue
from dpa_checker.report.groups import GROUPS, MENTIONS, Group
from dpa_checker.report.legal import localise_reference
from dpa_checker.report.statistics_model import Block, Dimension, Slice, Statistics
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import Fact, Tone

#: Values of a dimension on the page; the spreadsheet has all.
MOST_ROWS: Final = 25


@dataclass(frozen=True, slots=True)
class MentionShares:
    """A mention with the share that says it of the silent, of the stated and of all contracts (0 to 1)."""

    mention: str
    title: str
    reference: str
    silent: float | None
    stated: float | None
    both: float | None


@dataclass(frozen=True, slots=True)
class SliceView:
    """A value of a dimension: ``groups`` are the shares of the ten parts of Article 28(3)."""

    title: str
    piece: Slice
    complete: int
    mean: float | None
    groups: tuple[float | None, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class DimensionView:
    """A dimension with its values, those on the page alone when there are too many."""

    key: Dimension
    title: str
    slices: tuple[SliceView, ...]
    limited: str | None


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """All that a reader of the statistics sees, in order."""

    catalogue: Catalogue
    statistics: Statistics
    tone: Tone
    headline: str
    figures: tuple[Fact, ...]
    mentions: tuple[tuple[str, tuple[MentionShares, ...]], ...]
    groups: tuple[tuple[str, str], ...]
    dimensions: tuple[DimensionView, ...]
    sources: tuple[str, ...]

    def percent(self, share: float | None) -> str:
        """Return a share in per cent, nothing for none."""
        if share is None:
            return "–"
        shown = int(share * 100) if share < 1 else 100
        written = self.catalogue.percent(max(shown, 1 if share else 0) / 100)
        return written if shown or not share else f"<\u00a0{written}"


def build_statistics_view(
    statistics: Statistics, *, language: str = "en", most_rows: int | None = MOST_ROWS
) -> StatisticsView:
    """Return ``statistics`` in the words of ``language``, all values with ``most_rows`` None."""
    catalogue = load_catalogue(language)
    text = catalogue.text
    source = "folder" if statistics.by_folder else "name"
    return StatisticsView(
        catalogue=catalogue,
        statistics=statistics,
        tone=_tone(statistics),
        headline=_headline(statistics, catalogue),
        figures=_figures(statistics, catalogue),
        mentions=tuple((_group_title(group, catalogue), _mentions(group, statistics, catalogue)) for group in GROUPS),
        groups=tuple((_short(group, catalogue), _group_title(group, catalogue)) for group in GROUPS),
        dimensions=tuple(
            _dimension(dimension, statistics.by.get(dimension, ()), catalogue, most_rows) for dimension in Dimension
        ),
        sources=(text(f"statistics.source_{source}"), text("statistics.source_year"), text("statistics.shares_note")),
    )


def _tone(statistics: Statistics) -> Tone:
    if not statistics.total.both.contracts:
        return Tone.NEUTRAL
    if statistics.total.silent.contracts:
        return Tone.ALARM
    return Tone.GOOD if statistics.total.stated.complete == statistics.total.stated.contracts else Tone.ATTENTION


def _headline(statistics: Statistics, catalogue: Catalogue) -> str:
    if not statistics.total.both.contracts:
        return catalogue.text("statistics.none")
    silent = statistics.total.silent.contracts
    return catalogue.counted("statistics.silent_share", silent) if silent else catalogue.text("statistics.none_silent")


def _figures(statistics: Statistics, catalogue: Catalogue) -> tuple[Fact, ...]:
    total = statistics.total
    rows = (
        ("silent", total.silent.contracts),
        ("stated", total.stated.contracts),
        ("complete", total.both.complete),
        ("in_question", total.both.contracts),
        ("left_out", statistics.left_out),
        ("not_examined", statistics.not_examined),
        ("files", statistics.files),
    )
    return tuple(Fact(catalogue.text(f"statistics.{key}"), catalogue.number(number)) for key, number in rows)


def _mentions(group: Group, statistics: Statistics, catalogue: Catalogue) -> tuple[MentionShares, ...]:
    references = {mention.id: mention.legal_reference for mention in load_library().mentions}
    total, both = statistics.total, statistics.total.both
    return tuple(
        MentionShares(
            mention,
            catalogue.text(f"mention.{mention}"),
            localise_reference(references[mention], catalogue),
            total.silent.share(mention),
            total.stated.share(mention),
            both.share(mention),
        )
        for mention in group.mentions
    )


def _short(group: Group, catalogue: Catalogue) -> str:
    if group.letter:
        return catalogue.text("legal.letter", letter=group.letter)
    return "*" if group.key == "last" else "§"


def _group_title(group: Group, catalogue: Catalogue) -> str:
    title = catalogue.text(f"group.{group.key}")
    return f"{catalogue.text('legal.letter', letter=group.letter)} {title}" if group.letter else title


def _dimension(
    dimension: Dimension, slices: Sequence[Slice], catalogue: Catalogue, most_rows: int | None
) -> DimensionView:
    shown = list(slices)
    limited = None
    if most_rows is not None and len(shown) > most_rows and dimension is not Dimension.YEAR:
        shown = shown[:most_rows]
        limited = catalogue.text("statistics.limited", number=most_rows)
    return DimensionView(
        dimension,
        catalogue.text(f"statistics.{dimension}"),
        tuple(_slice(dimension, piece, catalogue) for piece in shown),
        limited,
    )


def _slice(dimension: Dimension, piece: Slice, catalogue: Catalogue) -> SliceView:
    both: Block = piece.both
    missing = both.most_missing()
    return SliceView(
        title=slice_title(dimension, piece, catalogue),
        piece=piece,
        complete=both.complete,
        mean=both.mean_share(MENTIONS),
        groups=tuple(both.mean_share(group.mentions) for group in GROUPS),
        missing=catalogue.text(f"mention.{missing}") if missing else "–",
    )


def slice_title(dimension: Dimension, piece: Slice, catalogue: Catalogue) -> str:
    """Return a value of a dimension in words."""
    value = piece.value
    if piece.others:
        return f"{catalogue.text('statistics.others')} ({catalogue.number(piece.others)})"
    if value is None:
        key = {Dimension.COUNTERPARTY: "unnamed", Dimension.YEAR: "no_year"}.get(dimension)
        return catalogue.text(f"statistics.{key}") if key else catalogue.text("label.unknown")
    if dimension is Dimension.KIND:
        return catalogue.texts.get(f"kind.{value}", str(value))
    if dimension is Dimension.LANGUAGE:
        name = catalogue.language_name(str(value))
        return name[:1].upper() + name[1:]
    return flowed(str(value))
