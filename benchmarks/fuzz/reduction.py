"""Making a found case small: taking out parts and pieces for as long as the finding stays."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterator

from benchmarks.fuzz.specimen import pack


def reduce_case(data: bytes, still: Callable[[bytes], bool], *, seconds: float) -> bytes:
    """Return a smaller file of which ``still`` holds, the best that is found in ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        smaller = next(
            (one for one in _candidates(data) if time.monotonic() < end and len(one) < len(data) and still(one)), None
        )
        if smaller is None:
            break
        data = smaller
    return data


def _candidates(data: bytes) -> Iterator[bytes]:
    """Yield smaller files: without an entry, with a shorter entry, or with a piece cut out."""
    parts = _unpack(data)
    if parts is None:
        yield from _without_pieces(data)
        return
    for name in parts:
        yield pack({other: content for other, content in parts.items() if other != name})
    for name in sorted(parts, key=lambda name: -len(parts[name])):
        for shorter in _without_pieces(parts[name]):
            yield pack({**parts, name: shorter})


def _without_pieces(content: bytes) -> Iterator[bytes]:
    """Yield ``content`` without a half, a quarter, ... a sixty-fourth of it, each in turn."""
    pieces = 2
    while pieces <= 64 and len(content) >= pieces:
        size = -(-len(content) // pieces)
        for start in range(0, len(content), size):
            yield content[:start] + content[start + size :]
        pieces *= 2


def _unpack(data: bytes) -> dict[str, bytes] | None:
    """Return the parts of an archive, None when it is none or cannot be unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001  # a broken archive is cut as bytes
        return None
