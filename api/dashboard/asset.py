"""The files that pages load: styles, scripts, signs; named after their content, so that they can be kept for good."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "static"
_MEDIA_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file with its media type; ``mark`` changes with its content."""

    content: bytes
    media_type: str
    mark: str


@cache
def load_assets() -> dict[str, Asset]:
    """Return the files by their names."""
    return {path.name: _asset(path) for path in sorted(FOLDER.iterdir()) if path.suffix in _MEDIA_TYPES}


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    return Asset(content, _MEDIA_TYPES[path.suffix], hashlib.sha256(content).hexdigest()[:12])
