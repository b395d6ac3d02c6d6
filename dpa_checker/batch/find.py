"""Where the contracts are: files, folders, globs, and object stores through fsspec."""

from __future__ import annotations

import fnmatch
import glob
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from dpa_checker.batch.remote import is_remote, list_remote, read_remote
from dpa_checker.errors import DocumentError
from dpa_checker.ingestion import Limits

#: What a scan of a folder takes when nothing else is said; a file named outright is always taken.
DEFAULT_INCLUDE: Final = (
    "*.pdf", "*.docx", "*.docm", "*.dotx", "*.doc", "*.odt", "*.rtf", "*.txt", "*.md", "*.html", "*.htm", "*.eml",
    "*.msg",
)  # fmt: skip
_MAGIC: Final = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Item:
    """A file to check: ``location`` is a path or URL, ``name`` how it is shown.

    ``size`` in bytes and ``stamp`` (a time or tag of the last change) tell cheaply whether it has changed.
    """

    location: str
    name: str
    size: int
    stamp: str

    @property
    def remote(self) -> bool:
        """Whether the file is in an object store."""
        return is_remote(self.location)


class NothingFound(DocumentError):
    """A path that was named holds nothing to check."""

    code = "nothing-found"


def find_items(
    paths: Sequence[str], *, include: Sequence[str] = (), exclude: Sequence[str] = (), recursive: bool = True
) -> Iterator[Item]:
    """Yield the files of ``paths`` in a fixed order, each location once.

    ``include`` and ``exclude`` are shell patterns, matched on the name and on the path below the folder.
    Hidden files and links that lead out of a folder are passed over.  Raises :class:`NothingFound` for a path
    that does not exist.
    """
    wanted = tuple(include) or DEFAULT_INCLUDE
    matcher = _Matcher(wanted, tuple(exclude))
    several = len(paths) > 1 or any(_MAGIC & set(path) for path in paths)
    seen: set[str] = set()
    for path in paths:
        for item, below in _find(path, recursive=recursive):
            if item.location in seen or (below is not None and not matcher.takes(below)):
                continue
            if several:
                seen.add(item.location)
            yield item


class _Matcher:
    """Tells whether a path below a folder is wanted; the patterns are compiled once."""

    def __init__(self, include: Sequence[str], exclude: Sequence[str]) -> None:
        self._include = self._compile(include)
        self._exclude = self._compile(exclude)

    @staticmethod
    def _compile(patterns: Sequence[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """Return what names match, in any case, and what paths match."""
        lower = "|".join(fnmatch.translate(pattern.lower()) for pattern in patterns)
        exact = "|".join(fnmatch.translate(os.path.normcase(pattern)) for pattern in patterns)
        return re.compile(lower or "(?!)"), re.compile(exact or "(?!)")

    def takes(self, below: str) -> bool:
        """Tell whether a path is among what to include and not among what to exclude."""
        return self._any(self._include, below) and not self._any(self._exclude, below)

    @staticmethod
    def _any(patterns: tuple[re.Pattern[str], re.Pattern[str]], below: str) -> bool:
        name = below.rpartition("/")[2]
        return bool(patterns[0].match(name.lower()) or patterns[1].match(os.path.normcase(below)))


def _find(path: str, *, recursive: bool) -> Iterator[tuple[Item, str | None]]:
    """Yield items with their path below the folder; None for a file that was named outright."""
    if is_remote(path):
        yield from _find_remote(path, recursive=recursive)
    elif Path(path).is_dir():
        yield from _find_in_folder(Path(path), recursive=recursive)
    elif Path(path).exists():
        yield _local(Path(path), Path(path).name), None
    elif _MAGIC & set(path):
        matched = sorted(glob.glob(path, recursive=True))  # noqa: PTH207  an absolute pattern, with **
        if not matched:
            raise NothingFound(f"Nothing matches {path}. Check the pattern, and quote it so that the shell leaves it.")
        for found in matched:
            if Path(found).is_file():
                yield _local(Path(found), found), None
            elif recursive:
                yield from _find_in_folder(Path(found), recursive=True)
    else:
        raise NothingFound(f"{path} does not exist. Check the path.")


def _find_in_folder(folder: Path, *, recursive: bool) -> Iterator[tuple[Item, str]]:
    trunk = str(folder)
    real = os.path.realpath(folder)
    for root, folders, files in os.walk(trunk, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if recursive else []
        above = "" if root == trunk else os.path.relpath(root, trunk).replace(os.sep, "/") + "/"
        for name in sorted(files):
            item = None if name.startswith((".", "~$")) else _within(root, name, above, real)
            if item is not None:
                yield item, item.name


def _within(root: str, name: str, above: str, real: str) -> Item | None:
    """Return a file of a folder; None for what is no file, leads out of the folder, or has gone since."""
    path = os.path.join(root, name)  # noqa: PTH118  a million times
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            if not os.path.realpath(path).startswith(real + os.sep):
                return None
            status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return _describe(path, above + name, status) if stat.S_ISREG(status.st_mode) else None


def _local(path: Path, name: str) -> Item:
    return _describe(str(path), name, path.stat())


def _describe(path: str, name: str, status: os.stat_result) -> Item:
    stamp = f"{status.st_mtime_ns}-{status.st_ctime_ns}"
    return Item(os.path.abspath(path), name, status.st_size, stamp)  # noqa: PTH100  links stay as they are


def _find_remote(address: str, *, recursive: bool) -> Iterator[tuple[Item, str | None]]:
    """Yield the objects under an address; raises :class:`NothingFound` when there are none."""
    found = False
    for file in list_remote(address, recursive=recursive):
        found = True
        name = file.below or PurePosixPath(file.location.split("::")[0]).name
        yield Item(file.location, name, file.size, file.stamp), file.below
    if not found:
        raise NothingFound(f"Nothing is under {address}. Check the address and the rights to list it.")


def read_location(location: str, *, most: int | None = None) -> bytes:
    """Return the bytes at a path or address, of at most ``most`` bytes for a path; raises ``DocumentError``."""
    if is_remote(location):
        return read_remote(location)
    with _opening(), Path(location).open("rb") as file:
        if most is not None:
            Limits(max_bytes=most).check("max_bytes", os.fstat(file.fileno()).st_size)
        return file.read()


def hash_file(location: str) -> str:
    """Return the SHA-256 of the file at a path, in hexadecimal, without holding it; raises ``DocumentError``."""
    with _opening(), Path(location).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _opening() -> Iterator[None]:
    """Turn what the system says of a file into a typed error."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DocumentError(f"The file could not be opened: {reason}. Check the path and its permissions.") from error
