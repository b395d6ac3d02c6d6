"""The four catalogues say the same things, and say nothing that a reading of words cannot say."""

from __future__ import annotations

import re
from importlib.resources import files
from string import Formatter

import pytest

from dpa_checker.errors import LibraryError
from dpa_checker.model import DocumentKind, Processing, UnreadReason, Verdict
from dpa_checker.report.catalogue import REPORT_LANGUAGES, load_catalogue, read_texts
from dpa_checker.report.groups import GROUPS, MEASURES, MENTIONS
from dpa_checker.report.outcome import Outcome
from dpa_checker.report.view_model import Status

ENGLISH = load_catalogue("en").texts
REASONS = [
    "said",
    "said_by_reference",
    "partly_said",
    "not_said",
    "not_said_heading_only",
    "not_said_reference_only",
    "not_said_no_undertaking",
    "not_said_wrong_party",
    "denied",
    "denial_prevails",
    "conflict",
    "not_applicable_forbidden",
    "not_applicable_specific_consent",
    "not_examined_part",
    "not_examined_language",
]
LACKING = {
    "documented-instructions": {"only", "documented"},
    "third-country-transfers": {"instruction_or_authorisation"},
    "legal-obligation-notice": {"notice"},
    "confidentiality": {"persons"},
    "subprocessor-authorisation": {"authorisation"},
    "subprocessor-changes": {"objection", "information"},
    "subprocessor-flow-down": {"same_obligations"},
    "data-subject-rights": {"assistance"},
    "deletion-or-return": {"choice", "deletion", "return"},
    "deletion-of-copies": {"copies"},
    "audits": {"controller_audit"},
}
GROUNDS = [
    "processing_said",
    "hosting",
    "storage",
    "maintenance",
    "remote_support",
    "backup",
    "migration",
    "development",
    "access",
    "doubt",
    "privacy_policy",
    "consumer_terms",
    "nda",
    "sale_of_goods",
    "bare_licence",
    "sla",
    "no_contract",
    "employment",
    "other_no_access",
]
# What a report must never claim of a contract.
CLAIMS = {
    "en": r"\bcomplian(t|ce with)\b|\bcompl(y|ies)\b",
    "fr": r"\b(non )?conformes? (à|au)\b|\bconformité\b",
    "sv": r"\b(följer|uppfyller|förenlig)",
    "de": r"konform|entspricht|erfüllt",
}


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _keys(prefix: str) -> set[str]:
    return {key.removeprefix(f"{prefix}.") for key in ENGLISH if key.startswith(f"{prefix}.")}


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_catalogues_have_equal_keys_and_placeholders(language: str) -> None:
    texts = load_catalogue(language).texts
    assert list(texts) == list(ENGLISH)
    for key, template in ENGLISH.items():
        assert _placeholders(texts[key]) == _placeholders(template), key


@pytest.mark.parametrize("language", [language for language in REPORT_LANGUAGES if language != "en"])
def test_catalogues_are_translated(language: str) -> None:
    """Sentences differ from the English ones; single words may be the same in two languages."""
    texts = load_catalogue(language).texts
    same = [key for key, text in texts.items() if text == ENGLISH[key] and text.count(" ") >= 2]
    assert same == []


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_no_text_claims_more_than_that_all_is_said(language: str) -> None:
    claims = re.compile(CLAIMS[language], re.IGNORECASE)
    assert [text for text in load_catalogue(language).texts.values() if claims.search(text)] == []


def test_every_key_that_a_report_can_need_has_a_text() -> None:
    assert _keys("mention") == set(MENTIONS)
    assert _keys("measure") == set(MEASURES)
    assert _keys("group") == {group.key for group in GROUPS}
    assert _keys("verdict") == set(Status) >= set(Verdict)
    assert _keys("kind") == set(DocumentKind)
    assert _keys("processing") == _keys("processing_sentence") == set(Processing)
    assert _keys("unread") == set(UnreadReason)
    assert _keys("reason") == set(REASONS)
    assert _keys("ground") == set(GROUNDS)
    assert _keys("exit") == set(Outcome)
    assert _keys("lacking") == {f"{mention}.{key}" for mention, keys in LACKING.items() for key in keys}


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_how_sure_the_program_is_does_not_read_as_security(language: str) -> None:
    texts = load_catalogue(language).texts
    mentions = {text for key, text in texts.items() if key.startswith(("mention.", "group."))}
    assert not [text for text in mentions if texts["letter.confidence"].casefold() in text.casefold()]


def test_the_groups_hold_the_27_mentions_once() -> None:
    assert len(MENTIONS) == len(set(MENTIONS)) == 27
    assert len(MEASURES) == 7


def test_a_text_is_filled_counted_and_listed() -> None:
    catalogue = load_catalogue("fr")
    assert catalogue.counted("count.pages", 0) == "0\u00a0page"
    assert catalogue.counted("count.pages", 12_000) == "12\u00a0000\u00a0pages"
    assert catalogue.quoted("mots") == "«\u00a0mots\u00a0»"
    assert catalogue.listed(["un", "deux", "trois"]) == "un, deux et trois"
    assert load_catalogue("en").counted("count.pages", 1) == "1\u00a0page"
    assert catalogue.language_name("NL") == "néerlandais"
    assert catalogue.language_name("xx") == "xx"


def test_an_argument_is_never_read_as_a_template() -> None:
    text = load_catalogue("en").text("reason.not_said_reference_only", document="{0.__class__} {x}")
    assert "{0.__class__} {x}" in text


@pytest.mark.parametrize(
    ("key", "arguments", "message"),
    [
        ("reason.unheard_of", {}, "no text for 'reason.unheard_of'"),
        ("place.page", {}, "needs a value for 'page'"),
    ],
)
def test_a_wrong_use_is_a_library_error(key: str, arguments: dict[str, str], message: str) -> None:
    with pytest.raises(LibraryError, match=message):
        load_catalogue("en").text(key, **arguments)


@pytest.mark.parametrize(
    ("yaml_text", "message"),
    [
        ("a: one\nb: two\na: three\n", r"line 3: the key 'a' is given twice"),
        ("a:\n  b: one\n  b: two\n", r"line 3: the key 'b' is given twice"),
        ("a: [one, two]\n", "must be a text"),
        ("a:\n", "must be a text that is not empty"),
        ("- a\n", "a mapping of texts is expected"),
        ("a: 'one\n", "not valid YAML"),
    ],
)
def test_the_loader_is_strict(yaml_text: str, message: str) -> None:
    with pytest.raises(LibraryError, match=message):
        read_texts(yaml_text, name="messages.yaml")


def test_the_loader_reads_every_scalar_as_text() -> None:
    assert read_texts("no: yes\nversion: 3.10\n", name="x") == {"no": "yes", "version": "3.10"}


def test_there_is_no_catalogue_in_another_language() -> None:
    with pytest.raises(LibraryError, match="choose one of en, fr, sv, de"):
        load_catalogue("nl")
    names = {path.name for path in files("dpa_checker.report").joinpath("messages").iterdir()}
    assert names == {f"{language}.yaml" for language in REPORT_LANGUAGES}
