"""The other readers, each called as its documentation shows for plain text; None where one cannot read a format."""

from __future__ import annotations

import io
import logging
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

Extract = Callable[[Path], str]


def extract_ours(path: Path) -> str:
    """Return the text that this project reads."""
    from dpa_checker.ingestion import read_file

    return read_file(path).text


def _pdfplumber(path: Path) -> str:
    import pdfplumber

    pages = []
    with pdfplumber.open(path) as source:
        for page in source.pages:
            pages.append(page.extract_text() or "")
            page.close()
    return "\n".join(pages)


def _pdfminer(path: Path) -> str:
    from pdfminer.high_level import extract_text

    return str(extract_text(path))


def _pdfium(path: Path) -> str:
    import pypdfium2

    source = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in source)
    finally:
        source.close()


def _python_docx(path: Path) -> str:
    import docx

    document = docx.Document(str(path))
    lines = []
    for item in document.iter_inner_content():
        if hasattr(item, "rows"):
            lines += [cell.text for row in item.rows for cell in row.cells]
        else:
            lines.append(item.text)
    return "\n".join(lines)


def _docx2python(path: Path) -> str:
    from docx2python import docx2python

    with docx2python(io.BytesIO(path.read_bytes())) as content:
        return str(content.text)


def _pandoc(path: Path) -> str:
    command = ["pandoc", "--to", "plain", "--wrap", "none", str(path)]
    return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout.decode("utf-8", "replace")


PEERS: Final[dict[str, dict[str, Extract]]] = {
    "pdfplumber": {".pdf": _pdfplumber},
    "pdfminer.six": {".pdf": _pdfminer},
    "pypdfium2": {".pdf": _pdfium},
    "python-docx": {".docx": _python_docx},
    "docx2python": {".docx": _docx2python},
    "pandoc": {".docx": _pandoc, ".odt": _pandoc, ".rtf": _pandoc, ".html": _pandoc},
}


def list_peers() -> tuple[str, ...]:
    """Return the names of the peers that are there; pandoc is a program of its own."""
    return tuple(name for name in PEERS if name != "pandoc" or shutil.which("pandoc"))


def extract(peer: str, path: Path) -> str | None:
    """Return the text that ``peer`` reads, None for a format that it does not, "" when it fails."""
    reader = PEERS[peer].get(path.suffix)
    if reader is None:
        return None
    logging.disable(logging.CRITICAL)
    try:
        return reader(path)
    except Exception:  # noqa: BLE001  a peer that fails recovers nothing
        return ""
    finally:
        logging.disable(logging.NOTSET)
