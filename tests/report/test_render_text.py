"""The report in a terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from dpa_checker.model import Notice, NoticeKind, Unread, UnreadReason
from dpa_checker.report.catalogue import REPORT_LANGUAGES, load_catalogue
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.render_text import render_text

from .build_reports import ALL, complete, contradictions, scanned, silent, unrelated, unsupported, weak


def _flat(text: str) -> str:
    """Return ``text`` on one line with plain spaces."""
    return re.sub(r"\s+", " ", text)


def _order(text: str, *parts: str) -> bool:
    """Whether the parts all stand in ``text``, in this order."""
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
@pytest.mark.parametrize("width", [40, 62, 80, 120])
@pytest.mark.parametrize("name", ALL)
def test_every_report_fits_its_width(name: str, width: int, language: str) -> None:
    text = render_text(ALL[name], language=language, width=width)
    assert max(map(len, text.splitlines())) <= width
    assert text == text.strip("\n") + "\n"
    assert not [line for line in text.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_a_listed_report_names_every_mention_and_verdict(language: str) -> None:
    catalogue = load_catalogue(language)
    text = _flat(render_text(weak(), language=language))
    for mention in MENTIONS:
        assert _flat(catalogue.text(f"mention.{mention}")) in text
    for verdict in ("present", "partial", "missing", "not_applicable"):
        assert catalogue.text(f"verdict.{verdict}") in text
    assert _flat(catalogue.text("disclaimer.words")) in text


def test_the_top_of_the_report_comes_first() -> None:
    text = _flat(render_text(contradictions()))
    assert _order(
        text,
        "saas-terms.pdf",
        "Terms of service · English and Dutch · 9 pages",
        "Processing for another: Stated",
        "Of the 27 mentions: 2 in conflict, 2 contradicted and 1 not decided.",
        "In conflict, to be settled first",
        "? Pages 5, 8, 9: no readable text layer",
        "? A passage (page 7): in another language than the document (Dutch).",
        "De leverancier verwerkt",
        "3 tracked changes (Jane Doe)",
        "Particulars of the processing",
        "(a) Instructions and transfers",
        "(h) Information and audits",
        "Infringing instructions",
        "The Article 32 lens",
        "no legal advice",
    )


def test_a_conflict_shows_both_quotes_once_with_their_places() -> None:
    text = _flat(render_text(contradictions()))
    granted = "Granted: “The Customer may audit the Provider once a year.” [page 2, clause 7.1]"
    denied = "Denied: “No audit by the Customer takes place.” [page 6, clause 18.4]"
    assert _order(text, granted, denied)
    assert text.count(denied) == 1
    assert text.count("Both quotes stand at the top of this report.") == 2


def test_entries_show_what_lacks_the_reason_and_the_reservation() -> None:
    text = _flat(render_text(weak()))
    assert "Lacking: only third-party reports, no audit by the controller or its auditor" in text
    assert "only refers to Annex 2, which was not supplied. Supply this document." in text
    assert "Art. 28(3)(h)" in text
    qualified = _flat(render_text(complete()))
    assert "Assistance with requests of data subjects (qualified)" in qualified
    assert "Annex 4, by reference to 2021/914" in qualified


def test_all_said_is_as_far_as_a_report_goes() -> None:
    text = render_text(complete())
    assert "All 27 mentions are said." in text
    assert "compliant" not in text.lower()


def test_the_founding_case_shows_the_words_that_give_access() -> None:
    text = _flat(render_text(silent()))
    assert _order(
        text,
        "Article 28(3) terms are needed if personal data are involved. None of the 27 mentions is said.",
        "The words that give access",
        "“Le Prestataire intervient par prise de main à distance sur les bases de données du Laboratoire.” "
        "[page 2, clause 4.2]",
        "Subject-matter of the processing",
    )
    assert "Nothing in the document says it." not in text, "27 times the same sentence"


def test_a_document_about_something_else_leads_with_the_ground() -> None:
    text = _flat(render_text(unrelated()))
    assert _order(
        text,
        "No processing on behalf of another is in question.",
        "It is a confidentiality agreement",
        "“The parties exchange commercial information",
        "None of the 27 mentions is said; on this ground that is no cause for alarm",
    )
    assert "Subject-matter of the processing" not in text


def test_what_was_said_in_a_document_about_something_else_is_listed() -> None:
    report = replace(weak(), document=replace(weak().document, assessment=unrelated().document.assessment))
    text = _flat(render_text(report))
    assert "No processing on behalf of another is in question." in text
    assert "Subject-matter of the processing" in text


def test_documents_that_could_not_be_examined() -> None:
    text = _flat(render_text(unsupported()))
    assert "it is in a language that is not supported (Dutch)" in text
    assert "Languages that can be examined: German, English, French, Swedish" in text
    assert "missing" not in text.lower().replace("missing-clause", "")
    assert "? Pages 1, 2: no readable text layer" in _flat(render_text(scanned()))


def test_colours_only_on_demand_and_never_in_the_words() -> None:
    plain = render_text(contradictions())
    coloured = render_text(contradictions(), colour=True)
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_a_contract_cannot_act_on_the_terminal() -> None:
    report = complete()
    document = replace(
        report.document, name="a\x1b]0;owned\x07\u202egpj.pdf", notices=(Notice(NoticeKind.EMBEDDED_FILE, "x\x1b[2J"),)
    )
    evidence = replace(report.findings[0].evidence[0], quote="red\x1b[31m\r\n\tflows\u202e on\u00ad")
    finding = replace(report.findings[0], evidence=(evidence,))
    text = render_text(replace(report, document=document, findings=(finding, *report.findings[1:])))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u00ad]", text)
    assert "red[31m flows on" in text


def test_pages_not_examined_are_joined_into_ranges() -> None:
    report = complete()
    unread = tuple(Unread(UnreadReason.DAMAGED, page=page) for page in (2, 3, 4, 9))
    text = render_text(replace(report, document=replace(report.document, not_examined=unread)))
    assert "Pages 2–4, 9: damaged" in text
    assert "Everything that applies is said, but part of the document was not examined." in _flat(text)
