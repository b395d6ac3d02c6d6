"""What holds at one place of a Rich Text file: properties of characters and paragraphs, and the tables at its head."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from dpa_checker.ingestion.html.colour import Colour, look_alike
from dpa_checker.ingestion.layout.flow import Change
from dpa_checker.model import Reading, UnreadReason

_SMALLEST: Final = 2
_WHITE: Final = (255, 255, 255)


@dataclass(slots=True)
class State:
    """The properties in force within a group; ``target`` is what its text is for.

    ``size`` is in half points; colours are numbers of the colour table, 0 for automatic.
    """

    target: str = "text"
    skipped: int = 1
    font: int = 0
    bold: bool = False
    hidden: bool = False
    struck: bool = False
    size: int = 24
    colour: int = 0
    ground: int = 0
    block_ground: int = 0
    inserted: bool = False
    deleted: bool = False
    author: int = 0
    stamp: int = 0
    deleter: int = 0
    deleted_stamp: int = 0
    style: int = 0
    outline: int | None = None
    indent: int = 0
    level: int = 0
    list: int = 0
    in_table: bool = False
    nesting: int | None = None

    def copy(self) -> State:
        """Return the properties that an inner group begins with."""
        return replace(self)

    def reset_characters(self) -> None:
        """Go back to plain characters (the word plain)."""
        self.bold = self.hidden = self.struck = self.inserted = self.deleted = False
        self.size, self.colour, self.ground = 24, 0, 0

    def reset_paragraph(self) -> None:
        """Go back to a plain paragraph (the word pard)."""
        self.style = self.indent = self.level = self.list = self.block_ground = 0
        self.outline = self.nesting = None
        self.in_table = False

    @property
    def depth(self) -> int:
        """How many tables the paragraph stands in."""
        if self.nesting is not None and self.nesting > 0:
            return self.nesting
        return 1 if self.in_table else 0

    def reason(self, heads: Heads) -> UnreadReason | None:
        """Return why text of these properties does not count."""
        colour, ground = heads.colour(self.colour), heads.colour(self.ground or self.block_ground) or _WHITE
        if self.hidden or self.size <= _SMALLEST or (colour is not None and look_alike(colour, ground)):
            return UnreadReason.HIDDEN
        return UnreadReason.STRUCK_THROUGH if self.struck else None

    def is_absent(self, reading: Reading) -> bool:
        """Tell whether text of these properties does not stand in a reading."""
        return self.deleted if reading is Reading.ACCEPTED else self.inserted

    def change(self, reading: Reading, heads: Heads) -> Change | None:
        """Return the change by which text of these properties stands in this reading only."""
        if reading is Reading.ACCEPTED and self.inserted:
            return Change(heads.author(self.author), read_stamp(self.stamp))
        if reading is Reading.REJECTED and self.deleted:
            return Change(heads.author(self.deleter), read_stamp(self.deleted_stamp))
        return None


@dataclass(slots=True)
class Style:
    """A paragraph style: its name and the outline level (from 0) that it gives."""

    name: str = ""
    outline: int | None = None


@dataclass(slots=True)
class Heads:
    """The tables at the head of a file: encodings by font, colours, styles, authors of changes."""

    encoding: str = "cp1252"
    fonts: dict[int, str | None] = field(default_factory=dict)
    colours: list[Colour | None] = field(default_factory=list)
    styles: dict[int, Style] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    mixed: dict[str, int] = field(default_factory=dict)
    entry: str = ""

    def take(self, target: str, text: str, style: int) -> None:
        """Take characters that stand in the table ``target``; ``style`` is the one being described."""
        if target == "colortbl":
            for _ in range(text.count(";")):
                mixed = (self.mixed.get("red", 0), self.mixed.get("green", 0), self.mixed.get("blue", 0))
                self.colours.append(mixed if self.mixed else None)
                self.mixed = {}
        elif target == "revtbl":
            *names, self.entry = (self.entry + text).split(";")
            self.authors += [name.strip() for name in names]
        elif target == "stylesheet" and style in self.styles:
            self.styles[style].name += text.rstrip(";")

    def colour(self, number: int) -> Colour | None:
        """Return a colour of the table, None for the automatic one."""
        return self.colours[number] if 0 < number < len(self.colours) else None

    def author(self, number: int) -> str:
        """Return the name of an author of changes."""
        return self.authors[number] if 0 <= number < len(self.authors) else ""

    def font_encoding(self, font: int) -> str:
        """Return the encoding of a font's bytes."""
        return self.fonts.get(font) or self.encoding


def read_stamp(packed: int) -> str:
    """Return a packed date and time (DTTM) in the form of ISO 8601, "" when there is none."""
    packed &= 0xFFFFFFFF
    if not packed:
        return ""
    minute, hour, day = packed & 0x3F, packed >> 6 & 0x1F, packed >> 11 & 0x1F
    month, year = packed >> 16 & 0xF, (packed >> 20 & 0x1FF) + 1900
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:00"
