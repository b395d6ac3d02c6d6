"""Clauses to propose for what a contract lacks: those of the clause library, with the names of the parties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from dpa_checker.library import load_library
from dpa_checker.model import Finding, Party, Report
from dpa_checker.report.catalogue import REPORT_LANGUAGES, Catalogue, load_catalogue
from dpa_checker.report.entry import show_status
from dpa_checker.report.index_view import mention_reference
from dpa_checker.report.letter.options import LetterOptions
from dpa_checker.report.letter.value import Proposal, Proposals
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import Status

_VOWEL: Final = re.compile("[aeiouàâäéèêëîïôöùûüœæ]", re.IGNORECASE)
_PROPOSED: Final = frozenset({Status.MISSING, Status.PARTIAL, Status.CONTRADICTED, Status.CONFLICT})


def list_proposals(report: Report, catalogue: Catalogue, options: LetterOptions) -> Proposals | None:
    """Return a clause for each mention that is missing, partial, contradicted or in conflict; None without any.

    The clauses are in the language of the contract.
    """
    return propose_clauses(report.findings, report.document.language, report.document.parties, catalogue, options)


def propose_clauses(
    findings: Iterable[Finding],
    language: str | None,
    parties: Iterable[Party],
    catalogue: Catalogue,
    options: LetterOptions,
    *,
    told: str = "letter.proposed",
) -> Proposals | None:
    """Return what :func:`list_proposals` returns, for the findings on anything in ``language``.

    ``told`` is the key of the sentence that introduces them.
    """
    lacking = [(item.mention, show_status(item)) for item in findings if show_status(item) in _PROPOSED]
    if not lacking or language is None or language not in load_library().languages:
        return None
    known = tuple(parties)
    names = {role: _party(role, known, options, language) for role in ("processor", "controller")}
    model = load_library().model_clauses(language).clauses
    clauses = tuple(
        Proposal(
            mention=mention,
            title=model[mention].title,
            about=_about(mention, status, catalogue, language),
            text=_filled(model[mention].text, names, language),
        )
        for mention, status in lacking
    )
    return Proposals(language, _introduction(told, len(clauses), catalogue, language), clauses)


def _filled(template: str, names: Mapping[str, str], language: str) -> str:
    """Return a clause with the names in it; in French *de* and *que* are elided before a vowel."""
    if language == "fr":
        for role, name in names.items():
            if _VOWEL.match(name):
                template = re.sub(rf"\b([Dd]|[Qq]u)e \{{{role}\}}", rf"\1’{{{role}}}", template)
    return template.format(**names)


def _party(role: str, parties: Iterable[Party], options: LetterOptions, language: str) -> str:
    """Return the name of a party: as given, as found, else its role in brackets, to be filled in."""
    given = flowed(getattr(options, role))
    found = (flowed(party.name) for party in parties if party.role == role)
    label = load_catalogue(language if language in REPORT_LANGUAGES else options.language).text(f"label.{role}")
    return given or next(found, "") or f"[{label}]"


def _about(mention: str, status: Status, catalogue: Catalogue, language: str) -> str:
    """Return what a clause is for; its mention too where the title is in another language than the letter."""
    title = [] if language == catalogue.language else [catalogue.text(f"mention.{mention}")]
    return " · ".join([mention_reference(mention, catalogue), *title, catalogue.text(f"letter.propose.{status}")])


def _introduction(told: str, number: int, catalogue: Catalogue, language: str) -> str:
    sentences = [catalogue.counted(told, number), catalogue.text("letter.brackets")]
    if language != catalogue.language:
        sentences.append(catalogue.text("letter.own_language"))
    return " ".join(sentences)
