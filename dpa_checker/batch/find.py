"""Where the contracts are: files, folders, globs, and object stores through fsspec."""

from __future__ import annotations

import errno
import fnmatch
import glob
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
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
#: A folder that holds both of these is one of results.
_RESULTS: Final = ("results.sqlite", ".lock")
#: What a scan writes, should somebody have it write to a folder of contracts.
_RESULT_FILE: Final = re.compile(r"(index(-\d+)?|statistics)\.html|results\..+|statistics\.xlsx|sets\.jsonl")
_RESULT_FOLDERS: Final = frozenset({"reports", "sets"})
_GONE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


@dataclass(frozen=True, slots=True)
class Item:
    """A file to check: ``location`` is a path or URL, ``name`` how it is shown.

    ``size`` in bytes and ``stamp`` (a time or tag of the last change) tell cheaply whether it has changed.
    ``unlisted`` tells why a folder could not be listed: the item then stands for all that is below it.
    """

    location: str
    name: str
    size: int
    stamp: str
    unlisted: str = ""

    @property
    def remote(self) -> bool:
        """Whether the file is in an object store."""
        return is_remote(self.location)


class NothingFound(DocumentError):
    """A path that was named holds nothing to check."""

    code = "nothing-found"


class FileUnreadable(DocumentError):
    """A file cannot be opened, which says nothing about its content."""

    code = "unreadable-file"


class FolderUnreadable(DocumentError):
    """A folder cannot be listed, or a path cannot be looked at."""

    code = "unreadable-folder"


def find_items(
    paths: Sequence[str], *, include: Sequence[str] = (), exclude: Sequence[str] = (), recursive: bool = True
) -> Iterator[Item]:
    """Yield the files of ``paths`` in a fixed order, each location once.

    ``include`` and ``exclude`` are shell patterns, matched on the name and on the path below the folder.
    Hidden files, links that lead out of a folder, and results of a scan are passed over.  A folder within that cannot
    be listed is an item too.  Raises :class:`NothingFound` for a path that does not exist and
    :class:`FolderUnreadable` for one that cannot be looked at, both at once and before any item; what is wrong with
    an address shows when its turn comes.
    """
    matcher = _Matcher(tuple(include) or DEFAULT_INCLUDE, tuple(exclude))
    several = len(paths) > 1 or any(_MAGIC & set(path) for path in paths)
    return _choose([_find(path, recursive=recursive) for path in paths], matcher, several=several)


