"""Options headed "Option 1", "Option 2" without boxes: set aside, reported as undecided, or no options at all."""

from __future__ import annotations

import pytest

from dpa_checker import check_text
from dpa_checker.ingestion import read_text
from dpa_checker.model import UnreadReason
from tests.ingestion.offers import DE, EN, FIRST, FR, SECOND, SV, is_undecided, said, told


@pytest.mark.parametrize(
    ("form", "statement"),
    [
        (EN, "Option 2 applies."),
        (EN, "Option 2 (general written authorisation) shall apply."),
        (EN, "The Parties choose Option 2."),
        (EN, "The Parties agree to apply Option 2."),
        (EN, "The Parties have agreed on Option 2."),
        (EN, "Clause 9(a): Option 2"),
        (EN, "Clause 9(a): OPTION 2 GENERAL WRITTEN AUTHORISATION, notice period 30 days"),
        (EN, "Clause 9(a) Option 2"),
        (EN, "Clause 9(a), Option 2: 30 days"),
        (EN, "The option selected under Clause 9(a) is Option 2."),
        (EN, "Module Two | Clause 9(a) | Option 2 | 30 days\nModule Two | Clause 17 | Option 1 | France"),
        (EN, "Clause 9 (Use of sub-processors) | Option 2: general | 30 days\nClause 11 (Redress) | not used | none"),
        (EN, "Where applicable, in Clause 9, Option 2 applies, and the time limit is ten days."),
        (EN, "For the purposes of Clause 9.a) (Use of sub-processors), Option 2: General authorisation shall apply."),
        (EN, "Option 2 of Clause 9(a) is selected. Option 1 of Clause 17 applies."),
        (EN, "In Clause 9(a), Option 1 is deleted and Option 2 applies."),
        (EN, "Option 1 does not apply."),
        (EN, "Selected option: 2"),
        (FR, "L'option 2 est retenue."),
        (FR, "La variante n° 2 s’applique."),
        (FR, "Les parties ont retenu la variante 2."),
        (FR, "Option retenue : 2"),
        (FR, "La variante 1 n'est pas retenue."),
        (FR, "Article 9 : variante 2"),
        (FR, "La variante 2 de l’article 9 est applicable."),
        (FR, "Article 9, point a) : OPTION 2 : AUTORISATION ÉCRITE GÉNÉRALE"),
        (DE, "Es gilt Variante 2."),
        (DE, "Die Parteien haben sich auf Variante 2 geeinigt."),
        (DE, "Die Parteien vereinbaren Variante 2."),
        (DE, "Variante 2 findet Anwendung."),
        (DE, "Variante 1 gilt nicht."),
        (DE, "Gewählte Variante: 2"),
        (DE, "Zu § 9: Variante 2"),
        (DE, "Variante 2 des § 9 findet Anwendung."),
        (DE, "Die Parteien entscheiden sich in § 9 für Variante 2."),
        (SV, "Alternativ 2 gäller."),
        (SV, "Parterna har valt alternativ 2."),
        (SV, "Alternativ 2 ska tillämpas och inte alternativ 1."),
        (SV, "Alternativ 1 gäller inte."),
        (SV, "Valt alternativ: 2"),
        (SV, "Enligt punkt 9 gäller alternativ 2."),
    ],
)
def test_the_option_that_is_not_chosen_is_set_aside(form: str, statement: str) -> None:
    document = read_text(form.format(said=statement))
    assert FIRST[form] not in said(document)
    assert SECOND[form] in said(document)
    (part,) = [part for part in document.unread if part.reason is UnreadReason.UNSELECTED_OPTION]
    assert FIRST[form] in document.text[part.start : part.end]
    assert not told(document, UnreadReason.UNDECIDED_OPTION)


