"""What can be told of a hostile PDF before PDFium opens it: streams that inflate, forms that multiply."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any, Final

import pikepdf

from dpa_checker.ingestion.limits import Limits

_STREAM = re.compile(rb"stream\r?\n")
_GLANCE: Final = 256
_SUSPECT: Final = 200
_CHUNK: Final = 1 << 20
_LAYERS: Final = 4
_BEST_RATIO: Final = 1032
_DEEPEST: Final = 100
_INFLATED: Final = b"\x78"
_MOST_PAINTED: Final = 1_000_000
_PAINTS = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+Do\b")
_LONGEST_CONTENT: Final = 5_000_000


def check_streams(data: bytes, limits: Limits) -> None:
    """Raise ``LimitExceeded`` when streams that swell from their first bytes inflate beyond ``max_unpacked_bytes``.

    Flate (zlib) streams only, also within one another.  Ordinary streams cost a glance at 256 bytes each; those
    that swell are inflated only where the best ratio of the format could lead beyond the limit.
    """
    suspects: list[int] = []
    reach = 0
    for match in _STREAM.finditer(data):
        begin = match.end()
        if data[begin : begin + 1] != _INFLATED:
            continue
        swollen = _swell(data[begin : begin + _GLANCE])
        layered = _swells(_swell(swollen[:_GLANCE])) if swollen[:1] == _INFLATED else False
        if layered or _swells(swollen):
            end = data.find(b"endstream", begin)
            length = (end if end >= 0 else len(data)) - begin
            reach += length * _BEST_RATIO ** (2 if layered else 1)
            suspects.append(begin)
    if reach <= limits.max_unpacked_bytes:
        return
    total = 0
    for begin in suspects:
        total += _inflated_size(data, begin, limits.max_unpacked_bytes - total, _LAYERS)
        limits.check("max_unpacked_bytes", total)


def _swells(unpacked: bytes) -> bool:
    """Tell whether what a glance at a stream unpacked to is many times its size."""
    return len(unpacked) > _SUSPECT * _GLANCE


def _swell(sample: bytes) -> bytes:
    """Return what the beginning of a stream unpacks to, a little more than is suspect at most."""
    try:
        return zlib.decompressobj().decompress(sample, _SUSPECT * _GLANCE + 1)
    except zlib.error:
        return b""


def _inflated_size(data: bytes, begin: int, allowed: int, layers: int) -> int:
    """Return how large a stream becomes, its inner streams counted; a little more than ``allowed`` is enough."""
    unpacker = zlib.decompressobj()
    size = 0
    chunk = memoryview(data)[begin : begin + _CHUNK]
    try:
        while chunk and not unpacker.eof and size <= allowed:
            unpacked = unpacker.decompress(chunk, _CHUNK)
            if size == 0 and layers > 1 and unpacked[:1] == _INFLATED:
                size += _inflated_size(unpacked, 0, allowed, layers - 1)
            size += len(unpacked)
            begin += len(chunk) if not unpacker.unconsumed_tail else 0
            chunk = memoryview(unpacker.unconsumed_tail or data[begin : begin + _CHUNK])
    except zlib.error:
        return size
    return size


def multiplies(source: pikepdf.Pdf) -> bool:
    """Tell whether forms within forms (ISO 32000-2, 8.10) would be painted millions of times on some page."""
    known: dict[tuple[int, int], int] = {}
    return any(_painted(page.obj, known, ()) > _MOST_PAINTED for page in source.pages)


def _painted(owner: Any, known: dict[tuple[int, int], int], above: tuple[tuple[int, int], ...]) -> int:
    """Return how many forms a page or form paints, those within them counted."""
    forms = dict(_forms(owner))
    if not above and not any(True for form in forms.values() for _ in _forms(form)):
        return len(forms)
    total = 0
    for name, uses in _uses(owner).items():
        form = forms.get(name)
        if form is None or form.objgen in above or len(above) > _DEEPEST:
            continue
        if form.objgen not in known:
            known[form.objgen] = 1 + _painted(form, known, (*above, form.objgen))
        total += uses * known[form.objgen]
        if total > _MOST_PAINTED:
            break
    return total


def _forms(owner: Any) -> Iterator[tuple[bytes, Any]]:
    """Yield the forms among the resources of a page or form by their names."""
    resources = owner.get("/Resources")
    objects = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    for name, item in objects.items() if isinstance(objects, pikepdf.Dictionary) else ():
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == pikepdf.Name.Form:
            yield name.encode().lstrip(b"/"), item


def _uses(owner: Any) -> dict[bytes, int]:
    """Return how often a page or form paints each of its objects."""
    content = owner if isinstance(owner, pikepdf.Stream) else owner.get("/Contents")
    parts = content if isinstance(content, pikepdf.Array) else [content]
    counts: dict[bytes, int] = {}
    for part in parts:
        if isinstance(part, pikepdf.Stream):
            for match in _PAINTS.finditer(part.read_bytes()[:_LONGEST_CONTENT]):
                counts[match[1]] = counts.get(match[1], 0) + 1
    return counts
