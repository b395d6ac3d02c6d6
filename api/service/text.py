"""The text of a contract for those who look at it: read again from the original, in the limited reading process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from api.errors import Problem
from api.service.caller import Caller
from api.service.contracts import contract_key, open_name, open_original, require_contract
from api.service.core import Core
from api.store import contract as contracts
from api.store.audit import Entry
from dpa_checker.errors import DocumentError
from dpa_checker.ingestion.isolation import ReadingProcess
from dpa_checker.model import Document

#: So many texts are kept in memory: whoever reviews a contract asks for the same one again and again.
_KEPT: Final = 4


class TextReader:
    """The process in which originals are read, one after the other; it starts with the first."""

    def __init__(self) -> None:
        self._process = ReadingProcess()
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._lock = threading.Lock()

    def kept(self, contract_id: str) -> Document | None:
        """Return a text that was read lately."""
        with self._lock:
            document = self._kept.get(contract_id)
            if document is not None:
                self._kept.move_to_end(contract_id)
        return document

    def read(self, contract_id: str, data: bytes, name: str, languages: tuple[str, ...]) -> Document:
        """Return the text of an original; raises :class:`Problem`."""
        try:
            document = self._process.read(data, name=name, languages=languages)
        except DocumentError as error:
            raise Problem(422, "text-not-read", "The text cannot be shown. Open the original instead.") from error
        with self._lock:
            self._kept[contract_id] = document
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return document

    def close(self) -> None:
        """End the process and forget all texts."""
        with self._lock:
            self._kept.clear()
        self._process.interrupt()
        self._process.close()


def read_text(core: Core, caller: Caller, texts: TextReader, contract_id: str) -> Document:
    """Return the text of a contract with its layout; what its report quotes stands in it at the same places."""
    with core.audited(Entry("text-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        key = contract_key(core, contract_id)
        if (document := texts.kept(contract_id)) is not None:
            return document
        data = open_original(key, contract, contracts.read_chunks(connection, contract_id))
    languages = (contract.asked_language,) if contract.asked_language else ()
    return texts.read(contract_id, data, open_name(key, contract), languages)
