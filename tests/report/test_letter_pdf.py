"""The letter as PDF, taken apart again: its text, its tags, its fonts, and what is not in it."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pikepdf
import pypdfium2 as pdfium
import pytest

from dpa_checker.errors import DpaCheckerError
from dpa_checker.report.catalogue import REPORT_LANGUAGES, load_catalogue
from dpa_checker.report.letter import LetterOptions, build_letter, extra, look, render_pdf
from dpa_checker.version import ENGINE_VERSION

from .build_reports import ALL, complete, contradictions, silent, weak
from .letters import ASSIGNED, HOSTILE, HOSTILE_SHOWN, INTERNAL, NOTE, OPTIONS, QUOTE, REVIEWS, with_quote


def _words(text: str) -> str:
    """Return a text without white space and hyphens, which a layout is free to set."""
    return re.sub(r"[\s\u00ad\ufffe-]+", "", text)


def _pages(data: bytes) -> list[str]:
    with pdfium.PdfDocument(data) as document:
        texts = []
        for page in document:
            text_page = page.get_textpage()
            texts.append(text_page.get_text_range().replace("\u00a0", " "))
            text_page.close()
            page.close()
        return texts


def _streams(data: bytes) -> bytes:
    """Return the file with all that it holds unpacked."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(
            target,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return target.getvalue()


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_all_that_is_arranged_is_on_the_pages(name: str, language: str) -> None:
    options = replace(OPTIONS, language=language)
    letter, data = build_letter(ALL[name], options), render_pdf(ALL[name], options)
    assert data.startswith(b"%PDF-")
    text = _words("".join(_pages(data)))
    expected = [letter.title, letter.headline, *letter.closing, *(fact.value for fact in letter.facts)]
    for group in letter.groups:
        for row in group.rows:
            expected += [row.title, row.word, *(line.value for line in row.lines)]
            expected += [quote.text for quote in row.quotes] + [quote.place for quote in row.quotes]
    if letter.proposals:
        expected += [clause.text for clause in letter.proposals.clauses]
    # What goes on over a page has head and foot in between: its beginning is looked for.
    missing = [one for one in expected if _words(one) not in text and _words(one)[:60] not in text]
    assert missing == []


def test_each_page_has_the_name_of_the_document_and_its_number() -> None:
    pages = _pages(render_pdf(weak(), replace(OPTIONS, document="Agreement é.docx")))
    assert len(pages) > 3
    for number, text in enumerate(pages, start=1):
        assert "Agreement é.docx" in text
        assert f"{number} / {len(pages)}" in text
        assert "2026/114-AV" in text


def test_the_head_of_the_table_stands_on_each_of_its_pages() -> None:
    pages = _pages(render_pdf(weak(), LetterOptions(proposals=False)))
    with_rows = [page for page in pages if "Art. 28(3)(" in page]
    assert len(with_rows) > 1
    assert all("What the document says" in page for page in with_rows)


def test_no_heading_is_the_last_line_of_a_page() -> None:
    letter = build_letter(silent())
    assert letter.proposals is not None
    headings = {clause.title for clause in letter.proposals.clauses} | {"Proposed clauses", "The 27 mentions"}
    for page in _pages(render_pdf(silent())):
        lines = [line.strip() for line in page.splitlines() if line.strip() and " / " not in line]
        assert lines[-1] not in headings


def test_the_file_is_tagged_and_says_its_language_and_title() -> None:
    with pikepdf.open(io.BytesIO(render_pdf(weak(), replace(OPTIONS, language="fr")))) as document:
        assert str(document.Root.Lang) == "fr"
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle
        kinds = {str(element.get("/S")) for element in document.objects if isinstance(element, pikepdf.Dictionary)}
        metadata = document.Root.Metadata.read_bytes().decode()
    assert {"/Title", "/H1", "/H2", "/Table", "/TH", "/TD", "/P"} <= kinds | {"/Title"}
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert OPTIONS.title in metadata


def test_a_contract_in_another_language_is_marked_as_such() -> None:
    unpacked = _streams(render_pdf(weak(), LetterOptions(language="fr")))
    assert b"/Lang (en)" in unpacked


def test_all_fonts_are_in_the_file() -> None:
    with pikepdf.open(io.BytesIO(render_pdf(weak()))) as document:
        descriptors = [
            item for item in document.objects if isinstance(item, pikepdf.Dictionary) and item.get("/FontName")
        ]
        assert descriptors
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(item.keys()) for item in descriptors)


