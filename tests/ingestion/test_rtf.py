"""Rich Text files: encodings, tables, notes, both readings, what does not show."""

from __future__ import annotations

from pathlib import Path

import pytest

from dpa_checker.errors import EmptyDocument, LimitExceeded
from dpa_checker.ingestion import read_bytes, read_file
from dpa_checker.model import BlockKind, Document, NoticeKind, UnreadReason
from tests.ingestion.docx_files import deleted, inserted, para, text, word_file
from tests.ingestion.test_office import convert
from tests.ingestion.test_plain import cells, headers, kinds, shown

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\fcharset238 Times CE;}"
    r"{\f2\fnil\fcharset2 Wingdings;}{\f3\fcharset204 Cyr;}}"
    r"{\colortbl;\red0\green0\blue0;\red255\green255\blue255;\red10\green20\blue60;}"
    r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2 heading 2;}{\s9 toc 1;}}"
    r"{\*\revtbl{Unknown;}{Ann;}{Bo;}}{\info{\author Secret Author}{\title Secret Title}}"
)


def rtf(body: str) -> Document:
    """Return the document of a file with the usual head."""
    return read_bytes((HEAD + body + "}").encode("latin-1"))


def excerpts(document: Document, reason: UnreadReason) -> list[str]:
    """Return the beginnings of what was set aside for a reason."""
    return [one.excerpt for one in document.unread if one.reason is reason]


def test_characters() -> None:
    document = rtf(
        r"Donn\'e9es \endash  \ldblquote x\rdblquote\~y \u8364?, \uc2\u233\'c3\'a9 and \uc0\u223 s \{a\}\\b\par "
         "\r\n"
         r"{\f1 \'f8\'ed}{\f3 \'c4\'e0} {\upr{ansi}{\*\ud \uc0\u23383 }} \uc1\u-10179?\u-8704?.\par "
        r"Binary {\pict\bin5 }}\{}} gone, {\*\unknown not shown} seen.\line Next\tab line\_x opt\-ional.\par "
    )  # fmt: skip
    assert shown(document) == [
        "Données – “x”\u00a0y €, é and ßs {a}\\b", "říДа 字 😀.", "Binary  gone,  seen.\nNext line-x optional.",
    ]  # fmt: skip


def test_headings_lists_and_contents() -> None:
    document = rtf(
        r"\pard\s1 Scope of it\par\pard\s2 Part\par\pard\outlinelevel2 Third\par\pard\s9 Scope 3\par "
        r"{\listtext\pard\plain 1.\tab}\pard\ls1\ilvl0 The Processor shall:\par "
        r"{\listtext\pard\plain (a)\tab}\pard\ls1\ilvl1 act on instructions;\par "
        r"{\pntext\f2\'b7\tab}\pard\ilvl2 a bullet here.\par "
    )
    assert [(block.kind, block.level) for block in document.blocks][:3] == [
        (BlockKind.HEADING, 1), (BlockKind.HEADING, 2), (BlockKind.HEADING, 3),
    ]  # fmt: skip
    assert document.blocks[3].kind is not BlockKind.HEADING
    assert [(block.label, block.level) for block in document.blocks[4:]] == [("1.", 1), ("(a)", 2), ("•", 3)]
    assert "Secret" not in document.text


def test_tables() -> None:
    row = r"\trowd{more}\cellx3000\cellx6000 \intbl {a}\cell \intbl {b}\cell\row"
    nested = (
        r"\trowd\cellx3000\cellx6000\pard\intbl out\cell\pard\intbl before\par "
        r"\pard\intbl\itap2 in\nestcell side\nestcell{\*\nesttableprops\trowd\cellx1\cellx2\nestrow}"
        r"\pard\intbl\itap1 after\cell\row\pard End.\par "
    )
    document = rtf(
        row.format(more=r"\trhdr", a="Duration", b="Purpose")
        + row.format(more="", a="12 months", b=r"Hosting\par of data")
        + r"\trowd\cellx3000\clmrg\cellx6000 \pard\intbl Whole row.\cell\cell\row"
        + nested
    )
    assert kinds(document) == [*["table_row"] * 4, "paragraph"]
    assert cells(document, document.blocks[1]) == ["12 months", "Hosting\nof data"]
    assert headers(document, document.blocks[1]) == ["Duration", "Purpose"]
    assert cells(document, document.blocks[2]) == ["Whole row.", ""]
    assert cells(document, document.blocks[3]) == ["out", "before\nin | side\nafter"]


