"""Object stores and other file systems that fsspec reads: ``s3://...``, ``file://...``, ``zip://...`` and so on.

The ``stores`` extra brings fsspec and S3; other schemes need fsspec's own package for them (gcsfs, adlfs, paramiko).
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from dpa_checker.errors import DocumentError

SCHEME: Final = "://"
_CHAIN: Final = "::"
_SECRET: Final = re.compile(r"://[^/@]*:[^/@]*@")
_STAMPS: Final = ("ETag", "etag", "md5Hash", "LastModified", "mtime", "CRC")
_MAGIC: Final = frozenset("*?[")


class StoreUnreachable(DocumentError):
    """An object store, or an object in it, cannot be read."""

    code = "store-unreachable"


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """An object: its address, its path below what was named (None when it was named itself), bytes, and a stamp."""

    location: str
    below: str | None
    size: int
    stamp: str


def is_remote(location: str) -> bool:
    """Tell whether a location is an address and no path."""
    return SCHEME in location


def find_folder(location: str) -> str:
    """Return the folder of a path or address; that of a file in an archive is the folder within the archive."""
    if not is_remote(location):
        return location.replace("\\", "/").rpartition("/")[0]
    head, chain, rest = location.partition(_CHAIN)
    if SCHEME not in head:
        return head + chain + find_folder(rest)
    scheme, _, path = head.partition(SCHEME)
    return f"{scheme}{SCHEME}{path.rpartition('/')[0]}{chain}{rest}"


def name_folder(folder: str) -> str:
    """Return the name of a folder as :func:`find_folder` gives it; at the top of an archive, that of the archive."""
    if not is_remote(folder):
        return folder.replace("\\", "/").rstrip("/").rpartition("/")[2]
    head, _, rest = folder.partition(_CHAIN)
    path = head.partition(SCHEME)[2].rstrip("/")
    return path.rpartition("/")[2] or (name_folder(rest) if rest else "")


def read_remote(location: str) -> bytes:
    """Return the bytes at an address; raises :class:`StoreUnreachable`."""
    with _telling(location):
        system, path, _ = _open(location)
        content: bytes = system.cat_file(path)
        return content


def list_remote(address: str, *, recursive: bool) -> Iterator[RemoteFile]:
    """Yield the objects under an address, folder by folder in the order of their names; none when there is nothing.

    A pattern may stand in the address.  Raises :class:`StoreUnreachable`.
    """
    with _telling(address):
        system, root, locate = _open(address)
        if _MAGIC & set(root):
            base = re.split(r"[*?\[]", root)[0].rpartition("/")[0]
            wanted = re.compile(_translate(root))
            found = _walk(system, base, recursive="/" in root[len(base) + 1 :] or "**" in root)
            for path, info in found:
                if wanted.fullmatch(path):
                    yield _describe(info, locate(path), path[len(base) :].lstrip("/"))
        elif system.isfile(root):
            yield _describe(system.info(root), locate(root), None)
        else:
            for path, info in _walk(system, root.rstrip("/"), recursive=recursive):
                yield _describe(info, locate(path), path[len(root.rstrip("/")) :].lstrip("/"))


def _translate(pattern: str) -> str:
    """Return a pattern as a regular expression: ``**`` crosses folders, ``*`` and ``?`` do not."""
    pieces = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\])", pattern)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(
        meaning.get(piece) or (fnmatch.translate(piece)[4:-3] if piece[:1] == "[" and piece[1:] else re.escape(piece))
        for piece in pieces
    )


def _walk(system: Any, folder: str, *, recursive: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the files under a folder; what is hidden is passed over, and only one folder is held at a time."""
    try:
        entries = system.ls(folder, detail=True)
    except (FileNotFoundError, NotADirectoryError):
        return
    for info in sorted(entries, key=lambda entry: str(entry["name"])):
        path = str(info["name"])
        name = PurePosixPath(path).name
        if name.startswith((".", "~$")) or path.strip("/") == folder.strip("/"):
            continue
        if info.get("type") == "directory":
            if recursive:
                yield from _walk(system, path.rstrip("/"), recursive=True)
        elif info.get("type") == "file":
            yield path, info


def _describe(info: dict[str, Any], location: str, below: str | None) -> RemoteFile:
    stamp = next((str(info[key]) for key in _STAMPS if info.get(key)), "")
    return RemoteFile(location, below, int(info.get("size") or 0), stamp)


def _open(address: str) -> tuple[Any, str, _Locate]:
    """Return the file system of an address, the path in it, and what makes addresses of paths."""
    if _SECRET.search(address):
        raise StoreUnreachable("An address must hold no password. Put it into the configuration of fsspec.")
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise StoreUnreachable("An object store needs the extra: pip install 'dpa-checker[stores]'.") from error
    try:
        system, root = url_to_fs(address, use_listings_cache=False)
    except (ImportError, ValueError, TypeError):
        try:
            system, root = url_to_fs(address)
        except (ImportError, ValueError) as error:
            scheme = address.split(SCHEME)[0]
            raise StoreUnreachable(f"Addresses that begin with {scheme}:// cannot be read: {error}.") from error
    return system, str(root), _Locate(system, address, str(root))


class _Locate:
    """Makes the address of a path, such that it leads to the same file system again."""

    def __init__(self, system: Any, address: str, root: str) -> None:
        head, chain, rest = address.partition(_CHAIN)
        self._system = system
        self._rest = chain + rest
        trunk = root.rstrip("/")
        bare = head.rstrip("/") if trunk else head
        self._head = bare[: len(bare) - len(trunk)] if bare.endswith(trunk) else None

    def __call__(self, path: str) -> str:
        """Return the address of ``path``."""
        if self._head is None:
            return str(self._system.unstrip_protocol(path)) + self._rest
        return self._head + path + self._rest


@contextmanager
def _telling(address: str) -> Iterator[None]:
    """Turn whatever a store raises into one typed error, which names the scheme and shows no more of the address."""
    try:
        yield
    except DocumentError:
        raise
    except (GeneratorExit, MemoryError):
        raise
    except Exception as error:
        scheme = address.split(SCHEME)[0]
        what = getattr(error, "strerror", None) or type(error).__name__
        raise StoreUnreachable(
            f"The store ({scheme}://) could not be read: {what}. Check the address, the credentials and the network."
        ) from error