def test_the_file_tells_nothing_of_its_making() -> None:
    data = render_pdf(complete(), OPTIONS, REVIEWS)
    with pikepdf.open(io.BytesIO(data)) as document:
        assert {str(key): str(value) for key, value in document.docinfo.items()} == {
            "/Title": OPTIONS.title,
            "/Producer": "dpa-checker",
        }
        assert not document.attachments
        assert not {"/Names", "/AcroForm", "/OpenAction", "/AA", "/PieceInfo"} & set(document.Root.keys())
    unpacked = _streams(data)
    for word in (b"Typst", b"typst", b"krilla", b"CreatorTool", b"CreationDate", b"ModDate", b"/Author", b"pikepdf"):
        assert word not in unpacked, word
    for word in (b"/Annots", b"xmpMM", b"/JavaScript", b"/URI", ENGINE_VERSION.encode() + b"<"):
        assert word not in unpacked, word


def test_what_is_internal_is_nowhere_in_the_file() -> None:
    data = render_pdf(with_quote(complete(), "security", QUOTE), OPTIONS, REVIEWS)
    text, unpacked = _words("".join(_pages(data))), _streams(data)
    assert [word for word in INTERNAL if _words(word) in text] == []
    assert [word for word in (NOTE, ASSIGNED, QUOTE) if word.encode() in unpacked] == []
    everything = replace(OPTIONS, comments=True, assignments=True, machine_verdicts=True, confidence=True)
    shown = _words("".join(_pages(render_pdf(complete(), everything, REVIEWS))))
    assert [word for word in INTERNAL if word != QUOTE and _words(word) not in shown] == []


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert render_pdf(contradictions(), OPTIONS, REVIEWS) == render_pdf(contradictions(), OPTIONS, REVIEWS)


def test_a_text_is_a_text_whatever_it_looks_like() -> None:
    report = with_quote(complete(), "dpia", HOSTILE)
    options = LetterOptions(title=HOSTILE, document=HOSTILE, counterparty=HOSTILE, reference=HOSTILE)
    data = render_pdf(report, options)
    text = _words("".join(_pages(data)))
    assert text.count(_words(HOSTILE_SHOWN)) >= 4
    with pikepdf.open(io.BytesIO(data)) as document:
        assert str(document.docinfo["/Title"]) == HOSTILE_SHOWN
        assert b"pdfuaid:part" in document.Root.Metadata.read_bytes()


@pytest.mark.parametrize("quote", ["契約書の条項", "\ue000\uf8ff", "עברית العربية", "𝔘 😀", "\u200b\u2060", ""])
def test_characters_that_no_font_has_break_nothing(quote: str) -> None:
    pages = _pages(render_pdf(with_quote(complete(), "dpia", f"Before {quote} after"), OPTIONS))
    assert "Before" in "".join(pages)


@pytest.mark.parametrize(
    "word", ["x" * 300, "W" * 300, "ö" * 41, "http://example.org/" + "path/" * 60, "0123456789" * 30]
)
def test_a_long_word_is_broken_within_the_margins_and_stays_whole(word: str) -> None:
    report = with_quote(complete(), "dpia", f"Before {word} after.")
    data = render_pdf(report, LetterOptions(counterparty=word))
    assert _words("".join(_pages(data))).count(_words(word)) == 2
    with pdfium.PdfDocument(data) as document:
        for page in document:
            text_page = page.get_textpage()
            right = max(text_page.get_charbox(index)[2] for index in range(text_page.count_chars()))
            assert right <= page.get_width() - look.MARGIN_SIDE * 72 / 25.4 + 3
            text_page.close()
            page.close()


def test_a_document_in_an_odd_language_is_laid_out() -> None:
    report = weak()
    for language in ("zh-Hant", "", "x" * 40, None):
        odd = replace(report, document=replace(report.document, language=language))
        assert load_catalogue("en").text("letter.says") in "".join(_pages(render_pdf(odd)))


def test_without_the_libraries_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "_LIBRARIES", ("docx", "no_such_library"))
    with pytest.raises(DpaCheckerError, match=r"pip install 'dpa-checker\[letter\]'"):
        render_pdf(weak())
