"""The words by which contracts in French, English, Swedish and German offer options and choose among them."""

from __future__ import annotations

import re
from typing import Final

_NOUN: Final = "options?|alternativ(?:e[rst]?)?|variant(?:en?)?|choix|choice|(?:wahl)?möglichkeit|val"
_CLAUSE_NOUN: Final = (
    "clauses?|klausel|klausul|sections?|abschnitt|ziffer|nummer|punkt|avsnitt|paragraphe?|articles?|artikel|art\\.|§"
)
#: "Option 2", "VARIANTE B", "choix n° 1"; letters are capitals: "l'alternative a été retenue" names none.
REFERENCE: Final = (
    rf"(?i:\b(?P<noun>{_NOUN})[ \t\u00a0]{{0,3}}(?:n[ \u00a0]?[°ºo.][ \u00a0]?|nr\.?[ \u00a0]|#)?)[ \t\u00a0]{{0,2}}"
    r"(?P<ordinal>\d{1,2}|VI?|I{1,3}|IV|[A-H]|(?i:one|two|three|four))(?![\w’'°])(?![.,]\d)"
)
_WRITTEN: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}

MENTION: Final = re.compile(REFERENCE)

#: "Clause 9(a)", "Klausel 7.7 Buchstabe a", "clause 9, point a)".
CLAUSE: Final = re.compile(
    rf"(?i:(?<!\w)(?:{_CLAUSE_NOUN})[ \t\u00a0]{{0,2}}(?P<number>\d{{1,2}}(?:\.\d{{1,2}}){{0,3}})"
    r"(?:[., ]{0,2}(?:\((?P<bracketed>[a-z])\)|(?P<closed>[a-z])\)"
    r"|(?:point|lettre|letter|buchstabe|lit\.|bokstav(?:en)?)[ \u00a0]\(?(?P<named>[a-z])\b\)?))?)"
)

#: What makes a sentence say when an option would apply, or for whom it is open, not that it is chosen.
CONDITION: Final = re.compile(
    r"(?i:\b(?:if|where|when|whenever|unless|until|depending|either|in (?:the )?(?:case|event)|in cases? of|should"
    r"|by default|failing|absent|may|can|could|might"
    r"|si|lorsque|quand|en cas|(?:dans|pour) les? cas|au cas|sauf|à défaut|par défaut|faute de|soit|selon que"
    r"|peut|peuvent|pourra|pourront"
    r"|wenn|falls|sofern|soweit|im falle?|für den fall|in ermangelung|mangels|standardmäßig|entweder|je nach"
    r"|kann|können|könnte|darf|dürfen"
    r"|om|ifall|när|såvida|i fall|i händelse|vid val|i avsaknad|som standard|antingen|kan|får)\b|\bs[’']il)"
)
HARMLESS: Final = re.compile(
    r"(?i:\b(?:where|if|as) applicable\b|\bif any\b|\ble cas échéant\b|\bi förekommande fall\b"
    r"|\bkommt überein\b|\bkommen überein\b|\böverens om\b|\b(?:enas|kommer överens) om\b)"
)

#: Verbs behind an option that choose it; those of REFUSED take it out.
CHOSEN_AFTER: Final = (
    r"(?:(?:shall|will|is to|do(?:es)?|hereby)\s)*(?:apply|applies)\b"
    r"|(?:is|are|was|has been|have been|shall be|will be|is hereby|(?:is|shall be) deemed(?: to be)?)\s"
    r"(?:hereby\s)?(?:chosen|selected|agreed|retained|elected|adopted|applicable|used)\b"
    r"|s[’']applique(?:ra)?\b|prévaut\b"
    r"|(?:est|a été|sera|est réputée?)\s(?:ici\s)?(?:applicable|retenue?|choisie?|sélectionnée?|adoptée?|convenue?)\b"
    r"|gilt\b|gelten\b|(?:findet\s)?anwendung\b|kommt zur anwendung\b|als (?:gewählt|vereinbart)\b"
    r"|(?:ist|wird|wurde|gilt als)\s(?:hiermit\s)?(?:vereinbart|gewählt|ausgewählt|anwendbar|anzuwenden|angewendet)\b"
    r"|(?:gewählt|vereinbart|entschieden|ausgewählt)\b"
    r"|(?:ska\s|skall\s)?(?:gälla|gäller|tillämpas)\b|(?:har|är)\s(?:valts?|vald|avtalats|tillämpligt?)\b|väljs\b|avtalas\b"
)
REFUSED_AFTER: Final = (
    r"(?:(?:shall|will|do(?:es)?|is|are|was|has)\s)(?:been\s)?not\b"
    r"|(?:is|are|was|has been|shall be|is hereby)\s"
    r"(?:deleted|struck|removed|excluded|omitted|disapplied|inapplicable)\b"
    r"|ne s[’']applique(?:ra)? pas\b|n[’']est (?:pas|ni)\b|n[’']a pas été\b|ne sera pas\b"
    r"|est (?:supprimée?|exclue?|écartée?|barrée?)\b"
    r"|entfällt\b|(?:ist|wird|wurde)\s(?:gestrichen|ausgeschlossen)\b|(?:findet|kommt|ist|wird|wurde)\s(?:nicht|keine)\b"
    r"|utgår\b|stryks\b|(?:ska|skall|har|är)\s(?:inte|ej)\b"
)
#: A negation that stands behind the verb ("gilt nicht", "gäller inte").
NEGATION: Final = re.compile(r"(?i:\b(?:nicht|keine|inte|ej|pas)\b)")
#: ... and one that belongs to the option after it ("Option 2 applies and not Option 1").
LEADS_ON: Final = re.compile(r"(?i:(?:,|\b(?:und|och|et|and))?\s*\b(?:nicht|inte|not|non|non pas)\s*(?:die |l[’'])?$)")

