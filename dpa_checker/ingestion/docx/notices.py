"""What a DOCX carries besides its text: macros, embedded files and objects, links to the outside. None is opened."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Final

from dpa_checker.ingestion.docx.package import Package
from dpa_checker.model import Notice, NoticeKind

_NAMED: Final = 10
_OBJECTS: Final = (".bin", ".emf", ".wmf")
#: Links that only lead somewhere when a reader follows them.
_PASSIVE: Final = frozenset(("hyperlink",))
_ROLES: Final = {
    "attachedTemplate": "template",
    "image": "picture",
    "oleObject": "object",
    "aFChunk": "document part",
    "subDocument": "part of a master document",
    "frame": "frame",
    "mailMergeSource": "mail merge source",
    "mailMergeHeaderSource": "mail merge source",
}


def find_notices(package: Package) -> tuple[Notice, ...]:
    """Return what to know of a package besides its text."""
    names = sorted(package.names)
    macros = [name for name in names if posixpath.basename(name).casefold() in ("vbaproject.bin", "vbadata.xml")]
    embedded = [name for name in names if "/embeddings/" in name or ("/activeX/" in name and name.endswith(".bin"))]
    objects = [name for name in embedded if name.casefold().endswith(_OBJECTS)]
    files = [name for name in embedded if name not in objects]
    found: list[Notice] = []
    if macros:
        count = sum(1 for name in macros if name.casefold().endswith(".bin"))
        found.append(Notice(NoticeKind.MACROS, detail=_list(macros), count=max(count, 1)))
    if files:
        found.append(Notice(NoticeKind.EMBEDDED_FILE, detail=_list(files), count=len(files)))
    if objects:
        found.append(Notice(NoticeKind.EMBEDDED_OBJECT, detail=_list(objects), count=len(objects)))
    return (*found, *_external(package, names))


def _external(package: Package, names: Iterable[str]) -> tuple[Notice, ...]:
    """Return the notice of links to the outside that Word may follow by itself."""
    links: list[str] = []
    for name in names:
        folder, _, file = name.rpartition("/")
        if not file.endswith(".rels") or posixpath.basename(folder) != "_rels":
            continue
        part = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
        for relation in package.relations(part).values():
            if relation.external and relation.role not in _PASSIVE:
                links += [f"{_ROLES.get(relation.role, relation.role[:40])}: {_last_step(relation.target)}"]
    if not links:
        return ()
    return (Notice(NoticeKind.EXTERNAL_REFERENCE, detail=_list(links), count=len(links)),)


def _last_step(target: str) -> str:
    """Return the file name that an address ends with, without its query."""
    bare = target.partition("?")[0].partition("#")[0].replace("\\", "/").rstrip("/")
    return bare.rpartition("/")[2][:80]


def _list(names: Iterable[str]) -> str:
    """Return names, the last step of each, as one list."""
    shown = list(dict.fromkeys(posixpath.basename(name)[:120] for name in names))
    return ", ".join(shown[:_NAMED]) + (", …" if len(shown) > _NAMED else "")
