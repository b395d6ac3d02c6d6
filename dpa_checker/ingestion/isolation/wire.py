"""What travels between the reading process and its owner: frames of bytes, documents as columns of JSON.

Nothing on the wire is code: no pickle.  A document goes column by column (all starts of all anchors, then all ends,
...), which JSON reads and the dataclasses of :mod:`dpa_checker.model` take in about 5 microseconds an anchor.  The
columns follow from the annotations of these dataclasses; what arrives is checked against them, and every span
against the text.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import chain, islice
from math import isfinite
from types import NoneType, UnionType
from typing import IO, Any, Final, Protocol, Union, get_args, get_origin, get_type_hints

from dpa_checker.ingestion.page_layout import PageLayout
from dpa_checker.model import Document

#: Kind of frame and its length in bytes.
_HEADER: Final = struct.Struct("<cQ")
_UNFIT: Final = "the answer does not have the shape that was agreed"
#: In points; a page of 200 inches at the largest unit that is read.
_LARGEST_SIDE: Final = 14_400.0 * 1_000
_SCALARS: Final = (str, int, float, bool)


class BrokenFrame(ValueError):
    """The bytes on the wire are cut off, too long or of another shape than agreed."""


def write_frame(stream: IO[bytes], kind: bytes, content: bytes) -> None:
    """Write one frame; ``kind`` is one byte."""
    stream.write(_HEADER.pack(kind, len(content)))
    stream.write(content)
    stream.flush()


def read_frame(read: Callable[[int], bytes], most: int) -> tuple[bytes, bytes] | None:
    """Return kind and content of the next frame, None at the end; ``read(n)`` returns n bytes unless it ends.

    Raises :class:`BrokenFrame` for a frame that is cut off or longer than ``most`` bytes.
    """
    header = read(_HEADER.size)
    if not header:
        return None
    if len(header) < _HEADER.size:
        raise BrokenFrame("a frame is cut off")
    kind, length = _HEADER.unpack(header)
    if length > most:
        raise BrokenFrame("a frame is longer than agreed")
    content = read(length) if length else b""
    if len(content) < length:
        raise BrokenFrame("a frame is cut off")
    return kind, content


def encode_json(value: object) -> bytes:
    """Return a value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def decode_json(content: bytes) -> Any:
    """Return the value of JSON; raises :class:`BrokenFrame` when it is none."""
    try:
        return json.loads(content.decode("utf-8", "surrogatepass"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BrokenFrame("the answer is no JSON") from error


def encode_document(document: Document) -> bytes:
    """Return a document as bytes."""
    return encode_json(_column_of(Document).pack([document]))


def decode_document(content: bytes) -> Document:
    """Return the document of ``content``; raises :class:`BrokenFrame` for anything that is not a sound document."""
    document = _decode(Document, content)
    assert isinstance(document, Document)
    _check_spans(document)
    return document


def encode_layout(layout: PageLayout) -> bytes:
    """Return the layout of pages as bytes."""
    return encode_json(_column_of(PageLayout).pack([layout]))


def decode_layout(content: bytes) -> PageLayout:
    """Return the layout of ``content``; raises :class:`BrokenFrame` for anything that is none, or has no sizes."""
    layout = _decode(PageLayout, content)
    assert isinstance(layout, PageLayout)
    if any(not 0 < side < _LARGEST_SIDE for size in layout.sizes for side in size):
        raise BrokenFrame(_UNFIT)
    return layout


def _decode(kind: type, content: bytes) -> object:
    """Return the value of a kind that ``content`` holds."""
    packed = decode_json(content)
    try:
        found: object = _column_of(kind).unpack(packed, 1)[0]
    except (TypeError, ValueError, KeyError, RecursionError) as error:
        raise BrokenFrame(_UNFIT) from error
    return found


def _refuse_constant(name: str) -> None:
    raise BrokenFrame(f"{name} is no number of a document")


def _check_spans(document: Document) -> None:
    """Raise :class:`BrokenFrame` when a span is not within the text."""
    size = len(document.text)
    groups: tuple[Iterable[Any], ...] = (
        document.blocks,
        document.anchors,
        document.revisions,
        document.emphases,
        document.sources,
        document.unread,
        document.comments,
    )
    for item in chain.from_iterable(groups):
        if item.start is not None and not 0 <= item.start <= (item.end if item.end is not None else size) <= size:
            raise BrokenFrame("a span is outside the text")
    for block in document.blocks:
        for start, end in chain(block.cells, block.header_cells):
            if not 0 <= start <= end <= size:
                raise BrokenFrame("a cell is outside the text")
    if any(not 0 <= start <= size for start in document.page_starts):
        raise BrokenFrame("a page is outside the text")
    if document.rejected is not None:
        _check_spans(document.rejected)


class _Column(Protocol):
    """Packs values of one type into JSON and back."""

    def pack(self, values: Sequence[Any]) -> Any:
        """Return ``values`` as JSON."""
        ...

    def unpack(self, packed: Any, count: int) -> Sequence[Any]:
        """Return ``count`` values; raises ``ValueError``, ``TypeError`` or ``KeyError`` for any other shape."""
        ...


class _Scalars:
    """Strings and numbers; None where the annotation allows it."""

    def __init__(self, types: Iterable[type]) -> None:
        self._types = frozenset(types) | (frozenset({int}) if float in types else frozenset())

    def pack(self, values: Sequence[Any]) -> Any:
        return values

    def unpack(self, packed: Any, count: int) -> Sequence[Any]:
        column = _list_of(packed, count)
        if not set(map(type, column)) <= self._types:
            raise ValueError(_UNFIT)
        if float in self._types and not all(isfinite(value) for value in column if value is not None):
            raise ValueError(_UNFIT)
        return column


class _Members:
    """Members of an enumeration, by value."""

    def __init__(self, kind: type[Enum]) -> None:
        self._kind = kind

    def pack(self, values: Sequence[Any]) -> Any:
        return [value.value for value in values]

    def unpack(self, packed: Any, count: int) -> Sequence[Any]:
        return [self._kind(value) for value in _list_of(packed, count)]


class _Many:
    """Tuples of any length: how long each is, and all items in one column."""

    def __init__(self, items: _Column) -> None:
        self._items = items

    def pack(self, values: Sequence[Any]) -> Any:
        return [[len(value) for value in values], self._items.pack(list(chain.from_iterable(values)))]

    def unpack(self, packed: Any, count: int) -> Sequence[Any]:
        lengths, items = _list_of(packed, 2)
        if not set(map(type, _list_of(lengths, count))) <= {int} or any(length < 0 for length in lengths):
            raise ValueError(_UNFIT)
        source = iter(self._items.unpack(items, sum(lengths)))
        return [tuple(islice(source, length)) for length in lengths]


class _Fixed:
    """Tuples of fixed length: one column a place."""

    def __init__(self, places: Sequence[_Column]) -> None:
        self._places = places

    def pack(self, values: Sequence[Any]) -> Any:
        return [place.pack([value[number] for value in values]) for number, place in enumerate(self._places)]

    def unpack(self, packed: Any, count: int) -> Sequence[Any]:
        columns = _list_of(packed, len(self._places))
        return list(
            zip(
                *(place.unpack(column, count) for place, column in zip(self._places, columns, strict=True)), strict=True
            )
        )


class _Maybe:
    """Values or None: which are there, and a column of those."""

    def __init__(self, values: _Column) -> None:
        self._values = values

    def pack(self, values: Sequence[Any]) -> Any:
        there = [value for value in values if value is not None]
        return [[value is not None for value in values], self._values.pack(there)] if there else None

    def unpack(self, packed: Any, count: int) -> Sequence[Any]:
        if packed is None:
            return [None] * count
        mask, values = _list_of(packed, 2)
        if not set(map(type, _list_of(mask, count))) <= {bool} or not any(mask):
            raise ValueError(_UNFIT)
        source = iter(self._values.unpack(values, sum(mask)))
        return [next(source) if there else None for there in mask]


class _Records:
    """Dataclasses: one column a field; the columns are looked up when first used, as a document may hold one."""

    def __init__(self, kind: type) -> None:
        self._kind = kind
        self._columns: list[tuple[str, _Column]] | None = None

    def pack(self, values: Sequence[Any]) -> Any:
        return [column.pack([getattr(value, name) for value in values]) for name, column in self._fields()]

    def unpack(self, packed: Any, count: int) -> Sequence[Any]:
        own = self._fields()
        columns = [column.unpack(one, count) for (_, column), one in zip(own, _list_of(packed, len(own)), strict=True)]
        return list(map(self._kind, *columns))

    def _fields(self) -> list[tuple[str, _Column]]:
        if self._columns is None:
            hints = get_type_hints(self._kind)
            self._columns = [(one.name, _column_of(hints[one.name])) for one in fields(self._kind)]
        return self._columns


def _list_of(packed: Any, count: int) -> list[Any]:
    """Return ``packed`` when it is a list of ``count`` items; raises ``ValueError``."""
    if type(packed) is not list or len(packed) != count:
        raise ValueError(_UNFIT)
    return packed


_RECORDS: Final[dict[type, _Records]] = {}


def _column_of(hint: Any) -> _Column:
    """Return the column of an annotation of the model."""
    if isinstance(hint, type) and is_dataclass(hint):
        return _RECORDS.setdefault(hint, _Records(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _Members(hint)
    if hint in _SCALARS:
        return _Scalars((hint,))
    arguments = get_args(hint)
    if get_origin(hint) is tuple:
        if arguments[1:] == (Ellipsis,):
            return _Many(_column_of(arguments[0]))
        return _Fixed([_column_of(one) for one in arguments])
    if get_origin(hint) in (Union, UnionType) and NoneType in arguments:
        rest = [one for one in arguments if one is not NoneType]
        if all(one in _SCALARS for one in rest):
            return _Scalars((*rest, NoneType))
        if len(rest) == 1:
            return _Maybe(_column_of(rest[0]))
    raise TypeError(f"no column for {hint!r}")