@pytest.mark.parametrize(
    ("form", "statement"),
    [
        (EN, "The seat of the processor is in Lund."),
        (EN, "If Option 2 applies, the list of sub-processors is in Annex III."),
        (EN, "This Annex must be completed in case of specific authorisation (Clause 9(a), Option 1)."),
        (EN, "The Parties choose Option 1 or Option 2."),
        (EN, "Option 1 and Option 2 apply."),
        (EN, "Failing a choice, Option 2 applies by default."),
        (EN, "The customer may choose Option 2."),
        (EN, "Clause 17: Option 2"),
        (EN, "Option 2 of Clause 17 applies."),
        (EN, "Option 1 applies. Option 2 applies."),
        (EN, "Option 3 applies."),
        (EN, "The notice under Clause 9(a), Option 1 is sent by post."),
        (DE, "Der Verantwortliche interessiert sich für Variante 2."),
        (DE, "Die Variante 2 war teurer."),
        (DE, "Die Parteien wählen eine Variante."),
        (EN, "Backups | Option 2: daily | paid\nSupport | Option 1 | free"),
        (FR, "Si l'option 2 est retenue, la liste figure en annexe."),
        (FR, "À défaut de choix, la variante 2 s'applique."),
        (FR, "L'alternative a été discutée par les parties."),
        (DE, "Falls Variante 2 gilt, steht die Liste in der Anlage."),
        (DE, "In Ermangelung einer Wahl gilt Variante 2."),
        (DE, "Dieser Anhang ist bei gesonderter Genehmigung auszufüllen (§ 9, Variante 1)."),
        (SV, "Om alternativ 2 gäller finns förteckningen i bilagan."),
        (SV, "Parterna kan välja alternativ 2."),
    ],
)
def test_a_choice_that_is_left_open_is_reported_and_all_options_stay(form: str, statement: str) -> None:
    document = read_text(form.format(said=statement))
    assert is_undecided(document)
    assert FIRST[form] in said(document)
    assert SECOND[form] in said(document)


@pytest.mark.parametrize(
    "content",
    [
        "The Customer has the option to terminate.\n\nThe Supplier has the option 1 month later.",
        "Stock option 1 vests in May.\n\nStock option 2 vests in June.",
        "Option 1 and Option 2 shares vest in May.\n\nOption 2 shares are paid in June.",
        "OPTION 2 GENERAL WRITTEN AUTHORISATION: The processor has the general authorisation of the controller.",
        "The alternative 1 to 3 days are counted.\n\nThe alternative 2 days are not.",
        "The processor shall delete as appropriate all personal data.",
        "Contents\n\nOption 1 ........ 3\n\nOption 2 ........ 4",
        "At the choice of the controller:\n\nOption A: It returns all data.\n\nOption B: It deletes all data.",
        """Nach der Wahl des Verantwortlichen:\n
Option A — Rückgabe: Alle Daten werden zurückgegeben.\n
Option B — Löschung: Alle Daten werden gelöscht.\n
Ohne Erklärung gilt Option B standardmäßig.""",
    ],
)
def test_what_only_looks_like_a_choice_of_wording_stays(content: str) -> None:
    document = read_text(content)
    assert not document.unread
    assert said(document).split() == content.split()


def test_options_under_headings_of_their_own_go_as_far_as_the_others() -> None:
    document = read_text(
        "9. Sub-processors\n\nOption A – Specific\n\nNo sub-processor without consent.\n\nA list is in Annex 1.\n\n"
        "Option B – General\n\nSub-processors are announced.\n\nThe controller may object.\n\n"
        "The processor remains liable.\n\n10. Choice\n\nThe parties choose Option A."
    )
    assert told(document, UnreadReason.UNSELECTED_OPTION) == [
        "Option B – General Sub-processors are announced. The controller may object."
    ]
    assert "The processor remains liable." in said(document)
    assert "No sub-processor without consent." in said(document)


def test_lists_belong_to_their_option() -> None:
    document = read_text(
        "2.1 Option 1: The processor shall:\n\n(a) ask first;\n\n(b) wait for an answer.\n\n"
        "2.2 Option 2: The processor shall:\n\n(a) announce;\n\n(b) hear objections.\n\n"
        "2.3 The processor remains liable.\n\nOption 1 applies."
    )
    assert "announce" not in said(document)
    assert "objections" not in said(document)
    assert "2.3 The processor remains liable." in said(document)
    assert "ask first" in said(document)


def test_each_clause_has_its_own_choice() -> None:
    document = read_text(
        "Clause 9\n\nOption 1: With consent.\n\nOption 2: With notice.\n\n"
        "Clause 17\n\nOption 1: The law of France.\n\nOption 2: The law of Sweden.\n\n"
        "Annex\n\nIn Clause 9, Option 2 applies. In Clause 17, Option 1 applies."
    )
    assert told(document, UnreadReason.UNSELECTED_OPTION) == ["Option 1: With consent.", "Option 2: The law of Sweden."]


