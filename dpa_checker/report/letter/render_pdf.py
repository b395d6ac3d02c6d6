"""The letter as PDF: laid out by Typst with its own fonts, tagged (PDF/UA-1), and without a date.

Typst reads the letter as data, opens no file and no connection, and uses no font of the machine: the same letter gives
the same bytes everywhere.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final
from xml.sax.saxutils import escape

import pikepdf

from dpa_checker.errors import DpaCheckerError
from dpa_checker.model import Report
from dpa_checker.report.letter import look
from dpa_checker.report.letter.arrangement import build_letter
from dpa_checker.report.letter.extra import require_letter
from dpa_checker.report.letter.options import LetterOptions, Review
from dpa_checker.report.letter.value import Letter, LetterDocument, LetterGroup, LetterRow, Proposals
from dpa_checker.report.view_model import SYMBOLS, CountView, QuoteView, Status, UnreadView

#: The only program that the file names.
PRODUCER: Final = "dpa-checker"
_LANGUAGE: Final = re.compile("[a-z]{2,3}")
_METADATA: Final = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"\
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<dc:format>application/pdf</dc:format><pdf:Producer>{producer}</pdf:Producer>{standard}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def render_pdf(report: Report, options: LetterOptions | None = None, reviews: Iterable[Review] = ()) -> bytes:
    """Return ``report`` as a PDF to send.

    Raises ``LibraryError`` for a language without texts, ``DpaCheckerError`` without the ``letter`` extra.
    """
    return write_pdf(build_letter(report, options, reviews))


def write_pdf(letter: Letter) -> bytes:
    """Return ``letter`` as PDF; where a font lacks a character, without the claim to be PDF/UA."""
    require_letter()
    from typst import TypstError

    data = json.dumps(_data(letter), ensure_ascii=False)
    try:
        return _described(_laid_out(data, accessible=True), letter, accessible=True)
    except TypstError:
        try:
            made = _laid_out(data, accessible=False)
        except TypstError as error:
            # Its message may quote the contract.
            raise DpaCheckerError("The report could not be laid out as PDF. Please report it.") from error
    return _described(made, letter, accessible=False)


def _laid_out(data: str, *, accessible: bool) -> bytes:
    from typst import compile as lay_out

    made = lay_out(
        _layout(),
        format="pdf",
        sys_inputs={"letter": data},
        ignore_system_fonts=True,
        pdf_standards="ua-1" if accessible else None,
    )
    assert isinstance(made, bytes)
    return made


@cache
def _layout() -> bytes:
    return files("dpa_checker.report.letter").joinpath("letter.typ").read_bytes()


def _described(made: bytes, letter: Letter, *, accessible: bool) -> bytes:
    """Return the file with title, language and producer, and with nothing else about its making."""
    standard = "<pdfuaid:part>1</pdfuaid:part>" if accessible else ""
    metadata = _METADATA.format(
        title=escape(letter.title), language=letter.catalogue.language, producer=PRODUCER, standard=standard
    )
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as pdf:
        del pdf.docinfo
        pdf.docinfo["/Title"] = letter.title
        pdf.docinfo["/Producer"] = PRODUCER
        pdf.Root.Metadata = pdf.make_stream(
            metadata.encode("utf-8"), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML
        )
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def _data(letter: Letter) -> dict[str, Any]:
    text = letter.catalogue.text
    lead = letter.lead
    return {
        "language": letter.catalogue.language,
        "document-language": _language(letter.document_language),
        "title": letter.title,
        "subtitle": letter.subtitle,
        "header": letter.header,
        "reference": letter.reference,
        "facts": [{"label": fact.label, "value": fact.value} for fact in letter.facts],
        "headline": letter.headline,
        "lead": lead and {"sentence": lead.sentence, "quotes": [_quote(quote, letter) for quote in lead.quotes]},
        "unlisted": letter.unlisted,
        "counts": [_signed(count) | {"number": str(count.number)} for count in letter.counts],
        "notes": [
            {"title": note.title, "items": [_part(item, letter) for item in note.items]} for note in letter.notes
        ],
        "documents": [_document(document) for document in letter.documents],
        "columns": [str(document.number) for document in letter.matrix],
        "groups": [_group(group, letter) for group in letter.groups],
        "proposals": letter.proposals and _proposals(letter.proposals, letter),
        "closing": list(letter.closing),
        "words": {
            "summary": text("label.summary"),
            "mentions": text("label.findings"),
            "mention": text("scan.mention"),
            "verdict": text("scan.verdict"),
            "says": letter.says,
            "documents": text("set.label.documents"),
            "number": look.NUMBER_SIGN,
            "document": text("scan.document"),
            "said": text("set.label.said"),
            "matrix": text("set.label.matrix"),
            "set": text("set.label.set"),
        },
        "look": {
            "text": f"#{look.TEXT_INK}",
            "muted": f"#{look.MUTED_INK}",
            "line": f"#{look.LINE_INK}",
            "band": f"#{look.BAND_TINT}",
            "side": look.MARGIN_SIDE,
            "top": look.MARGIN_TOP,
            "bottom": look.MARGIN_BOTTOM,
            "mention": look.MENTION_WIDTH,
            "verdict": look.VERDICT_WIDTH,
            "cell": look.CELL_WIDTH,
        },
    }


def _language(code: str | None) -> str | None:
    """Return a language code that the layout takes, ``None`` for any other."""
    return code if code and _LANGUAGE.fullmatch(code) else None


def _signed(item: CountView | LetterRow) -> dict[str, Any]:
    return {"symbol": item.symbol, "word": item.word, "ink": f"#{look.INKS[item.status]}"}


def _quote(quote: QuoteView, letter: Letter) -> dict[str, Any]:
    label = letter.catalogue.labelled(quote.label, "").rstrip(" ") if quote.label else None
    return {"text": letter.catalogue.quoted(quote.text), "place": quote.place, "label": label}


def _part(item: UnreadView, letter: Letter) -> dict[str, Any]:
    return {"sentence": item.sentence, "excerpt": letter.catalogue.quoted(item.excerpt) if item.excerpt else None}


def _document(document: LetterDocument) -> dict[str, str]:
    return {
        "number": str(document.number),
        "name": document.name,
        "about": document.about,
        "said": document.said,
    }


def _group(group: LetterGroup, letter: Letter) -> dict[str, Any]:
    return {
        "title": group.title,
        "reference": group.reference,
        "rows": [_row(row, letter) for row in group.rows],
    }


def _row(row: LetterRow, letter: Letter) -> dict[str, Any]:
    labelled = letter.catalogue.labelled
    lines: list[Mapping[str, str]] = [
        {"label": labelled(line.label, "").rstrip(" ") if line.label else "", "text": line.value} for line in row.lines
    ]
    if not row.quotes and not lines:
        lines = [{"label": "", "text": look.NOTHING}]
    length = sum(len(quote.text) for quote in row.quotes) + sum(len(line["text"]) for line in lines)
    return {
        "title": row.title,
        "reference": row.reference,
        "quotes": [_quote(quote, letter) for quote in row.quotes],
        "lines": lines,
        "long": length > look.LONG_ROW,
        "cells": [_cell(status) for status in row.cells],
    } | _signed(row)


def _cell(status: Status | None) -> dict[str, str]:
    """Return the sign of what one document says; nothing for one that does not say it."""
    if status in (None, Status.MISSING):
        return {"symbol": "", "ink": f"#{look.MUTED_INK}"}
    return {"symbol": SYMBOLS[status], "ink": f"#{look.INKS[status]}"}


def _proposals(proposals: Proposals, letter: Letter) -> dict[str, Any]:
    return {
        "title": letter.catalogue.text("letter.proposals"),
        "introduction": proposals.introduction,
        "language": _language(proposals.language),
        "clauses": [
            {
                "title": clause.title,
                "about": clause.about,
                "text": clause.text,
                "long": len(clause.text) > look.LONG_CLAUSE,
            }
            for clause in proposals.clauses
        ],
    }
