"""The table of accuracy: development and validation side by side, validation in totals only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.accuracy.measure import (
    DocumentScore,
    MentionScore,
    Retrieval,
    calibration_error,
    error_of_exact,
    score_documents,
    score_files,
    score_measures,
    score_mentions,
    score_reliability,
    score_verdict,
)
from benchmarks.accuracy.outcome import LABELLED_MEASURES, DocumentOutcome, FileOutcome, MentionOutcome
from benchmarks.markdown import NOTHING, render_rows, show_pair, show_share
from dpa_checker.model import DocumentKind, Verdict

#: A validation group of one document would be that document: its measures are not shown.
_SMALLEST_GROUP: Final = 2
_ALL: Final = "all"
_RETRIEVAL: Final = ("precision", "recall", "F1")

_NOTES: Final = """\
- *Not said* is a verdict missing or contradicted: precision, recall and F1 of the checker's against the
  label's, over processor contracts, mentions labelled not applicable left out. A checker's *not applicable*
  or *not examined* where the label says missing costs recall.
- *Exact* is the share of verdicts that are the label's; *± exact* the standard error of its mean over documents:
  with few documents, twice that is how far their choice alone moves the figure.
- *Evidence*: of the mentions said in both (present or partial), the share with a quote that overlaps a
  labelled span; *characters*: the share of all their quoted characters that lie on labelled spans. Quotes
  that deny count as well.
- The language is found by the checker itself; documents in a language without a lexicon are counted apart.
- *Validation* is a quarter of the documents, chosen by a hash of their id. They are never opened or listed
  one by one. The gap, development minus validation, is the overfitting. The measures of a validation group
  of a single document are not shown: they would be that document's. Its totals were seen while the lexicons
  were written, helped to choose some English patterns, and once to narrow a rule of context: it is a check on
  overfitting, not a blind test.
- Development figures are cross-validated by document (five folds; translations of one document share a fold):
  each document is checked with weights that were fitted without its fold. Validation is checked with the
  weights that ship, in whose fitting it took no part.
