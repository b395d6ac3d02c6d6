#!/usr/bin/env python3
"""Make the sample contracts' PDF and DOCX files again from their sources.

Usage: ``python3 build.py [slug ...]`` (all contracts without an argument).

Each ``<slug>/source.md`` is laid in ``template.fodt``, which
LibreOffice (``soffice`` on PATH, one run at a time) writes as DOCX and PDF.
Only the standard library is needed. Metadata is fixed: the files carry no
author and one date. Fonts: Liberation and DejaVu; for the hyphenated contract
the hyphenation patterns of its language (``hyphen-de``).

A source starts with ``key: value`` lines between two ``---`` lines, then:

``# title``, ``#- subtitle``, ``## numbered heading``, ``##- plain heading``,
``##! plain heading on a new page``, ``### subheading``, ``1. numbered clause``,
``a) lettered item``, ``- bullet``, ``| table | row |``, ``**bold**``,
``^[footnote]``, ``{columns}`` (two columns from here), ``{sign}`` (the next
table has no lines: signature block), ``{break}`` (new page).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
DATE = "2024-03-01T09:00:00"
DEFAULTS = {"font": "Liberation Serif", "colour": "#1f3864", "bullet": "•"}
COLUMN = (
    '<style:style style:name="C{weight}" style:family="table-column">'
    '<style:table-column-properties style:rel-column-width="{weight}000*"/></style:style>'
)


@dataclass
class Source:
    """A contract's layout settings and the lines of its text."""

    settings: dict[str, str]
    lines: list[str]

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read a source file."""
        _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
        pairs = (line.split(":", 1) for line in head.splitlines() if line.strip())
        return cls({key.strip(): value.strip() for key, value in pairs}, body.splitlines())

    def get(self, key: str, default: str = "") -> str:
        """Return a setting, escaped for XML."""
        return escape(self.settings.get(key, default), {'"': "&quot;"})


@dataclass
class Body:
    """The content of the OpenDocument text, written line by line."""

    parts: list[str] = field(default_factory=list)
    notes: int = 0
    tables: int = 0
    numbered: bool = False
    lettered: bool = False
    signature: bool = False
    in_columns: bool = False

    def inline(self, text: str) -> str:
        """Return a line's XML with bold spans and footnotes."""
        text = re.sub(r"\*\*(.+?)\*\*", r'<text:span text:style-name="B">\1</text:span>', escape(text))
        return re.sub(r"\^\[(.+?)\]", self._note, text)

    def _note(self, match: re.Match[str]) -> str:
        self.notes += 1
        citation = f"<text:note-citation>{self.notes}</text:note-citation>"
        body = f'<text:note-body><text:p text:style-name="Footnote">{match[1]}</text:p></text:note-body>'
        return f'<text:note text:note-class="footnote">{citation}{body}</text:note>'

    def paragraph(self, style: str, text: str) -> None:
        """Add an ordinary paragraph."""
        self.parts.append(f'<text:p text:style-name="{style}">{self.inline(text)}</text:p>')

    def heading(self, style: str, text: str, level: int = 1) -> None:
        """Add a heading without a number."""
        self.parts.append(
            f'<text:h text:style-name="{style}" text:outline-level="{level}">{self.inline(text)}</text:h>'
        )

    def numbered_item(self, text: str, level: int) -> None:
        """Add an automatically numbered article (level 1) or clause (level 2)."""
        link = 'text:continue-list="clauses"' if self.numbered else 'xml:id="clauses"'
        self.numbered = True
        xml = f'<text:p text:style-name="Clause">{self.inline(text)}</text:p>'
        if level == 1:
            xml = f'<text:h text:style-name="Heading_1" text:outline-level="1">{self.inline(text)}</text:h>'
        item = f"<text:list-item>{xml}</text:list-item>"
        if level == 2:
            item = f"<text:list-item><text:list>{item}</text:list></text:list-item>"
        self.parts.append(f'<text:list {link} text:style-name="Clauses">{item}</text:list>')

    def list_item(self, text: str, style: str, first: bool) -> None:
        """Add a bullet or lettered item; the letters start anew at the first."""
        join = "" if first else ' text:continue-numbering="true"'
        self.parts.append(
            f'<text:list text:style-name="{style}"{join}><text:list-item>'
            f'<text:p text:style-name="Item">{self.inline(text)}</text:p></text:list-item></text:list>'
        )

    def table(self, rows: list[str]) -> None:
        """Add a table; its first row is a header when a ``|---|`` row follows it."""
        cells = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in rows]
        header = len(cells) > 1 and set("".join(cells[1])) <= set("-: ")
        if header:
            del cells[1]
        self.tables += 1
        weights = [round(max(len(cell) for cell in column) ** 0.5) for column in zip(*cells, strict=True)]
        out = [f'<table:table table:name="T{self.tables}" table:style-name="Tab">']
        out += [f'<table:table-column table:style-name="C{min(max(weight, 3), 9)}"/>' for weight in weights]
        for index, row in enumerate(cells):
            style = "Sign" if self.signature else "Head" if header and index == 0 else "Cell"
            text = "CellHead" if style == "Head" else "CellText"
            xml = "".join(self._cell(cell, style, text) for cell in row)
            xml = f'<table:table-row table:style-name="Row">{xml}</table:table-row>'
            head = f"<table:table-header-rows>{xml}</table:table-header-rows>"
            out.append(head if style == "Head" else xml)
        gap = "" if self.signature else '<text:p text:style-name="Gap"/>'
        self.parts += [*out, "</table:table>", gap]
        self.signature = False

    def _cell(self, cell: str, style: str, text: str) -> str:
        lines = (self.inline(line.strip()) for line in cell.split("<br>"))
        xml = "".join(f'<text:p text:style-name="{text}">{line}</text:p>' for line in lines)
        opening = f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        return f"{opening}{xml}</table:table-cell>"

    def add(self, line: str) -> None:
        """Add one source line that is no table row."""
        letter, self.lettered = self.lettered, False
        if match := re.match(r"(##!|##-|###|##|#-|#|1\.|a\)|-) (.+)", line):
            mark, text = match.groups()
            if mark in ("##", "1."):
                self.numbered_item(text, 1 if mark == "##" else 2)
            elif mark == "-":
                self.list_item(text, "Bullets", True)
            elif mark == "a)":
                self.list_item(text, "Letters", not letter)
                self.lettered = True
            elif mark in ("##!", "##-", "###"):
                style = {"##!": "NewPage", "##-": "Heading_1", "###": "Heading_2"}[mark]
                self.heading(style, text, 2 if mark == "###" else 1)
            else:
                self.paragraph("Title" if mark == "#" else "Subtitle", text)
        elif line == "{columns}":
            self.parts.append('<text:section text:style-name="Two" text:name="Two">')
            self.in_columns = True
        elif line == "{sign}":
            self.signature = True
        elif line == "{break}":
            self.parts.append('<text:p text:style-name="Break"/>')
        else:
            self.paragraph("Body", line)


