"""The letter as DOCX: real styles, a header and a footer, and nothing in the file that the page does not show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from dpa_checker.model import Report
from dpa_checker.report.letter import look
from dpa_checker.report.letter.arrangement import build_letter
from dpa_checker.report.letter.extra import require_letter
from dpa_checker.report.letter.options import LetterOptions, Review
from dpa_checker.report.letter.value import Letter, LetterGroup, LetterRow, Note, Proposals
from dpa_checker.report.view_model import SYMBOLS, CountView, QuoteView, Status

_REGIONS: Final = {"en": "en-GB", "fr": "fr-FR", "sv": "sv-SE", "de": "de-DE"}
#: A font that draws the signs of the verdicts as text, not as pictures.
_SIGN_FONT: Final = "Segoe UI Symbol"
#: Of the column with the numbers of documents, in millimetres.
_NUMBER_WIDTH: Final = 11


def render_docx(report: Report, options: LetterOptions | None = None, reviews: Iterable[Review] = ()) -> bytes:
    """Return ``report`` as a DOCX to send and to work on.

    Raises ``LibraryError`` for a language without texts, ``DpaCheckerError`` without the ``letter`` extra.
    """
    return write_docx(build_letter(report, options, reviews))


def write_docx(letter: Letter) -> bytes:
    """Return ``letter`` as DOCX."""
    require_letter()
    from dpa_checker.report.letter import docx_package

    language = region(letter.catalogue.language)
    document = docx_package.begin_document(language=language)
    docx_package.write_margins(document, header=letter.header, footer=letter.reference)
    _Writer(document, letter).write()
    return docx_package.pack(document, title=letter.title, language=language)


def region(language: str | None) -> str | None:
    """Return the language tag that word processors know, ``None`` for a language without one."""
    return _REGIONS.get(language or "", language)


class _Writer:
    """The body of one letter, written from top to bottom."""

    def __init__(self, document: Any, letter: Letter) -> None:
        from dpa_checker.report.letter import docx_xml

        self._xml = docx_xml
        self._document = document
        self._letter = letter
        self._text = letter.catalogue.text
        self._quoted_in = region(letter.document_language)

    def write(self) -> None:
        letter = self._letter
        self._paragraph(letter.title, "Title")
        self._paragraph(letter.subtitle, "Subtitle")
        self._write_facts()
        self._write_summary()
        for note in letter.notes:
            self._write_note(note)
        if letter.documents:
            self._paragraph(self._text("set.label.documents"), "Heading 1")
            self._write_documents()
        if letter.matrix and letter.groups:
            self._paragraph(self._text("set.label.matrix"), "Heading 1")
            self._write_matrix(letter.groups)
        if letter.groups:
            self._paragraph(self._text("label.findings"), "Heading 1")
            self._write_table(letter.groups)
        if letter.proposals:
            self._write_proposals(letter.proposals)
        for number, line in enumerate(letter.closing):
            paragraph = self._paragraph(line, "Closing Note")
            paragraph.paragraph_format.keep_with_next = number < len(letter.closing) - 1
            if number == 0:
                paragraph.paragraph_format.space_before = self._xml.SPACE_BEFORE_CLOSING
                self._xml.rule_above(paragraph, look.LINE_INK)

    def _write_facts(self) -> None:
        table = self._document.add_table(rows=0, cols=2, style="Particulars")
        for fact in self._letter.facts:
            label, value = table.add_row().cells
            self._fill(label, "Particular").add_run(fact.label, style="Muted")
            self._fill(value, "Particular").add_run(fact.value)
        self._xml.set_widths(table, self._xml.share_width(look.MENTION_WIDTH))

    def _write_summary(self) -> None:
        letter = self._letter
        self._paragraph(self._text("label.summary"), "Heading 1")
        self._paragraph(letter.headline, "Headline")
        if letter.lead:
            self._paragraph(letter.lead.sentence)
            for quote in letter.lead.quotes:
                self._write_quote(self._paragraph("", "Quote"), quote)
        if letter.unlisted:
            self._paragraph(letter.unlisted)
        if letter.counts:
            paragraph = self._paragraph("")
            for count in letter.counts:
                self._write_sign(paragraph, count)
                paragraph.add_run(f"\u00a0{count.number}" + ("" if count is letter.counts[-1] else "     "))

    def _write_note(self, note: Note) -> None:
        self._paragraph(note.title, "Heading 2")
        for item in note.items:
            paragraph = self._paragraph(item.sentence, "List Bullet")
            if item.excerpt:
                paragraph.add_run().add_break()
                run = paragraph.add_run(self._letter.catalogue.quoted(item.excerpt), style="Place")
                self._xml.set_language(run, self._quoted_in)

    def _write_documents(self) -> None:
        """Write the documents of a set with their numbers."""
        words = (look.NUMBER_SIGN, self._text("scan.document"), self._text("set.label.said"))
        table = self._begin_table(words)
        for document in self._letter.documents:
            row = table.add_row()
            self._xml.keep_whole(row)
            number, name, said = row.cells
            self._fill(number, "Table Text").add_run(str(document.number), style="Muted")
            paragraph = self._fill(name, "Table Text")
            paragraph.add_run(document.name, style="Strong")
            if document.about:
                paragraph.add_run().add_break()
                paragraph.add_run(document.about, style="Place")
            self._fill(said, "Table Text").add_run(document.said)
        self._xml.set_widths(table, self._xml.divide_width(_NUMBER_WIDTH, None, look.MENTION_WIDTH))

    def _write_matrix(self, groups: Iterable[LetterGroup]) -> None:
        """Write which document of a set says what, a column each; on one page."""
        columns = self._letter.matrix
        heads = (self._text("scan.mention"), self._text("set.label.set"), *(str(one.number) for one in columns))
        table = self._begin_table(heads)
        for row in (row for group in groups for row in group.rows):
            written = table.add_row()
            self._xml.keep_whole(written)
            mention, verdict, *cells = written.cells
            paragraph = self._fill(mention, "Table Text")
            paragraph.add_run(row.title)
            paragraph.paragraph_format.keep_with_next = True
            self._write_sign(self._fill(verdict, "Table Text"), row)
            for cell, status in zip(cells, row.cells, strict=True):
                paragraph = self._fill(cell, "Table Text")
                if status not in (None, Status.MISSING):
                    self._xml.set_font(paragraph.add_run(SYMBOLS[status]), _SIGN_FONT, look.INKS[status])
        widths = (None, look.VERDICT_WIDTH, *(look.CELL_WIDTH for _ in columns))
        self._xml.set_widths(table, self._xml.divide_width(*widths))

    def _begin_table(self, heads: Sequence[str]) -> Any:
        """Return a new table with a head that stands on each of its pages."""
        table = self._document.add_table(rows=0, cols=len(heads), style="Mentions")
        head = table.add_row()
        for cell, word in zip(head.cells, heads, strict=True):
            self._fill(cell, "Table Text").add_run(word)
            cell.paragraphs[0].paragraph_format.keep_with_next = True
        self._xml.repeat_row(head)
        return table

    def _write_table(self, groups: Iterable[LetterGroup]) -> None:
        table = self._begin_table((self._text("scan.mention"), self._text("scan.verdict"), self._letter.says))
        for group in groups:
            self._write_band(table, group)
            for row in group.rows:
                self._write_row(table, row)
        self._xml.set_widths(table, self._xml.share_width(look.MENTION_WIDTH, look.VERDICT_WIDTH))

    def _write_band(self, table: Any, group: LetterGroup) -> None:
        """Write the row that names a part of Article 28(3); it stays with the row that follows."""
        row = table.add_row()
        self._xml.keep_whole(row)
        cell = row.cells[0].merge(row.cells[2])
        self._xml.shade(cell, look.BAND_TINT)
        paragraph = self._fill(cell, "Table Text")
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run(group.title, style="Strong")
        self._xml.tab_at_end(paragraph)
        paragraph.add_run("\t")
        paragraph.add_run(group.reference, style="Place")

    def _write_row(self, table: Any, row: LetterRow) -> None:
        cells = table.add_row()
        if sum(len(quote.text) for quote in row.quotes) <= look.LONG_ROW:
            self._xml.keep_whole(cells)
        mention, verdict, says = cells.cells
        paragraph = self._fill(mention, "Table Text")
        paragraph.add_run(row.title, style="Strong").add_break()
        paragraph.add_run(row.reference, style="Place")
        self._write_sign(self._fill(verdict, "Table Text"), row)
        paragraphs = iter([self._fill(says, "Table Text")])
        for quote in row.quotes:
            self._write_quote(next(paragraphs, None) or says.add_paragraph(style="Table Text"), quote)
        for line in row.lines:
            paragraph = next(paragraphs, None) or says.add_paragraph(style="Table Text")
            if line.label:
                paragraph.add_run(self._letter.catalogue.labelled(line.label, ""), style="Strong")
            paragraph.add_run(line.value)
        if empty := next(paragraphs, None):
            empty.add_run(look.NOTHING)

    def _write_quote(self, paragraph: Any, quote: QuoteView) -> None:
        if quote.label:
            paragraph.add_run(self._letter.catalogue.labelled(quote.label, ""), style="Strong")
        run = paragraph.add_run(self._letter.catalogue.quoted(quote.text))
        self._xml.set_language(run, self._quoted_in)
        if quote.place:
            paragraph.add_run(f" ({quote.place})", style="Place")

    def _write_sign(self, paragraph: Any, item: CountView | LetterRow) -> None:
        ink = look.INKS[item.status]
        sign = paragraph.add_run(item.symbol)
        self._xml.set_font(sign, _SIGN_FONT, ink)
        word = paragraph.add_run(f"\u00a0{item.word}", style="Strong")
        self._xml.set_font(word, None, ink)

    def _write_proposals(self, proposals: Proposals) -> None:
        self._paragraph(self._text("letter.proposals"), "Heading 1")
        self._paragraph(proposals.introduction).paragraph_format.keep_with_next = True
        language = region(proposals.language)
        for clause in proposals.clauses:
            for run in self._paragraph(clause.title, "Heading 2").runs:
                self._xml.set_language(run, language)
            self._paragraph(clause.about, "Clause Note")
            paragraph = self._paragraph(clause.text, "Clause")
            # The closing is not to stand alone on a page.
            paragraph.paragraph_format.keep_with_next = True if clause is proposals.clauses[-1] else None
            for run in paragraph.runs:
                self._xml.set_language(run, language)

    def _paragraph(self, text: str, style: str | None = None) -> Any:
        paragraph = self._document.add_paragraph(style=style)
        if text:
            paragraph.add_run(text)
        return paragraph

    @staticmethod
    def _fill(cell: Any, style: str) -> Any:
        """Return the one paragraph of a new cell, with a style."""
        paragraph = cell.paragraphs[0]
        paragraph.style = style
        return paragraph