def spell(text: str) -> str:
    """Return a path or name with what is no text in it spelled out: the system allows any bytes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _choose(sources: Iterable[Iterator[_Found]], matcher: _Matcher, *, several: bool) -> Iterator[Item]:
    """Yield what is wanted, each location once."""
    seen: set[str] = set()
    for item, below in chain.from_iterable(sources):
        if item.location in seen:
            continue
        if below is not None and (matcher.leaves_out(below) if item.unlisted else not matcher.takes(below)):
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
        return self._any(self._include, below) and not self.leaves_out(below)

    def leaves_out(self, below: str) -> bool:
        """Tell whether a path is among what to exclude."""
        return self._any(self._exclude, below)

    @staticmethod
    def _any(patterns: tuple[re.Pattern[str], re.Pattern[str]], below: str) -> bool:
        name = below.rpartition("/")[2]
        return bool(patterns[0].match(name.lower()) or patterns[1].match(os.path.normcase(below)))


#: An item with its path below the folder; None for a file that was named outright.
_Found = tuple[Item, str | None]


def _find(path: str, *, recursive: bool) -> Iterator[_Found]:
    """Return what will find the items of a path; raises at once when the path cannot be used."""
    if is_remote(path):
        return _find_remote(path, recursive=recursive)
    status = _look(path)
    if status is None:
        return _find_matching(_match(path), recursive=recursive)
    if stat.S_ISDIR(status.st_mode):
        _try_listing(path)
        return _find_in_folder(path, recursive=recursive)
    if stat.S_ISREG(status.st_mode):
        return iter([(_describe(path, Path(path).name, status), None)])
    raise NothingFound(f"{spell(path)} is neither a file nor a folder. Name one.")


def _look(path: str) -> os.stat_result | None:
    """Return what the system says of a path; None when nothing is there.  Raises :class:`FolderUnreadable`."""
    try:
        return os.stat(path)  # noqa: PTH116  as given
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) or error.errno in _GONE:
            return None
        raise FolderUnreadable(f"{spell(path)} cannot be looked at: {_reason(error)}. {_CHECK_FOLDERS}") from error


def _try_listing(path: str) -> None:
    """Raise :class:`FolderUnreadable` when a folder cannot be listed."""
    try:
        os.scandir(path).close()
    except OSError as error:
        raise _unlisted(path, error) from error


def _unlisted(path: str, error: OSError) -> FolderUnreadable:
    return FolderUnreadable(f"The folder {spell(path)} could not be listed: {_reason(error)}. {_CHECK_FOLDERS}")


_CHECK_FOLDERS: Final = "Check the permissions of the folders, and that the drive answers."


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _match(path: str) -> list[str]:
    """Return the paths that match a pattern; raises :class:`NothingFound` when there are none, or it is no pattern."""
    if not _MAGIC & set(path):
        raise NothingFound(f"{spell(path)} does not exist. Check the path.")
    matched = sorted(glob.glob(path, recursive=True))  # noqa: PTH207  an absolute pattern, with **
    if not matched:
        raise NothingFound(
            f"Nothing matches {spell(path)}. Check the pattern, and quote it so that the shell leaves it."
        )
    return matched


def _find_matching(matched: Iterable[str], *, recursive: bool) -> Iterator[_Found]:
    """Yield the items of paths that a pattern has given."""
    for path in matched:
        try:
            status = _look(path)
            if status is not None and stat.S_ISREG(status.st_mode):
                yield _describe(path, path, status), None
            elif status is not None and stat.S_ISDIR(status.st_mode) and recursive:
                yield from _find_in_folder(path, recursive=True)
        except FolderUnreadable as error:
            yield Item(os.path.abspath(path), path, 0, "", str(error)), path  # noqa: PTH100


def _find_in_folder(trunk: str, *, recursive: bool) -> Iterator[_Found]:
    """Yield the files of a folder, and its folders that cannot be listed; raises when the folder itself cannot be."""
    real = os.path.realpath(trunk)
    errors: list[OSError] = []
    for root, folders, files in os.walk(trunk, onerror=errors.append, followlinks=False):
        above = "" if root == trunk else os.path.relpath(root, trunk).replace(os.sep, "/") + "/"
        holds_results = all(name in files for name in _RESULTS)
        if holds_results and above:
            folders[:] = []
            continue
        hidden = _RESULT_FOLDERS if holds_results else frozenset()
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in hidden)
        if not recursive:
            folders.clear()
        for name in sorted(files):
            if name.startswith((".", "~$")) or (holds_results and _RESULT_FILE.fullmatch(name)):
                continue
            item = _within(root, name, above, real)
            if item is not None:
                yield item, item.name
        yield from _tell_unlisted(errors, trunk)
    yield from _tell_unlisted(errors, trunk)


def _tell_unlisted(errors: list[OSError], trunk: str) -> Iterator[_Found]:
    """Yield the folders that could not be listed but those that have gone since; raises for the trunk itself."""
    for error in errors:
        path = os.fsdecode(error.filename) if error.filename else trunk
        told = _unlisted(path, error)
        if path == trunk:
            raise told from error
        if error.errno not in _GONE:
            below = os.path.relpath(path, trunk).replace(os.sep, "/") + "/"
            yield Item(os.path.abspath(path), below, 0, "", str(told)), below  # noqa: PTH100
    errors.clear()


def _within(root: str, name: str, above: str, real: str) -> Item | None:
    """Return a file of a folder; None for what is no file, leads out of the folder, or has gone since."""
    path = os.path.join(root, name)  # noqa: PTH118  a million times
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            if not os.path.realpath(path).startswith(real + os.sep):
                return None
            status = os.stat(path)  # noqa: PTH116
    except OSError as error:
        if error.errno in _GONE:
            return None
        return Item(os.path.abspath(path), above + name, 0, "")  # noqa: PTH100  why will show when it is opened
    return _describe(path, above + name, status) if stat.S_ISREG(status.st_mode) else None


def _describe(path: str, name: str, status: os.stat_result) -> Item:
    stamp = f"{status.st_mtime_ns}-{status.st_ctime_ns}"
    return Item(os.path.abspath(path), name, status.st_size, stamp)  # noqa: PTH100  links stay as they are


def _find_remote(address: str, *, recursive: bool) -> Iterator[_Found]:
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
        text = f"The file could not be opened: {_reason(error)}. Check the path and its permissions."
        raise FileUnreadable(text) from error
