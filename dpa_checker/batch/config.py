"""``dpa-checker.toml``: what a team always passes, so that nobody has to type it.

[scan]                      options of ``scan`` by their long names, with _ or - between words
output = "results"
format = ["jsonl", "csv"]
[watch]                     the same for ``watch``
[limits]                    limits of reading (docs/ingestion.md)
max_bytes = 50_000_000
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from dpa_checker.errors import DpaCheckerError
from dpa_checker.ingestion import Limits

FILE_NAME: Final = "dpa-checker.toml"
SECTIONS: Final = ("scan", "watch", "limits")


class ConfigError(DpaCheckerError):
    """The configuration file cannot be used; the message names the file, the section and the key."""


@dataclass(frozen=True, slots=True)
class Option:
    """What a key may hold: ``kind`` is ``text``, ``number``, ``whole``, ``switch``, ``texts`` or ``list``.

    ``list`` is text with commas on the command line, and may be a list of texts here; ``choices`` when not empty are
    all that is allowed.
    """

    kind: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """The sections of a configuration file; ``name`` is its path as it was given."""

    name: str = FILE_NAME
    limits: Limits = field(default_factory=Limits)
    sections: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def read_section(self, section: str, options: Mapping[str, Option]) -> dict[str, object]:
        """Return the values of a section by option; raises :class:`ConfigError` for an unknown key or a wrong type."""
        values: dict[str, object] = {}
        for key, value in self.sections.get(section, {}).items():
            name = key.replace("-", "_")
            if name not in options:
                raise self._unknown(f"[{section}] {key}", key, list(options))
            values[name] = _read_value(value, options[name], f"{self.name}: [{section}] {key}")
        return values

    def _unknown(self, where: str, key: str, known: list[str]) -> ConfigError:
        near = get_close_matches(key.replace("-", "_"), known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
        return ConfigError(f"{self.name}: {where} is not known: {hint}")


def find_config(named: str | None) -> Config:
    """Return the configuration named, else that of the working directory, else an empty one.

    Raises :class:`ConfigError`.
    """
    if named is not None:
        return load_config(Path(named))
    path = Path(FILE_NAME)
    return load_config(path) if path.is_file() else Config()


def load_config(path: Path) -> Config:
    """Return the configuration in a file; raises :class:`ConfigError`."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path.name} cannot be read: {error.strerror or type(error).__name__}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path.name} is not in UTF-8. Save it again as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name} is not valid TOML: {error}.") from error
    config = Config(path.name)
    for section, values in content.items():
        if section not in SECTIONS:
            raise config._unknown(f"[{section}]", section, list(SECTIONS))
        if not isinstance(values, dict):
            raise ConfigError(f"{path.name}: {section} must be a section, [{section}], not a value.")
    try:
        limits = Limits.from_mapping(content.pop("limits", {}))
    except ValueError as error:
        raise ConfigError(f"{path.name}: [limits] {error}.") from error
    return Config(path.name, limits, content)


def _read_value(value: object, option: Option, where: str) -> object:
    """Return a value as its option on the command line would give it; raises :class:`ConfigError`."""
    read: object = value
    if option.kind == "list" and isinstance(value, list) and _is_texts(value):
        read = ",".join(value)
    wanted, fits = _KINDS[option.kind]
    if not fits(read):
        raise ConfigError(f"{where} must be {wanted}, not {_describe(value)}.")
    if option.choices and read not in option.choices:
        raise ConfigError(f"{where}: choose {', '.join(option.choices)}, not {value!r}.")
    return read


def _describe(value: object) -> str:
    kinds = {bool: "true or false", int: "a whole number", float: "a number", str: "text", list: "a list"}
    return kinds.get(type(value), "something else")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, float) or _is_whole(value)


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


_KINDS: Final[dict[str, tuple[str, Callable[[object], bool]]]] = {
    "text": ("text in quotes", _is_text),
    "list": ("text or a list of texts", _is_text),
    "texts": ("a list of texts", _is_texts),
    "whole": ("a whole number", _is_whole),
    "number": ("a number", _is_number),
    "switch": ("true or false", _is_switch),
}
