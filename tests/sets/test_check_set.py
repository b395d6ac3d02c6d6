"""Documents of one relation judged together, from files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dpa_checker import check_file, check_set
from dpa_checker.errors import EmptyDocument, UnsupportedLanguage
from dpa_checker.model import Processing, Verdict
from dpa_checker.report.catalogue import REPORT_LANGUAGES
from dpa_checker.report.set_html import render_set_html
from dpa_checker.report.set_json import load_set_schema
from dpa_checker.report.set_model import Part
from dpa_checker.report.set_text import render_set_text
from tests.sets.relation import write_relation

SAMPLES = Path(__file__).parents[2] / "sample_contracts"
PREVAILS = "4. Precedence\nIn case of conflict this Agreement prevails over the General Terms of Sale."
YIELDS = "4. Precedence\nIn case of conflict the General Terms of Sale prevail over this Agreement."


def test_each_mention_counts_as_the_best_document_says_it(tmp_path: Path) -> None:
    paths = write_relation(tmp_path)
    report = check_set(paths, name="Labovita")
    assert report.assessment.processing is Processing.YES
    assert report.finding("data-types").satisfied_by == ("annex-2.txt",)
    assert report.finding("breach-notification").satisfied_by == ("maintenance-contract.txt",)
    assert report.finding("documented-instructions").satisfied_by == ("data-processing-agreement.txt",)
    assert report.finding("dpia").finding.verdict is Verdict.MISSING
    for path in paths:
        alone = check_file(path)
        for finding in alone.findings:
            if finding.verdict is Verdict.PRESENT:
                assert report.finding(finding.mention).finding.verdict is Verdict.PRESENT, finding.mention
                assert path.name in report.finding(finding.mention).satisfied_by


def test_every_quote_names_its_document_and_stands_in_it(tmp_path: Path) -> None:
    paths = write_relation(tmp_path)
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    quotes = [quote for item in check_set(paths).findings for quote in item.finding.evidence]
    assert len({quote.source_document for quote in quotes}) == 4
    for quote in quotes:
        assert texts[quote.source_document or ""][quote.start : quote.end] == quote.quote


def test_granted_here_and_denied_there_is_a_conflict_with_both_quotes(tmp_path: Path) -> None:
    audits = check_set(write_relation(tmp_path)).finding("audits")
    assert audits.finding.conflict
    assert audits.finding.verdict is Verdict.PRESENT
    assert audits.finding.reason == "conflict_between"
    assert {(quote.against, quote.source_document) for quote in audits.finding.evidence} == {
        (False, "data-processing-agreement.txt"),
        (True, "terms-of-sale.txt"),
    }


@pytest.mark.parametrize(
    ("clause", "verdict", "reason"),
    [
        (PREVAILS, Verdict.PRESENT, "granted_settled"),
        (YIELDS, Verdict.CONTRADICTED, "denial_settled"),
    ],
)
def test_an_order_of_precedence_settles_it(tmp_path: Path, clause: str, verdict: Verdict, reason: str) -> None:
    audits = check_set(write_relation(tmp_path, more=clause)).finding("audits")
    assert (audits.finding.verdict, audits.finding.conflict, audits.finding.reason) == (verdict, False, reason)
    assert audits.settled_by is not None
    assert audits.settled_by.quote == clause.splitlines()[1]
    assert audits.settled_by.source_document == "data-processing-agreement.txt"


def test_two_documents_that_each_claim_to_prevail_settle_nothing(tmp_path: Path) -> None:
    paths = write_relation(tmp_path, more=PREVAILS)
    with paths[0].open("a", encoding="utf-8") as terms:
        terms.write("\n4. Precedence\nThese terms prevail over the Data Processing Agreement.\n")
    assert check_set(paths).finding("audits").finding.conflict


def test_a_reference_to_a_document_of_the_set_is_followed(tmp_path: Path) -> None:
    finding = check_set(write_relation(tmp_path)).finding("data-types")
    assert finding.finding.verdict is Verdict.PRESENT
    assert [(item.source, item.called, item.targets) for item in finding.references] == [
        ("terms-of-sale.txt", "Annex 2", ("annex-2.txt",))
    ]
    assert finding.supply == ()


@pytest.mark.parametrize("annex", ["Annex 2", "Annex 3"])
def test_a_document_that_is_not_in_the_set_is_to_be_supplied(tmp_path: Path, annex: str) -> None:
    report = check_set(write_relation(tmp_path, annex=annex, leave_out=("annex-2.txt",)))
    finding = report.finding("data-types")
    assert finding.finding.verdict is Verdict.MISSING
    assert finding.finding.reason == "not_said_reference_only"
    assert finding.supply == (annex,)
    assert json.loads(report.to_json())["summary"]["supply"] == [annex]


def test_a_reference_that_is_followed_in_vain_is_said_to_be(tmp_path: Path) -> None:
    paths = write_relation(tmp_path)
    paths[-1].write_text("ANNEX 2 – SERVICE LEVELS\n\nThe service is available 99 % of the time.\n", encoding="utf-8")
    finding = check_set(paths).finding("data-types")
    assert (finding.finding.reason, finding.supply) == ("reference_followed", ())


def test_a_prohibition_spares_the_set_only_where_no_document_allows_sub_processors(tmp_path: Path) -> None:
    forbidden = "4. Sub-processors\nThe Processor shall not engage any other processor. Sub-processing is prohibited."
    paths = write_relation(tmp_path, more=forbidden)
    assert check_file(paths[2]).finding("subprocessor-liability").verdict is Verdict.NOT_APPLICABLE
    assert check_set(paths).finding("subprocessor-liability").finding.verdict is Verdict.NOT_APPLICABLE
    with paths[1].open("a", encoding="utf-8") as contract:
        contract.write(
            "\n3. Sub-processors\nThe Customer gives its general written authorisation that the Supplier engages other "
            "processors for the processing of personal data.\n"
        )
    due = check_set(paths).finding("subprocessor-liability")
    assert (due.finding.verdict, due.finding.reason) == (Verdict.MISSING, "due_elsewhere")


def test_a_file_that_cannot_be_read_makes_what_is_unsaid_not_examined(tmp_path: Path) -> None:
    paths = write_relation(tmp_path)
    broken = tmp_path / "annex-9.pdf"
    broken.write_bytes(b"")
    report = check_set([*paths, broken])
    assert report.finding("dpia").finding.verdict is Verdict.NOT_EXAMINED
    assert report.finding("data-types").finding.verdict is Verdict.PRESENT
    assert (report.documents[-1].part, report.documents[-1].error_code) == (Part.NOT_READ, "empty-document")


def test_documents_that_say_nothing_beside_one_that_cannot_be_read_were_examined(tmp_path: Path) -> None:
    silent, broken = tmp_path / "terms.txt", tmp_path / "annex.pdf"
    silent.write_text("Maintenance contract. The Supplier repairs faults of the software within two days.", "utf-8")
    broken.write_bytes(b"%PDF-1.4 nothing")
    report = check_set([silent, broken])
    assert {item.finding.verdict for item in report.findings} == {Verdict.NOT_EXAMINED}
    assert report.examined
    assert "Not everything was read, so not everything is decided." in " ".join(render_set_text(report).split())
    assert not check_set([broken]).examined


def test_a_privacy_policy_in_the_folder_is_set_aside(tmp_path: Path) -> None:
    policy = next(path for path in (SAMPLES / "fr-politique-confidentialite").glob("contract.*"))
    paths = write_relation(tmp_path)
    report = check_set([*paths, policy])
    assert report.documents[-1].part is Part.SET_ASIDE
    assert [item.finding.verdict for item in report.findings] == [
        item.finding.verdict for item in check_set(paths).findings
    ]
    assert check_set([policy]).documents[0].part is Part.JUDGED


def test_the_json_follows_its_schema_and_is_the_same_each_time(tmp_path: Path) -> None:
    paths = write_relation(tmp_path, more=PREVAILS)
    written = check_set(paths, name="Labovita").to_json()
    schema = json.loads(load_set_schema())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(written))
    assert check_set(paths, name="Labovita").to_json() == written


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_text_and_page_name_documents_conflicts_and_what_to_supply(tmp_path: Path, language: str) -> None:
    paths = write_relation(tmp_path, annex="Annex 3", leave_out=("annex-2.txt",))
    report = check_set(paths, name="Labovita <SA>")
    text, page = render_set_text(report, language=language), render_set_html(report, language=language)
    for name in ("maintenance-contract.txt", "Annex 3", "has no right to audit"):
        assert name in text.replace("\n      ", " ")
        assert name in page
    assert "Labovita &lt;SA&gt;" in page
    assert "<script" not in page


def test_a_set_needs_a_file_and_a_known_language(tmp_path: Path) -> None:
    with pytest.raises(EmptyDocument):
        check_set([])
    with pytest.raises(UnsupportedLanguage):
        check_set(write_relation(tmp_path), language="xx")
