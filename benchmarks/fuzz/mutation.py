"""Mutations of bytes and of structure: parts and nodes of archives, objects and operators of PDF, lines of text."""

from __future__ import annotations

import copy
import io
import random
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import pikepdf
from lxml import etree

from benchmarks.fuzz.specimen import Specimen, pack

_NUMBERS: Final = ("0", "-1", "1", "2147483648", "999999999", "-999999999", "1e30", "0.0001", "NaN", "")
_STRINGS: Final = (
    *_NUMBERS,
    "x",
    "true",
    "none",
    "a" * 2_000,
    "\u202e\u0301",
    "../../x",
    "%1%2%3%9",
    "A B",
    "http://127.0.0.1:9/",
)
_TOKENS: Final = (
    b"\x00",
    b"\xff\xfe",
    b"%PDF-",
    b"endobj",
    b"endstream",
    b"PK\x03\x04",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"{\\rtf1",
    b"\r\n\r\n",
    b"--b\n",
    b"((((((((",
    b"<<<<<<<<",
    b"\x1b[",
    b"\xed\xa0\x80",
    b"\xe2\x80\xa8",
    b"9" * 400,
)
_CODECS: Final = ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "iso-8859-2", "mac_roman", "cp1250", "utf-7")
_LONGEST_LINE: Final = 20_000
_LARGEST: Final = 400_000
_EXTREMES: Final = (0, -1, 1, 2**31 - 1, -(2**31), 10**12, 0.00001, -1e9, 1e30)


def mutate(specimen: Specimen, chance: random.Random) -> bytes:
    """Return a mutated copy of a specimen: by structure as a rule, by bytes at times, now and then both."""
    data = specimen.data
    if chance.random() < 0.75:
        # What the libraries refuse to write is no case: the bytes are mutated instead.
        with suppress(Exception):
            data = _STRUCTURAL[specimen.kind](data, chance)
    if data == specimen.data or chance.random() < 0.25:
        data = mutate_bytes(data, chance)
    return data[:_LARGEST]


