"""Rich Text as Outlook packs it (MS-OXRTFCP): LZFu with a dictionary that both sides begin with."""

from __future__ import annotations

import struct
from typing import Final

from dpa_checker.ingestion.limits import Limits

_DICTIONARY: Final = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_COMPRESSED: Final = 0x75465A4C
_PLAIN: Final = 0x414C454D
_RING: Final = 4096
_HEADER: Final = 16


def decompress_rtf(data: bytes, limits: Limits) -> bytes:
    """Return the Rich Text in ``data``, nothing when it is not packed so; raises when it is over ``max_part_bytes``."""
    if len(data) < _HEADER:
        return b""
    _, size, kind, _ = struct.unpack_from("<IIII", data)
    limits.check("max_part_bytes", size)
    if kind == _PLAIN:
        return data[_HEADER : _HEADER + size]
    return _unpack(data, size) if kind == _COMPRESSED else b""


def _unpack(data: bytes, size: int) -> bytes:
    """Return at most ``size`` bytes unpacked; what is cut off ends early."""
    ring = bytearray(_RING)
    ring[: len(_DICTIONARY)] = _DICTIONARY
    write, place = len(_DICTIONARY), _HEADER
    out = bytearray()
    while place < len(data) and len(out) < size:
        control = data[place]
        place += 1
        for bit in range(8):
            if place >= len(data) or len(out) >= size:
                break
            if not control >> bit & 1:
                run, place = data[place : place + 1], place + 1
            else:
                pair = int.from_bytes(data[place : place + 2].ljust(2, b"\0"), "big")
                place += 2
                offset, length = pair >> 4, (pair & 0xF) + 2
                if offset == write % _RING:
                    return bytes(out)
                run = _copy(ring, write, offset, length)
            for byte in run:
                ring[write % _RING] = byte
                write += 1
            out += run
    return bytes(out[:size])


def _copy(ring: bytearray, write: int, offset: int, length: int) -> bytes:
    """Return a run of the ring, which may run into what it writes itself."""
    ahead = (write - offset) % _RING
    return bytes(ring[(offset + (step % ahead if step >= ahead else step)) % _RING] for step in range(length))
