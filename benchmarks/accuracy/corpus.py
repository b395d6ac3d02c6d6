"""Labelled contracts: a corpus of texts with labels, or the project's own samples."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dpa_checker.library.loader import load_yaml
from dpa_checker.model import DocumentKind, Processing, Verdict

Span = tuple[int, int]

_VALIDATION_SHARE: Final = 4
_LABEL_VERDICTS: Final = {"na": Verdict.NOT_APPLICABLE}
_FILE_OF_TEXT: Final = re.compile(r"`([^`/\s]+\.(?:pdf|docx))`\s+([a-z]{2})/([\w.-]*\w)")
_SAMPLE_FORMATS: Final = ("contract.txt", "contract.docx", "contract.pdf")


@dataclass(frozen=True, slots=True)
class MentionLabel:
    """The right verdict on a mention; ``spans`` are the passages that bear it, ``None`` when not labelled."""

    verdict: Verdict
    spans: tuple[Span, ...] | None = None


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A document and what is right about it.

    ``measures`` are those of the Article 32 lens that it promises, ``None`` when they are not labelled.
    """

    id: str
    language: str
    kind: DocumentKind
    processing: Processing
    processor_contract: bool
    mentions: Mapping[str, MentionLabel]
    measures: frozenset[str] | None
    path: Path
    validation: bool


@dataclass(frozen=True, slots=True)
class FilePair:
    """A file and the labelled document with the same wording."""

    path: Path
    document: LabelledDocument


@dataclass(frozen=True, slots=True)
class Corpus:
    """Labelled documents, and files to compare with them."""

    name: str
    documents: tuple[LabelledDocument, ...]
    pairs: tuple[FilePair, ...]


def is_validation(document_id: str) -> bool:
    """Whether the document belongs to the validation quarter, chosen by a hash of its id."""
    digest = hashlib.sha256(document_id.encode("utf-8")).hexdigest()
    return int(digest[:8], 16) % _VALIDATION_SHARE == 0


def load_corpus(folder: Path) -> Corpus:
    """Return the corpus at ``folder``: ``labels/<language>/<id>.json`` beside ``texts/<language>/<id>.txt``.

    Which file has which labelled text is told by the corpus's own README.  A folder without ``labels`` is
    read as sample contracts.
    """
    if not (folder / "labels").is_dir():
        return load_samples(folder)
    documents = tuple(_load_label(path, folder) for path in sorted((folder / "labels").glob("*/*.json")))
    return Corpus("labelled corpus", documents, tuple(_find_pairs(folder, documents)))


def load_samples(folder: Path) -> Corpus:
    """Return the sample contracts at ``folder``: ``<slug>/expected.yaml`` beside ``<slug>/contract.*``.

    They are all development documents: who wrote them knows them.
    """
    documents: list[LabelledDocument] = []
    pairs: list[FilePair] = []
    for path in sorted(folder.glob("*/expected.yaml")):
        files = [path.with_name(name) for name in _SAMPLE_FORMATS if path.with_name(name).is_file()]
        if files:
            document = _load_sample(path, files[0])
            documents.append(document)
            pairs += [FilePair(file, document) for file in files[1:]]
    return Corpus("sample contracts", tuple(documents), tuple(pairs))


def read_source(path: Path) -> str:
    """Return the text of a labelled document with its offsets untouched (no newline is translated)."""
    return path.read_bytes().decode("utf-8")


def _load_label(path: Path, folder: Path) -> LabelledDocument:
    label = json.loads(path.read_text(encoding="utf-8"))
    return LabelledDocument(
        id=label["id"],
        language=label["language"],
        kind=DocumentKind(label["doc_kind"]),
        processing=Processing(label["processing"]),
        processor_contract=label["processor_contract"],
        mentions={
            name: MentionLabel(_verdict(said["verdict"]), tuple((start, end) for start, end in said["spans"]))
            for name, said in label["mentions"].items()
        },
        measures=frozenset(label["art32"]) if label["processor_contract"] else None,
        path=folder / "texts" / path.parent.name / f"{path.stem}.txt",
        validation=is_validation(label["id"]),
    )


def _load_sample(path: Path, contract: Path) -> LabelledDocument:
    expected: dict[str, Any] = load_yaml(path)
    processing = Processing(expected["processing"])
    kind = expected.get("kind", expected.get("doc_kind", DocumentKind.OTHER))
    measures = expected.get("art32")
    return LabelledDocument(
        id=path.parent.name,
        language=expected["language"],
        kind=DocumentKind(kind),
        processing=processing,
        processor_contract=processing is Processing.YES,
        mentions={name: MentionLabel(_sample_verdict(said)) for name, said in expected["mentions"].items()},
        measures=None if measures is None else frozenset(str(measure) for measure in measures),
        path=contract,
        validation=False,
    )


def _sample_verdict(said: str | Mapping[str, Any]) -> Verdict:
    return _verdict(said if isinstance(said, str) else said["verdict"])


def _verdict(name: str) -> Verdict:
    return _LABEL_VERDICTS.get(name) or Verdict(name)


def _find_pairs(folder: Path, documents: tuple[LabelledDocument, ...]) -> Iterator[FilePair]:
    readme = folder / "README.md"
    if not readme.is_file():
        return
    known = {(document.language, document.id): document for document in documents}
    for name, language, document_id in sorted(_FILE_OF_TEXT.findall(readme.read_text(encoding="utf-8"))):
        path, document = folder / "files" / name, known.get((language, document_id))
        if path.is_file() and document is not None:
            yield FilePair(path, document)
