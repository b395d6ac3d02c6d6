"""The text of a contract for those who look at it, as it was examined.

Where it was not kept, it is read again from the original, in the limited reading process.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from sqlalchemy import Connection

from api.errors import Problem
from api.service.caller import Caller
from api.service.contracts import contract_key, open_name, open_original, open_text, require_contract
from api.service.core import Core
from api.store import contract as contracts
from api.store.audit import Entry
from api.store.contract import SealedContract
from dpa_checker.errors import DocumentError
from dpa_checker.ingestion.isolation import ReadingProcess
from dpa_checker.ingestion.isolation.wire import BrokenFrame, decode_document
from dpa_checker.model import Document

#: So many texts are kept in memory: whoever reviews a contract asks for the same one again and again.
_KEPT: Final = 4
#: A contract, and the version of the engine that has read it: another may have read it otherwise.
_Key = tuple[str, str | None]


class TextReader:
    """The process in which originals are read, one after the other; it starts with the first."""

    def __init__(self) -> None:
        self._process = ReadingProcess()
        self._kept: OrderedDict[_Key, Document] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def kept(self, key: _Key) -> Document | None:
        """Return a text that was asked for lately."""
        with self._lock:
            document = self._kept.get(key)
            if document is not None:
                self._kept.move_to_end(key)
        return document

    def keep(self, key: _Key, document: Document) -> Document:
        """Keep a text for those who ask for it next, and return it."""
        with self._lock:
            self._kept[key] = document
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return document

    def read(self, key: _Key, data: bytes, name: str, languages: tuple[str, ...]) -> Document:
        """Return the text of an original; raises :class:`Problem`.

        Who has waited for somebody else's reading of the same one is given that.
        """
        with self._turn:
            return self.kept(key) or self.keep(key, self._read(data, name, languages))

    def _read(self, data: bytes, name: str, languages: tuple[str, ...]) -> Document:
        try:
            return self._process.read(data, name=name, languages=languages)
        except DocumentError as error:
            raise Problem(422, "text-not-read", "The text cannot be shown. Open the original instead.") from error

    def forget(self) -> None:
        """Forget all texts."""
        with self._lock:
            self._kept.clear()

    def close(self) -> None:
        """End the process and forget all texts."""
        self.forget()
        self._process.interrupt()
        self._process.close()


def read_text(core: Core, caller: Caller, texts: TextReader, contract_id: str) -> Document:
    """Return the text of a contract with its layout; what its report quotes stands in it at the same places."""
    with core.audited(Entry("text-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        key, place = contract_key(core, contract_id), (contract_id, contract.engine_version)
        if (document := find_text(connection, contract, key, texts)) is not None:
            return document
        data = open_original(key, contract, contracts.read_chunks(connection, contract_id))
    languages = (contract.asked_language,) if contract.asked_language else ()
    return texts.read(place, data, open_name(key, contract), languages)


def find_text(connection: Connection, contract: SealedContract, key: bytes, texts: TextReader) -> Document | None:
    """Return the text of a contract where it was kept, in memory or with the contract."""
    place = contract.id, contract.engine_version
    if (document := texts.kept(place)) is not None:
        return document
    document = _open(key, contract.id, contracts.read_text(connection, contract.id))
    return None if document is None else texts.keep(place, document)


def _open(key: bytes, contract_id: str, sealed: bytes | None) -> Document | None:
    """Return a kept text; None where there is none, or one that another version has kept in another shape."""
    if sealed is None:
        return None
    try:
        return decode_document(open_text(key, contract_id, sealed))
    except BrokenFrame:
        return None
