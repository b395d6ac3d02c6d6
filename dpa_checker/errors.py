"""The error tree of dpa-checker.

::

    DpaCheckerError
    ├── DocumentError              the file could not be examined (exit code 3)
    │   ├── EmptyDocument          no bytes, or no text at all
    │   ├── DamagedDocument        the format is known, the content is broken
    │   ├── EncryptedDocument      a password is needed
    │   ├── UnsupportedFormat      the content is of a type that is not read
    │   └── LimitExceeded          a limit on size, pages, time or memory was met
    ├── UnsupportedLanguage        no lexicon for the language asked for
    ├── LibraryError               a file of the clause library is wrong
    └── ModelError                 fitted weights do not belong to this library

Each message says what happened, where, and what to do about it. No message holds text of a contract.
"""

from __future__ import annotations


class DpaCheckerError(Exception):
    """Base of every error that dpa-checker raises on purpose."""


class DocumentError(DpaCheckerError):
    """A document could not be examined."""

    #: Stable machine-readable name, used in JSON and by the service.
    code: str = "document-error"


class EmptyDocument(DocumentError):
    """The file holds no bytes, or nothing that is text."""

    code = "empty-document"


class DamagedDocument(DocumentError):
    """The format was recognised but its content cannot be read."""

    code = "damaged-document"


class EncryptedDocument(DocumentError):
    """A password is needed to read the file."""

    code = "encrypted-document"


class UnsupportedFormat(DocumentError):
    """The content is of a type that no reader takes."""

    code = "unsupported-format"


class LimitExceeded(DocumentError):
    """A configured limit was met; the message names it."""

    code = "limit-exceeded"


class UnsupportedLanguage(DpaCheckerError):
    """A language was asked for that has no lexicon; the message lists those that have one."""


class LibraryError(DpaCheckerError):
    """A file of the clause library is wrong; the message names the file and the field."""


class ModelError(DpaCheckerError):
    """Fitted weights are missing or were made for another clause library."""
