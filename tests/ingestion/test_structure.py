"""From text to clauses: labels, annexes, list heads, tables of particulars, and sentences in the four languages."""

from __future__ import annotations

import pytest

from dpa_checker.ingestion import read_text
from dpa_checker.library import load_library
from dpa_checker.model import BlockKind, Clause
from dpa_checker.segments import build_clauses


def clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text with the structure words of the clause library."""
    abbreviations, annex_words = load_library().structure_words
    return build_clauses(read_text(text), abbreviations=abbreviations, annex_words=annex_words)


@pytest.mark.parametrize(
    ("heading", "label"),
    [
        ("Article 5 Confidentiality", "Article 5"),
        ("ARTICLE 5\nCONFIDENTIALITY", "ARTICLE 5"),
        ("Art. 5 Sous-traitance ultérieure", "Art. 5"),
        ("§5 Weisungen", "§5"),
        ("§ 5a Kontrollrechte", "§ 5a"),
        ("5 § Underbiträden", "5 §"),
        ("2 kap. Behandling", "2 kap."),
        ("Artikel 5 – Sekretess", "Artikel 5"),
        ("Punkt 5 Radering", "Punkt 5"),
        ("Ziffer 5: Kontrolle", "Ziffer 5"),
        ("Klausul 5.2 Revision", "Klausul 5.2"),
        ("Section 12 – Term", "Section 12"),
        ("Annex 1 – Particulars", "Annex 1"),
        ("Annex I.A", "Annex I.A"),
        ("Annexe III", "Annexe III"),
        ("Anlage 1 zum Auftragsverarbeitungsvertrag", "Anlage 1"),
        ("Anhang B: Maßnahmen", "Anhang B"),
        ("Bilaga 2 till avtalet", "Bilaga 2"),
        ("Appendix 1 to the Data Processing Agreement", "Appendix 1"),
        ("Schedule A\nSecurity measures", "Schedule A"),
        ("Exhibit 2", "Exhibit 2"),
    ],
)
def test_headings_of_articles_and_annexes(heading: str, label: str) -> None:
    document = read_text(f"{heading}\n\nThe text of it follows and ends here.\n")
    assert [block.kind for block in document.blocks] == [BlockKind.HEADING, BlockKind.PARAGRAPH]
    assert document.blocks[0].label == label
    below = clauses(document.text)[1]
    assert [document.text[start:end] for start, end in below.headings] == [heading]
    assert label in below.path


@pytest.mark.parametrize(
    "text",
    [
        "Nothing herein limits the duties under the agreement between the parties in accordance with\nAnnex 1 to it.",
        "Die Pflichten des Auftragnehmers ergeben sich im Übrigen aus dem Hauptvertrag und aus\n§ 5 dieses Vertrags.",
        "Behandlingen sker i enlighet med vad som sägs i dataskyddslagen och särskilt med stöd av\n5 § i den lagen.",
        "The Processor takes all measures that are required under the Regulation and in particular under\nArticle 32.",
    ],
)
def test_wrapped_references_begin_nothing(text: str) -> None:
    assert len(read_text(text).blocks) == 1


def test_paths_and_heads_of_a_list() -> None:
    text = (
        "Annex 1 – Particulars\n\n2.3 The Processor shall:\n(a) encrypt the data;\n(b) keep:\n    (i) logs of access;\n"
        "    (ii) keys.\n2.4 It ends.\n"
    )
    found = {text[clause.start : clause.end]: clause for clause in clauses(text)}
    inner = found["(ii) keys."]
    assert [text[start:end] for start, end in inner.heads] == ["2.3 The Processor shall:", "(b) keep:"]
    assert found["(b) keep:"].path.startswith("Annex 1, ")
    assert found["(b) keep:"].path.endswith("2.3 (b)")
    assert found["(ii) keys."].path.endswith("2.3 (b) (ii)")
    assert found["2.4 It ends."].heads == ()


def test_definitions_with_limbs() -> None:
    text = (
        "Definitions\n\n“Processor” means the party that:\n(a) processes data; or\n(b) stores data.\n\n"
        "“Personal Data” means any information on a person.\n"
    )
    found = clauses(text)
    assert [text[start:end] for start, end in found[2].heads] == ["“Processor” means the party that:"]
    assert found[4].heads == ()
    assert [text[start:end] for start, end in found[4].headings] == ["Definitions"]


def test_table_of_particulars() -> None:
    text = "Annexe 1\n\nObject of it | Details\nDuration | term of the agreement\nPurpose | hosting\n"
    rows = [clause for clause in clauses(text) if clause.kind is BlockKind.TABLE_ROW]
    assert [tuple(text[start:end] for start, end in row.cells) for row in rows][1:] == [
        ("Duration", "term of the agreement"), ("Purpose", "hosting"),
    ]  # fmt: skip
    assert all(row.path.startswith("Annexe 1") for row in rows)
    assert all([text[start:end] for start, end in row.headings] == ["Annexe 1"] for row in rows)


@pytest.mark.parametrize(
    "text",
    [
        "The Processor acts under art. 28 of the Regulation. | It informs the Controller.",
        "Providers (e.g. Acme Inc. and Beta Ltd.) are named, i.e. The List. | They change.",
        "See No. 5 and Nos. 6 and 7. | The end is near.",
        "The rate is 3.5 % of 1,000.00 EUR. | The end is near.",
        "It starts on 27.04.2026 and runs on. | The end is near.",
        "(the “Data”). | The end is near.",
        "He said “stop.” | Then it ended.",
        "It waits… | Then it goes.",
        "under Section 5. | The Processor acts.",
        "within 72 hours. | The Controller acts.",
        "Le sous-traitant agit selon l'art. 28, al. 3 du RGPD. | Il informe le client.",
        "Il recourt à des tiers, p. ex. Acme SAS. | Il en répond.",
        "M. Dupont et Mme. Durand signent. | Fin ici.",
        "Cf. Annexe 1. | Le prestataire agit.",
        "Der Auftragnehmer handelt nach Art. 28 Abs. 3 lit. a DSGVO. | Er haftet.",
        "Nach Art. 28 Abs. 3 S. 2 lit. a) DSGVO gilt dies. | Ende hier.",
        "gem. § 5 Abs. 2 Satz 1 Nr. 3 BDSG i. V. m. Art. 28 DSGVO. | Ende hier.",
        "Das betrifft z. B. Namen, ca. 5 Tage bzw. Drei Wochen. | Ende hier.",
        "Dr. Müller u. a. Personen handeln. | Ende hier.",
        "Acme GmbH & Co. KG handelt. | Ende hier.",
        "Biträdet ska följa nr 5 i st. 2. | Därefter raderas allt.",
        "Det gäller bl.a. Uppgifter och t.ex. Bilder. | Slut nu.",
        "Enligt 3 kap. 5 § tredje st. Dataskyddslagen gäller detta. | Slut nu.",
        "Uppgifterna raderas, d.v.s. Alla kopior. | Slut nu.",
    ],
)
def test_sentences(text: str) -> None:
    sentences = text.split(" | ")
    joined = " ".join(sentences)
    found = clauses(f"{joined} And so it goes on in this paragraph.")[0].sentences
    whole = f"{joined} And so it goes on in this paragraph."
    assert [whole[start:end] for start, end in found][: len(sentences)] == sentences


def paths(text: str) -> dict[str, str]:
    """Return the paths of the clauses of a text by their last words."""
    return {text[clause.start : clause.end].split()[-1].strip(".:;"): clause.path for clause in clauses(text)}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Art. 6 Rights\n\n6.1 It has the very last word.", "6.1"),
        ("Article 4 – Consignes\n\n4.2 Le Prestataire a le dernier word.", "4.2"),
        ("Article 4 – Consignes\n\nLe Prestataire agit et a le dernier word.", "Article 4"),
        ("Article 4 – Terms\n\n1.1 It has the very last word.", "Article 4, 1.1"),
        ("1. Scope\n\n1.1 It says:\n\n1.1.8 It goes on:\n\n1.1.8.2 It has the very last word.", "1.1.8.2"),
        ("8. Scope\n\nThe Processor shall:\n\n(b) delete the data;\n\n(c) have the last word.", "8 (c)"),
        ("§ 9 Hilfe\n\n(2) Er hilft\n\na) bei der Meldung und\n\nb) bei dem letzten word.", "§ 9 (2) b)"),
        ("3. Avtalet\n\nAvtalet består av:\n\n1. beställningen,\n\n2. villkoren,\n\n3. ett sista word.", "3, 3"),
        ("Article 5\n\nConfidentiality\n\nThe Processor has the very last word.", "Article 5"),
        ("Preamble\n\nThe Processor has the very last word.", "Preamble"),
        ("2. Term\n\n2.3 The Processor acts.\n\nIt reports at once and has the very last word.", "2.3"),
        ("Annex 1 – Particulars\n\nThe Processor has the very last word.", "Annex 1"),
        ("Annex – Particulars\n\nThe Processor has the very last word.", "Annex"),
        ("Annex 1 – Particulars\n\nTypes of data\n\nThe Processor has the last word.", "Annex 1, Types of data"),
        ("Attachments are few\n\nThe Processor has the very last word.", "Attachments are few"),
    ],
)
def test_the_path_is_what_a_lawyer_would_cite(text: str, path: str) -> None:
    assert paths(text)["word"] == path


_BODY = (
    "The Processor acts for the Controller as this agreement says and for nobody else, and keeps to it at all times."
)


def test_an_annex_ends_where_the_articles_go_on() -> None:
    text = (
        f"Article 1 – Scope\n\n{_BODY} {_BODY}\n\nArticle 2 – Term\n\nThe term begins here.\n\n"
        "Annex 4 – Prices\n\nArticle 1 – Rates\n\nThe rates stand here, in the annex.\n\n"
        "Article 2 – Dues\n\nThe dues are payable.\n\nArticle 3 – Index\n\nThe index is named.\n\n"
        "Annex 5 – Contacts\n\nThe contacts are listed.\n\nArticle 3 – Notices\n\n3.1 Notices are written.\n"
    )
    found = paths(text)
    assert found["here"] == "Article 2"
    assert found["payable"] == "Annex 4, Article 2"
    assert found["named"] == "Annex 4, Article 3"
    assert found["listed"] == "Annex 5"
    assert found["written"] == "3.1"


def test_an_annex_in_the_title_or_the_contents_is_none() -> None:
    title = f"Annex 4 to the Framework Agreement\n\n1. Scope\n\n{_BODY}\n\n2. Term\n\nThe term begins here.\n"
    assert paths(title)["here"] == "2"
    contents = (
        "Contents\n\nAnnex 1 – Prices\n\nAnnex 2 – Contacts\n\nPreamble of it\n\nThe parties have met here.\n\n"
        f"1. Scope\n\n{_BODY} {_BODY}\n\nAnnex 1 – Prices\n\nPrices are fair.\n\n"
        "Annex 2 – Contacts\n\nContacts are named.\n"
    )
    found = paths(contents)
    assert found["here"] == "Preamble of it"
    assert found["times"] == "1"
    assert found["fair"] == "Annex 1"
    assert found["named"] == "Annex 2"


def test_a_row_below_a_clause_that_announces_it() -> None:
    text = (
        "2. Fees\n\n2.1 Fees are due:\n\nStep | Share\nOrder | half\n\n2.2 It ends.\n\nItem | Detail\nTerm | endless\n"
    )
    rows = [clause.path for clause in clauses(text) if clause.kind is BlockKind.TABLE_ROW]
    assert rows == ["2.1", "2.1", "2", "2"]
