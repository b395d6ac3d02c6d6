"""What mutation starts from: small files of each format with a bit of everything, and the sample contracts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SAMPLES: Final = Path(__file__).resolve().parents[2] / "sample_contracts"
_LARGEST: Final = 200_000

_W: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CHANGE: Final = 'w:id="9" w:author="A" w:date="2026-01-01T00:00:00Z"'


@dataclass(frozen=True, slots=True)
class Specimen:
    """A sound file; ``kind`` is how it is mutated (zip, pdf or text), ``name`` is given to the reader."""

    name: str
    kind: str
    data: bytes


def gather_specimens() -> list[Specimen]:
    """Return all specimens, in a fixed order."""
    made = [
        Specimen("a.docx", "zip", _docx()),
        Specimen("a.odt", "zip", _odt()),
        Specimen("a.pdf", "pdf", _pdf()),
        Specimen("a.html", "text", _HTML.encode()),
        Specimen("a.rtf", "text", _RTF.encode()),
        Specimen("a.eml", "text", _mail()),
        Specimen("a.md", "text", _MARKDOWN.encode()),
        Specimen("a.txt", "text", _MARKDOWN.replace("#", "").encode()),
    ]
    return made + list(_samples())


def _samples() -> Iterator[Specimen]:
    """Yield the files of the sample contracts that are not large."""
    kinds = {".docx": "zip", ".pdf": "pdf", ".md": "text", ".fodt": "text"}
    for path in sorted(_SAMPLES.rglob("*")):
        if path.suffix in kinds and path.stat().st_size <= _LARGEST:
            yield Specimen(f"{path.parent.name}{path.suffix}", kinds[path.suffix], path.read_bytes())


def pack(parts: dict[str, bytes | str]) -> bytes:
    """Return a zip archive of ``parts``; the first is stored as it is, as OpenDocument wants its type."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(parts.items()):
            archive.writestr(name, content, zipfile.ZIP_STORED if number == 0 else zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _paragraph(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def _docx() -> bytes:
    """Return a Word document with lists, changes, notes, tables, boxes, fields, comments and a text box."""
    number = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'
    box = (
        '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="0"/></w14:checkbox></w:sdtPr>'
        "<w:sdtContent>{}</w:sdtContent></w:sdt>"
    )
    cell = "<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc>"
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2.1</w:t></w:r><w:r>'
        '<w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = [
        _paragraph(_run("Data Processing"), '<w:pStyle w:val="H"/>'),
        _paragraph(_run("Scope"), number.format(0)),
        _paragraph(_run("The Processor shall assist as of ") + field + _run(" at once."), number.format(1)),
        _paragraph(
            f"<w:ins {_CHANGE}>{_run('without delay')}</w:ins><w:del {_CHANGE}><w:r>"
            "<w:delText>soon</w:delText></w:r></w:del>" + _run("hidden", "<w:vanish/>") + _run("struck", "<w:strike/>"),
            f"<w:rPr><w:ins {_CHANGE}/></w:rPr>",
        ),
        _paragraph(
            '<w:commentRangeStart w:id="0"/>' + _run("Audits") + '<w:commentRangeEnd w:id="0"/>'
            '<w:r><w:commentReference w:id="0"/></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
        ),
        _paragraph(
            box.format(_run("☐")) + _run(" Option one") + '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
        ),
        "<w:tbl><w:tr>"
        + cell.format('<w:gridSpan w:val="2"/>', _paragraph(_run("Duration")))
        + cell.format('<w:vMerge w:val="restart"/>', _paragraph(_run("Term")))
        + "</w:tr><w:tr>"
        + cell.format("", _paragraph(_run("a")))
        + cell.format("", f"<w:tbl><w:tr>{cell.format('', _paragraph(_run('inner')))}</w:tr></w:tbl><w:p/>")
        + cell.format("<w:vMerge/>", "<w:p/>")
        + "</w:tr></w:tbl>",
        "<w:p><w:r><mc:AlternateContent><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>"
        + _paragraph(_run("In a box"))
        + "</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    ]
    level = '<w:lvl w:ilvl="{0}"><w:start w:val="1"/><w:numFmt w:val="{1}"/><w:lvlText w:val="{2}"/></w:lvl>'
    levels = level.format(0, "decimal", "%1.") + level.format(1, "lowerLetter", "(%2)")
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="3"/></w:lvlOverride>'
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/></Types>',
        "_rels/.rels": _relations([("officeDocument", "word/document.xml")]),
        "word/document.xml": f"<w:document {_W}><w:body>{''.join(body)}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations(
            [(kind, f"{kind}.xml") for kind in ("styles", "numbering", "footnotes", "comments")]
        ),
        "word/styles.xml": f"<w:styles {_W}><w:docDefaults/>"
        '<w:style w:type="paragraph" w:styleId="H"><w:basedOn w:val="N"/>'
        '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style><w:style w:type="paragraph" w:styleId="N"/></w:styles>',
        "word/numbering.xml": f'<w:numbering {_W}><w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="1"/>{override}</w:num></w:numbering>',
        "word/footnotes.xml": f'<w:footnotes {_W}><w:footnote w:id="2">{_paragraph(_run("A note."))}</w:footnote>'
        "</w:footnotes>",
        "word/comments.xml": f"<w:comments {_W}><w:comment {_CHANGE.replace('9', '0', 1)}>{_paragraph(_run('Why?'))}"
        "</w:comment></w:comments>",
    }
    return pack(parts)


