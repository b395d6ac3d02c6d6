"""Sentences to be found again: contract-like, with accents, each one of its kind."""

from __future__ import annotations

from typing import Final

#: Subjects, verbs, periods and conditions; their numbers have no common divisor, so that the same words come
#: together again only after hundreds of sentences, as in a real document.
_PARTS: Final = {
    "en": (
        ("The Processor", "The Supplier", "Each engineer of the Supplier", "The hosting team", "Any remote technician"),
        (
            "shall keep the register of interventions for",
            "stores the backup copies for",
            "reviews the access rights after",
            "reports on open incidents every",
        ),
        ("days", "months", "working hours"),
        (
            "unless the Controller gives written instructions to the contrary",
            "at the premises that the Customer has named",
            "and has this confirmed in the minutes of the steering committee",
            "without charging the efforts that this takes",
            "as soon as the acceptance of the release has been signed",
            "even where the fee for the quarter is still outstanding",
            "",
        ),
    ),
    "fr": (
        ("Le sous-traitant", "L'éditeur", "Chaque intervenant désigné", "L'équipe d'hébergement", "Le prestataire"),
        (
            "conserve le registre des opérations pendant",
            "détruit les copies intermédiaires après",
            "vérifie les habilitations tous les",
            "rend compte des incidents ouverts sous",
        ),
        ("jours", "mois", "heures ouvrées"),
        (
            "sauf instruction écrite du responsable du traitement",
            "dans les locaux que le client a désignés à cet effet",
            "et le fait constater au procès-verbal du comité de pilotage",
            "sans facturer le temps passé à cette opération",
            "dès que la recette de la version a été prononcée",
            "même lorsque la redevance trimestrielle reste due",
            "",
        ),
    ),
    "sv": (
        ("Personuppgiftsbiträdet", "Leverantören", "Varje behörig tekniker", "Driftgruppen", "Supportavdelningen"),
        (
            "sparar säkerhetskopiorna i",
            "för en förteckning över åtgärderna i",
            "ser över behörigheterna efter",
            "redovisar öppna ärenden inom",
        ),
        ("dagar", "månader", "arbetstimmar"),
        (
            "om inte den ansvarige skriftligen begär något annat",
            "i de lokaler som kunden har anvisat för ändamålet",
            "och låter anteckna detta i styrgruppens protokoll",
            "utan att debitera den tid som går åt",
            "så snart leveransen har godkänts av beställaren",
            "även när avgiften för kvartalet ännu inte är betald",
            "",
        ),
    ),
    "de": (
        ("Der Auftragsverarbeiter", "Der Anbieter", "Jeder befugte Techniker", "Das Betriebsteam", "Die Fernwartung"),
        (
            "bewahrt die Sicherungskopien auf für",
            "führt das Verzeichnis der Eingriffe für",
            "überprüft die Zugriffsrechte nach",
            "berichtet über offene Störungen binnen",
        ),
        ("Tagen", "Monaten", "Arbeitsstunden"),
        (
            "sofern der Verantwortliche nicht schriftlich anders weist",
            "in den Räumen, die der Auftraggeber dafür benannt hat",
            "und lässt dies im Protokoll des Lenkungskreises festhalten",
            "ohne den dafür nötigen Aufwand in Rechnung zu stellen",
            "sobald die Abnahme der Fassung unterzeichnet worden ist",
            "auch wenn die Vergütung für das Quartal noch aussteht",
            "",
        ),
    ),
}
LANGUAGES: Final = tuple(_PARTS)


def make_sentences(language: str, count: int, *, first: int = 11) -> list[str]:
    """Return ``count`` sentences of a language; the number in each, from ``first`` on, makes it unique."""
    subjects, verbs, periods, conditions = _PARTS[language]
    sentences = []
    for number in range(first, first + count):
        condition = conditions[number % len(conditions)]
        words = (subjects[number % len(subjects)], verbs[number % len(verbs)], str(number), periods[number % 3])
        sentences.append(f"{' '.join(words)}{', ' if condition else ''}{condition}.")
    return sentences


def make_paragraphs(language: str, count: int, *, length: int = 3, first: int = 11) -> list[list[str]]:
    """Return ``count`` paragraphs of ``length`` sentences."""
    sentences = make_sentences(language, count * length, first=first)
    return [sentences[start : start + length] for start in range(0, len(sentences), length)]
