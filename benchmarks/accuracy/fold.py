"""The folds of cross-validation."""

from __future__ import annotations

import hashlib
import re
from typing import Final

FOLDS: Final = 5


def fold_of(document_id: str) -> int:
    """Return the fold of a document; translations of one document (same first word of the id) share a fold."""
    return hash_text(re.split(r"[-_]", document_id)[0]) % FOLDS


def hash_text(text: str) -> int:
    """Return a number that depends on ``text`` alone."""
    return int(hashlib.sha256(text.encode("utf-8")).hexdigest()[:12], 16)
