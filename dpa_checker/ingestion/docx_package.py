"""The zip package of a DOCX: its parts as XML trees, within limits and without external entities."""

from __future__ import annotations

import io
import posixpath
import zipfile

from lxml import etree

from dpa_checker.errors import DamagedDocument, EncryptedDocument
from dpa_checker.ingestion.limits import Limits

_MAIN_PART = "word/document.xml"
_OFFICE_DOCUMENT = "/officeDocument"
_BROKEN = "The Word document is damaged: {what}. Open it in Word or LibreOffice, save it again, and retry."


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace; comments and the like have none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element | None, name: str) -> str | None:
    """Return the attribute ``name`` of an element, whichever namespace it is in."""
    if element is None:
        return None
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first descendant along ``path`` of local names, None when a step is missing."""
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if local_name(one) == name), None)
    return element


def is_on(element: etree._Element | None) -> bool | None:
    """Return the value of a switch such as ``w:b``; None when it is not set at all."""
    if element is None:
        return None
    return attribute(element, "val") not in ("0", "false", "off", "none")


class Package:
    """Gives the parts of a DOCX by their role."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except Exception as error:
            raise DamagedDocument(_BROKEN.format(what="the zip archive cannot be opened")) from error
        entries = self._archive.infolist()
        limits.check("max_zip_entries", len(entries))
        limits.check("max_unpacked_bytes", sum(entry.file_size for entry in entries))
        if any(entry.flag_bits & 1 for entry in entries):
            raise EncryptedDocument("The archive is locked with a password. Remove the password and try again.")
        self._names = {entry.filename for entry in entries}
        self.main = self._find_main()

    def document(self) -> etree._Element:
        """Return the main part; raises when there is none."""
        tree = self._parse(self.main)
        if tree is None:
            raise DamagedDocument(_BROKEN.format(what="its main part is missing"))
        return tree

    def related(self, name: str) -> etree._Element | None:
        """Return the part beside the main part, such as ``numbering.xml``, or None."""
        return self._parse(posixpath.join(posixpath.dirname(self.main), name))

    def has_media(self) -> bool:
        """Tell whether the package holds pictures."""
        return any("/media/" in name for name in self._names)

    def _find_main(self) -> str:
        """Return the name of the main part as the package relations tell, else the usual name."""
        relations = self._parse("_rels/.rels")
        if relations is not None:
            for relation in relations:
                if (attribute(relation, "Type") or "").endswith(_OFFICE_DOCUMENT):
                    target = (attribute(relation, "Target") or "").lstrip("/")
                    if target in self._names:
                        return target
        return _MAIN_PART

    def _parse(self, name: str) -> etree._Element | None:
        """Return the root of an XML part, None when the package has no such part."""
        if name not in self._names:
            return None
        self._limits.check("max_part_bytes", self._archive.getinfo(name).file_size)
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(self._archive.read(name), parser)
        except Exception as error:
            raise DamagedDocument(_BROKEN.format(what=f"the part {posixpath.basename(name)} cannot be read")) from error
        if etree.ElementTree(root).docinfo.internalDTD is not None:
            raise DamagedDocument(_BROKEN.format(what=f"the part {posixpath.basename(name)} declares a document type"))
        return root
