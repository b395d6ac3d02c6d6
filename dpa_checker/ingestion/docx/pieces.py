"""The words of a DOCX as pieces that know which tracked change they hang on and whether they count as said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dpa_checker.ingestion.layout.flow import Change
from dpa_checker.ingestion.layout.options import make_excerpt
from dpa_checker.model import ORDINARY, Face, UnreadReason


@dataclass(frozen=True, slots=True)
class Mark:
    """The beginning (``opens``) or end of the range of the comment ``comment``."""

    comment: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one kind: ``aside`` says why it does not count; a ``mark`` has no text.

    ``change`` is the tracked change without which the text would not stand in this reading.
    """

    text: str = ""
    aside: UnreadReason | None = None
    change: Change | None = None
    mark: Mark | None = None
    face: Face = ORDINARY


Pieces = tuple[Piece, ...]


def shown_text(pieces: Iterable[Piece]) -> str:
    """Return the text that counts as said."""
    return "".join(piece.text for piece in pieces if piece.aside is None)


def strip_pieces(pieces: Sequence[Piece]) -> Pieces:
    """Return pieces whose shown text neither begins nor ends with white space."""
    text = shown_text(pieces)
    start = len(text) - len(text.lstrip())
    end = max(len(text.rstrip()), start)
    return keep_shown(pieces, start, end)


def keep_shown(pieces: Sequence[Piece], start: int, end: int) -> Pieces:
    """Return pieces with ``[start, end)`` of their shown text; what is set aside and marks stay where they are."""
    kept: list[Piece] = []
    place = 0
    for piece in pieces:
        if piece.aside is not None or not piece.text:
            kept.append(piece)
            continue
        begin, finish = max(start - place, 0), min(end - place, len(piece.text))
        place += len(piece.text)
        if begin < finish:
            kept.append(replace(piece, text=piece.text[begin:finish]) if finish - begin < len(piece.text) else piece)
    return tuple(kept)


def set_aside(pieces: Sequence[Piece], spans: Sequence[tuple[int, int]], reason: UnreadReason) -> Pieces:
    """Return pieces in which ``spans`` of the shown text (in order, apart) are set aside, each reported by itself."""
    if not spans:
        return tuple(pieces)
    parts: list[Piece] = []
    place = number = 0
    for piece in pieces:
        if piece.aside is not None or not piece.text:
            parts.append(piece)
            continue
        start, end = place, place + len(piece.text)
        while place < end:
            while number < len(spans) and spans[number][1] <= place:
                number += 1
            begin, finish = spans[number] if number < len(spans) else (end, end)
            inside = begin <= place
            stop = min(end, finish if inside else begin)
            parts.append(
                replace(piece, text=piece.text[place - start : stop - start], aside=reason if inside else None)
            )
            if inside and stop == finish:
                parts.append(Piece())
            place = stop
    return tuple(parts)


def join_pieces(parts: Iterable[Sequence[Piece]], between: str) -> Pieces:
    """Return the pieces of several texts with ``between`` between those that show anything."""
    joined: list[Piece] = []
    shown = False
    for part in parts:
        if shown_text(part):
            if shown:
                joined.append(Piece(between))
            shown = True
        joined += part
    return tuple(joined)


def excerpts(pieces: Sequence[Piece]) -> list[tuple[int, UnreadReason, str]]:
    """Return what is set aside: its place in the shown text, the reason, its beginning.

    Like next to like is one; signs without a letter or figure are not worth telling.
    """
    found: list[tuple[int, UnreadReason, list[str]]] = []
    place = 0
    going: UnreadReason | None = None
    for piece in pieces:
        if piece.mark is not None:
            continue
        if piece.aside is None:
            place += len(piece.text)
            going = None
        elif piece.aside is going:
            found[-1][2].append(piece.text)
        else:
            going = piece.aside
            found.append((place, going, [piece.text]))
    told = [(at, reason, make_excerpt("".join(texts))) for at, reason, texts in found]
    return [(at, reason, excerpt) for at, reason, excerpt in told if any(map(str.isalnum, excerpt))]
