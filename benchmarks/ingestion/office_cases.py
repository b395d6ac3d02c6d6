"""Generated DOCX files with known text, by python-docx, and what LibreOffice makes of them."""

from __future__ import annotations

import copy
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from benchmarks.ingestion.case import Case
from benchmarks.ingestion.sentences import make_paragraphs, make_sentences

_LIST: Final = """
<w:abstractNum {names} w:abstractNumId="77"><w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/></w:lvl>
</w:abstractNum>"""
_AUTHOR: Final = 'w:id="9{number}" w:author="Reviewer" w:date="2026-01-05T09:00:00Z"'


def make_office_cases(folder: Path) -> list[Case]:
    """Return the cases of word processors; those of LibreOffice only where it is installed."""
    written = [_plain(folder), _nested_table(folder), _numbering(folder), _revisions(folder), _controls(folder)]
    if shutil.which("soffice") is None:
        return written
    by_what = {case.what: case for case in written}
    plain, numbering, table = (by_what[what] for what in ("plain", "numbering", "nested and merged table"))
    return [
        *written,
        *(_convert(plain, target) for target in ("pdf", "docx", "odt", "rtf", "doc", "html")),
        *(_convert(numbering, target) for target in ("pdf", "docx", "odt", "rtf", "doc")),
        *(_convert(table, target) for target in ("pdf", "odt", "rtf")),
        _convert(by_what["tracked changes"], "odt"),
    ]


def _save(document: Any, folder: Path, what: str, expected: Iterable[str]) -> Case:
    path = folder / f"{what.replace(' ', '-')}.docx"
    document.save(str(path))
    return Case(what, "python-docx", path, tuple(expected))


def _plain(folder: Path) -> Case:
    document = docx.Document()
    paragraphs = make_paragraphs("fr", 24)
    for number, part in enumerate(paragraphs):
        if number % 6 == 0:
            document.add_heading(f"Article {number // 6 + 1}", level=1)
        document.add_paragraph(" ".join(part))
    return _save(document, folder, "plain", (sentence for part in paragraphs for sentence in part))


def _nested_table(folder: Path) -> Case:
    document = docx.Document()
    cells = make_sentences("en", 13)
    table = document.add_table(rows=4, cols=2)
    table.style = "Table Grid"
    table.cell(0, 0).merge(table.cell(0, 1)).text = cells[0]
    for row in (1, 2):
        for column in (0, 1):
            table.cell(row, column).text = cells[1 + 2 * (row - 1) + column]
    table.cell(3, 0).text = cells[5]
    inner = table.cell(3, 1).add_table(rows=2, cols=2)
    for number in range(4):
        inner.cell(number // 2, number % 2).text = cells[6 + number]
    document.add_paragraph(" ".join(cells[10:]))
    return _save(document, folder, "nested and merged table", cells)


def _numbering(folder: Path) -> Case:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    definition = parse_xml(_LIST.format(names=nsdecls("w")))
    numbering.insert(0, definition)
    use = f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'
    numbering.append(parse_xml(use))
    sentences = make_sentences("sv", 18)
    expected = []
    chapter = section = letter = 0
    for number, sentence in enumerate(sentences):
        level = (0, 1, 1, 2, 2, 1)[number % 6]
        if level == 0:
            chapter, section, letter = chapter + 1, 0, 0
            shown = f"{chapter}."
        elif level == 1:
            section, letter = section + 1, 0
            shown = f"{chapter}.{section}"
        else:
            letter += 1
            shown = f"({'abcdef'[letter - 1]})"
        paragraph = document.add_paragraph(sentence)
        place = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(place))
        expected.append(f"{shown} {sentence}")
    return _save(document, folder, "numbering", expected)


def _revisions(folder: Path) -> Case:
    """Sentences of which some are tracked insertions (shown) and some tracked deletions (not shown)."""
    document = docx.Document()
    shown, struck = make_sentences("en", 12), make_sentences("en", 6, first=500)
    for number, sentence in enumerate(shown):
        paragraph = document.add_paragraph()
        if number % 2:
            _track(paragraph, "ins", sentence, number)
            _track(paragraph, "del", " " + struck[number // 2], number + 40)
        else:
            paragraph.add_run(sentence)
    return _save(document, folder, "tracked changes", shown)


def _track(paragraph: Any, kind: str, text: str, number: int) -> None:
    """Put a run within a tracked change."""
    change = parse_xml(f"<w:{kind} {nsdecls('w')} {_AUTHOR.format(number=number)}/>")
    run = paragraph.add_run(text)._r
    if kind == "del":
        for element in run.findall(qn("w:t")):
            element.tag = qn("w:delText")
    change.append(run)
    paragraph._p.append(change)


def _controls(folder: Path) -> Case:
    """Sentences in content controls (block and inline) and in a text box."""
    document = docx.Document()
    sentences = make_sentences("de", 9)
    for number, sentence in enumerate(sentences):
        paragraph = document.add_paragraph(sentence)
        element: Any = paragraph._p
        if number % 3 == 1:
            control: Any = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
            element.addprevious(control)
            control.find(qn("w:sdtContent")).append(element)
        elif number % 3 == 2:
            box: Any = parse_xml(
                f'<w:p {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict><v:shape><v:textbox>'
                "<w:txbxContent/></v:textbox></v:shape></w:pict></w:r></w:p>"
            )
            element.addprevious(box)
            box.find(".//" + qn("w:txbxContent")).append(copy.deepcopy(element))
            element.getparent().remove(element)
    return _save(document, folder, "content controls and text boxes", sentences)


def _convert(case: Case, target: str) -> Case:
    """Return the case as LibreOffice writes it in another format."""
    folder = case.path.parent / "libreoffice"
    profile = (case.path.parent / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", target]
    subprocess.run([*command, "--outdir", str(folder), str(case.path)], check=True, capture_output=True, timeout=180)
    return Case(case.what, "LibreOffice", folder / f"{case.path.stem}.{target}", case.expected)
