"""Validation documents appear in totals and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import pytest

from benchmarks.accuracy.__main__ import main
from benchmarks.accuracy.confusion import is_ignored, render_confusion
from benchmarks.accuracy.outcome import (
    DocumentOutcome,
    MentionOutcome,
    build_file_outcome,
    build_outcome,
)
from benchmarks.accuracy.table import Results, render_table
from dpa_checker.model import Verdict

from .tiny_corpus import DEVELOPMENT_ID, TEXT, VALIDATION_ID, labelled, mention, outcome, report


def test_an_outcome_of_validation_has_no_name_and_no_note() -> None:
    held = build_outcome(labelled(VALIDATION_ID, validation=True), report())
    assert held.name is None
    assert held.notes == ()
    assert [item.verdict for item in held.mentions] == [Verdict.PRESENT, Verdict.MISSING]
    assert not any(VALIDATION_ID in str(getattr(held, field.name)) for field in fields(held))


def test_the_errors_of_a_development_document_are_noted() -> None:
    shown = build_outcome(labelled(DEVELOPMENT_ID, validation=False), report())
    assert [note.subject for note in shown.notes] == ["processing", "audits", "art32 encryption"]
    assert shown.notes[1].labelled == (TEXT[52:83],)


def test_a_right_verdict_on_other_passages_is_noted() -> None:
    shown = build_outcome(labelled(DEVELOPMENT_ID, validation=False, spans=((40, 50),)), report())
    assert "present on other passages" in [note.told for note in shown.notes]


def test_the_confusion_list_holds_development_documents_only() -> None:
    documents = [
        build_outcome(labelled(name, validation=held), report())
        for name, held in ((DEVELOPMENT_ID, False), (VALIDATION_ID, True))
    ]
    files = [
        build_file_outcome(labelled(name, validation=held), report(), report(audits=Verdict.PRESENT), f"{name}.pdf")
        for name, held in ((DEVELOPMENT_ID, False), (VALIDATION_ID, True))
    ]
    assert [file.different for file in files] == [1, 1]
    listed = render_confusion(documents, files)
    assert DEVELOPMENT_ID in listed
    assert VALIDATION_ID not in listed
    assert listed.count(TEXT[52:83]) == 1


def test_the_table_names_no_document_and_shows_both_sides() -> None:
    wrong, right = mention("missing", "present"), mention("missing", "missing")
    table = _render([_side(right), *[_side(wrong, validation=True)] * 2])
    assert VALIDATION_ID not in table
    assert DEVELOPMENT_ID not in table
    assert "| en | development | 1 | 1 | 1.000 | 1.000 | 1.000 | 1.000 | – | – |" in table
    assert "| en | validation | 2 | 2 | – | 0.000 | 0.000 | 0.000 | – | – |" in table
    assert "| en | gap |  |  | – | +1.000 | +1.000 | +1.000 | – | – |" in table


def test_a_validation_group_of_one_document_is_not_shown() -> None:
    wrong, right = mention("missing", "present"), mention("missing", "missing")
    table = _render([_side(right), _side(wrong, validation=True)])
    assert "| en | validation | 1 | 1 | – | – | – | – | – | – |" in table


def test_the_confusion_list_goes_only_where_git_does_not_look(capsys: pytest.CaptureFixture[str]) -> None:
    assert is_ignored(Path("confusion-fr.md"))
    assert not is_ignored(Path("errors.md"))
    with pytest.raises(SystemExit):
        main(["--confusion", "errors.md"])
    assert "confusion*.md" in capsys.readouterr().err


def _side(*mentions: MentionOutcome, validation: bool = False) -> DocumentOutcome:
    name = None if validation else DEVELOPMENT_ID
    return replace(outcome(*mentions, validation=validation), name=name)


def _render(documents: Sequence[DocumentOutcome]) -> str:
    return render_table(Results("tiny", tuple(documents), (), ()), "Made by hand.")
