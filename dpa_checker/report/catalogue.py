"""The texts of the report, by key, in English, French, Swedish and German."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from dpa_checker.errors import LibraryError

#: Languages in which a report can be written, the default first.
REPORT_LANGUAGES: Final = ("en", "fr", "sv", "de")

#: Languages that count nothing in the singular, as one.
_ZERO_IS_SINGULAR: Final = frozenset({"fr"})


class _StrictLoader(yaml.BaseLoader):
    """Reads every scalar as text (``no`` stays ``no``) and refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                line = node.value[index][0].start_mark.line + 1
                raise LibraryError(f"{node.start_mark.name}, line {line}: the key {key!r} is given twice; keep one.")
        return super().construct_mapping(node, deep=deep)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All texts of one report language; ``texts`` maps dotted keys (``verdict.present``) to templates."""

    language: str
    texts: Mapping[str, str]

    def text(self, key: str, **arguments: object) -> str:
        """Return the text of ``key`` with its placeholders filled.

        Raises ``LibraryError`` for an unknown key or a placeholder without an argument.
        """
        try:
            template = self.texts[key]
        except KeyError:
            raise LibraryError(
                f"report/messages/{self.language}.yaml has no text for {key!r}; add it to all four."
            ) from None
        try:
            return template.format(**arguments)
        except KeyError as error:
            raise LibraryError(f"The report text {key!r} needs a value for {error.args[0]!r}.") from None

    def counted(self, key: str, number: int, **arguments: object) -> str:
        """Return the singular or plural text of ``key`` for ``number``, which it shows."""
        return self.text(f"{key}.{self._form(number)}", number=self.number(number), **arguments)

    def number(self, number: int) -> str:
        """Return ``number`` with the thousands separator of the language."""
        return f"{number:,}".replace(",", self.texts["typography.thousands"])

    def percent(self, share: float) -> str:
        """Return a share (0 to 1) in per cent, rounded, as the language writes it; only all is a hundred."""
        return self.text("typography.percent", number=round(100 * share) if share >= 1 else min(99, round(100 * share)))

    def language_name(self, code: str | None) -> str:
        """Return the name of a language, its code when the name is not in the catalogue."""
        if not code:
            return self.text("label.unknown")
        return self.texts.get(f"language.{code.lower()}", code)

    def quoted(self, text: str) -> str:
        """Return ``text`` in the quotation marks of the language."""
        return f"{self.texts['typography.quote_open']}{text}{self.texts['typography.quote_close']}"

    def labelled(self, label: str, text: str) -> str:
        """Return ``label: text`` with the colon of the language."""
        return f"{label}{self.texts['typography.colon']}{text}"

    def listed(self, items: list[str]) -> str:
        """Return the items as a list in words: ``a, b and c``."""
        if len(items) < 2:
            return "".join(items)
        return ", ".join(items[:-1]) + self.texts["typography.and"] + items[-1]

    def _form(self, number: int) -> str:
        singular = number == 1 or (number == 0 and self.language in _ZERO_IS_SINGULAR)
        return "one" if singular else "other"


@cache
def load_catalogue(language: str) -> Catalogue:
    """Return the catalogue of a report language; raises ``LibraryError`` if there is none or it is wrong."""
    if language not in REPORT_LANGUAGES:
        raise LibraryError(f"No report texts in {language!r}; choose one of {', '.join(REPORT_LANGUAGES)}.")
    source = files("dpa_checker.report").joinpath("messages", f"{language}.yaml")
    return Catalogue(language, read_texts(source.read_text(encoding="utf-8"), name=f"report/messages/{language}.yaml"))


def read_texts(yaml_text: str, *, name: str) -> dict[str, str]:
    """Return the texts of a catalogue by dotted key; raises ``LibraryError`` naming the file and the line."""
    loader = _StrictLoader(yaml_text)
    loader.name = name
    try:
        content = loader.get_single_data()
    except yaml.YAMLError as error:
        raise LibraryError(f"{name} is not valid YAML: {error}") from error
    finally:
        loader.dispose()
    if not isinstance(content, dict):
        raise LibraryError(f"{name}: a mapping of texts is expected.")
    return dict(_flattened(content, prefix="", name=name))


def _flattened(content: Mapping[str, Any], *, prefix: str, name: str) -> Iterator[tuple[str, str]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _flattened(value, prefix=f"{prefix}{key}.", name=name)
        elif isinstance(value, str) and value:
            yield f"{prefix}{key}", value
        else:
            raise LibraryError(f"{name}: {prefix}{key} must be a text that is not empty.")
