"""Reports made by hand, one for each kind of outcome; every quote stands in the report's text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from dpa_checker.model import (
    Assessment,
    Box,
    DocumentKind,
    DocumentSummary,
    Evidence,
    Finding,
    Measure,
    Notice,
    NoticeKind,
    Party,
    Processing,
    Report,
    Unread,
    UnreadReason,
    Verdict,
)
from dpa_checker.report.groups import MEASURES, MENTIONS

from .wording import COMPLETE, REFERENCES


class _Text:
    """A document text that grows by the clauses quoted from it."""

    def __init__(self) -> None:
        self.text = ""

    def quote(
        self,
        words: str,
        *,
        page: int | None = None,
        clause: str | None = None,
        against: bool = False,
        by_reference: str | None = None,
        boxes: tuple[Box, ...] | None = None,
    ) -> Evidence:
        start = len(self.text)
        self.text += words + "\n\n"
        return Evidence(
            quote=words,
            start=start,
            end=start + len(words),
            page=page,
            clause=clause,
            boxes=boxes,
            by_reference=by_reference,
            against=against,
        )


def _finding(mention: str, verdict: Verdict, reason: str, **fields: object) -> Finding:
    finding = Finding(mention, verdict, REFERENCES[mention], reason, confidence=0.9312345)
    return replace(finding, **fields)  # type: ignore[arg-type]


def _missing(mention: str) -> Finding:
    return _finding(mention, Verdict.MISSING, "not_said")


def _in_order(findings: Mapping[str, Finding]) -> tuple[Finding, ...]:
    return tuple(findings.get(mention) or _missing(mention) for mention in MENTIONS)


def _lens(promised: Mapping[str, Evidence]) -> tuple[Measure, ...]:
    return tuple(
        Measure(measure, measure in promised, (promised[measure],) if measure in promised else ())
        for measure in MEASURES
    )


def _report(
    text: str,
    findings: tuple[Finding, ...],
    assessment: Assessment,
    *,
    kind: DocumentKind,
    name: str | None,
    art32: tuple[Measure, ...] = (),
    **document: object,
) -> Report:
    summary = DocumentSummary(
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        media_type="application/pdf",
        characters=len(text),
        language="en",
        languages=("en",),
        kind=kind,
        assessment=assessment,
        name=name,
    )
    return Report(
        document=replace(summary, **document),  # type: ignore[arg-type]
        findings=findings,
        art32=art32 or _lens({}),
        engine_version="0.1.0",
        library_version="2024.1",
        text=text,
    )


def _said(text: _Text) -> dict[str, Finding]:
    findings = {}
    for number, (mention, words) in enumerate(COMPLETE.items(), start=1):
        page = 1 + number // 8
        box = Box(page, 72, 100.128, 523.5, 126.25)
        quote = text.quote(words, page=page, clause=f"{1 + number // 5}.{1 + number % 5}", boxes=(box,))
        findings[mention] = _finding(mention, Verdict.PRESENT, "said", evidence=(quote,))
    return findings


def complete() -> Report:
    """All 27 said, one with a reservation, one by reference, encryption promised."""
    text = _Text()
    findings = _said(text)
    findings["data-subject-rights"] = replace(findings["data-subject-rights"], qualified=True)
    reference = text.quote(
        "Transfers are governed by the Commission's clauses, module two.",
        page=5,
        clause="Annex 4",
        by_reference="2021/914",
    )
    findings["third-country-transfers"] = _finding(
        "third-country-transfers",
        Verdict.PRESENT,
        "said_by_reference",
        reason_arguments=(("clauses", "2021/914"),),
        evidence=(reference,),
    )
    encryption = text.quote("Stored data are encrypted with AES-256.", page=4, clause="Annex 2")
    accounts = text.quote("Each technician has an account of his or her own.", page=4, clause="Annex 2")
    processing = text.quote("Labosoft processes personal data on behalf of the Laboratory.", page=1, clause="1.1")
    return _report(
        text.text,
        _in_order(findings),
        Assessment(Processing.YES, "processing_said", (processing,)),
        kind=DocumentKind.DPA,
        name="aquila-processor-agreement.pdf",
        art32=_lens({"encryption": encryption, "individual-accounts": accounts}),
        parties=(Party("Labosoft", "processor"), Party("Laboratoire du Phare", "controller")),
        pages=5,
    )


def weak() -> Report:
    """Partial, qualified and missing mentions, two not applicable."""
    text = _Text()
    findings = _said(text)
    for mention in ("duration", "dpia", "prior-consultation", "compliance-information"):
        findings[mention] = _missing(mention)
    findings["audits"] = _finding(
        "audits",
        Verdict.PARTIAL,
        "partly_said",
        lacking=("controller_audit",),
        evidence=(text.quote("The Supplier provides a yearly report by an independent firm.", page=3, clause="9.2"),),
    )
    findings["documented-instructions"] = _finding(
        "documented-instructions",
        Verdict.PARTIAL,
        "partly_said",
        lacking=("only", "documented"),
        evidence=(text.quote("The Supplier follows the Customer's instructions.", page=2, clause="4"),),
    )
    findings["security"] = _finding(
        "security",
        Verdict.MISSING,
        "not_said_reference_only",
        reason_arguments=(("document", "Annex 2"),),
        evidence=(text.quote("The security measures are described in Annex 2.", page=2, clause="5.1"),),
    )
    findings["data-types"] = _finding("data-types", Verdict.MISSING, "not_said_heading_only")
    findings["breach-communication"] = _finding("breach-communication", Verdict.MISSING, "not_said_no_undertaking")
    findings["controller-obligations"] = _finding("controller-obligations", Verdict.MISSING, "not_said_wrong_party")
    for mention in ("subprocessor-changes", "subprocessor-flow-down", "subprocessor-liability"):
        findings[mention] = _finding(mention, Verdict.NOT_APPLICABLE, "not_applicable_forbidden")
    findings["subprocessor-authorisation"] = _finding(
        "subprocessor-authorisation",
        Verdict.PRESENT,
        "said",
        evidence=(text.quote("The Supplier engages no other processor.", page=2, clause="6"),),
    )
    processing = text.quote("We handle your data for you as your processor.", page=1, clause="2")
    return _report(
        text.text,
        _in_order(findings),
        Assessment(Processing.YES, "processing_said", (processing,)),
        kind=DocumentKind.SERVICES,
        name="weak-services-contract.docx",
        parties=(Party("Nordwerk Systems", "processor"), Party("the Customer", "controller")),
        pages=3,
    )


def contradictions() -> Report:
    """Two conflicts, a denial, a denial that prevails, and a page that was not read."""
    text = _Text()
    findings = _said(text)
    for mention, granted, denied in (
        (
            "audits",
            "The Customer may audit the Provider once a year.",
            "No audit by the Customer takes place.",
        ),
        (
            "deletion-or-return",
            "At the Customer's choice all data are erased or returned.",
            "The Provider keeps all data for as long as it sees fit; <b>no</b> return is owed.",
        ),
    ):
        findings[mention] = _finding(
            mention,
            Verdict.PRESENT,
            "conflict",
            conflict=True,
            evidence=(
                text.quote(denied, page=6, clause="18.4", against=True),
                text.quote(granted, page=2, clause="7.1"),
            ),
        )
    findings["breach-notification"] = _finding(
        "breach-notification",
        Verdict.CONTRADICTED,
        "denied",
        evidence=(text.quote("The Provider need not report incidents.", page=3, clause="9", against=True),),
    )
    findings["subprocessor-authorisation"] = _finding(
        "subprocessor-authorisation",
        Verdict.CONTRADICTED,
        "denial_prevails",
        evidence=(
            text.quote("Sub-processors need the Customer's approval.", page=3, clause="10.1"),
            text.quote(
                "Notwithstanding clause 10.1 the Provider engages whom it likes.",
                page=4,
                clause="10.7",
                against=True,
            ),
        ),
    )
    findings["infringing-instruction"] = _finding("infringing-instruction", Verdict.NOT_EXAMINED, "not_examined_part")
    foreign = text.quote("De leverancier verwerkt de persoonsgegevens van de klant uitsluitend in Nederland.", page=7)
    return _report(
        text.text,
        _in_order(findings),
        Assessment(Processing.YES, "processing_said"),
        kind=DocumentKind.TERMS_OF_SERVICE,
        name="saas-terms.pdf",
        pages=9,
        languages=("en", "nl"),
        not_examined=(
            *(Unread(UnreadReason.NO_TEXT_LAYER, page=page) for page in (5, 8, 9)),
            Unread(
                UnreadReason.FOREIGN_LANGUAGE,
                page=7,
                start=foreign.start,
                end=foreign.end,
                detail="nl",
                excerpt=foreign.quote,
            ),
        ),
        notices=(Notice(NoticeKind.REVISIONS, "Jane Doe", 3),),
    )


def silent() -> Report:
    """The founding case: access to the customer's data, and not a word of processing."""
    text = _Text()
    access = (
        text.quote(
            "Le Prestataire intervient par prise de main à distance sur les bases de données du Laboratoire.",
            page=2,
            clause="4.2",
        ),
        text.quote("Une sauvegarde quotidienne des bases est assurée par le Prestataire.", page=3, clause="5.1"),
    )
    return _report(
        text.text,
        _in_order({}),
        Assessment(Processing.SILENT, "remote_support", access),
        kind=DocumentKind.MAINTENANCE,
        name="contrat-maintenance.pdf",
        language="fr",
        languages=("fr",),
        parties=(Party("le Prestataire", "processor"), Party("le Laboratoire", "controller")),
        pages=4,
    )


