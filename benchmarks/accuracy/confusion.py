"""The errors of development documents, to be read one by one: a list that quotes, and stays out of git."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.accuracy.outcome import DocumentOutcome, ErrorNote, FileOutcome

_HEADING = "# Errors on development documents\n\nQuotes contracts of others: not for the repository.\n"


def is_ignored(path: Path) -> bool:
    """Whether git leaves ``path`` out by its name (``confusion*.md``)."""
    return path.name.startswith("confusion") and path.suffix == ".md"


def render_confusion(documents: Sequence[DocumentOutcome], files: Sequence[FileOutcome]) -> str:
    """Return the list in Markdown, by language and document; validation documents have no place in it."""
    lines = [_HEADING]
    for language in sorted({outcome.language for outcome in documents}):
        for outcome in documents:
            if outcome.language == language and outcome.name is not None and outcome.notes:
                lines += [f"## {language} {outcome.name} ({outcome.kind})", *_render_notes(outcome.notes)]
    for file in files:
        if file.name is not None and file.notes:
            lines += [f"## file {file.name}", *_render_notes(file.notes)]
    return "\n".join(lines) + "\n"


def _render_notes(notes: Iterable[ErrorNote]) -> Iterator[str]:
    for note in notes:
        yield f"- **{note.subject}**: {note.told}"
        for passage in note.labelled:
            yield f"  - labelled: {passage}"
        for passage in note.quoted:
            yield f"  - quoted: {passage}"
    yield ""
