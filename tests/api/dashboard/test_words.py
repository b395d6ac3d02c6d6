"""The interface in its languages: nothing untranslated, no placeholder lost, catalogues compiled from their sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import api.dashboard
from api.dashboard.language import DOMAIN, LANGUAGES, LOCALES, choose_language, tongue

_FOLDER = Path(api.dashboard.__file__).parent
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
_KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
_PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def _said() -> set[str | tuple[str, ...]]:
    """Return all messages of the source."""
    found = extract_from_dir(str(_FOLDER), _METHODS, _OPTIONS, _KEYWORDS)
    return {message for _, _, message, _, _ in found}


def _catalogue(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language)


def _messages(language: str) -> list[Message]:
    return [message for message in _catalogue(language) if message.id]


def _forms(texts: str | Sequence[str] | None) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts or ())


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_untranslated_and_nothing_is_left_over(language: str) -> None:
    said = _said()
    assert len(said) > 250
    known = {message.id if isinstance(message.id, str) else tuple(message.id) for message in _messages(language)}
    assert known == said
    for message in _messages(language):
        assert all(form.strip() for form in _forms(message.string)), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_placeholder_is_lost(language: str) -> None:
    for message in _messages(language):
        wanted = sorted(_PLACEHOLDER.findall(_forms(message.id)[-1]))
        for form in _forms(message.string):
            assert sorted(_PLACEHOLDER.findall(form)) == wanted, (message.id, form)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_that_of_the_source(language: str) -> None:
    with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        compiled = {_forms(message.id)[0]: _forms(message.string) for message in read_mo(file) if message.id}
    assert compiled == {_forms(message.id)[0]: _forms(message.string) for message in _messages(language)}


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("sv", "de", "sv"),
        (None, "de-AT,de;q=0.9,en;q=0.5", "de"),
        (None, "en;q=0.3, fr-CH;q=0.8", "fr"),
        (None, "pl, sv;q=0.1", "sv"),
        (None, "pl", "en"),
        (None, "", "en"),
        ("xx", "fr;q=x, ;;,*", "en"),
        (None, "sv;q=0, de", "de"),
    ],
)
def test_the_language_is_that_chosen_else_that_asked_for(chosen: str | None, accepted: str, language: str) -> None:
    assert choose_language(chosen, accepted) == language


def test_numbers_dates_and_sizes_are_those_of_the_language() -> None:
    moment = 1_772_443_800_000
    assert tongue("en").moment(moment) == "2 Mar 2026, 09:30 UTC"
    assert tongue("de").moment(moment) == "02.03.2026, 09:30 UTC"
    assert tongue("de").number(10_000) == "10.000"
    assert tongue("fr").size(2_500_000) == "2,5\u00a0Mo"
    assert tongue("sv").percent(0.5) == "50\u00a0%"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_do_and_what_the_program_does_are_called_differently(language: str) -> None:
    """Both are filters, and columns of what is exported."""
    text = tongue(language).text
    assert text("Review") != text("Examination")
