"""Compound files (MS-CFB) made on the spot for the tests of ingestion; no library writes them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from itertools import pairwise

Tree = dict[str, "bytes | Tree"]

FREE, END = 0xFFFFFFFF, 0xFFFFFFFE
SECTOR, MINI, CUTOFF = 512, 64, 4096


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    children: list[int] = field(default_factory=list)
    start: int = END
    right: int = FREE
    child: int = FREE


def compound_file(tree: Tree) -> bytes:
    """Return a compound file with the streams (bytes) and storages (dicts) of ``tree``."""
    entries = [_Entry("Root Entry", 5)]
    _collect(tree, entries, 0)
    for entry in entries:
        ordered = sorted(entry.children, key=lambda number: (len(entries[number].name), entries[number].name.upper()))
        entry.child = ordered[0] if ordered else FREE
        for one, after in pairwise(ordered):
            entries[one].right = after
    minis = bytearray()
    mini_table: list[int] = []
    sectors: list[bytes] = []
    table: list[int] = []
    for entry in entries[1:]:
        if entry.kind != 2 or not entry.data:
            continue
        if len(entry.data) < CUTOFF:
            count = -(-len(entry.data) // MINI)
            entry.start = len(mini_table)
            mini_table += [*range(entry.start + 1, entry.start + count), END]
            minis += entry.data.ljust(count * MINI, b"\0")
        else:
            entry.start = _chain(entry.data, sectors, table)
    entries[0].data = bytes(minis)
    entries[0].start = _chain(bytes(minis), sectors, table) if minis else END
    mini_start = _chain(_pack(mini_table, SECTOR // 4), sectors, table) if mini_table else END
    mini_count = -(-len(mini_table) // (SECTOR // 4))
    directory = _chain(b"".join(map(_pack_entry, entries)), sectors, table)
    needed = 1
    while len(table) + needed > needed * (SECTOR // 4):
        needed += 1
    first = len(table)
    table += [0xFFFFFFFD] * needed
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, needed, directory, 0, CUTOFF, mini_start,
                          mini_count, END, 0)  # fmt: skip
    header += _pack(list(range(first, first + needed)), 109)
    return header + b"".join(sectors) + _pack(table, SECTOR // 4)


def _collect(tree: Tree, entries: list[_Entry], parent: int) -> None:
    for name, content in tree.items():
        number = len(entries)
        entries[parent].children.append(number)
        if isinstance(content, bytes):
            entries.append(_Entry(name, 2, content))
        else:
            entries.append(_Entry(name, 1))
            _collect(content, entries, number)


def _chain(data: bytes, sectors: list[bytes], table: list[int]) -> int:
    start = len(sectors)
    count = max(1, -(-len(data) // SECTOR))
    padded = data.ljust(count * SECTOR, b"\0")
    sectors += [padded[place : place + SECTOR] for place in range(0, len(padded), SECTOR)]
    table += [*range(start + 1, start + count), END]
    return start


def _pack(numbers: list[int], multiple: int) -> bytes:
    filled = numbers + [FREE] * (-len(numbers) % multiple)
    return struct.pack(f"<{len(filled)}I", *filled)


def _pack_entry(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return name.ljust(64, b"\0") + struct.pack(
        "<HBBIII16xI8x8xII4x", len(name), entry.kind, 1, FREE, entry.right, entry.child, 0, entry.start, len(entry.data)
    )


def message_file(
    *, body: str = "", html: bytes = b"", rtf: bytes = b"", attachments: tuple[tuple[str, bytes | Tree], ...] = ()
) -> bytes:
    """Return an Outlook message."""
    return compound_file(message_tree(body=body, html=html, rtf=rtf, attachments=attachments))


def message_tree(
    *, body: str = "", html: bytes = b"", rtf: bytes = b"", attachments: tuple[tuple[str, bytes | Tree], ...] = ()
) -> Tree:
    """Return the streams of an Outlook message (MS-OXMSG)."""
    tree: Tree = {"__properties_version1.0": bytes(32), "__substg1.0_0037001F": "Subject".encode("utf-16-le")}
    for tag, stream in (("1000001F", body.encode("utf-16-le")), ("10130102", html), ("10090102", rtf)):
        if stream:
            tree[f"__substg1.0_{tag}"] = stream
    for number, (name, content) in enumerate(attachments):
        inner: Tree = {"__properties_version1.0": bytes(8), "__substg1.0_3707001F": name.encode("utf-16-le")}
        inner["__substg1.0_37010102" if isinstance(content, bytes) else "__substg1.0_3701000D"] = content
        tree[f"__attach_version1.0_#{number:08X}"] = inner
    return tree
