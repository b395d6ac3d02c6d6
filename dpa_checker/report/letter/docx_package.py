"""The DOCX around the text of a letter: styles, page, header and footer, and a package without a trace of its making.

It starts from the template of python-docx and keeps only those of its parts that a letter needs, with other content.
"""

from __future__ import annotations

import io
import zipfile
from importlib.resources import files
from string import Template
from typing import Any, Final

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm
from lxml import etree

from dpa_checker.report.letter import look
from dpa_checker.report.letter.docx_xml import TEXT_WIDTH, add_field, rule_below

_KEPT_PARTS: Final = frozenset(
    RELATIONSHIP_TYPE.__dict__[name] for name in ("STYLES", "NUMBERING", "SETTINGS", "HEADER", "FOOTER")
)
_KEPT_OF_PACKAGE: Final = frozenset({RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES})
#: The earliest date that the format of archives can hold: no file tells when it was made.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)
_SETTINGS: Final = """<w:settings {namespaces}>
<w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/><w:characterSpacingControl w:val="doNotCompress"/>
<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>
</w:compat><w:themeFontLang w:val="{language}"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=";"/></w:settings>"""
_LANGUAGE: Final = "en-GB"
_DUBLIN: Final = "http://purl.org/dc/elements/1.1/"


def begin_document(*, language: str | None) -> Any:
    """Return an empty A4 document with the styles of a letter, in ``language``."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(look.MARGIN_SIDE)
    section.top_margin, section.bottom_margin = Mm(look.MARGIN_TOP), Mm(look.MARGIN_BOTTOM)
    section.header_distance = section.footer_distance = Mm(13)
    section._sectPr.attrib.clear()
    _write_styles(document, language or _LANGUAGE)
    return document


def write_margins(document: Any, *, header: str, footer: str) -> None:
    """Write the name of the document at the head of each page; at its foot the reference, and the page of how many."""
    section = document.sections[0]
    head = section.header.paragraphs[0]
    head.add_run(header)
    rule_below(head, look.LINE_INK)
    foot = section.footer.paragraphs[0]
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"{footer}\t")
    add_field(foot, "PAGE", "1")
    foot.add_run(" / ")
    add_field(foot, "NUMPAGES", "1")


def pack(document: Any, *, title: str, language: str | None) -> bytes:
    """Return the file: its title and language, no author, no program, no date, no identifiers of revisions."""
    _write_properties(document, title, language)
    _write_settings(document, language or _LANGUAGE)
    _drop(document.part.rels, _KEPT_PARTS)
    _drop(document.part.package.rels, _KEPT_OF_PACKAGE)
    made = io.BytesIO()
    document.save(made)
    return _without_dates(made)


def _write_styles(document: Any, language: str) -> None:
    """Put the styles of a letter in place of those of the template."""
    inks = {"text": look.TEXT_INK, "muted": look.MUTED_INK, "line": look.LINE_INK}
    styles = _read("styles.xml").substitute(language=language, **inks)
    _refill(document.styles.element, styles)
    _refill(document.part.numbering_part.element, _read("numbering.xml").substitute())


def _read(name: str) -> Template:
    return Template(files("dpa_checker.report.letter").joinpath(name).read_text(encoding="utf-8"))


def _refill(root: Any, content: str) -> None:
    """Put the children of ``content`` in place of those of ``root``."""
    for child in list(root):
        root.remove(child)
    for child in parse_xml(content):
        root.append(child)


def _write_properties(document: Any, title: str, language: str | None) -> None:
    properties = document.core_properties._element
    for child in list(properties):
        properties.remove(child)
    for name, value in (("title", title), ("language", language)):
        if value:
            etree.SubElement(properties, f"{{{_DUBLIN}}}{name}").text = value


def _write_settings(document: Any, language: str) -> None:
    _refill(document.settings.element, _SETTINGS.format(namespaces=nsdecls("w"), language=language))


def _drop(relations: Any, kept: frozenset[str]) -> None:
    """Drop the relations to parts that a letter does not need; parts without one are not written."""
    for identity in [identity for identity, relation in relations.items() if relation.reltype not in kept]:
        del relations[identity]


def _without_dates(made: io.BytesIO) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            package.writestr(entry, source.read(name))
    return target.getvalue()
