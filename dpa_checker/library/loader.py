"""The only reader of the clause library's YAML files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from dpa_checker.errors import LibraryError, UnsupportedLanguage
from dpa_checker.library.schema import (
    MEASURES,
    MENTIONS,
    ConceptWords,
    Cues,
    ElementFrame,
    Examples,
    Frame,
    Lexicon,
    Measure,
    Mention,
    ModelClauses,
)

_Value = TypeVar("_Value", bound=BaseModel)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Loader):  # type: ignore[misc, valid-type]
    """YAML without its surprises: a doubled key is an error, and only true and false are booleans."""


def _construct_mapping(loader: Any, node: Any) -> dict[Any, Any]:
    seen: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise LibraryError(f"line {key_node.start_mark.line + 1}: the key {key!r} stands twice")
        seen[key] = loader.construct_object(value_node, deep=True)
    return seen


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)
_StrictLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:float"}
    ]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile(r"^(?:true|false)$"), list("tf"))


def load_yaml(path: Path) -> Any:
    """Return the content of a YAML file; raises :class:`LibraryError` naming the file."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - a safe loader's child
    except (OSError, yaml.YAMLError, LibraryError) as error:
        raise LibraryError(f"{path.name}: {error}") from error


@dataclass(frozen=True, eq=False)
class Library:
    """The clause library at ``root``: mentions and measures now, languages when they are asked for."""

    root: Path
    mentions: tuple[Mention, ...]
    measures: tuple[Measure, ...]
    concepts: Mapping[str, str]
    document_concepts: tuple[str, ...]
    languages: tuple[str, ...]

    @cached_property
    def version(self) -> str:
        """A digest of every file that can change a verdict (12 hexadecimal digits)."""
        digest = hashlib.sha256()
        for path in sorted(self.root.rglob("*")):
            if path.suffix in {".yaml", ".npz", ".json"} and "examples" not in path.relative_to(self.root).parts:
                digest.update(str(path.relative_to(self.root)).encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()[:12]

    @cached_property
    def structure_words(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """Abbreviations that end no sentence, and words that open an annex, of all languages together."""
        cues = [self.lexicon(language).cues for language in self.languages]
        abbreviations = frozenset(word.casefold() for cue in cues for word in cue.abbreviations)
        return abbreviations, tuple(sorted({word for cue in cues for word in cue.document_words.annex}))

    def lexicon(self, language: str) -> Lexicon:
        """Return the lexicon of ``language``; raises :class:`UnsupportedLanguage`."""
        if language not in self.languages:
            raise UnsupportedLanguage(
                f"no lexicon for the language {language!r}; supported: {', '.join(self.languages)}"
            )
        folder = self.root / "languages" / language
        words = _load(folder / "concepts.yaml", ConceptWords)
        cues = _load(folder / "cues.yaml", Cues)
        documents = _load(folder / "documents.yaml", ConceptWords)
        merged = {**words.concepts, **documents.concepts}
        wrong = set(merged) ^ (set(self.concepts) | set(self.document_concepts))
        if wrong:
            raise LibraryError(f"{language}: missing or unknown concepts {sorted(wrong)}")
        return Lexicon(language=language, concepts=merged, cues=cues)

    def examples(self, language: str, mention: str) -> Examples:
        """Return the proof examples of a mention; raises :class:`LibraryError` when they are too few."""
        return _load(self.root / "languages" / language / "examples" / f"{mention}.yaml", Examples)

    def model_clauses(self, language: str) -> ModelClauses:
        """Return the clauses to propose in ``language``."""
        loaded = _load(self.root / "languages" / language / "model_clauses.yaml", ModelClauses)
        missing = set(MENTIONS) ^ set(loaded.clauses)
        if missing:
            raise LibraryError(f"{language}/model_clauses.yaml: missing or unknown {sorted(missing)}")
        return loaded


@cache
def load_library(root: Path | None = None) -> Library:
    """Return the clause library at ``root`` (default: the one that belongs to this package)."""
    folder = root or find_library()
    concepts = load_yaml(folder / "concepts.yaml")["concepts"]
    mentions = tuple(_load(folder / "mentions" / f"{name}.yaml", Mention) for name in MENTIONS)
    measures = tuple(_load(folder / "measures" / f"{name}.yaml", Measure) for name in MEASURES)
    owners: tuple[Mention | Measure, ...] = (*mentions, *measures)
    for owner in owners:
        _check_concepts(owner, concepts)
    languages = tuple(
        sorted(path.parent.name for path in (folder / "languages").glob("*/concepts.yaml") if _complete(path.parent))
    )
    return Library(
        root=folder,
        mentions=mentions,
        measures=measures,
        concepts=concepts,
        document_concepts=tuple(load_yaml(folder / "document_concepts.yaml")["concepts"]),
        languages=languages,
    )


def find_library() -> Path:
    """Return the folder of the clause library: beside the package in a checkout, inside it when installed."""
    installed = Path(str(resources.files("dpa_checker"))) / "clause_library"
    checkout = Path(__file__).resolve().parents[2] / "clause_library"
    for folder in (installed, checkout):
        if (folder / "concepts.yaml").is_file():
            return folder
    raise LibraryError("the clause library was not found beside the package: install dpa-checker again")


def _complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("cues.yaml", "documents.yaml"))


def _load(path: Path, shape: type[_Value]) -> _Value:
    try:
        return shape.model_validate(load_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LibraryError(f"{path.parent.name}/{path.name}: {where}: {first['msg']}") from error


_PSEUDO_CONCEPTS = frozenset({"processor_party", "controller_party"})


def _check_concepts(owner: Mention | Measure, concepts: Mapping[str, str]) -> None:
    for name in _named_concepts(owner):
        if name not in concepts and name not in _PSEUDO_CONCEPTS:
            raise LibraryError(f"{owner.id}: the concept {name!r} is not in concepts.yaml")


def _named_concepts(owner: Mention | Measure) -> set[str]:
    names: set[str] = set()
    elements = owner.elements.values() if isinstance(owner, Mention) else ()
    frames: list[Frame | ElementFrame] = [*owner.frames, *(frame for group in elements for frame in group)]
    for frame in frames:
        for group in (*frame.all, frame.act, *frame.none, *getattr(frame, "marks_unless", ())):
            names.update(part.removeprefix("~").split(">=")[0] for part in group.split("|") if part)
        blocked = getattr(frame, "none_unless", {})
        names.update(blocked)
        names.update(name for lifted in blocked.values() for name in lifted.split("|"))
    if isinstance(owner, Mention) and owner.label:
        names.update((owner.label.concept, *owner.label.value_any, *owner.label.none, *owner.label.not_labelled))
    return names