def mutate_bytes(data: bytes, chance: random.Random) -> bytes:
    """Return ``data`` with some bytes changed, cut out, doubled, put in or cut off."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        if not changed:
            break
        place = chance.randrange(len(changed))
        length = min(len(changed) - place, chance.choice((1, 2, 8, 64, 1_000)))
        kind = chance.randrange(6)
        if kind == 0:
            changed[place] = chance.randrange(256)
        elif kind == 1:
            del changed[place : place + length]
        elif kind == 2:
            changed[place:place] = changed[place : place + length] * chance.choice((1, 2, 50))
        elif kind == 3:
            changed[place:place] = chance.choice(_TOKENS)
        elif kind == 4:
            changed[place] ^= 1 << chance.randrange(8)
        elif chance.random() < 0.2:
            del changed[place:]
    return bytes(changed)


def _mutate_zip(data: bytes, chance: random.Random) -> bytes:
    """Return an archive with one part changed, taken out or exchanged."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    if name.startswith("[") or chance.random() < 0.4:
        name = next(one for one in parts if one.endswith(("document.xml", "content.xml")))
    kind = chance.random()
    content = parts[name]
    assert isinstance(content, bytes)
    if kind < 0.8:
        parts[name] = _mutate_xml(content, chance)
    elif kind < 0.9:
        parts[name] = mutate_bytes(content, chance)
    elif kind < 0.95:
        del parts[name]
    else:
        parts[name] = parts[chance.choice(list(parts))]
    return pack(parts)


def _mutate_xml(content: bytes, chance: random.Random) -> bytes:
    """Return an XML part with some nodes and attributes changed."""
    root = etree.fromstring(content)
    for _ in range(chance.choice((1, 1, 2, 4, 10, 40))):
        nodes = list(root.iter(etree.Element))
        node, other = chance.choice(nodes), chance.choice(nodes)
        _change_node(node, other, root, chance)
    return etree.tostring(root)


def _change_node(node: Any, other: Any, root: Any, chance: random.Random) -> None:
    """Change one node: its attributes, its text, its name, its place."""
    kind = chance.randrange(8)
    if kind == 0 and node.attrib:
        node.set(chance.choice(list(node.attrib)), chance.choice(_STRINGS))
    elif kind == 1 and node.attrib:
        del node.attrib[chance.choice(list(node.attrib))]
    elif kind == 2:
        node.text = chance.choice(_STRINGS)
    elif kind == 3:
        node.tag = other.tag
    elif kind == 4 and node is not root:
        node.getparent().remove(node)
    elif kind == 5 and len(list(node.iter())) < 500:
        other.insert(chance.randrange(len(other) + 1), copy.deepcopy(node))
    elif kind == 6 and node is not root and all(one is not node for one in other.iterancestors()) and other is not node:
        other.append(node)
    elif kind == 7:
        for _ in range(chance.choice((1, 3, 60))):
            inner = etree.SubElement(node, node.tag, dict(node.attrib))
            node = inner


def _mutate_pdf(data: bytes, chance: random.Random) -> bytes:
    """Return a PDF with some values, references or operators changed."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            if chance.random() < 0.5:
                _change_content(pdf, chance.choice(list(pdf.pages)), chance)
            else:
                _change_object(pdf, pdf.objects[chance.randrange(len(pdf.objects))], chance)
        pdf.save(target, static_id=True, compress_streams=chance.random() < 0.5)
    return target.getvalue()


def _change_object(pdf: pikepdf.Pdf, item: Any, chance: random.Random) -> None:
    """Change one entry of a dictionary, an array or a stream."""
    if isinstance(item, pikepdf.Stream) and chance.random() < 0.3:
        item.write(mutate_bytes(item.read_bytes(), chance))
        return
    if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        keys: Sequence[Any] = list(item.keys())
    elif isinstance(item, pikepdf.Array):
        keys = range(len(item))
    else:
        return
    if not keys:
        return
    key = chance.choice(keys)
    below = item[key]
    if isinstance(below, (pikepdf.Dictionary, pikepdf.Array)) and chance.random() < 0.6:
        _change_object(pdf, below, chance)
    elif chance.random() < 0.2:
        del item[key]
    else:
        others = pdf.objects
        item[key] = chance.choice(
            [
                chance.choice(_EXTREMES),
                pikepdf.String(chance.choice(_STRINGS)),
                pikepdf.Name("/" + chance.choice(("Page", "Pages", "Form", "Off", "Yes", "XYZ"))),
                others[chance.randrange(len(others))],
                pikepdf.Array([chance.choice(_EXTREMES) for _ in range(chance.choice((0, 1, 4, 6)))]),
                pikepdf.Dictionary(),
            ]
        )


def _change_content(pdf: pikepdf.Pdf, page: pikepdf.Page, chance: random.Random) -> None:
    """Change some operators of a page's content."""
    steps: list[Any] = list(pikepdf.parse_content_stream(page))
    for _ in range(chance.choice((1, 5, 30))):
        place = chance.randrange(len(steps))
        kind = chance.randrange(4)
        if kind == 0:
            del steps[place]
        elif kind == 1:
            steps[place:place] = [steps[chance.randrange(len(steps))]] * chance.choice((1, 1, 100))
        elif kind == 2:
            operands = [chance.choice(_EXTREMES) for _ in steps[place].operands]
            steps[place] = pikepdf.ContentStreamInstruction(operands, steps[place].operator)
        else:
            other = chance.randrange(len(steps))
            steps[place], steps[other] = steps[other], steps[place]
        if not steps:
            return
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(steps))


def _mutate_text(data: bytes, chance: random.Random) -> bytes:
    """Return text with lines moved, doubled, joined or stretched, perhaps in another encoding."""
    text = data.decode("utf-8")
    lines = text.split("\n")
    for _ in range(chance.choice((1, 2, 8, 30))):
        place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        kind = chance.randrange(6)
        if kind == 0:
            lines.insert(other, lines[place])
        elif kind == 1:
            lines[place] = lines[place][: chance.randrange(len(lines[place]) + 1)] + lines[other]
        elif kind == 2:
            cut = chance.randrange(len(lines[place]) + 1)
            lines[place] = lines[place][:cut] + chance.choice(_STRINGS) + lines[place][cut:]
        elif kind == 3:
            lines[place] = (lines[place] * chance.choice((2, 30, 300)))[:_LONGEST_LINE]
        elif kind == 4:
            lines[place], lines[other] = lines[other], lines[place]
        else:
            lines[place] = chance.choice(("\t", "\x0c", "\u2028", "   ", "\u00ad", "\ufeff", "> ", "| ")) + lines[place]
    joined = chance.choice(("\n", "\n", "\r\n", "\r", "\x85")).join(lines)
    return joined.encode(chance.choice(_CODECS), "replace") if chance.random() < 0.3 else joined.encode()


_STRUCTURAL: Final[dict[str, Callable[[bytes, random.Random], bytes]]] = {
    "zip": _mutate_zip,
    "pdf": _mutate_pdf,
    "text": _mutate_text,
}
