"""The words of the interface: gettext catalogues, and which language a visitor gets."""

from __future__ import annotations

import gettext
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.core import negotiate_locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from api.moment import SECOND

LOCALES: Final = Path(__file__).parent / "locale"
DOMAIN: Final = "dashboard"
#: Dates as the Union writes them.
_REGIONS: Final = {"en": "en_GB"}
_UNITS: Final = {"fr": ("ko", "Mo")}
#: The languages of the interface, that of the source first, each by its own name.
LANGUAGES: Final = {"en": "English", "fr": "Français", "sv": "Svenska", "de": "Deutsch"}


def choose_language(chosen: str | None, accepted: str) -> str:
    """Return the language chosen, else the first of an Accept-Language header that there is, else English."""
    if chosen in LANGUAGES:
        return chosen
    wanted = sorted(_ranges(accepted), key=lambda item: -item[1])
    tags = [tag.replace("-", "_") for tag, quality in wanted if quality > 0]
    found = negotiate_locale(tags, list(LANGUAGES)) if tags else None
    return (found or "en").partition("_")[0]


def _ranges(accepted: str) -> list[tuple[str, float]]:
    found = []
    for item in accepted.split(",")[:20]:
        tag, _, quality = item.strip().partition(";q=")
        try:
            found.append((tag, float(quality) if quality else 1.0))
        except ValueError:
            continue
    return [(tag, quality) for tag, quality in found if tag.replace("-", "").isalnum()]


@cache
def load_translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; English is what stands in the source."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALES, [language])


class Tongue:
    """What depends on a language: words, dates, numbers."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(_REGIONS.get(language, language))
        self._translations = load_translations(language)

    def text(self, message: str) -> str:
        """Return a message in the language."""
        return self._translations.gettext(message) if message else ""

    def moment(self, milliseconds: int) -> str:
        """Return day and time, in UTC."""
        return f"{self.day(milliseconds)}, {_at(milliseconds):%H:%M} UTC"

    def day(self, milliseconds: int) -> str:
        """Return a day, in UTC."""
        return format_date(_at(milliseconds).date(), "medium", locale=self.locale)

    def number(self, number: float) -> str:
        """Return a number."""
        return format_decimal(number, locale=self.locale)

    def percent(self, share: float) -> str:
        """Return a share in per cent."""
        return format_percent(share, locale=self.locale)

    def size(self, size: int) -> str:
        """Return a number of bytes in kB or MB."""
        small, large = _UNITS.get(self.language, ("kB", "MB"))
        if size < 1_000_000:
            return f"{self.number(max(1, round(size / 1_000)))}\u00a0{small}"
        return f"{self.number(round(size / 1_000_000, 1))}\u00a0{large}"


@cache
def tongue(language: str) -> Tongue:
    """Return what depends on a language."""
    return Tongue(language)


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / SECOND, UTC)
