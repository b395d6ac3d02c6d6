"""What typography may not change, and what every report keeps to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dpa_checker import Report, check_text, load_library
from dpa_checker.library.loader import load_yaml
from dpa_checker.model import Verdict

_FILE = load_yaml(Path(__file__).with_name("clauses.yaml"))
CLAUSES, DENIALS = (
    [(language, mention, text) for language, texts in _FILE[key].items() for mention, text in texts.items()]
    for key in ("clauses", "denials")
)

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
    text = _replace_some(clause, "(?<=[a-zà-ÿ]{2})(?=[a-zà-ÿ]{2})", ["-\n", "\u2010\n", "\u00ad", "\u00ad\n"], data)
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
def test_a_denial_is_never_read_as_a_promise(language: str, mention: str, clause: str, data: st.DataObject) -> None:
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
_LANGUAGES = st.sampled_from([None, *load_library().languages])


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
