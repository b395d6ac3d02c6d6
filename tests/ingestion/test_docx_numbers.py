"""DOCX: automatic numbers as Word shows them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dpa_checker.ingestion import read_bytes, read_file
from dpa_checker.ingestion.docx.number_shapes import shape_number
from tests.ingestion.docx_files import NAMESPACES, numbered, para, text, word_file
from tests.ingestion.test_office import convert
from tests.ingestion.test_plain import shown


def level(place: int, shape: str, pattern: str, more: str = "") -> str:
    """Return one level of a list."""
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{shape}"/>{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def lists(levels: str, uses: str = '<w:num w:numId="90"><w:abstractNumId w:val="90"/></w:num>') -> str:
    """Return a numbering part with one definition, and the lists that use it."""
    definition = f'<w:abstractNum w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    return f"<w:numbering {NAMESPACES}>{definition}{uses}</w:numbering>"


def use(number: int, overrides: str) -> str:
    """Return a list with overrides."""
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="90"/>{overrides}</w:num>'


def labels(body: str, numbering: str, **parts: str) -> list[str | None]:
    """Return the labels of the blocks of a body."""
    named = {"word/numbering.xml": numbering, **{f"word/{name}.xml": part for name, part in parts.items()}}
    return [block.label for block in read_bytes(word_file(body, parts=named)).blocks]


LEVELS = level(0, "upperRoman", "Article %1") + level(1, "decimal", "%1.%2") + level(2, "lowerLetter", "(%3)")


def test_numbers_of_the_levels_above_and_legal_numbering() -> None:
    body = numbered("Scope of it all", 0) + numbered("A clause is said.", 1) + numbered("Another clause is said.", 1)
    assert labels(body, lists(LEVELS)) == ["Article I", "I.1", "I.2"]
    legal = LEVELS.replace('<w:lvlText w:val="%1.%2"/>', '<w:isLgl/><w:lvlText w:val="%1.%2"/>')
    assert labels(body, lists(legal)) == ["Article I", "1.1", "1.2"]


def test_restarts() -> None:
    body = "".join(numbered(f"Words of level {place}.", place) for place in (0, 1, 2, 2, 1, 2, 0, 1, 2))
    figures = level(0, "decimal", "%1.") + level(1, "decimal", "%1.%2") + level(2, "lowerLetter", "(%3)")
    assert labels(body, lists(figures)) == ["1.", "1.1", "(a)", "(b)", "1.2", "(a)", "2.", "2.1", "(a)"]
    never = figures.replace('<w:lvlText w:val="(%3)"/>', '<w:lvlRestart w:val="0"/><w:lvlText w:val="(%3)"/>')
    assert labels(body, lists(never)) == ["1.", "1.1", "(a)", "(b)", "1.2", "(c)", "2.", "2.1", "(d)"]
    first = figures.replace('<w:lvlText w:val="(%3)"/>', '<w:lvlRestart w:val="1"/><w:lvlText w:val="(%3)"/>')
    assert labels(body, lists(first)) == ["1.", "1.1", "(a)", "(b)", "1.2", "(c)", "2.", "2.1", "(a)"]


def test_overrides_of_start_and_level() -> None:
    figures = level(0, "decimal", "%1.") + level(1, "lowerLetter", "(%2)")
    uses = (
        use(90, "")
        + use(91, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>')
        + use(92, f'<w:lvlOverride w:ilvl="1">{level(1, "lowerRoman", "%2)")}</w:lvlOverride>')
        + use(93, '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="3"/></w:lvlOverride>')
    )
    body = (
        numbered("First clause.", 0) + numbered("Goes on from five.", 0, number=91) + numbered("And six.", 0, number=91)
        + numbered("Still the same count.", 0) + numbered("A limb.", 1) + numbered("Another shape.", 1, number=92)
        + numbered("A third limb.", 1, number=93) + numbered("A fourth limb.", 1, number=93)
    )  # fmt: skip
    assert labels(body, lists(figures, uses)) == ["1.", "5.", "6.", "7.", "(a)", "ii)", "(c)", "(d)"]


def test_lists_of_styles() -> None:
    styles = f"""<w:styles {NAMESPACES}>
      <w:style w:type="paragraph" w:styleId="C1"><w:name w:val="Clause 1"/>
        <w:pPr><w:numPr><w:numId w:val="90"/></w:numPr></w:pPr></w:style>
      <w:style w:type="paragraph" w:styleId="C2"><w:name w:val="Clause 2"/><w:basedOn w:val="C1"/></w:style>
      <w:style w:type="paragraph" w:styleId="C3"><w:name w:val="Unnumbered"/><w:basedOn w:val="C1"/>
        <w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style></w:styles>"""
    figures = level(0, "decimal", "%1.", '<w:pStyle w:val="C1"/>') + level(
        1, "decimal", "%1.%2", '<w:pStyle w:val="C2"/>'
    )
    body = "".join(
        para(text(f"Words in style {name} go here."), properties=f'<w:pStyle w:val="{name}"/>')
        for name in ("C1", "C2", "C3", "C2", "C1")
    ) + para(
        text("No number by its own choice."), properties='<w:pStyle w:val="C1"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    )
    assert labels(body, lists(figures), styles=styles) == ["1.", "1.1", None, "1.2", "2.", None]


def test_linked_list_styles() -> None:
    styles = f"""<w:styles {NAMESPACES}><w:style w:type="numbering" w:styleId="Legal"><w:name w:val="Legal"/>
        <w:pPr><w:numPr><w:numId w:val="91"/></w:numPr></w:pPr></w:style></w:styles>"""
    numbering = (
        f'<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="Legal"/></w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="2"><w:styleLink w:val="Legal"/>{level(0, "upperLetter", "%1)")}'
        '</w:abstractNum><w:num w:numId="90"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="91"><w:abstractNumId w:val="2"/></w:num>'
        "</w:numbering>"
    )
    assert labels(numbered("One clause.", 0) + numbered("Two clauses.", 0), numbering, styles=styles) == ["A)", "B)"]


@pytest.mark.parametrize(
    ("shape", "language", "numbers"),
    [
        ("decimal", "", "1 2 4 12 28"),
        ("decimalZero", "", "01 02 04 12 28"),
        ("lowerLetter", "", "a b d l bb"),
        ("upperLetter", "", "A B D L BB"),
        ("lowerRoman", "", "i ii iv xii xxviii"),
        ("upperRoman", "", "I II IV XII XXVIII"),
        ("ordinal", "en-GB", "1st 2nd 4th 12th 28th"),
        ("ordinal", "sv-SE", "1:a 2:a 4:e 12:e 28:e"),
        ("ordinal", "de-DE", "1. 2. 4. 12. 28."),
        ("ordinal", "fr-FR", "1er 2e 4e 12e 28e"),
        ("ordinalText", "en-GB", "First Second Fourth Twelfth 28th"),
        ("ordinalText", "de-DE", "Erste Zweite Vierte Zwölfte 28."),
        ("cardinalText", "fr-FR", "Un Deux Quatre Douze 28"),
        ("none", "", "    "),
        ("numberInDash", "", "- 1 - - 2 - - 4 - - 12 - - 28 -"),
        ("aiueo", "", "1 2 4 12 28"),
    ],
)
def test_shapes(shape: str, language: str, numbers: str) -> None:
    assert " ".join(shape_number(value, shape, language) for value in (1, 2, 4, 12, 28)) == numbers


def test_large_and_odd_values_do_not_grow_without_bounds() -> None:
    for shape in ("lowerLetter", "lowerRoman", "chicago", "ordinalText"):
        for value in (-5, 0, 4_000_000, 2**40):
            assert len(shape_number(value, shape)) < 60


def test_text_without_number_and_hidden_numbers() -> None:
    shapes = (
        level(0, "none", "Preamble:")
        + level(1, "decimal", "")
        + level(2, "decimal", "%3.", "<w:rPr><w:vanish/></w:rPr>")
    )
    body = numbered("These words follow.", 0) + numbered("Nothing before.", 1) + numbered("Nor here.", 2)
    document = read_bytes(word_file(body, parts={"word/numbering.xml": lists(shapes)}))
    assert shown(document) == ["Preamble: These words follow.", "Nothing before.", "Nor here."]


@pytest.mark.needs_libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_numbers_are_those_that_libreoffice_prints(tmp_path: Path) -> None:
    figures = level(0, "decimal", "%1.") + level(1, "decimal", "%1.%2") + level(2, "lowerLetter", "(%3)")
    uses = use(90, "") + use(91, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride>')
    places = [
        (0, 90),
        (1, 90),
        (2, 90),
        (2, 90),
        (1, 90),
        (0, 90),
        (2, 90),
        (1, 90),
        (0, 91),
        (1, 91),
        (0, 91),
        (1, 90),
    ]
    body = "".join(
        numbered(f"The words of paragraph number {count} are here to be read.", place, number=number)
        for count, (place, number) in enumerate(places)
    )
    body = body.replace(text("The words of paragraph number 5 are here to be read."), "")
    source = tmp_path / "numbers.docx"
    source.write_bytes(word_file(body, parts={"word/numbering.xml": lists(figures, uses)}))
    from_word = shown(read_file(source))
    printed = " ".join(read_file(convert(source, "pdf")).text.split())
    assert len(from_word) == len(places) - 1
    for line in from_word:
        assert line in printed
