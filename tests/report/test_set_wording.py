"""Documents named in the sentences of a set's report: a list in words, in each language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dpa_checker.model import Assessment, Finding, Processing, Verdict
from dpa_checker.report.catalogue import load_catalogue
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.set_html import render_set_html
from dpa_checker.report.set_json import render_set_json
from dpa_checker.report.set_model import Part, Reference, SetDocument, SetFinding, SetReport
from dpa_checker.report.set_summary import set_reason
from dpa_checker.report.set_text import render_set_text

NAMES = ("Terms, general.pdf", "Annex 2.docx", "DPA.docx", "SLA.pdf")


def _set(*arguments: tuple[str, str], reason: str = "conflict_between") -> SetReport:
    finding = Finding("audits", Verdict.PRESENT, "28(3)(h)", reason, tuple(arguments), conflict=True)
    others = (SetFinding(Finding(mention, Verdict.MISSING, "28(3)", "not_said")) for mention in MENTIONS)
    return SetReport(
        name="Relation",
        documents=tuple(SetDocument(name, Part.JUDGED, verdicts=(Verdict.MISSING,) * 27) for name in NAMES),
        assessment=Assessment(Processing.YES, "processing_said"),
        findings=tuple(SetFinding(finding) if item.finding.mention == "audits" else item for item in others),
        art32=(),
        engine_version="0",
        library_version="0",
    )


CONFLICT = _set(("granted", ", ".join(NAMES[:3])), ("denied", ", ".join(NAMES[2:])))


@pytest.mark.parametrize(("language", "word"), [("en", "and"), ("fr", "et"), ("sv", "och"), ("de", "und")])
def test_a_conflict_names_its_documents_as_a_list_in_words(language: str, word: str) -> None:
    reason = set_reason(CONFLICT.finding("audits"), CONFLICT, load_catalogue(language))
    assert f"Terms, general.pdf, Annex 2.docx {word} DPA.docx" in reason
    assert f"DPA.docx {word} SLA.pdf" in reason
    for shown in (
        render_set_html(CONFLICT, language=language),
        render_set_text(CONFLICT, language=language, width=400),
    ):
        assert f"Terms, general.pdf, Annex 2.docx {word} DPA.docx" in shown


def test_the_json_keeps_the_names_as_they_were_and_says_them_in_words() -> None:
    content = render_set_json(CONFLICT)
    assert "Annex 2.docx and DPA.docx, denied by DPA.docx and SLA.pdf" in content
    assert '"denied": "DPA.docx, SLA.pdf"' in content


def test_a_name_with_a_comma_is_one_name_and_what_is_no_name_is_left_as_it_is() -> None:
    for value in ("Terms, general.pdf", "Unknown.pdf, other.pdf", "DPA.docx, other.pdf"):
        report = _set(("denied", value), reason="denied")
        assert f"Denied by {value}, and" in set_reason(report.finding("audits"), report, load_catalogue("en"))


def test_documents_referred_to_are_a_list_in_words() -> None:
    references = (Reference("DPA.docx", "Annex 2"), Reference("DPA.docx", "the Policy"))
    report = _set(("document", "Annex 2, the Policy"), reason="not_said_reference_only")
    item = replace(report.finding("audits"), references=references)
    assert "refers to Annex 2 and the Policy, which" in set_reason(item, report, load_catalogue("en"))
