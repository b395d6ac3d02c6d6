"""Labels are read as they are written, and the validation quarter is chosen by hash."""

from __future__ import annotations

from pathlib import Path

from benchmarks.accuracy.corpus import is_validation, load_corpus
from dpa_checker.model import DocumentKind, Processing, Verdict

from .tiny_corpus import DEVELOPMENT_ID, VALIDATION_ID, write_corpus


def test_the_hash_of_the_id_chooses_a_quarter() -> None:
    assert is_validation(VALIDATION_ID)
    assert not is_validation(DEVELOPMENT_ID)
    share = sum(is_validation(f"document-{number}") for number in range(2000)) / 2000
    assert 0.22 < share < 0.28


def test_labels_are_read_with_their_spans(tmp_path: Path) -> None:
    corpus = load_corpus(write_corpus(tmp_path))
    assert [document.id for document in corpus.documents] == [DEVELOPMENT_ID, VALIDATION_ID]
    document = corpus.documents[0]
    assert document.mentions["security"].spans == ((0, 34),)
    assert document.mentions["subprocessor-changes"].verdict is Verdict.NOT_APPLICABLE
    assert document.measures == frozenset({"encryption"})


def test_the_readme_tells_which_file_has_which_text(tmp_path: Path) -> None:
    corpus = load_corpus(write_corpus(tmp_path))
    assert [(pair.path.name, pair.document.id) for pair in corpus.pairs] == [("printed.pdf", DEVELOPMENT_ID)]


def test_sample_contracts_are_development_documents_without_spans(tmp_path: Path) -> None:
    folder = tmp_path / VALIDATION_ID
    folder.mkdir()
    (folder / "expected.yaml").write_text(
        "language: fr\nkind: nda\nprocessing: no\nmentions:\n  audits: {verdict: missing}\n  dpia: missing\n",
        encoding="utf-8",
    )
    for name in ("contract.pdf", "contract.docx"):
        (folder / name).write_bytes(b"")
    corpus = load_corpus(tmp_path)
    (document,) = corpus.documents
    assert (document.kind, document.processing) == (DocumentKind.NDA, Processing.NO)
    assert not document.validation
    assert not document.processor_contract
    assert document.mentions["audits"].verdict is document.mentions["dpia"].verdict is Verdict.MISSING
    assert document.mentions["audits"].spans is None
    assert document.path.name == "contract.docx"
    assert [pair.path.name for pair in corpus.pairs] == ["contract.pdf"]
