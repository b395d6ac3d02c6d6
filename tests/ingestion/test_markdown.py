"""Markdown files: structure from its marks, struck words and comments set aside, code left alone."""

from __future__ import annotations

from dpa_checker.ingestion import read_bytes
from dpa_checker.model import BlockKind, Document, UnreadReason
from tests.ingestion.test_plain import cells, headers, shown


def markdown(text: str) -> Document:
    """Return the document of a Markdown file."""
    return read_bytes(text.encode(), name="contract.md")


def test_structure() -> None:
    document = markdown(
        "# Agreement\n\nText of the\nparagraph.\n\n## 1. Scope\n\n- one;\n- two:\n"
        "  1. inner one here;\n  2. inner two here.\n\n"
        "| Duration | Purpose |\n|---|---|\n| 12 months | **Hosting** |\n\nTerm\n----\n\nThe end.\n"
    )
    headings = [(shown(document)[n], b.level) for n, b in enumerate(document.blocks) if b.kind is BlockKind.HEADING]
    assert headings == [("Agreement", 1), ("1. Scope", 2), ("Term", 2)]
    items = [(b.label, b.level) for b in document.blocks if b.kind is BlockKind.LIST_ITEM]
    assert items == [("-", 1), ("-", 1), ("1.", 2), ("2.", 2)]
    rows = [block for block in document.blocks if block.kind is BlockKind.TABLE_ROW]
    assert cells(document, rows[1]) == ["12 months", "**Hosting**"]
    assert headers(document, rows[1]) == ["Duration", "Purpose"]
    assert document.media_type == "text/markdown"


def test_struck_words_and_comments_are_set_aside() -> None:
    document = markdown(
        "The Processor shall ~~never~~ act. <!-- draft\nnote -->\n\n<del>Old clause.</del> New clause ~one~ here.\n\n"
        "Keep `~~code~~` and a ~ sign, ~5 days and ~~ alone.\n\n```\n~~fenced~~ <!-- kept -->\n```\n"
    )
    found = [(one.reason, one.excerpt) for one in document.unread]
    assert found == [
        (UnreadReason.STRUCK_THROUGH, "never"), (UnreadReason.HIDDEN, "draft note"),
        (UnreadReason.STRUCK_THROUGH, "Old clause."), (UnreadReason.STRUCK_THROUGH, "one"),
    ]  # fmt: skip
    assert document.text.startswith("The Processor shall act.")
    assert "~~code~~" in document.text
    assert "~5 days and ~~ alone" in document.text
    assert "~~fenced~~ <!-- kept -->" in document.text
    first = document.unread[0]
    assert document.text[: first.start] == "The Processor shall "


def test_open_tasks_are_unselected_options() -> None:
    document = markdown("Choose:\n\n- [ ] The Processor deletes the data.\n- [x] The Processor returns the data.\n")
    assert shown(document) == ["Choose:", "- [x] The Processor returns the data."]
    option = document.unread[0]
    assert option.reason is UnreadReason.UNSELECTED_OPTION
    assert "deletes the data" in document.text[option.start : option.end]


def test_hostile_marks_take_no_time() -> None:
    for text in ("~~" * 20_000, "<!-- " * 20_000, "```\n" * 20_000, "<del>" * 20_000, "~a" * 30_000, "`" * 50_001):
        assert markdown("Text. " + text).text.startswith("Text.")