- Cells with two figures are development / validation."""


@dataclass(frozen=True, slots=True)
class Results:
    """All outcomes of one run; ``unsupported`` counts the documents of each language without a lexicon."""

    corpus: str
    documents: tuple[DocumentOutcome, ...]
    files: tuple[FileOutcome, ...]
    unsupported: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Sides:
    """The development and the validation documents of a group."""

    development: list[DocumentOutcome]
    validation: list[DocumentOutcome]

    @classmethod
    def of(cls, outcomes: Sequence[DocumentOutcome]) -> _Sides:
        return cls(
            [outcome for outcome in outcomes if not outcome.validation],
            [outcome for outcome in outcomes if outcome.validation],
        )

    @property
    def contracts(self) -> _Sides:
        """The processor contracts of both sides."""
        return _Sides(_contracts(self.development), _contracts(self.validation))

    @property
    def shown(self) -> tuple[list[DocumentOutcome], list[DocumentOutcome]]:
        """Both sides as far as measures may be shown."""
        enough = len(self.validation) >= _SMALLEST_GROUP
        return self.development, self.validation if enough else []

    def count(self) -> str:
        return show_pair(str(len(self.development)), str(len(self.validation)))


def render_table(results: Results, provenance: str) -> str:
    """Return the whole page in Markdown."""
    sections = [
        "# Accuracy",
        provenance,
        _overview(results),
        "## By language\n\n" + _language_table(results),
        "## By mention\n\nProcessor contracts of all languages together.\n\n" + _mention_table(results),
        "## By verdict\n\n" + _verdict_table(results),
        "## By kind of document\n\n" + _kind_table(results),
        "## Is processing for another in question?\n\n" + _document_table(results),
        "## The Article 32 lens\n\n" + _lens_table(results),
        "## Confidence\n\n" + _reliability_table(results),
        "## Files and their texts\n\n" + _file_table(results),
        "## How it is measured\n\n" + _NOTES,
    ]
    return "\n\n".join(sections) + "\n"


def _overview(results: Results) -> str:
    contracts = sum(outcome.processor_contract for outcome in results.documents)
    told = f"{len(results.documents)} documents ({results.corpus}), {contracts} of them processor contracts."
    if results.unsupported:
        listed = ", ".join(f"{language} ({count})" for language, count in results.unsupported)
        told += f" Not supported, and left out: {listed}."
    return told


def _language_table(results: Results) -> str:
    header = ("language", "part", "documents", "contracts", *_RETRIEVAL, "exact", "evidence", "characters", "± exact")
    rows: list[Sequence[str]] = []
    for name, outcomes in _by_language(results):
        sides = _Sides.of(outcomes)
        contracts = sides.contracts
        development, validation = (_mention_figures(_mentions(side)) for side in contracts.shown)
        errors = [_show_error(side) for side in contracts.shown]
        counts = _counts(sides.development, contracts.development), _counts(sides.validation, contracts.validation)
        rows.append((name, "development", *counts[0], *_shares(development), errors[0]))
        rows.append((name, "validation", *counts[1], *_shares(validation), errors[1]))
        gaps = [None if a is None or b is None else a - b for a, b in zip(development, validation, strict=True)]
        rows.append((name, "gap", "", "", *(NOTHING if gap is None else f"{gap:+.3f}" for gap in gaps), ""))
    return render_rows(header, rows)


def _show_error(documents: Sequence[DocumentOutcome]) -> str:
    error = error_of_exact(documents)
    return NOTHING if error is None else f"{error:.3f}"


def _mention_table(results: Results) -> str:
    header = ("mention", "labelled not said", *_RETRIEVAL, "exact", "evidence", "characters")
    shown = _Sides.of(results.documents).contracts.shown
    mentions = dict.fromkeys(item.mention for side in shown for item in _mentions(side))
    rows: list[Sequence[str]] = []
    for mention in mentions:
        scores = [score_mentions(item for item in _mentions(side) if item.mention == mention) for side in shown]
        labelled = (str(score.not_said.true_positive + score.not_said.false_negative) for score in scores)
        figures = (_figures_of(score) for score in scores)
        rows.append((mention, show_pair(*labelled), *_pairs(*figures)))
    return render_rows(header, rows)


def _verdict_table(results: Results) -> str:
    """Each verdict told from all others, then where the labels of each went."""
    shown = _Sides.of(results.documents).contracts.shown
    outcomes = [_mentions(side) for side in shown]
    rows = []
    for verdict in Verdict:
        counts = [score_verdict(side, verdict) for side in outcomes]
        labelled = (str(count.true_positive + count.false_negative) for count in counts)
        rows.append((str(verdict), show_pair(*labelled), *_pairs(*(_retrieval_figures(count) for count in counts))))
    told = render_rows(("verdict", "labelled", *_RETRIEVAL), rows)
    moves = [Counter((item.expected, item.verdict) for item in side) for side in outcomes]
    labels = [verdict for verdict in Verdict if verdict is not Verdict.NOT_EXAMINED]
    crossed = [
        (str(label), *(show_pair(*(str(move[label, verdict]) for move in moves)) for verdict in Verdict))
        for label in labels
    ]
    return told + "\n\n" + render_rows(("label ↓ checker →", *(str(verdict) for verdict in Verdict)), crossed)


def _kind_table(results: Results) -> str:
    header = ("kind", "documents", "processing", "kind found", "contracts", *_RETRIEVAL, "exact")
    rows: list[Sequence[str]] = []
    for kind in DocumentKind:
        sides = _Sides.of([outcome for outcome in results.documents if outcome.kind is kind])
        if not sides.development and not sides.validation:
            continue
        documents = [score_documents(side) for side in sides.shown]
        found = _pairs(*([score.processing, score.kind] for score in documents))
        contracts = sides.contracts
        figures = (_mention_figures(_mentions(side))[:4] for side in contracts.shown)
        rows.append((str(kind), sides.count(), *found, contracts.count(), *_pairs(*figures)))
    return render_rows(header, rows)


def _document_table(results: Results) -> str:
    header = (
        "language",
        "documents",
        "processing right",
        "language right",
        "silent, dismissed as no",
        "other documents, with a present",
        "presents on them",
    )
    rows: list[Sequence[str]] = []
    for name, outcomes in _by_language(results):
        sides = _Sides.of(outcomes)
        scores = [score_documents(side) for side in sides.shown]
        shares = _pairs(*([score.processing, score.language] for score in scores))
        rows.append((name, sides.count(), *shares, *_document_counts(scores)))
    return render_rows(header, rows)


def _document_counts(scores: Sequence[DocumentScore]) -> Iterator[str]:
    tellers: tuple[Callable[[DocumentScore], str], ...] = (
        lambda score: f"{score.silent_as_no} of {score.silent}",
        lambda score: f"{score.others_with_presents} of {score.others}",
        lambda score: str(score.presents),
    )
    for tell in tellers:
        yield show_pair(*(tell(score) if score.count else NOTHING for score in scores))


def _lens_table(results: Results) -> str:
    header = ("measure", "labelled", *_RETRIEVAL, "agreement")
    shown = _Sides.of(results.documents).shown
    rows: list[Sequence[str]] = []
    for name in (*LABELLED_MEASURES, _ALL):
        counts = [
            score_measures(item for outcome in side for item in outcome.measures if name in (item.measure, _ALL))
            for side in shown
        ]
        labelled = (str(count.true_positive + count.false_negative) for count in counts)
        figures = ([*_retrieval_figures(count), count.agreement] for count in counts)
        rows.append((name, show_pair(*labelled), *_pairs(*figures)))
    told = "Over the documents whose measures are labelled; data minimisation on instruction is not."
    return f"{told}\n\n" + render_rows(header, rows)


def _reliability_table(results: Results) -> str:
    header = ("confidence", "findings", "mean confidence", "share right")
    sides = [score_reliability(_mentions(side)) for side in _Sides.of(results.documents).contracts.shown]
    rows: list[Sequence[str]] = []
    for held in zip(*sides, strict=True):
        name = f"{held[0].low:.1f} to {held[0].high:.1f}"
        figures = _pairs(*([side.confidence, side.right] for side in held))
        rows.append((name, show_pair(*(str(side.count) for side in held)), *figures))
    errors = show_pair(*(show_share(calibration_error(side)) for side in sides))
    told = f"A finding is right when its verdict is the label's. Expected calibration error: {errors}."
    return f"{told}\n\n" + render_rows(header, rows)


def _file_table(results: Results) -> str:
    score = score_files(results.files)
    header = ("files", "verdicts compared", "different", "share")
    row = (str(score.files), str(score.compared), str(score.different), show_share(score.share))
    told = "The checker's verdicts on a PDF or DOCX file against those on its text, all files together."
    return f"{told}\n\n" + render_rows(header, [row])


def _by_language(results: Results) -> Iterator[tuple[str, list[DocumentOutcome]]]:
    for language in sorted({outcome.language for outcome in results.documents}):
        yield language, [outcome for outcome in results.documents if outcome.language == language]
    yield _ALL, list(results.documents)


def _contracts(outcomes: Sequence[DocumentOutcome]) -> list[DocumentOutcome]:
    return [outcome for outcome in outcomes if outcome.processor_contract]


def _mentions(outcomes: Sequence[DocumentOutcome]) -> list[MentionOutcome]:
    return [item for outcome in outcomes for item in outcome.mentions]


def _mention_figures(outcomes: Sequence[MentionOutcome]) -> list[float | None]:
    return _figures_of(score_mentions(outcomes))


def _figures_of(score: MentionScore) -> list[float | None]:
    return [*_retrieval_figures(score.not_said), score.exact, score.evidence, score.characters]


def _retrieval_figures(counts: Retrieval) -> list[float | None]:
    return [counts.precision, counts.recall, counts.f1]


def _counts(documents: Sequence[object], contracts: Sequence[object]) -> tuple[str, str]:
    return str(len(documents)), str(len(contracts))


def _shares(figures: Sequence[float | None]) -> tuple[str, ...]:
    return tuple(show_share(figure) for figure in figures)


def _pairs(development: Sequence[float | None], validation: Sequence[float | None]) -> tuple[str, ...]:
    """Return the figures of both sides, cell by cell."""
    return tuple(
        show_pair(show_share(ours), show_share(theirs)) for ours, theirs in zip(development, validation, strict=True)
    )
