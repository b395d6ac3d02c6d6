"""What typography may not change, and what every report keeps to."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dpa_checker import Report, check_text
from dpa_checker.model import Verdict

CLAUSES: list[tuple[str, str, str]] = [
    ("en", "documented-instructions", "The Processor shall process the personal data only on documented instructions from the Controller."),
    ("en", "breach-notification", "The Processor shall notify the Controller of any personal data breach without undue delay."),
    ("en", "audits", "The Processor shall allow for and contribute to audits, including inspections, conducted by the Controller."),
    ("en", "deletion-or-return", "At the end of the services the Processor shall, at the Controller's choice, delete or return all personal data."),
    ("fr", "documented-instructions", "Le Sous-traitant ne traite les données à caractère personnel que sur instruction documentée du Responsable de traitement."),
    ("fr", "breach-notification", "Le Sous-traitant notifie au Responsable de traitement toute violation de données à caractère personnel dans les meilleurs délais."),
    ("fr", "audits", "Le Sous-traitant permet la réalisation d'audits, y compris des inspections, par le Responsable de traitement et y contribue."),
    ("fr", "deletion-or-return", "Au terme des prestations, le Sous-traitant supprime ou restitue, au choix du Responsable de traitement, toutes les données à caractère personnel."),
    ("sv", "documented-instructions", "Personuppgiftsbiträdet får endast behandla personuppgifter på dokumenterade instruktioner från den personuppgiftsansvarige."),
    ("sv", "breach-notification", "Personuppgiftsbiträdet ska utan onödigt dröjsmål underrätta den personuppgiftsansvarige om en personuppgiftsincident."),
    ("sv", "audits", "Personuppgiftsbiträdet ska möjliggöra och bidra till granskningar, inbegripet inspektioner, som genomförs av den personuppgiftsansvarige."),
    ("sv", "deletion-or-return", "När tjänsterna upphör ska personuppgiftsbiträdet, enligt den personuppgiftsansvariges val, radera eller återlämna alla personuppgifter."),
    ("de", "documented-instructions", "Der Auftragsverarbeiter verarbeitet die personenbezogenen Daten nur auf dokumentierte Weisung des Verantwortlichen."),
    ("de", "breach-notification", "Der Auftragsverarbeiter meldet dem Verantwortlichen jede Verletzung des Schutzes personenbezogener Daten unverzüglich."),
    ("de", "audits", "Der Auftragsverarbeiter ermöglicht Überprüfungen, einschließlich Inspektionen, durch den Verantwortlichen und trägt dazu bei."),
    ("de", "deletion-or-return", "Nach Abschluss der Leistungen löscht der Auftragsverarbeiter nach Wahl des Verantwortlichen alle personenbezogenen Daten oder gibt sie zurück."),
]  # fmt: skip
DENIALS: list[tuple[str, str, str]] = [
    ("en", "breach-notification", "The Processor shall not notify the Controller of any personal data breach."),
    ("fr", "audits", "Le Sous-traitant n'autorise aucun audit de ses traitements de données à caractère personnel par le Responsable de traitement."),
    ("sv", "audits", "Personuppgiftsbiträdet tillåter inte att den personuppgiftsansvarige granskar behandlingen av personuppgifter."),
    ("de", "breach-notification", "Der Auftragsverarbeiter ist nicht verpflichtet, dem Verantwortlichen Verletzungen des Schutzes personenbezogener Daten zu melden."),
]  # fmt: skip

any_clause = pytest.mark.parametrize(
    ("language", "mention", "clause"),
    CLAUSES,
    ids=[f"{language}-{mention}" for language, mention, _ in CLAUSES],
)
SAID = {Verdict.PRESENT, Verdict.PARTIAL, Verdict.CONTRADICTED}


def _verdict(text: str, language: str, mention: str) -> Verdict:
    return check_text(text, language=language).finding(mention).verdict


def _replace_some(text: str, pattern: str, new: list[str], draw: st.DrawFn | st.DataObject) -> str:
    """Return ``text`` with a drawn choice of the places of ``pattern`` replaced by one of ``new``."""
    places = [match.span() for match in re.finditer(pattern, text)]
    pick = draw.draw if isinstance(draw, st.DataObject) else draw
    chosen = pick(st.lists(st.sampled_from([None, *new]), min_size=len(places), max_size=len(places)))
    for (start, end), replacement in reversed(list(zip(places, chosen, strict=True))):
        if replacement is not None:
            text = text[:start] + replacement + text[end:]
    return text


@any_clause
def test_a_plain_clause_is_present(language: str, mention: str, clause: str) -> None:
    finding = check_text(clause, language=language).finding(mention)
    assert finding.verdict is Verdict.PRESENT
    assert not finding.conflict
    assert [item.quote for item in finding.evidence] == [clause]


@any_clause
def test_upper_case_says_the_same(language: str, mention: str, clause: str) -> None:
    assert _verdict(clause.upper(), language, mention) is Verdict.PRESENT


@any_clause
@settings(max_examples=15)
@given(data=st.data())
def test_lines_may_break_anywhere(language: str, mention: str, clause: str, data: st.DataObject) -> None:
    text = _replace_some(clause, " ", ["\n", "\r\n", " \n    "], data)
    assert _verdict(text, language, mention) is Verdict.PRESENT


@any_clause
@settings(max_examples=15)
@given(data=st.data())
def test_words_may_be_cut_at_line_ends(language: str, mention: str, clause: str, data: st.DataObject) -> None:
    text = _replace_some(
        clause, "(?<=[a-zà-ÿ]{2})(?=[a-zà-ÿ]{2})", ["-\n", "\u2010\n", "\u00ad", "\u00ad\n"], data
    )
    assert _verdict(text, language, mention) is Verdict.PRESENT


@any_clause
@settings(max_examples=15)
@given(data=st.data())
def test_spaces_may_be_of_any_kind(language: str, mention: str, clause: str, data: st.DataObject) -> None:
    text = _replace_some(clause, " ", ["\u00a0", "\u202f", "\u2009", "  ", "\t"], data)
    assert _verdict(text, language, mention) is Verdict.PRESENT


@any_clause
@pytest.mark.parametrize("quotes", ["“”", "„“", "«»", '""', "”"])
def test_quotation_marks_and_apostrophes_may_be_of_any_kind(
    language: str, mention: str, clause: str, quotes: str
) -> None:
    for apostrophe in "'’":
        text = f"{quotes[0]}{clause.replace(chr(39), apostrophe)}{quotes[-1]}"
        assert _verdict(text, language, mention) is Verdict.PRESENT


@any_clause
@pytest.mark.parametrize("mark", ["1. ", "2.3 ", "(a) ", "a) ", "- ", "• ", "§ 4 "])
def test_a_clause_may_be_numbered_or_an_item(language: str, mention: str, clause: str, mark: str) -> None:
    assert _verdict(f"{mark}{clause}", language, mention) is Verdict.PRESENT


@pytest.mark.parametrize(
    ("language", "mention", "clause"),
    DENIALS,
    ids=[f"{language}-{mention}" for language, mention, _ in DENIALS],
)
@settings(max_examples=15)
@given(data=st.data())
def test_a_denial_is_never_read_as_a_promise(
    language: str, mention: str, clause: str, data: st.DataObject
) -> None:
    text = _replace_some(clause, " ", ["\n", "\u00a0"], data)
    assert _verdict(text, language, mention) in {Verdict.CONTRADICTED, Verdict.MISSING}


def _contract(language: str) -> str:
    return "\n\n".join(clause for code, _, clause in CLAUSES if code == language)


@pytest.mark.parametrize("language", ["en", "fr", "sv", "de"])
def test_without_its_evidence_a_mention_is_missing(language: str) -> None:
    for mention in [name for code, name, _ in CLAUSES if code == language]:
        text = _contract(language)
        finding = check_text(text, language=language).finding(mention)
        for _ in range(5):
            if finding.verdict not in SAID:
                break
            assert finding.evidence, "said without a quote"
            for item in sorted(finding.evidence, key=lambda item: -item.start):
                text = text[: item.start] + text[item.end :]
            finding = check_text(text, language=language).finding(mention)
        assert finding.verdict is Verdict.MISSING
        assert finding.evidence == ()


_PIECES = st.one_of(
    st.sampled_from([clause for _, _, clause in CLAUSES + DENIALS]),
    st.sampled_from(
        [
            "1. Title",
            "The Processor shall:",
            "(a) ",
            "- ",
            "Data | Names",
            "____",
            "Annex 1",
            "“",
            "\ufeff",
            "\x00",
        ]
    ),
    st.text(max_size=30),
)
_TEXTS = st.builds(
    lambda pieces, glue: glue.join(pieces),
    st.lists(_PIECES, max_size=8),
    st.sampled_from(["\n\n", "\n", " ", ""]),
)
_LANGUAGES = st.sampled_from([None, "en", "fr", "sv", "de"])


def _check_shape(report: Report, text: str) -> None:
    quotes = [item for finding in report.findings for item in finding.evidence]
    quotes += [item for measure in report.art32 for item in measure.evidence]
    quotes += report.document.assessment.evidence
    for item in quotes:
        assert 0 <= item.start < item.end <= len(text)
        assert item.quote == text[item.start : item.end]
        assert len(item.quote) <= 600
    for finding in report.findings:
        assert len(finding.evidence) <= 3
        assert 0.0 <= finding.confidence <= 1.0
        assert (finding.verdict in SAID) <= bool(finding.evidence)
        assert finding.conflict <= (finding.verdict is Verdict.PRESENT)
        assert bool(finding.lacking) == (finding.verdict is Verdict.PARTIAL)
    for part in report.document.not_examined:
        assert 0 <= (part.start or 0) <= (part.end or 0) <= len(text)


@settings(max_examples=150)
@given(text=_TEXTS, language=_LANGUAGES)
@example(text="", language=None)
@example(text="\ud800", language="en")
def test_every_report_keeps_to_its_shape_and_is_the_same_each_time(text: str, language: str | None) -> None:
    report = check_text(text, language=language)
    assert len(report.findings) == 27
    _check_shape(report, text)
    assert check_text(text, language=language).to_json() == report.to_json()
