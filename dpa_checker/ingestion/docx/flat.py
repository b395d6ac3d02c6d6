"""Word documents in one XML file ("Word XML document", ``pkg:package``; ECMA-376-2, Flat OPC)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import zipfile
from dataclasses import replace

from lxml import etree

from dpa_checker.errors import DamagedDocument
from dpa_checker.ingestion.docx.reader import MEDIA_TYPE, DocxReader
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.source.archive import parse_xml
from dpa_checker.ingestion.source.xml import attribute, child, local_name
from dpa_checker.model import Document

#: What the head of such a file holds.
SIGN = b"http://schemas.microsoft.com/office/2006/xmlPackage"

_KIND = "Word document"
_BROKEN = "The Word document is damaged: one of its parts cannot be read. Save it again as DOCX, and retry."


class FlatDocxReader:
    """Reads Word documents that are one XML file, as the DOCX that they stand for."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document; raises the typed errors of :class:`DocxReader`."""
        root = parse_xml(data, limits, kind=_KIND, part=name or "content")
        document = DocxReader().read(_pack(root, limits), name, limits)
        digest = hashlib.sha256(data).hexdigest()
        rejected = replace(document.rejected, sha256=digest) if document.rejected is not None else None
        return replace(document, sha256=digest, rejected=rejected)


def _pack(root: etree._Element, limits: Limits) -> bytes:
    """Return the package as a zip archive; the names of its parts are checked when that is read."""
    parts = [one for one in root if local_name(one) == "part"]
    limits.check("max_zip_entries", len(parts))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            archive.writestr((attribute(part, "name") or "").lstrip("/"), _content(part))
    return target.getvalue()


def _content(part: etree._Element) -> bytes:
    """Return the content of a part: XML, or bytes in base 64."""
    tree = child(part, "xmlData")
    if tree is not None and len(tree):
        return etree.tostring(tree[0], encoding="UTF-8", xml_declaration=True)
    binary = child(part, "binaryData")
    try:
        return base64.b64decode("".join((binary.text or "").split()), validate=True) if binary is not None else b""
    except (binascii.Error, ValueError) as error:
        raise DamagedDocument(_BROKEN) from error
