"""The clause library: what is looked for, in which words, with the proof beside it."""

from dpa_checker.library.loader import Library, load_library
from dpa_checker.library.schema import Frame, Lexicon, Mention

__all__ = ["Frame", "Lexicon", "Library", "Mention", "load_library"]
