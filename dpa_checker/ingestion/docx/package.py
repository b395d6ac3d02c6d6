"""The zip package of a DOCX: its parts as XML trees, within limits and without external entities."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from lxml import etree

from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.source.archive import SafeArchive
from dpa_checker.ingestion.source.xml import attribute, local_name

_MAIN_PART = "word/document.xml"
_OFFICE_DOCUMENT = "officeDocument"


def is_on(element: etree._Element | None) -> bool | None:
    """Return the value of a switch such as ``w:b``; None when it is not set at all."""
    if element is None:
        return None
    return attribute(element, "val") not in ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class Relation:
    """A link of a part: ``role`` is the last step of its type; ``target`` a part, or an address when external."""

    role: str
    target: str
    external: bool = False


class Package:
    """Gives the parts of a DOCX by their role."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._archive = SafeArchive(data, limits, kind="Word document")
        self._names = self._archive.names
        self._parsed: dict[str, etree._Element | None] = {}
        self._relations: dict[str, dict[str, Relation]] = {}
        self.main = self._find_main()

    @property
    def names(self) -> frozenset[str]:
        """The names of all parts."""
        return self._names

    def document(self) -> etree._Element:
        """Return the main part; raises when there is none."""
        tree = self.part(self.main)
        if tree is None:
            raise self._archive.broken("its main part is missing")
        return tree

    def related(self, name: str) -> etree._Element | None:
        """Return the part that the main part is linked to in the role of ``name``, such as ``numbering.xml``.

        A part of that name beside the main part is taken when no link leads to one; None when there is none either.
        """
        role = name.removesuffix(".xml")
        for relation in self.relations(self.main).values():
            if relation.role == role and relation.target in self._names and not relation.external:
                return self.part(relation.target)
        return self.part(posixpath.join(posixpath.dirname(self.main), name))

    def content(self, name: str) -> bytes:
        """Return the bytes of a part; ``KeyError`` when the package has no such part."""
        return self._archive.read(name)

    def part(self, name: str) -> etree._Element | None:
        """Return the root of an XML part, None when the package has no such part."""
        if name not in self._parsed:
            self._parsed[name] = self._archive.parse(name)
        return self._parsed[name]

    def relations(self, part: str) -> dict[str, Relation]:
        """Return the links of a part by their id; the empty name stands for the package itself."""
        if part not in self._relations:
            folder, name = posixpath.split(part)
            root = self.part(posixpath.join(folder, "_rels", f"{name}.rels"))
            self._relations[part] = (
                {}
                if root is None
                else {
                    attribute(element, "Id") or str(number): _read_relation(element, folder)
                    for number, element in enumerate(root)
                    if local_name(element) == "Relationship"
                }
            )
        return self._relations[part]

    def has_media(self) -> bool:
        """Tell whether the package holds pictures."""
        return any("/media/" in name for name in self._names)

    def _find_main(self) -> str:
        """Return the name of the main part as the package relations tell, else the usual name."""
        for relation in self.relations("").values():
            if relation.role == _OFFICE_DOCUMENT and relation.target in self._names:
                return relation.target
        return _MAIN_PART


def _read_relation(element: etree._Element, folder: str) -> Relation:
    """Return one link of a part in ``folder``."""
    role = (attribute(element, "Type") or "").rpartition("/")[2]
    target = attribute(element, "Target") or ""
    if attribute(element, "TargetMode") == "External":
        return Relation(role, target, external=True)
    path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return Relation(role, path)