def body_xml(source: Source) -> str:
    """Return the XML of a contract's text."""
    body, rows = Body(), list[str]()
    for line in [*source.lines, ""]:
        if line.startswith("|"):
            rows.append(line)
            continue
        if rows:
            body.table(rows)
            rows = []
        if line.strip():
            body.add(line.strip())
    if body.in_columns:
        body.parts.append("</text:section>")
    return "".join(body.parts)


def document(source: Source) -> str:
    """Return the whole contract as a flat OpenDocument text."""
    size = float(source.get("size", "10.5"))
    prefix, _, suffix = source.get("heading", "%1.").partition("%1")
    number, count = "<text:page-number>1</text:page-number>", "<text:page-count>1</text:page-count>"
    brackets = 'style:num-prefix="(" style:num-suffix=")"'
    sizes = {"": 0, "_title": 7, "_heading": 1.5, "_table": -0.5, "_small": -2}
    values = {key: source.get(key) for key in ("title", "language", "country")}
    values |= {key: source.get(key, default) for key, default in DEFAULTS.items()}
    values |= {f"size{name}": str(size + more) for name, more in sizes.items()}
    values |= {key: source.get(key).replace(" || ", "<text:tab/>") for key in ("header", "footer")}
    values["footer"] = values["footer"].replace("{page}", number).replace("{pages}", count)
    values["hyphenate"] = "true" if source.get("hyphenate") else "false"
    values["clause"] = brackets if source.get("clause") == "(1)" else 'text:display-levels="2"'
    values["widths"] = "".join(COLUMN.format(weight=weight) for weight in range(3, 10))
    values |= {"date": DATE, "prefix": prefix, "suffix": suffix, "body": body_xml(source)}
    return Template((HERE / "template.fodt").read_text(encoding="utf-8")).substitute(values)


def settle_zip(path: Path) -> None:
    """Write a DOCX again with fixed dates so that the same source gives the same file."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(zipfile.ZipInfo(name, (2024, 3, 1, 9, 0, 0)), data, zipfile.ZIP_DEFLATED)


def settle_pdf(path: Path) -> None:
    """Write a fixed date and identity into a PDF, byte for byte as long as the old ones."""
    date = b"/CreationDate(D:" + re.sub(r"\D", "", DATE).encode()
    data = re.sub(rb"/CreationDate\(D:\d{14}", date, path.read_bytes())
    data = re.sub(rb"(/ID \[ <)\w{32}(>\s<)\w{32}", rb"\g<1>" + b"0" * 32 + rb"\g<2>" + b"0" * 32, data)
    path.write_bytes(re.sub(rb"(/DocChecksum /)\w{32}", rb"\g<1>" + b"0" * 32, data))


def build(folder: Path, profile: Path) -> None:
    """Make a contract's files."""
    source = Source.read(folder / "source.md")
    flat = profile.parent / "contract.fodt"
    flat.write_text(document(source), encoding="utf-8")
    for form in source.get("formats", "pdf docx").split():
        options = [f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", form]
        command = ["soffice", *options, "--outdir", str(folder), str(flat)]
        subprocess.run(command, check=True, capture_output=True)
        made = folder / f"contract.{form}"
        (settle_zip if form == "docx" else settle_pdf)(made)
        print(f"{made.relative_to(HERE)}: {made.stat().st_size // 1024} KB")


def main() -> None:
    """Build the contracts named on the command line, or all."""
    slugs = sys.argv[1:] or sorted(path.parent.name for path in HERE.glob("*/source.md"))
    with tempfile.TemporaryDirectory() as work:
        for slug in slugs:
            build(HERE / slug, Path(work) / "profile")


if __name__ == "__main__":
    main()
