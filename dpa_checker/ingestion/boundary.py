"""Where library errors end: whatever a format's library raises on a broken file becomes one typed error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dpa_checker.errors import DamagedDocument, DocumentError


@contextmanager
def damaged_as(message: str) -> Iterator[None]:
    """Let document errors through and turn every other one into ``DamagedDocument`` with ``message``.

    PDF, XML and mail libraries leak bare ``TypeError``, ``AssertionError`` and the like on files that are made
    to; the cause stays with the error.
    """
    try:
        yield
    except DocumentError:
        raise
    except Exception as error:
        raise DamagedDocument(message) from error
