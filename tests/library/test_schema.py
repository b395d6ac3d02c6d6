"""A wrong file of the clause library is refused, and the message names it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dpa_checker.errors import LibraryError, UnsupportedLanguage
from dpa_checker.library import Library, load_library
from dpa_checker.library.loader import load_yaml
from dpa_checker.library.schema import MENTIONS

EXAMPLES = "languages/en/examples/audits.yaml"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A copy of the clause library, to be spoilt."""
    root = tmp_path / "clause_library"
    shutil.copytree(load_library().root, root)
    return root


def _edit(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def _append(path: Path, lines: str) -> None:
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{lines}\n", encoding="utf-8")


Spoil = Callable[[Path], None]
Use = Callable[[Library], object]


def _mentions(library: Library) -> object:
    return library.mentions


def _lexicon(library: Library) -> object:
    return library.lexicon("en")


def _examples(library: Library) -> object:
    return library.examples("en", "audits")


def _model_clauses(library: Library) -> object:
    return library.model_clauses("en")


@pytest.mark.parametrize(
    ("spoil", "use", "told"),
    [
        pytest.param(
            lambda root: _append(root / "mentions/audits.yaml", "risk: low"),
            _mentions,
            r"audits\.yaml: .*risk",
            id="doubled key",
        ),
        pytest.param(
            lambda root: _append(root / "mentions/audits.yaml", "colour: red"),
            _mentions,
            r"audits\.yaml: colour: Extra inputs",
            id="unknown key",
        ),
        pytest.param(
            lambda root: _edit(root / "mentions/audits.yaml", "frames:\n  - id:", "frames:\n  - colour: red\n    id:"),
            _mentions,
            r"audits\.yaml: frames\.0\.colour",
            id="unknown key of a frame",
        ),
        pytest.param(
            lambda root: _edit(root / "mentions/audits.yaml", "all: [audit, ", "all: [audit, moonlight|"),
            _mentions,
            r"audits: .*'moonlight'",
            id="unknown concept",
        ),
        pytest.param(
            lambda root: _edit(root / "mentions/audits.yaml", "id: audits", "id: audit"),
            _mentions,
            r"audits\.yaml: .*'audit' is none of the 27 mentions",
            id="unknown mention",
        ),
        pytest.param(
            lambda root: _edit(root / "mentions/audits.yaml", "essential: [", "essential: [] #"),
            _mentions,
            r"audits\.yaml: .*not listed under essential",
            id="element not declared",
        ),
        pytest.param(
            lambda root: _edit(root / "measures/encryption.yaml", "lens_encryption", "moonlight"),
            _mentions,
            r"encryption: .*'moonlight'",
            id="unknown concept of a measure",
        ),
        pytest.param(lambda root: (root / "mentions/audits.yaml").unlink(), _mentions, r"audits\.yaml", id="no file"),
        pytest.param(
            lambda root: _edit(root / "languages/en/concepts.yaml", "\n  personal_data:", "\n  personal_date:"),
            _lexicon,
            r"en: .*'personal_data', 'personal_date'",
            id="concept without words",
        ),
        pytest.param(
            lambda root: _append(root / "languages/en/cues.yaml", "negation: [nay]"),
            _lexicon,
            r"cues\.yaml: .*negation",
            id="doubled cue",
        ),
        pytest.param(
            lambda root: _edit(root / EXAMPLES, "contradicted:", "contradicted: []\npartially:"),
            _examples,
            r"audits\.yaml: contradicted: .*at least 3",
            id="too few contradicted",
        ),
        pytest.param(
            lambda root: (root / EXAMPLES).write_text("mention: audits\nlanguage: en\nmatch: []\n"),
            _examples,
            r"audits\.yaml: match: .*at least 3",
            id="too few matches",
        ),
        pytest.param(
            lambda root: _edit(root / EXAMPLES, "    why: Audits are refused.\n", ""),
            _examples,
            r"audits\.yaml: .*every contradicted example needs a why",
            id="no why",
        ),
        pytest.param(
            lambda root: _edit(root / EXAMPLES, "also: [compliance-information]", "also: [compliance]"),
            _examples,
            r"audits\.yaml: .*unknown mention.*'compliance'",
            id="also unknown",
        ),
        pytest.param(
            lambda root: _edit(root / "languages/en/model_clauses.yaml", "\n  audits:", "\n  audit:"),
            _model_clauses,
            r"model_clauses\.yaml: .*'audit', 'audits'",
            id="model clause of an unknown mention",
        ),
    ],
)
def test_a_wrong_file_is_refused(shelf: Path, spoil: Spoil, use: Use, told: str) -> None:
    spoil(shelf)
    with pytest.raises(LibraryError, match=told):
        use(load_library(shelf))


def test_yaml_has_no_surprises(tmp_path: Path) -> None:
    path = tmp_path / "surprises.yaml"
    path.write_text("language: no\nanswers: [yes, on, off, n]\nversion: 3.10\ntrue_one: true\nnumber: 12\n")
    assert load_yaml(path) == {
        "language": "no",
        "answers": ["yes", "on", "off", "n"],
        "version": "3.10",
        "true_one": True,
        "number": 12,
    }


@pytest.mark.parametrize("content", ["a: 1\na: 2\n", "a: {b: 1, b: 2}\n", "- {a: 1, 'a': 2}\n"])
def test_a_doubled_key_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "doubled.yaml"
    path.write_text(content)
    with pytest.raises(LibraryError, match=r"doubled\.yaml"):
        load_yaml(path)


@pytest.mark.parametrize("content", ["a: [1\n", "a: !!python/object/apply:os.getcwd []\n", "\x00"])
def test_broken_or_unsafe_yaml_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(content)
    with pytest.raises(LibraryError, match=r"broken\.yaml"):
        load_yaml(path)


def test_a_language_needs_concepts_cues_and_documents(shelf: Path) -> None:
    (shelf / "languages/en/cues.yaml").unlink()
    library = load_library(shelf)
    assert "en" not in library.languages
    with pytest.raises(UnsupportedLanguage, match="supported: "):
        library.lexicon("en")


def test_the_version_follows_the_content_but_not_the_examples(shelf: Path, tmp_path: Path) -> None:
    before = load_library(shelf).version
    copies = [tmp_path / name for name in ("remarked", "reworded")]
    for copy in copies:
        shutil.copytree(shelf, copy)
    _append(copies[0] / EXAMPLES, "# a remark")
    _append(copies[1] / "languages/en/concepts.yaml", "# a remark")
    assert load_library(copies[0]).version == before
    assert load_library(copies[1]).version != before


def test_the_mentions_come_in_the_order_of_the_article() -> None:
    library = load_library()
    assert tuple(mention.id for mention in library.mentions) == MENTIONS
    groups = list(dict.fromkeys(mention.group for mention in library.mentions))
    assert groups == ["particulars", "a", "b", "c", "d", "e", "f", "g", "h", "last"]


def test_frame_ids_are_distinct_within_a_mention() -> None:
    for mention in load_library().mentions:
        ids = [frame.id for frame in mention.frames]
        assert len(ids) == len(set(ids)), mention.id