CHOSEN_BEFORE: Final = re.compile(
    r"(?i:\b(?P<verb>choose|chosen?|chose|select|selected|elect|elected|opt(?:ed)? for|agreed? (?:on|to|that)|adopt"
    r"|choisissent|choisi|retiennent|retenu|optent pour|opté pour|conviennent (?:de|d[’']|que)|convenu (?:de|d[’']|que)"
    r"|(?:haben|entscheiden|einigen) sich (?:[^.;|\n]{1,40} )?(?:für|auf)"
    r"|gilt|wählen|gewählt|vereinbaren|vereinbart|findet|anwendung findet"
    r"|väljer|valt|enas om|överens om|gäller|tillämpas|tillämpar)"
    r"(?:\s+(?:wird|ist|wurde|hiermit|hereby|(?:to )?(?:use|apply)|de retenir|d[’']appliquer|att))?"
    r"(?:\s+(?:for|pour|für|för|under|zu|i|in|till|de|à)\s.{1,40}?,?)?\s*(?:die\s|der\s|das\s|the\s|la\s|l[’'])?[“„«\"]?$)"
)
DENIED: Final = re.compile(r"(?i:\b(?:not|nicht|kein\w*|pas|inte|ej|never)\b)")

#: "Option retenue : 2", "Gewählte Option: Option 2", "Selected option: B".
LABELLED: Final = re.compile(
    r"(?i:\b(?:(?:options?|variante|alternative|choix)[ \u00a0]"
    r"(?:retenue?|choisie?|sélectionnée?|applicable|chosen|selected|agreed)"
    r"|(?:chosen|selected|agreed|applicable|gewählte|ausgewählte|vereinbarte|zutreffende|geltende"
    r"|valt|valda|tillämpligt|avtalat)"
    r"[ \u00a0](?:option|alternative?|variante?)(?:et)?))[ \t\u00a0]*(?:[:|=–—-])[ \t\u00a0]*"
)
ORDINAL: Final = re.compile(
    r"(?:(?i:n[ \u00a0]?[°ºo.]|nr\.?)[ \u00a0]?)?(?P<ordinal>\d{1,2}|VI?|I{1,3}|IV|[A-H])(?![\w’'°])(?![.,]\d)"
)

#: Asks whoever fills the form in to choose.
INSTRUCTION: Final = re.compile(
    r"(?i:\b(?:choose|select|pick|retain|keep) (?:only )?"
    r"(?:one|the (?:applicable|appropriate|relevant)|an? (?:option|alternative))\b"
    r"|\b(?:delete|strike(?: out)?) (?:as (?:appropriate|applicable|necessary)"
    r"|(?:whichever|what(?:ever)?|where) (?:is )?(?:not |in)applicable|the (?:option|alternative|inapplicable))"
    r"|\b(?:rayer|biffer|supprimer) (?:la|les) mentions? inutiles?"
    r"|\bchoisir (?:l[’']|une (?:des )?)(?:option|variante|alternative)"
    r"|\b(?:nicht ?zutreffendes|unzutreffendes)\b(?: bitte)? (?:zu )?streichen"
    r"|\b(?:bitte )?(?:eine |zutreffende )?(?:option|variante|alternative) (?:bitte )?(?:aus)?wählen"
    r"|\bstryk (?:det )?(?:som )?(?:inte|ej) (?:är )?(?:tillämpligt|gäller|aktuellt)"
    r"|\bvälj ett(?: av)?(?: alternativ(?:en)?)?\b)"
)
#: The choice is a party's, when the contract is performed.
PARTY_CHOOSES: Final = re.compile(
    r"(?i:\b(?:at|upon|per|according to|following|in accordance with) (?:the |its |his |her )?(?:\w+[’']?s? ){0,3}"
    r"(?:choice|option|election|discretion|decision|wish(?:es)?|preference)\b"
    r"|\b(?:may|can|shall|will|must) (?:\w+ ){0,2}(?:choose|elect|select|opt)\b|\bchooses\b|\b(?:as )?chosen by\b"
    r"|\b(?:ausgedrückten?|nach|gemäß|vom|kann|hat die|die) (?:\w+ ){0,4}wahl\b|\bwahlrecht\b|\bwählt\b"
    r"|\bkann (?:\w+ ){0,6}wählen\b"
    r"|\bau choix\b|\bselon (?:le|son) choix\b|\b(?:peut|pourra|doit) (?:\w+ )?(?:choisir|opter)\b|\bchoisit\b"
    r"|\befter (?:\w+ ){0,4}val\b|\b(?:kan|får|ska) (?:\w+ )?välja\b)"
)
PARTIES: Final = re.compile(r"(?i:\b(?:the parties|les parties|(?:die |vertrags)parteien|parterna)\b)")


def ordinal_of(written: str) -> int:
    """Return the place of an option among its siblings by its figure, capital letter, Roman figure or word."""
    lowered = written.lower()
    if lowered.isdigit():
        return int(lowered)
    return _WRITTEN[lowered] if lowered in _WRITTEN else ord(lowered) - ord("a") + 1