def test_what_does_not_show_is_set_aside() -> None:
    document = rtf(
        r"Seen {\v hidden} and {\strike struck}{\striked1 twice} "
        r"but {\strike\strike0 kept} {\cf2 pale}{\fs2 tiny} end.\par "
        r"\pard {\cf2\chcbpat3 white on dark}\par\pard\cbpat3{\cf2 white on dark too}\par "
    )
    assert shown(document) == ["Seen and but kept end.", "white on dark", "white on dark too"]
    assert excerpts(document, UnreadReason.STRUCK_THROUGH) == ["strucktwice"]
    assert excerpts(document, UnreadReason.HIDDEN) == ["hidden", "paletiny"]


def test_both_readings_of_tracked_changes() -> None:
    document = rtf(
        r"It shall {\revised\revauth1\revdttm130353792 not }"
        r"{\deleted\revauthdel2\revdttmdel130353792 promptly }act.\par "
        r"Gone {\deleted\revauthdel2 from here.\par}{\deleted\revauthdel2 To} here.\par "
    )
    assert document.rejected is not None
    assert shown(document) == ["It shall not act.", "Gone  here."]
    assert shown(document.rejected) == ["It shall promptly act.", "Gone from here.", "To here."]
    first = document.revisions[0]
    assert (document.text[first.start : first.end], first.author) == ("not ", "Ann")
    assert first.date == "2024-05-01T10:00:00"
    assert {one.author for one in document.rejected.revisions} == {"Bo"}


def item(label: str, content: str, level: int = 0, number: int = 1) -> str:
    """Return a numbered paragraph as Word and LibreOffice store it."""
    return rf"{{\listtext\pard\plain {label}\tab}}\pard\ls{number}\ilvl{level} {content}"


def gone(words: str) -> str:
    """Return a paragraph that was deleted with its end."""
    return rf"{{\deleted\revauthdel2 {words}\par}}"


@pytest.mark.parametrize(
    ("labels", "deleted", "shown_labels"),
    [
        (["1.", "2.", "3.", "4."], {1}, ["1.", "2.", "3."]),
        (["(a)", "(b)", "(c)", "(d)"], {0, 2}, ["(a)", "(b)"]),
        (["i)", "ii)", "iii)", "iv)", "v)"], {1}, ["i)", "ii)", "iii)", "iv)"]),
        (["h.", "i.", "j."], {0}, ["h.", "i."]),
        (["Article 9", "Article 10"], {0}, ["Article 9"]),
        (["1.", "2.", "1.", "2."], {1}, ["1.", "1.", "2."]),
        (["1.", "2.", "2.", "3."], {1}, ["1.", "2.", "3."]),
        (["-", "-", "-"], {1}, ["-", "-"]),
    ],
)
def test_numbers_move_up_where_a_paragraph_is_missing(
    labels: list[str], deleted: set[int], shown_labels: list[str]
) -> None:
    document = rtf(
        "".join(
            item(label, gone("Old words.") if number in deleted else r"Some words.\par ")
            for number, label in enumerate(labels)
        )
    )
    assert [block.label for block in document.blocks] == shown_labels
    assert document.rejected is not None
    assert [block.label for block in document.rejected.blocks] == labels


def test_numbers_of_inner_lists_follow_those_of_the_outer() -> None:
    document = rtf(
        item("1.", r"One.\par ")
        + item("2.", r"{\revised\revauth1 New.\par}")
        + item("3.", r"Two.\par ")
        + item("3.1", r"Two one.\par ", 1)
        + item("3.2", gone("Old."), 1)
        + item("3.3", r"Two three.\par ", 1)
        + item("4.", r"Three.\par ")
        + item("7.", r"Elsewhere.\par ", number=2)
    )
    assert document.rejected is not None
    assert shown(document) == [
        "1. One.", "2. New.", "3. Two.", "3.1 Two one.", "3.2 Two three.", "4. Three.", "7. Elsewhere.",
    ]  # fmt: skip
    assert shown(document.rejected) == [
        "1. One.", "2. Two.", "2.1 Two one.", "2.2 Old.", "2.3 Two three.", "3. Three.", "7. Elsewhere.",
    ]  # fmt: skip