def unrelated() -> Report:
    """A confidentiality agreement: no processing on behalf of another."""
    text = _Text()
    ground = text.quote("The parties exchange commercial information in view of a project.", clause="1")
    return _report(
        text.text,
        _in_order({}),
        Assessment(Processing.NO, "nda", (ground,)),
        kind=DocumentKind.NDA,
        name="nda.docx",
    )


def unsupported() -> Report:
    """A document in a language without a lexicon."""
    arguments = (("language", "nl"), ("supported", "de, en, fr, sv"))
    findings = {
        mention: _finding(mention, Verdict.NOT_EXAMINED, "not_examined_language", reason_arguments=arguments)
        for mention in MENTIONS
    }
    text = "De leverancier verwerkt persoonsgegevens uitsluitend op schriftelijke instructie."
    return _report(
        text,
        _in_order(findings),
        Assessment(Processing.SILENT, "doubt"),
        kind=DocumentKind.OTHER,
        name="verwerkersovereenkomst.txt",
        language="nl",
        languages=("nl",),
        not_examined=(Unread(UnreadReason.UNSUPPORTED_LANGUAGE, detail="nl"),),
    )


def scanned() -> Report:
    """A document of scans only: no word was read."""
    findings = {mention: _finding(mention, Verdict.NOT_EXAMINED, "not_examined_part") for mention in MENTIONS}
    return _report(
        "",
        _in_order(findings),
        Assessment(Processing.SILENT, "doubt"),
        kind=DocumentKind.OTHER,
        name="scan.pdf",
        language=None,
        languages=(),
        pages=2,
        not_examined=tuple(Unread(UnreadReason.NO_TEXT_LAYER, page=page) for page in (1, 2)),
    )


ALL = {make.__name__: make() for make in (complete, weak, contradictions, silent, unrelated, unsupported, scanned)}
