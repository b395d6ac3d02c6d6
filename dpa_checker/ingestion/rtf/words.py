"""The control words of Rich Text and what they do (Rich Text Format Specification 1.9.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from dpa_checker.ingestion.rtf.state import State

#: Groups whose text is no part of the document.
SILENT: Final = frozenset(
    """info pict objdata themedata colorschememapping datastore latentstyles listtable listoverridetable rsidtbl
    generator xmlnstbl filetbl pgptbl fontemb falt panose operator author xe tc shprslt nonesttables sp pn pntxta pntxtb
    datafield blipuid bkmkstart bkmkend ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn picprop nonshppict template atnid
    atntime atndate atnicn atnparent leveltext levelnumbers mmathPr docvar userprops password passwordhash
    wgrffmtfilter background""".split()
)
#: Groups that begin with ``\*`` and are read all the same.
STARRED: Final = frozenset(
    "fldinst formfield shpinst annotation atnauthor atnref atrfstart atrfend revtbl nesttableprops ud do".split()
)
STREAMS: Final = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"), "margin"),
    "footnote": "note", "annotation": "remark", "shptxt": "box", "dptxbxtext": "box",
}  # fmt: skip
COLLECTED: Final = frozenset("listtext pntext atnauthor atnref atrfstart atrfend fldinst".split())
CHARACTERS: Final = {
    "tab": " ", "line": "\n", "lbr": "\n", "softline": "\n", "page": "\n", "column": "\n", "~": "\u00a0", "_": "-",
    "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•", "lquote": "‘",
    "rquote": "’", "ldblquote": "“", "rdblquote": "”", "lbrace": "{", "rbrace": "}", "\\": "\\", "zwnj": "\u200c",
    "zwj": "\u200d",
}  # fmt: skip
PARAGRAPH_ENDS: Final = frozenset("par sect".split())
TWIPS_A_CHARACTER: Final = 100.0
HEADING_NAME: Final = re.compile(r"heading (\d)$")


def _setter(*names: str, flag: bool = False) -> Callable[[State, int | None, bool], None]:
    """Return what sets properties: to a number, or on and off when it is a ``flag``."""

    def apply(state: State, number: int | None, on: bool) -> None:
        for name in names:
            setattr(state, name, on if flag else number or 0)

    return apply


SETTERS: Final[dict[str, Callable[[State, int | None, bool], None]]] = {
    "f": _setter("font"), "b": _setter("bold", flag=True), "v": _setter("hidden", flag=True),
    "strike": _setter("struck", flag=True), "striked": _setter("struck", flag=True), "fs": _setter("size"),
    "cf": _setter("colour"), "cb": _setter("ground"), "chcbpat": _setter("ground"), "highlight": _setter("ground"),
    "cbpat": _setter("block_ground"), "revised": _setter("inserted", flag=True),
    "deleted": _setter("deleted", flag=True),
    "mvf": _setter("deleted", flag=True), "mvt": _setter("inserted", flag=True), "revauth": _setter("author"),
    "revdttm": _setter("stamp"), "revauthdel": _setter("deleter"), "revdttmdel": _setter("deleted_stamp"),
    "mvauth": _setter("author", "deleter"), "mvdate": _setter("stamp", "deleted_stamp"), "s": _setter("style"),
    "outlinelevel": _setter("outline"), "li": _setter("indent"), "lin": _setter("indent"), "ilvl": _setter("level"),
    "ls": _setter("list"),
    "intbl": _setter("in_table", flag=True), "itap": _setter("nesting"),
}  # fmt: skip
