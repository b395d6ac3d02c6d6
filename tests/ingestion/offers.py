"""Texts that offer options, one in each language, and what a document says and reports of them."""

from __future__ import annotations

from dpa_checker.model import Document, UnreadReason

EN = """Clause 9

Use of sub-processors

(a) OPTION 1 SPECIFIC PRIOR AUTHORISATION: The processor shall engage no sub-processor without specific consent.

OPTION 2 GENERAL WRITTEN AUTHORISATION: The processor has the general authorisation of the controller.

(b) The sub-processor is bound by a written contract.

Annex I

{said}
"""
FR = """Article 9. Sous-traitants ultérieurs

Variante n° 1 : Le sous-traitant ne recrute aucun autre sous-traitant sans autorisation écrite spécifique.

Variante n° 2 : Le sous-traitant dispose de l'autorisation générale du responsable du traitement.

Article 10. Durée

{said}
"""
DE = """§ 9 Unterauftragsverarbeiter

Variante 1: Der Auftragsverarbeiter holt vor jeder Beauftragung eine gesonderte schriftliche Genehmigung ein.

Variante 2: Der Auftragsverarbeiter besitzt die allgemeine schriftliche Genehmigung des Verantwortlichen.

§ 10 Schluss

{said}
"""
SV = """9. Underbiträden

Alternativ 1: Biträdet anlitar inget underbiträde utan särskilt skriftligt tillstånd.

Alternativ 2: Biträdet har den ansvariges allmänna tillstånd att anlita underbiträden.

10. Övrigt

{said}
"""
FIRST = {EN: "specific consent", FR: "spécifique", DE: "gesonderte", SV: "särskilt"}
SECOND = {EN: "general authorisation", FR: "générale", DE: "allgemeine", SV: "allmänna"}


def said(document: Document) -> str:
    """Return what counts as said: the text of the blocks."""
    return "\n".join(document.text[block.start : block.end] for block in document.blocks)


def told(document: Document, reason: UnreadReason) -> list[str]:
    """Return the beginnings of what is reported for a reason."""
    return [part.excerpt for part in document.unread if part.reason is reason]


def is_undecided(document: Document) -> bool:
    return bool(told(document, UnreadReason.UNDECIDED_OPTION)) and not told(document, UnreadReason.UNSELECTED_OPTION)
