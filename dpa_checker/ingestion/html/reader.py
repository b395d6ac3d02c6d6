"""HTML and XHTML: the text that a browser would show, without fetching anything or running scripts."""

from __future__ import annotations

import codecs
import re
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from dpa_checker.errors import EmptyDocument, LimitExceeded
from dpa_checker.ingestion.boundary import damaged_as
from dpa_checker.ingestion.html.form import text_of
from dpa_checker.ingestion.html.style import StyleSheet
from dpa_checker.ingestion.html.walker import HtmlWalker
from dpa_checker.ingestion.layout.flow_writer import write_document
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.text.plain import decode
from dpa_checker.model import Document, Notice, NoticeKind

MEDIA_TYPE: Final = "text/html"

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,30})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,30})["']""")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_SELF_CLOSED = re.compile(r"<(script|style|title|textarea|iframe|noscript)(\s[^<>]*)?/>", re.IGNORECASE)
_IMPORT = re.compile(r"@import\b", re.IGNORECASE)
_HEAD: Final = 4096
_REFERENCES: Final = (
    ("img", "src"),
    ("iframe", "src"),
    ("frame", "src"),
    ("object", "data"),
    ("embed", "src"),
    ("link", "href"),
)
_MOST_HOSTS: Final = 5
_BROKEN: Final = "The web page cannot be read. Open it in a browser, print it to PDF, and try again."


class HtmlReader:
    """Reads web pages."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document of a page; raises a typed error when it shows nothing or is nested beyond measure."""
        text, notices = decode_html(data)
        document = read_html(text, data, name, limits, notices)
        if not document.text and not document.unread:
            raise EmptyDocument(
                "The web page shows no text of its own. If it loads its text by a script, save it as PDF and try again."
            )
        return document


def read_html(text: str, data: bytes, name: str | None, limits: Limits, notices: tuple[Notice, ...] = ()) -> Document:
    """Return the document of a page that is already decoded; ``data`` are the bytes that it comes from."""
    limits.check("max_characters", len(text))
    with damaged_as(_BROKEN):
        try:
            root = _parse(text)
            if root is None:
                return write_document(data, name, MEDIA_TYPE, lambda _: [], notices=lambda: notices)
            sheet, foreign = _read_styles(root)
            items = HtmlWalker(root, sheet, foreign=foreign).walk()
            told = (*notices, *_references(root))
            return write_document(data, name, MEDIA_TYPE, lambda _: items, notices=lambda: told)
        except RecursionError as error:
            raise _too_deep() from error


def decode_html(data: bytes) -> tuple[str, tuple[Notice, ...]]:
    """Return the characters of a page by its byte order mark, as UTF-8, as it declares, or as detected."""
    head = data[:_HEAD]
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in head:
        return decode(data)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    match = _DECLARED.search(head) or _XML_ENCODING.search(head)
    if match is not None:
        declared = match[1].decode("ascii").lower()
        label = "cp1252" if declared in ("iso-8859-1", "latin1", "us-ascii", "ascii") else declared
        try:
            known = codecs.lookup(label).name
            if known not in ("utf-8", "utf-16", "utf-32", "utf-7") and not known.startswith(("rot", "base64", "hex")):
                return data.decode(known, "replace"), ()
        except (LookupError, UnicodeError, AttributeError):
            pass
    return decode(data)


def _parse(text: str) -> etree._Element | None:
    """Return the root of a page, None when there is nothing in it."""
    text = text.replace("\x00", "\ufffd")
    if (declaration := _XML_DECLARATION.match(text)) is not None:
        text = _SELF_CLOSED.sub(r"<\1\2></\1>", text[declaration.end() :])
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, recover=True
    )
    if not text.strip():
        return None
    root: etree._Element | None
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.ParserError:
        return None
    if any("xcessive depth" in entry.message for entry in parser.error_log):
        raise _too_deep()
    return root


def _too_deep() -> LimitExceeded:
    """Return the error of a page that is nested too deep to be shown by anything."""
    return LimitExceeded(
        "The web page is over the limit max_xml_depth: its elements are nested more than 256 deep. "
        "Open it in a browser, print it to PDF, and try again."
    )


def _read_styles(root: etree._Element) -> tuple[StyleSheet, bool]:
    """Return the style sheet of a page, and whether it calls for others, which are not read."""
    sheet = StyleSheet()
    foreign = False
    for element in root.iter("style", "link"):
        media = (element.get("media") or "all").lower()
        if element.tag == "link":
            foreign = foreign or "stylesheet" in (element.get("rel") or "").lower()
        elif "print" not in media or "screen" in media or "all" in media:
            css = text_of(element)
            foreign = foreign or _IMPORT.search(css) is not None
            sheet.add(css)
    return sheet, foreign


def _references(root: etree._Element) -> tuple[Notice, ...]:
    """Return a notice of what the page would fetch, by the hosts it would fetch from."""
    hosts: list[str] = []
    for tag, attribute in _REFERENCES:
        for element in root.iter(tag):
            if tag == "link" and "stylesheet" not in (element.get("rel") or "").lower():
                continue
            try:
                host = urlsplit((element.get(attribute) or "").strip()).hostname
            except ValueError:
                host = None
            if host:
                hosts.append(host)
    if not hosts:
        return ()
    named = list(dict.fromkeys(hosts))[:_MOST_HOSTS]
    return (Notice(NoticeKind.EXTERNAL_REFERENCE, ", ".join(named), len(hosts)),)
