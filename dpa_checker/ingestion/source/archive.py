"""Zip archives and XML parts from strangers: read within limits, never unpacked to disk, nothing ever fetched.

Formats: APPNOTE 6.3 (zip), ECMA-376-2 and ODF 1.3 part 2 (packages allow only stored and deflated entries), XML 1.0.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from lxml import etree

from dpa_checker.errors import DamagedDocument, DocumentError, EncryptedDocument, LimitExceeded
from dpa_checker.ingestion.limits import Limits

_BROKEN: Final = "The {kind} is damaged: {what}. Open it in Word or LibreOffice, save it again, and retry."
_UNSAFE: Final = "The {kind} was not read: {what}. No office programme writes such a file; do not trust its source."
_LOCKED: Final = "The {kind} is locked with a password. Remove the password and try again."

_PIECE: Final = 1 << 20
#: Below this size an entry may be packed as tightly as deflate can (1 to 1,032).
_SMALL: Final = 1 << 20
_LOCAL_HEADER: Final = 30
_ENCRYPTED: Final = 0x1 | 0x40
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_DECLARATION: Final = re.compile(
    rb"<!ENTITY|<\x00!\x00E\x00N\x00T\x00I\x00T\x00Y|\x00<\x00!\x00E\x00N\x00T\x00I\x00T\x00Y"
)
#: libxml2's own depth limit where ``huge_tree`` is off; a lower one is asked of the finished tree.
_LIBXML_DEPTH: Final = 256
_LIBXML_LIMITS: Final = frozenset({etree.ErrorTypes.ERR_NAME_TOO_LONG, etree.ErrorTypes.ERR_RESOURCE_LIMIT})


class SafeArchive:
    """The entries of a zip archive held in memory.

    Opening raises :class:`DamagedDocument` for a broken archive and for names that are absolute, lead upwards or come
    twice and for entries that overlap, :class:`EncryptedDocument` for a locked one and :class:`LimitExceeded` for too
    many entries, too much to unpack or too high a ratio.  ``kind`` is what messages call the file.
    """

    def __init__(self, data: bytes, limits: Limits, *, kind: str = "archive") -> None:
        self._limits = limits
        self._kind = kind
        self._sizes: dict[str, int] = {}
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            entries = self._archive.infolist()
        except Exception as error:
            raise self.broken("the zip archive cannot be opened") from error
        limits.check("max_zip_entries", len(entries))
        limits.check("max_unpacked_bytes", sum(entry.file_size for entry in entries))
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise EncryptedDocument(_LOCKED.format(kind=kind))
        self._check_places(entries)
        self._entries = self._index(entries)

    @property
    def names(self) -> frozenset[str]:
        """The names of all entries but folders, with ``/`` between their steps."""
        return frozenset(self._entries)

    def size(self, name: str) -> int:
        """Return the unpacked size of an entry as the archive declares it; ``KeyError`` when there is none."""
        return self._entries[name].file_size

    def read(self, name: str) -> bytes:
        """Return the content of an entry; ``KeyError`` when there is none.

        Counts what is really inflated, stops at the limits, and raises :class:`DamagedDocument` when the content is
        cut off, does not match its checksum or is of another size than declared.
        """
        entry = self._entries[name]
        self._limits.check("max_part_bytes", entry.file_size)
        if entry.file_size > _SMALL:
            self._limits.check("max_ratio", entry.file_size // max(1, entry.compress_size))
        pieces: list[bytes] = []
        length = 0
        try:
            with self._archive.open(entry) as stream:
                while piece := stream.read(_PIECE):
                    length += len(piece)
                    self._limits.check("max_part_bytes", length)
                    pieces.append(piece)
        except DocumentError:
            raise
        except Exception as error:
            raise self.broken(f"the part {shown_name(name)} cannot be unpacked") from error
        if length != entry.file_size:
            raise self.broken(f"the part {shown_name(name)} is not as long as the archive says")
        self._sizes[name] = length
        self._limits.check("max_unpacked_bytes", sum(self._sizes.values()))
        return b"".join(pieces)

    def parse(self, name: str, *, doctype: bool = False) -> etree._Element | None:
        """Return the root of an XML entry, None when there is no such entry; raises as :func:`parse_xml`."""
        if name not in self._entries:
            return None
        return parse_xml(self.read(name), self._limits, kind=self._kind, part=shown_name(name), doctype=doctype)

    def broken(self, what: str) -> DamagedDocument:
        """Return the error of a damaged file of this kind."""
        return DamagedDocument(_BROKEN.format(kind=self._kind, what=what))

    def _check_places(self, entries: Iterable[zipfile.ZipInfo]) -> None:
        """Refuse entries that share bytes of the archive: a way to make a small file unpack to a huge one."""
        end = 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            if entry.header_offset < end:
                raise self._unsafe("entries of its archive overlap")
            end = entry.header_offset + _LOCAL_HEADER + entry.compress_size

    def _index(self, entries: Iterable[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        """Return the entries by name; refuses names and ways of packing that no office programme writes."""
        index: dict[str, zipfile.ZipInfo] = {}
        seen: set[str] = set()
        for entry in entries:
            name = entry.filename.replace("\\", "/")
            if name.endswith("/"):
                continue
            if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
                raise self._unsafe("a name in its archive leads outside the archive")
            if name.casefold() in seen:
                raise self._unsafe("its archive holds two entries of the same name")
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise self._unsafe("its archive is packed in another way than stored or deflated")
            seen.add(name.casefold())
            index[name] = entry
        return index

    def _unsafe(self, what: str) -> DamagedDocument:
        """Return the error of a file that is made to deceive."""
        return DamagedDocument(_UNSAFE.format(kind=self._kind, what=what))


def parse_xml(
    data: bytes, limits: Limits, *, kind: str = "file", part: str = "content", doctype: bool = False
) -> etree._Element:
    """Return the root of an XML part, without its comments and processing instructions.

    No document type is read, no entity resolved, nothing fetched.  Raises :class:`DamagedDocument` for a part that is
    not well-formed or declares a document type, :class:`LimitExceeded` for one that is too deep or holds a text or an
    attribute over libxml2's 10 MB, ``MemoryError`` for want of memory.  ``kind`` and ``part`` name the file and the
    part in messages.
    ``doctype`` accepts a document type without entities, as the manifests of OpenOffice 1 and 2 have.
    """
    limits.check("max_part_bytes", len(data))
    if _DECLARATION.search(data, 0, _PIECE):
        raise DamagedDocument(_UNSAFE.format(kind=kind, what=f"the part {part} declares a document type with entities"))
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise _syntax_error(error, limits, kind, part) from error
    except Exception as error:
        raise DamagedDocument(_BROKEN.format(kind=kind, what=f"the part {part} cannot be read")) from error
    if not doctype and root.getroottree().docinfo.internalDTD is not None:
        raise DamagedDocument(_UNSAFE.format(kind=kind, what=f"the part {part} declares a document type"))
    if limits.max_xml_depth < _LIBXML_DEPTH and _deeper_than(limits.max_xml_depth)(root):
        raise limits.exceeded("max_xml_depth")
    return root


def shown_name(name: str) -> str:
    """Return the last step of a name from a file, fit for a message: no control characters, not too long."""
    return _CONTROL.sub("?", name.rpartition("/")[2])[:60]


def _parser() -> etree.XMLParser:
    """Return a parser that reads the part and nothing else."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        remove_comments=True,
        remove_pis=True,
    )


def _syntax_error(error: etree.XMLSyntaxError, limits: Limits, kind: str, part: str) -> DocumentError:
    """Return the typed error of what libxml2 refused."""
    message = error.msg or ""
    if "xcessive depth" in message:
        return limits.exceeded("max_xml_depth")
    if getattr(error, "code", None) in _LIBXML_LIMITS or "huge" in message.lower():
        return LimitExceeded(
            f"The {kind} is over a limit of the XML parser: its part {part} holds a name, a text or an attribute over "
            f"10 MB or references that grow beyond measure. Do not trust its source."
        )
    return DamagedDocument(_BROKEN.format(kind=kind, what=f"the part {part} cannot be read"))


@lru_cache(maxsize=8)
def _deeper_than(depth: int) -> etree.XPath:
    """Return the question whether a tree has elements below ``depth``."""
    return etree.XPath("boolean(" + "/*" * (depth + 1) + ")")