def _relations(targets: list[tuple[str, str]]) -> str:
    """Return a part of relations."""
    inner = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def _odt() -> bytes:
    """Return an OpenDocument text with lists, changes, notes, tables, remarks and hidden text."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style")
    )
    names += (
        ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="i" '
        'style:num-suffix=")" text:start-value="2"/></text:list-style><style:style style:name="S" style:family="text">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    )
    info = "<office:change-info><dc:creator>A</dc:creator><dc:date>2026-01-01T00:00:00</dc:date></office:change-info>"
    body = (
        f'<text:tracked-changes><text:changed-region text:id="c1"><text:insertion>{info}</text:insertion>'
        f'</text:changed-region><text:changed-region text:id="c2"><text:deletion>{info}'
        "<text:p>soon</text:p></text:deletion>"
        '</text:changed-region></text:tracked-changes><text:h text:outline-level="1">Scope</text:h>'
        '<text:list text:style-name="L"><text:list-item><text:p>assist</text:p><text:list>'
        "<text:list-item><text:p>deeper"
        "</text:p></text:list-item></text:list></text:list-item></text:list>"
        '<text:p>The Processor <text:change-start text:change-id="c1"/>shall<text:change-end text:change-id="c1"/>'
        '<text:change text:change-id="c2"/> act<text:s text:c="3"/><text:tab/><text:line-break/>'
        '<text:span text:style-name="S">struck</text:span><text:note text:note-class="footnote"><text:note-citation>1'
        "</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body></text:note>"
        "<office:annotation><dc:creator>B</dc:creator><text:p>Why?</text:p></office:annotation>"
        '<text:hidden-text text:is-hidden="true" text:string-value="x"/></text:p>'
        "<table:table><table:table-header-rows><table:table-row><table:table-cell>"
        "<text:p>Duration</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="2"><text:p>Term</text:p></table:table-cell></table:table-row>'
        "</table:table-header-rows><table:table-row>"
        '<table:table-cell table:number-columns-spanned="2"><text:p>a</text:p>'
        "</table:table-cell><table:covered-table-cell/></table:table-row></table:table>"
    )
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return pack({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def _pdf() -> bytes:
    """Return a PDF with running text, two columns, a table, a remark, an outline and fields."""
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842), invariant=1)
    for page in range(2):
        canvas.bookmarkPage(f"p{page}")
        canvas.addOutlineEntry("1. Scope", f"p{page}", page)
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 820, "Data Processing Agreement")
        canvas.drawString(72, 790, ("1. Scope", "2. Duration of the agreement")[page])
        for line in range(12):
            canvas.drawString(72, 760 - 14 * line, f"{line + 1}. The Processor shall assist the con-")
            canvas.drawString(320, 760 - 14 * line, "troller with its obligations. ☐ (a)")
        canvas.grid([72, 172, 272], [300, 320, 340])
        canvas.drawString(76, 325, "Duration")
        canvas.drawString(176, 325, "Term")
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(72, 200, "white on white")
        canvas.setFillColorRGB(0, 0, 0)
        canvas.acroForm.checkbox(name=f"box{page}", x=72, y=150, checked=bool(page))
        canvas.acroForm.textfield(name=f"field{page}", x=120, y=150, value="30 days")
        canvas.textAnnotation("Why?", (72, 100, 90, 118))
        canvas.drawString(290, 30, f"Page {page + 1}")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


_MARKDOWN: Final = """# Data Processing Agreement

