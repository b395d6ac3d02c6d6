"""A corpus and outcomes small enough to be worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.accuracy.corpus import LabelledDocument, MentionLabel, Span
from benchmarks.accuracy.outcome import DocumentOutcome, EvidenceOutcome, MentionOutcome
from dpa_checker.model import (
    Assessment,
    DocumentKind,
    DocumentSummary,
    Evidence,
    Finding,
    Measure,
    Processing,
    Report,
    Verdict,
)

#: The hash of the first falls in the validation quarter, that of the second does not.
VALIDATION_ID = "contract-7"
DEVELOPMENT_ID = "contract-0"
TEXT = "The processor keeps the data safe. It tells nobody. Audits are welcome at any time."


def mention(
    expected: str,
    verdict: str,
    *,
    confidence: float = 0.9,
    name: str = "audits",
    evidence: EvidenceOutcome | None = None,
) -> MentionOutcome:
    return MentionOutcome(name, Verdict(expected), Verdict(verdict), confidence, evidence)


def outcome(
    *mentions: MentionOutcome,
    expected: str = "yes",
    processing: str = "yes",
    validation: bool = False,
    language: str = "en",
    kind: DocumentKind = DocumentKind.DPA,
) -> DocumentOutcome:
    return DocumentOutcome(
        language=language,
        kind=kind,
        validation=validation,
        processor_contract=expected == "yes",
        expected_processing=Processing(expected),
        processing=Processing(processing),
        language_right=True,
        kind_right=True,
        mentions=mentions,
        measures=(),
    )


def labelled(document_id: str, *, validation: bool, spans: tuple[Span, ...] = ((0, 34),)) -> LabelledDocument:
    return LabelledDocument(
        id=document_id,
        language="en",
        kind=DocumentKind.DPA,
        processing=Processing.YES,
        processor_contract=True,
        mentions={
            "security": MentionLabel(Verdict.PRESENT, spans),
            "audits": MentionLabel(Verdict.PRESENT, ((52, 83),)),
        },
        measures=frozenset({"encryption"}),
        path=Path("nowhere.txt"),
        validation=validation,
    )


def report(*, audits: Verdict = Verdict.MISSING) -> Report:
    """A report that finds security, judges audits as told and finds no measure of the lens."""
    summary = DocumentSummary(
        sha256="0" * 64,
        media_type="text/plain",
        characters=len(TEXT),
        language="en",
        languages=("en",),
        kind=DocumentKind.DPA,
        assessment=Assessment(Processing.SILENT, "doubt"),
    )
    quote = Evidence(TEXT[4:34], 4, 34)
    findings = (
        Finding("security", Verdict.PRESENT, "Article 28(3)(c)", "said", confidence=0.8, evidence=(quote,)),
        Finding("audits", audits, "Article 28(3)(h)", "not_said", confidence=0.6),
    )
    return Report(summary, findings, (Measure("encryption", promised=False),), "1", "2", TEXT)


def write_corpus(folder: Path) -> Path:
    """Write a labelled corpus of two documents, and a file that goes with the first."""
    for document_id in (DEVELOPMENT_ID, VALIDATION_ID):
        text = folder / "texts" / "en" / f"{document_id}.txt"
        text.parent.mkdir(parents=True, exist_ok=True)
        text.write_text(TEXT, encoding="utf-8")
        label = folder / "labels" / "en" / f"{document_id}.json"
        label.parent.mkdir(parents=True, exist_ok=True)
        label.write_text(json.dumps(_label(document_id)), encoding="utf-8")
    (folder / "files").mkdir()
    (folder / "files" / "printed.pdf").write_bytes(b"%PDF-")
    readme = f"with a text: `printed.pdf` en/{DEVELOPMENT_ID}, `lost.docx` en/{VALIDATION_ID} (another edition)\n"
    (folder / "README.md").write_text(readme, encoding="utf-8")
    return folder


def _label(document_id: str) -> dict[str, object]:
    return {
        "id": document_id,
        "language": "en",
        "doc_kind": "dpa",
        "processing": "yes",
        "processor_contract": True,
        "art32": ["encryption"],
        "mentions": {
            "security": {"verdict": "present", "spans": [[0, 34]]},
            "subprocessor-changes": {"verdict": "na", "spans": []},
        },
    }
