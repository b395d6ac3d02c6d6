"""What a sentence takes up from what stands before it, and which sections are about personal data."""

from __future__ import annotations

import pytest

from dpa_checker import check_text
from dpa_checker.matching.reading import Reading, Sentence
from dpa_checker.model import Verdict
from tests.matching.reading_of import reading_of


def _sentence(reading: Reading, opening: str) -> Sentence:
    return next(s for s in reading.sentences if reading.text[s.start : s.end].startswith(opening))


@pytest.mark.parametrize(
    ("language", "text", "opening", "concept"),
    [
        (
            "en",
            "Persons may request access to their data. Orbis answers such requests.",
            "Orbis",
            "data_subject_request",
        ),
        ("en", "Sub-processors may be engaged. These companies sign a contract.", "These", "subprocessor"),
        ("fr", "Des sous-traitants ultérieurs sont engagés. Ces sociétés signent.", "Ces", "subprocessor"),
        ("de", "Unterauftragnehmer werden eingesetzt. Diese Unternehmen sind gebunden.", "Diese", "subprocessor"),
        ("sv", "Underbiträden får anlitas. Dessa bolag är bundna.", "Dessa", "subprocessor"),
    ],
)
def test_such_things_are_the_things_just_named(language: str, text: str, opening: str, concept: str) -> None:
    reading = reading_of(text, language)
    assert _sentence(reading, opening).spans(reading.numbers[concept])


def test_such_companies_are_nobody_where_none_were_named() -> None:
    reading = reading_of("The weather is fine. These companies sign a contract.")
    assert not _sentence(reading, "These").spans(reading.numbers["subprocessor"])


def test_parts_cut_by_semicolons_are_one_sentence_to_what_follows() -> None:
    reading = reading_of("Backup copies exist; they are sealed; the room is locked. It is dry.")
    last = _sentence(reading, "It is dry")
    assert last.context >> reading.numbers["copies"] & 1


def test_a_paragraph_knows_the_list_before_it() -> None:
    reading = reading_of(
        "The Supplier shall:\n\n- delete the files;\n\n- lock the room.\n\nThe Customer decides which."
    )
    assert _sentence(reading, "The Customer decides").context >> reading.numbers["delete"] & 1


def test_a_section_under_a_heading_about_personal_data_is_about_personal_data() -> None:
    filler = "\n\n".join(
        f"# {n} Deliveries\n\nGoods are delivered on pallets to the ramp of the buyer." for n in range(1, 30)
    )
    text = f"{filler}\n\n# 40 Protection of personal data\n\n## 40.1 Measures\n\nThe Supplier encrypts its disks."
    reading = reading_of(text)
    assert reading.section_data[_sentence(reading, "The Supplier encrypts").section]
    assert not reading.section_data[_sentence(reading, "Goods").section]


def test_the_value_of_a_label_goes_on_after_a_semicolon() -> None:
    text = "Annex: processing of personal data\n\nData subjects: those who write to the desk; employees; patients."
    finding = check_text(text, "en").finding("data-subjects")
    assert finding.verdict is Verdict.PRESENT
    assert "employees; patients" in finding.evidence[0].quote


def test_a_short_first_sentence_is_the_title_of_its_paragraph() -> None:
    text = (
        "8. Sub-processors. The Customer grants a general authorisation. The list stands on our site. "
        "You may object to additions."
    )
    reading = reading_of(text)
    assert _sentence(reading, "You may").context & reading.mask_of("subprocessor")
