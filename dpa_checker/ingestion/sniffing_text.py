"""Formats that are text themselves, told from how they begin: web pages, e-mails, XML.

Sources: WHATWG MIME Sniffing (the tags by which HTML begins), RFC 5322 (header fields), RFC 4155 (mbox).
"""

from __future__ import annotations

import codecs
import re
from typing import Final

_HEAD: Final = 65_536
_TAG = re.compile(r"<(!doctype\s+html|[a-z][a-z0-9]*)(?=[\s/>])", re.IGNORECASE)
_WHOLE: Final = frozenset("html head body title meta".split())
_PARTS: Final = frozenset(
    """table div p h1 h2 h3 h4 h5 h6 ul ol li dl span section article main center font style script br b i strong em
    form header footer nav details figure pre blockquote hr img a""".split()
)
_CLOSING = re.compile(r"</[a-z][a-z0-9]*\s*>\s*$", re.IGNORECASE)
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:")
_CARRYING: Final = frozenset(
    """mime-version message-id received return-path delivered-to content-type dkim-signature x-mailer reply-to
    x-received authentication-results arc-seal content-transfer-encoding thread-topic references in-reply-to
    x-originating-ip received-spf snapshot-content-location""".split()
)
_ADDRESSING: Final = frozenset("from to cc subject date sender".split())
_MOST_FIELDS: Final = 400
_XML_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def readable_head(data: bytes) -> str:
    """Return the beginning of a file as characters, good enough to recognise its marks, without leading blanks."""
    head = data[:_HEAD]
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, "replace").lstrip("\ufeff \t\r\n\x0c")
    if head[1:8:2] == b"\x00" * 4:
        return head.decode("utf-16-le", "replace").lstrip()
    return head.decode("latin-1").lstrip("\ufeff \t\r\n\x0c")


def is_page(shown: str, data: bytes) -> bool:
    """Tell whether a file is HTML: it begins as a page does, or is a fragment from a first tag to a last one."""
    match = _TAG.match(_skip_prologue(shown))
    if match is None:
        return False
    tag = match[1].lower()
    if tag in _WHOLE or tag.startswith("!doctype"):
        return True
    if tag not in _PARTS:
        return False
    tail = data[-200:].replace(b"\x00", b"").decode("latin-1")
    return _CLOSING.search(tail) is not None or tail.rstrip().endswith(("<br>", "<br/>", "<br />", "-->"))


def _skip_prologue(shown: str) -> str:
    """Return what follows the XML declaration, processing instructions and comments."""
    place = 0
    while True:
        while place < len(shown) and shown[place].isspace():
            place += 1
        for opening, closing in (("<?", "?>"), ("<!--", "-->")):
            if shown.startswith(opening, place):
                end = shown.find(closing, place + len(opening))
                if end < 0:
                    return ""
                place = end + len(closing)
                break
        else:
            return shown[place:]


def is_mail(shown: str) -> bool:
    """Tell whether a file is an e-mail: it begins with header fields, as only e-mails have them."""
    fields: set[str] = set()
    lines = shown.split("\n", _MOST_FIELDS)
    sender = ""
    for number, line in enumerate(lines[:_MOST_FIELDS]):
        stripped = line.rstrip("\r")
        if not stripped:
            break
        if number == 0 and stripped.startswith("From ") and ":" in stripped:
            continue
        if stripped[0] in " \t" and fields:
            continue
        match = _FIELD.match(stripped)
        if match is None:
            return False
        fields.add(match[1].lower())
        if match[1].lower() == "from":
            sender = stripped
    carrying = {field for field in fields if field in _CARRYING}
    addressing = fields & _ADDRESSING
    if carrying and addressing and len(fields) > 2:
        return True
    return ("mime-version" in carrying and "content-type" in carrying) or ("@" in sender and len(addressing) > 2)


def name_xml(shown: str) -> str | None:
    """Return "odt" or "docx" for such a document in one XML file, the name of other XML, None for no XML or HTML."""
    if not shown.startswith(("<?xml", "<office:document", "<pkg:package", "<svg")):
        return None
    root = _XML_ROOT.search(_skip_prologue(shown))
    name = root[1] if root is not None else ""
    if name == "html":
        return None
    if name == "document" and "opendocument" in shown[:_HEAD]:
        return "odt" if "opendocument.text" in shown[:_HEAD] else "an OpenDocument file of another kind than text"
    if name == "package" and "xmlPackage" in shown[:_HEAD]:
        return "docx"
    if name == "wordDocument":
        return "a Word 2003 XML document"
    if name == "svg":
        return "a drawing (SVG)"
    return "an XML file"
