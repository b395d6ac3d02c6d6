"""A Rich Text file as a flow, in one reading of its tracked changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dpa_checker.ingestion.layout.flow import Item, Paragraph, Piece, Remark, walk_paragraphs
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.rtf.flow import FlowBuilder, RowShape
from dpa_checker.ingestion.rtf.state import Heads, State, Style
from dpa_checker.ingestion.rtf.tokens import (
    SYMBOL,
    Token,
    charset_encoding,
    decode_bytes,
    known_encoding,
    shape_symbol,
    split_tokens,
)
from dpa_checker.ingestion.rtf.words import (
    CHARACTERS,
    COLLECTED,
    HEADING_NAME,
    PARAGRAPH_ENDS,
    SETTERS,
    SILENT,
    STARRED,
    STREAMS,
    TWIPS_A_CHARACTER,
)
from dpa_checker.model import Reading


@dataclass(slots=True)
class _Group:
    """What an open group is for, beside its state: the stream around it, and what its end calls for."""

    state: State
    stream: FlowBuilder
    kind: str = ""
    text: str = ""
    starred: bool = False


class RtfWalker:
    """Walks through a file once."""

    def __init__(self, source: bytes, limits: Limits, reading: Reading) -> None:
        self._source = source
        self._limits = limits
        self._reading = reading
        self._heads = Heads()
        self._state = State()
        self._groups: list[_Group] = []
        self._stream = FlowBuilder()
        self._body = self._stream
        self._bytes = b""
        self._surrogate = 0
        self._to_skip = 0
        self._shape = RowShape()
        self._remarks: dict[str, Remark] = {}
        self._author = ""
        self._notes = 0
        self._margins: list[Item] = []
        self._form: dict[str, int] = {}
        self.objects = 0
        self.cut_off = False

    def walk(self) -> list[Item]:
        """Return the flow of the body, then what page headers and footers say in sentences."""
        for token in split_tokens(self._source):
            if token.word == "{":
                self._open()
            elif token.word == "}":
                if self._close():
                    break
            elif token.word and token.word != "'":
                self._control(token)
            else:
                self._add_bytes(token.data)
        self.cut_off = bool(self._groups)
        while self._groups:
            self._close()
        return self._body.finish() + self._margins

    def _open(self) -> None:
        """Begin a group."""
        self._flush()
        self._to_skip = 0
        self._limits.check("max_xml_depth", len(self._groups) + 1)
        self._groups.append(_Group(self._state, self._stream))
        self._state = self._state.copy()

    def _close(self) -> bool:
        """End a group; True when it was the outermost."""
        self._flush()
        self._to_skip = 0
        if not self._groups:
            return False
        group = self._groups.pop()
        if group.kind in _ENDS:
            _ENDS[group.kind](self, group)
        elif group.kind in STREAMS.values():
            self._end_stream(group)
        self._state, self._stream = group.state, group.stream
        return not self._groups

    def _control(self, token: Token) -> None:
        """Follow a control word or sign."""
        word, number = token.word, token.number
        if self._to_skip and word not in ("u", "uc", "par", "cell", "row", "*"):
            self._to_skip -= 1
            return
        if word == "u":
            self._unicode(number or 0)
            return
        self._flush()
        if word == "*":
            if self._groups:
                self._groups[-1].starred = True
            return
        group = self._groups[-1] if self._groups else None
        if group is not None and group.starred and not group.kind:
            group.starred = False
            if word not in STARRED:
                self._state.target = "skip"
                return
        if self._state.target == "skip" and word != "ud":
            return
        if not self._destination(word, group) and not self._head(word, number):
            self._property(word, number)

    def _destination(self, word: str, group: _Group | None) -> bool:
        """Turn the current group to what ``word`` says that it is for; False when it says no such thing."""
        if word in SILENT or word == "upr":
            self._state.target = "skip"
        elif word == "ud":
            outer = self._groups[-3].state if len(self._groups) > 2 else self._state
            self._state.target = "text" if outer.target != "skip" else "skip"
        elif group is None:
            return False
        elif word in STREAMS:
            self._begin_stream(STREAMS[word], group)
        elif word in COLLECTED:
            group.kind, self._state.target = word, "collect"
        elif word in ("fonttbl", "colortbl", "stylesheet", "revtbl"):
            group.kind, self._state.target = word, word
            if word == "colortbl":
                self._heads.colours, self._heads.mixed = [], {}
        elif word == "formfield":
            group.kind, self._state.target = word, "skip-form"
            self._form = {}
        elif word == "object":
            self.objects += 1
        else:
            return False
        return True

    def _begin_stream(self, kind: str, group: _Group) -> None:
        """Let the text of the current group go to a stream of its own."""
        group.kind = kind
        self._stream = FlowBuilder()
        self._state.target = "text"
        self._state.reset_paragraph()
        self._state.reset_characters()

    def _end_stream(self, group: _Group) -> None:
        """Put the text of a note, box, comment or page margin where it belongs."""
        absent = group.state.is_absent(self._reading)
        items = self._stream.finish()
        if group.kind == "box" and not absent:
            group.stream.later += items
        elif group.kind == "note" and not absent:
            self._notes += 1
            number: str | None = str(self._notes)
            for paragraph in walk_paragraphs(items):
                paragraph.note, paragraph.outline = True, None
                paragraph.label, number = number, None
            group.stream.later += items
        elif group.kind == "margin":
            self._add_margin(items)
        elif group.kind == "remark":
            self._end_remark(group, items)

    def _add_margin(self, items: list[Item]) -> None:
        """Keep what a page header or footer says in running words, once."""
        said = {paragraph.text.strip() for paragraph in walk_paragraphs(self._margins)}
        for paragraph in walk_paragraphs(items):
            words = paragraph.text.strip()
            if len(words.split()) >= 8 and words not in said:
                said.add(words)
                self._margins.append(Paragraph(paragraph.pieces, note=True))

    def _end_remark(self, group: _Group, items: list[Item]) -> None:
        """Give a comment its words; without a mark it is about the place where it stands."""
        words = "\n".join(paragraph.text.strip() for paragraph in walk_paragraphs(items)).strip()
        marked = self._remarks.get(group.text)
        if marked is not None:
            marked.text, marked.author = words, self._author
        else:
            remark = Remark(words, self._author)
            group.stream.pieces += [Piece(opens=remark), Piece(closes=remark)]

    def _head(self, word: str, number: int | None) -> bool:
        """Read a control word of the tables at the head; False when it belongs to the text."""
        heads, target = self._heads, self._state.target
        if word == "ansicpg" and number:
            heads.encoding = known_encoding(f"cp{number}") or heads.encoding
        elif word in ("mac", "pc", "pca"):
            heads.encoding = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word == "uc":
            self._state.skipped = max(0, number or 0)
        elif target == "fonttbl":
            if word == "f":
                self._state.font = number or 0
                heads.fonts.setdefault(self._state.font, None)
            elif word == "fcharset":
                heads.fonts[self._state.font] = charset_encoding(number or 0)
        elif target == "colortbl":
            if word in ("red", "green", "blue"):
                heads.mixed[word] = min(max(number or 0, 0), 255)
        elif target == "stylesheet":
            if word == "s":
                self._state.style = number or 0
                heads.styles[self._state.style] = Style()
            elif word == "outlinelevel" and self._state.style in heads.styles:
                heads.styles[self._state.style].outline = number
        elif target == "skip-form":
            self._form[word] = number if number is not None else 1
        else:
            return False
        return True

    def _property(self, word: str, number: int | None) -> None:
        """Follow a control word of the text."""
        state, on = self._state, number != 0
        if word in CHARACTERS:
            self._put(CHARACTERS[word])
        elif word in PARAGRAPH_ENDS:
            self._end_paragraph()
        elif word in ("cell", "nestcell"):
            depth = 1 if word == "cell" else max(2, state.depth)
            self._end_paragraph(depth)
            self._stream.end_cell(depth)
        elif word in ("row", "nestrow"):
            self._stream.end_row(1 if word == "row" else max(2, state.depth), self._shape)
        elif word == "trowd":
            self._shape = RowShape()
        elif word == "trhdr":
            self._shape.header = True
        elif word == "clmrg":
            self._shape.merging = True
        elif word == "cellx":
            self._shape.merged.append(self._shape.merging)
            self._shape.merging = False
        elif word == "plain":
            state.reset_characters()
        elif word == "pard":
            state.reset_paragraph()
        elif word in SETTERS:
            SETTERS[word](state, number, on)

    def _end_paragraph(self, depth: int | None = None) -> None:
        """End the paragraph, unless its end does not stand in this reading."""
        state = self._state
        if state.target != "text":
            return
        if depth is None and state.is_absent(self._reading):
            self._stream.pass_over(state.list, state.level)
            return
        style = self._heads.styles.get(state.style, Style())
        name = style.name.casefold()
        outline = state.outline if state.outline is not None else style.outline
        if outline is None and (heading := HEADING_NAME.match(name)) is not None:
            outline = int(heading[1]) - 1
        contents = name.startswith(("toc ", "contents "))
        pieces = self._stream.pieces
        paragraph = Paragraph(
            level=state.level + 1,
            outline=outline + 1 if outline is not None and outline < 9 else 1 if name == "title" else None,
            bold=_LIGHT not in pieces and any(piece.text.strip() for piece in pieces),
            indent=max(0, state.indent) / TWIPS_A_CHARACTER,
            contents=contents,
        )
        if contents:
            paragraph.outline = None
        self._stream.pieces = [piece for piece in pieces if piece is not _LIGHT]
        self._stream.end_paragraph(paragraph, state.depth if depth is None else depth, state.list)

    def _add_bytes(self, data: bytes) -> None:
        """Keep bytes of text until it is known where they end; some are passed over after a Unicode character."""
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        if self._state.target not in ("skip", "skip-form"):
            self._bytes += data

    def _unicode(self, number: int) -> None:
        """Add a character by its number; pairs of surrogates make one."""
        self._flush()
        code = number & 0xFFFF if number < 0 else number
        self._to_skip = self._state.skipped
        if 0xD800 <= code < 0xDC00:
            self._surrogate = code
            return
        if 0xDC00 <= code < 0xE000:
            if self._surrogate:
                self._put(chr(0x10000 + ((self._surrogate - 0xD800) << 10) + code - 0xDC00))
            self._surrogate = 0
            return
        if 0 < code < 0x110000:
            self._put(shape_symbol(code) if 0xF000 <= code < 0xF100 else chr(code))

    def _flush(self) -> None:
        """Turn the bytes kept so far into characters."""
        if self._bytes:
            data, self._bytes = self._bytes, b""
            self._put(decode_bytes(data, self._heads.font_encoding(self._state.font)))

    def _put(self, text: str) -> None:
        """Add characters to what the current group is for."""
        state, target = self._state, self._state.target
        if target == "text":
            self._put_text(text)
        elif target == "collect":
            holder = next((one for one in reversed(self._groups) if one.kind in COLLECTED), None)
            if holder is not None:
                holder.text += "•" if holder.kind in ("listtext", "pntext") and self._is_symbol(text) else text
        else:
            self._heads.take(target, text, state.style)

    def _is_symbol(self, text: str) -> bool:
        """Tell whether a bullet comes from a symbol font."""
        bare = text.strip()
        symbols = self._heads.font_encoding(self._state.font) == SYMBOL
        return bool(bare) and (symbols or all("\ue000" <= one <= "\uf8ff" for one in bare))

    def _put_text(self, text: str) -> None:
        """Add characters to the document."""
        state = self._state
        if state.is_absent(self._reading):
            self._stream.lacking = True
            return
        reason = state.reason(self._heads)
        self._stream.pieces.append(Piece(text, reason, state.change(self._reading, self._heads)))
        if reason is None and not state.bold and text.strip():
            self._stream.pieces.append(_LIGHT)


#: Stands behind text that is not bold.
_LIGHT: Final = Piece()


def _end_label(walker: RtfWalker, group: _Group) -> None:
    """Take the number of a list item, which stands at its beginning."""
    label = " ".join(group.text.split())
    group.stream.stored = label or None
    if label and group.stream.untouched and not group.state.is_absent(walker._reading):
        group.stream.label = label


def _end_author(walker: RtfWalker, group: _Group) -> None:
    """Take the author of the comment that comes next."""
    walker._author = group.text.strip()


def _end_mark(walker: RtfWalker, group: _Group) -> None:
    """Mark where the text that a comment is about begins or ends."""
    identity = group.text.strip()
    if group.kind == "atrfstart":
        remark = walker._remarks[identity] = Remark("")
        group.stream.pieces.append(Piece(opens=remark))
    elif group.kind == "atrfend" and identity in walker._remarks:
        group.stream.pieces.append(Piece(closes=walker._remarks[identity]))
    elif group.kind == "atnref":
        holder = next((one for one in reversed(walker._groups) if one.kind == "remark"), None)
        if holder is not None:
            holder.text = identity


def _end_instruction(walker: RtfWalker, group: _Group) -> None:
    """Show the box of a form field that is a tick box."""
    form, walker._form = walker._form, {}
    if "FORMCHECKBOX" not in group.text:
        return
    state = form.get("ffres", 25)
    ticked = (form.get("ffdefres", 0) if state == 25 else state) == 1
    walker._state = group.state
    walker._stream = group.stream
    walker._put("☒ " if ticked else "☐ ")


_ENDS: Final[dict[str, Callable[[RtfWalker, _Group], None]]] = {
    "listtext": _end_label, "pntext": _end_label, "atnauthor": _end_author, "atrfstart": _end_mark,
    "atrfend": _end_mark, "atnref": _end_mark, "fldinst": _end_instruction,
}  # fmt: skip