def test_a_statement_without_a_clause_holds_in_its_own_section_only() -> None:
    document = read_text(
        "Clause 9\n\nOption 1: With consent.\n\nOption 2: With notice.\n\nOption 2 applies.\n\n"
        "Clause 17\n\nOption 1: The law of France.\n\nOption 2: The law of Sweden."
    )
    assert told(document, UnreadReason.UNSELECTED_OPTION) == ["Option 1: With consent."]
    assert len(told(document, UnreadReason.UNDECIDED_OPTION)) == 1


def test_sections_without_numbers_keep_their_choices_apart() -> None:
    document = read_text(
        "# Sub-processors\n\nOption 1: With consent.\n\nOption 2: With notice.\n\nOption 2 applies.\n\n"
        "# Law\n\nOption 1: The law of France.\n\nOption 2: The law of Sweden.\n\nOption 1 applies.\n\n"
        "# Seat\n\nOption 1: Lund.\n\nOption 2: Lyon."
    )
    assert told(document, UnreadReason.UNSELECTED_OPTION) == ["Option 1: With consent.", "Option 2: The law of Sweden."]
    assert told(document, UnreadReason.UNDECIDED_OPTION) == ["Option 1: Lund. Option 2: Lyon."]


def test_options_within_a_sentence_are_read_with_it_and_reported() -> None:
    document = read_text(
        "4. Help with [OPTION 1: Article 34] or [OPTION 2: Article 35], taking into account the risk."
        "\n\nOption 1 applies."
    )
    assert told(document, UnreadReason.UNDECIDED_OPTION) == ["[OPTION 1: Article 34] or [OPTION 2: Article 35]"]
    assert "taking into account" in said(document)


def test_options_in_brackets_at_the_end_of_a_paragraph_are_settled() -> None:
    document = read_text(
        "4. Sub-processors. [Option 1: Consent is asked for.] [Option 2: Notice is given.]\n\nOption 2 applies."
    )
    assert "Consent" not in said(document)
    assert "Notice is given" in said(document)


def test_the_paragraphs_of_an_option_go_with_its_open_box() -> None:
    document = read_text(
        "☐ Option 1: Specific\n\nNo sub-processor without consent.\n\n"
        "☒ Option 2: General\n\nNotice is given.\n\n9. End\n\nEnd."
    )
    assert "without consent" not in said(document)
    assert "Notice is given." in said(document)


def test_what_follows_open_boxes_without_text_of_their_own_is_no_part_of_them() -> None:
    document = read_text("☐ Option 1\n\n☐ Option 2\n\nThe processor remains liable.")
    assert said(document) == "The processor remains liable."
    assert not told(document, UnreadReason.UNDECIDED_OPTION)


@pytest.mark.parametrize(
    "marker",
    [
        "[Choose one]",
        "(Nichtzutreffendes streichen)",
        "Rayer la mention inutile.",
        "* Stryk det som inte är tillämpligt",
        "[zutreffende Option auswählen: mit oder ohne Genehmigung]",
    ],
)
def test_a_demand_to_choose_that_nobody_met_is_reported(marker: str) -> None:
    document = read_text(f"9. Sub-processors\n\n{marker}\n\nwith consent / with notice")
    assert is_undecided(document)


def test_verdicts_that_rest_on_an_open_choice_are_qualified() -> None:
    form = (
        "Data processing agreement under Article 28 GDPR between the Controller and the Processor.\n\n"
        "9. Sub-processors\n\n{} 10. Choice\n\n{}"
    )
    options = (
        "Option 1: The Processor shall not engage another processor without the prior specific written authorisation "
        "of the Controller.\n\nOption 2: The Processor has the Controller's general written authorisation to engage "
        "other processors; it shall inform the Controller of any intended changes concerning the addition or "
        "replacement of other processors, thereby giving the Controller the opportunity to object.\n\n"
    )
    name = "subprocessor_prior_authorisation"
    open_, settled = (
        {finding.mention: finding for finding in check_text(form.format(options, said)).findings}
        for said in ("Swedish law governs.", "Option 1 applies.")
    )
    mentions = [name for name in open_ if open_[name].qualified and not settled[name].qualified]
    assert mentions, name
    assert all(open_[name].verdict == "present" for name in mentions)