## 1. Scope

1.1 The Processor shall:
    (a) assist the Controller;
    (b) not engage another processor, cf. Art. 28 Abs. 3 lit. a;
- [ ] Option one
- [x] Option two with ~~struck~~ text

| Duration | Term of the agreement |
|----------|-----------------------|
| Data     | Names, addresses      |

Annex 1 – Measures
Duration: one year
Data: na\u00ad
mes
"""

_HTML: Final = f"""<!DOCTYPE html><html><head><title>x</title><style>.h{{display:none}} #i > p{{color:#fff}}</style>
</head><body><h1>Scope</h1><ol start=3 type=a><li>assist<ul><li>deeper</li></ul></li><li value=9>act</li></ol>
<p class=h>hidden</p><p style="font-size:0">nothing</p><p>The <del>old</del> <s>text</s> <b>shall</b> &amp;
must&nbsp;be.</p>
<table><tr><th rowspan=2>Duration<th colspan=2>Term<tr><td>a<td>b</table><details><summary>More</summary>x</details>
<label><input type=checkbox> Option</label><input type=radio checked> two <select><option>x<option selected>y</select>
<pre>{_MARKDOWN}</pre><div id=i><p>white</p></div></body></html>"""

_RTF: Final = (
    "{\\rtf1\\ansi\\ansicpg1252\\uc1{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset2"
    " Wingdings;}}{\\colortbl;\\red255\\green255\\blue255;}"
    "{\\*\\revtbl{A;}}{\\stylesheet{\\s1\\outlinelevel0 heading 1;}}\\pard\\s1 Scope\\par\\pard"
    " {\\listtext 1.\\tab}The Processor "
    "shall {\\v hidden}{\\strike struck}{\\revised\\revauth0 new}{\\deleted old} act \\u8364"
    " ?\\'e9{\\footnote A note.}\\par"
    "\\trowd\\cellx100\\cellx200 Duration\\cell Term\\cell\\row\\pard{\\field{\\*\\fldinst REF x}{\\fldrslt 2.1}}"
    "{\\object{\\*\\objdata d0cf}}\\line\\tab{\\cf1 white}{\\*\\annotation Why?}\\par}"
)


def _mail() -> bytes:
    """Return a message with a page, a text, a Word document and a message attached."""
    from email.message import EmailMessage

    inner = EmailMessage()
    inner["From"], inner["Subject"] = "b@example.org", "Inner"
    inner.set_content("Inner text é.")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Vertrag für Sie"
    message.set_content(_MARKDOWN)
    message.add_alternative(_HTML, subtype="html")
    message.add_attachment(_MARKDOWN, filename="a.txt")
    message.add_attachment(_docx(), maintype="application", subtype="octet-stream", filename="Anhang ä.docx")
    message.add_attachment(inner)
    return message.as_bytes()
