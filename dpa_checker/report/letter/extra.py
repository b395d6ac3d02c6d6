"""Whether the libraries that write letters are installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from dpa_checker.errors import DpaCheckerError

_LIBRARIES: Final = ("docx", "typst")


def require_letter() -> None:
    """Raise ``DpaCheckerError`` with what to install when a library of the ``letter`` extra is missing."""
    if any(find_spec(name) is None for name in _LIBRARIES):
        raise DpaCheckerError("A report as PDF or DOCX needs the extra: pip install 'dpa-checker[letter]'.")