def test_a_numbered_paragraph_that_runs_on_into_the_next_keeps_one_number() -> None:
    document = rtf(
        item("1.", r"One.\par ") + item("2.", r"Two {\deleted\revauthdel2\par}") + item("3.", r"goes on.\par ")
        + item("4.", r"Three.\par ")
    )  # fmt: skip
    assert shown(document) == ["1. One.", "2. Two goes on.", "3. Three."]
    assert document.rejected is not None
    assert shown(document.rejected) == ["1. One.", "2. Two", "3. goes on.", "4. Three."]


@pytest.mark.needs_libreoffice
def test_both_readings_have_the_numbers_of_the_word_file_that_libreoffice_converted(tmp_path: Path) -> None:
    source = tmp_path / "contract.docx"
    mark = '<w:rPr><w:{0} w:id="80" w:author="Ada" w:date="2024-03-01T10:00:00Z"/></w:rPr>'

    def numbered(runs: str, level: int, change: str = "") -> str:
        properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>'
        return para(runs, properties=properties + (mark.format(change) if change else ""))

    source.write_bytes(
        word_file(
            numbered(text("First."), 0)
            + numbered(inserted("New."), 0, "ins")
            + numbered(text("Second."), 0)
            + numbered(text("Inner."), 1)
            + numbered(deleted("Gone."), 1, "del")
            + numbered(text("Last inner."), 1)
            + numbered(text("Third."), 0)
        )
    )
    from_word, from_rtf = read_file(source), read_file(convert(source, "rtf"))
    assert shown(from_rtf) == shown(from_word)
    assert from_word.rejected is not None
    assert from_rtf.rejected is not None
    assert shown(from_rtf.rejected) == shown(from_word.rejected)


def test_notes_boxes_comments_fields_and_margins() -> None:
    words = "This agreement is governed by the law of Sweden in all its parts."
    document = rtf(
        rf"{{\header \pard Page 1\par}}{{\footer \pard {words}\par}}"
        r"Text{\super\chftn}{\footnote \pard{\super\chftn} The note says this.} goes {\*\atrfstart 1}on"
        r"{\*\atrfend 1}{\*\atnid A}{\*\atnauthor Ann}\chatn{\*\annotation{\*\atnref 1}\pard Is that so?} here.\par "
        r"{\shp{\*\shpinst{\sp{\sn name}{\sv hidden value}}"
        r"{\shptxt \pard Words in a box.\par}}{\shprslt not again}}\par "
        r"See {\field{\*\fldinst REF x}{\fldrslt Article 5}} of it.\par "
        r"{\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres0}}}{\fldrslt}}No audit at all\par "
        r"{\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres25\ffdefres1}}}{\fldrslt}}Audit on site\par "
        r"{\object{\*\objdata 00ff}{\result picture of it}}\par "
    )
    assert shown(document) == [
        "Text goes on here.", "1 The note says this.", "Words in a box.", "See Article 5 of it.", "☒ Audit on site",
        "picture of it", words,
    ]  # fmt: skip
    assert document.blocks[1].kind is BlockKind.NOTE
    comment = document.comments[0]
    assert (comment.text, comment.author) == ("Is that so?", "Ann")
    assert document.text[comment.start : comment.end] == "on"
    assert excerpts(document, UnreadReason.UNSELECTED_OPTION) == ["☐ No audit at all"]
    assert NoticeKind.EMBEDDED_OBJECT in {one.kind for one in document.notices}


def test_cut_off_and_hostile_files() -> None:
    whole = HEAD + r"The Processor shall act.\par And then more.\par}"
    document = read_bytes(whole[:-12].encode())
    assert document.unread[-1].reason is UnreadReason.DAMAGED
    assert "shall act" in document.text
    with pytest.raises(EmptyDocument):
        rtf("")
    with pytest.raises(LimitExceeded):
        read_bytes(rb"{\rtf1 x" + b"{" * 5000)
    for body in (
        r"\itap99999 x\par",
        r"\u999999999999? x",
        r"\bin99999999 x",
        r"}}}} x",
        r"\'zz \cell\row\nestrow x",
        r"{\*}",
    ):
        try:
            rtf(body + "Text.")
        except EmptyDocument:
            continue
