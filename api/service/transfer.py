"""Moving chosen contracts to another installation: encrypted, only these, with a list of what was moved.

The archive is a ZIP of age files (https://age-encryption.org/v1): ``key`` holds an identity made for this archive,
encrypted to a passphrase or a public key; all else is encrypted to that identity.  ``manifest`` names every contract
with the digest of its file, so that none can be taken out, put in or exchanged.  Nothing is ever written in clear.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyrage
from sqlalchemy import LargeBinary, Table
from sqlalchemy.exc import SQLAlchemyError

from api.errors import KeyDestroyed, SealBroken, TransferError
from api.moment import new_id, now, written
from api.service.arrival import arrive
from api.service.contracts import begun, erase, key_owner
from api.service.core import Core
from api.store import account as accounts
from api.store import contract as contracts
from api.store import transfer as store
from api.store.audit import Entry
from api.store.contract import Certificate
from api.store.schema import CONTRACT
from api.store.transfer import Listed

_FORMAT: Final = "dpa-checker-transfer-1"
_MOVED: Final = "moved"
_MOST_BYTES: Final = 400_000_000
_NO_ARCHIVE: Final = "This is no archive of a transfer, or not a whole one."


@dataclass(frozen=True, slots=True)
class Lock:
    """What an archive is closed with: a passphrase or a public key."""

    passphrase: str = ""
    recipient: str = ""

    def close(self, data: bytes) -> bytes:
        """Return ``data`` encrypted; raises :class:`TransferError`."""
        if self.passphrase:
            return bytes(pyrage.passphrase.encrypt(data, self.passphrase))
        try:
            return bytes(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(self.recipient)]))
        except pyrage.RecipientError as error:
            raise TransferError("The public key is not one of age: it begins with age1.") from error


@dataclass(frozen=True, slots=True)
class Opener:
    """What an archive is opened with: a passphrase or the identity of a public key."""

    passphrase: str = ""
    identity: str = ""

    def open(self, data: bytes) -> bytes:
        """Return what was encrypted; raises :class:`TransferError`."""
        try:
            if self.passphrase:
                return bytes(pyrage.passphrase.decrypt(data, self.passphrase))
            return bytes(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(self.identity)]))
        except (pyrage.DecryptError, pyrage.IdentityError) as error:
            raise TransferError("The archive does not open with this passphrase or identity.") from error


@dataclass(frozen=True, slots=True)
class Transfer:
    """What was moved, by which archive; ``digest`` is the archive's SHA-256, to be compared on arrival."""

    id: str
    contracts: tuple[str, ...]
    digest: str


def export_contracts(core: Core, chosen: Sequence[str], archive: Path, lock: Lock) -> Transfer:
    """Write the chosen contracts, and no others, to a new ``archive``; raises :class:`TransferError`."""
    wanted = list(dict.fromkeys(chosen))
    found = [_find(core, contract_id) for contract_id in wanted]
    if not found:
        raise TransferError("No contract is chosen.")
    _require_free(archive)
    transfer_id = new_id()
    part = archive.with_name(archive.name + ".part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise TransferError("The archive cannot be written, or an earlier attempt is under way.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            _write_archive(core, file, transfer_id, wanted, lock)
            file.flush()
            os.fsync(file.fileno())
        digest = _digest_file(part)
        _require_free(archive)
        part.rename(archive)
    except OSError as error:
        raise TransferError("The archive cannot be written.") from error
    finally:
        part.unlink(missing_ok=True)
    _keep_list(core, transfer_id, found, archive)
    return Transfer(transfer_id, tuple(wanted), digest)


def import_contracts(core: Core, archive: Path, opener: Opener, workspace_id: str, *, keep: bool = False) -> Transfer:
    """Keep the contracts of an archive in a workspace, all or none, and delete the archive unless ``keep``.

    Raises :class:`TransferError`.
    """
    digest = _digest_file(archive)
    arrived: list[str] = []
    try:
        with zipfile.ZipFile(archive) as file:
            identity = opener.open(_read(file, "key"))
            open_item = Opener(identity=identity.decode()).open
            manifest = _parse_manifest(open_item(_read(file, "manifest")))
            _require_new(core, manifest, workspace_id)
            with core.audited(Entry("transfer-import", None, manifest["id"])) as connection:
                for item in manifest["contracts"]:
                    sealed = _read(file, item["file"])
                    if hashlib.sha256(sealed).hexdigest() != item["digest"]:
                        raise TransferError(_NO_ARCHIVE)
                    arrived.append(item["id"])
                    arrive(core, connection, item["id"], json.loads(open_item(sealed)), workspace_id)
                listed = [Listed(contract, workspace_id) for contract in arrived]
                store.keep_list(connection, manifest["id"], store.IMPORT, listed, source_id=manifest["id"])
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, AttributeError, SealBroken) as error:
        _drop_keys(core, arrived)
        raise TransferError(_NO_ARCHIVE) from error
    except SQLAlchemyError as error:
        _drop_keys(core, arrived)
        raise TransferError("The contracts could not be kept; nothing was taken.") from error
    except BaseException:
        _drop_keys(core, arrived)
        raise
    for contract_id in arrived:
        core.note(Entry("contract-import", None, contract_id))
    if not keep:
        archive.unlink()
    return Transfer(manifest["id"], tuple(arrived), digest)


@dataclass(frozen=True, slots=True)
class Removal:
    """How many contracts of an export were deleted, and which stay because they were changed since."""

    deleted: int
    changed: tuple[str, ...]


def delete_moved(core: Core, transfer_id: str) -> Removal:
    """Delete what an export has moved away, once it has arrived, as it went.

    What was changed here since is nowhere else, and stays; so does what the archive has brought back.
    """
    with core.database.snapshot() as connection:
        if not store.knows_export(connection, transfer_id):
            raise TransferError("No export of this number is known here.")
        listed = store.list_moved(connection, transfer_id)
        moved = [(one, store.read_state(connection, one.contract_id)) for one in listed]
    same = [one for one, state in moved if state is not None and state == one.state]
    if same:
        _hide_moved(core, same)
    for one in same:
        erase(core, one.contract_id, one.workspace_id, cause=_MOVED)
    return Removal(len(same), tuple(one.contract_id for one, state in moved if state not in (None, one.state)))


def _hide_moved(core: Core, same: Sequence[Listed]) -> None:
    """Hide all at once: with a version that goes, the one before it changes."""
    certificates = [Certificate(one.contract_id, one.workspace_id, _MOVED, None, now()) for one in same]
    with core.audited(*(begun(one) for one in certificates)) as connection:
        for one, certificate in zip(same, certificates, strict=True):
            if store.read_state(connection, one.contract_id, lock=True) != one.state:
                raise TransferError("A contract was changed at this moment; nothing was deleted. Try again.")
            contracts.begin_deletion(connection, certificate)


def _write_archive(core: Core, file: Any, transfer_id: str, wanted: Sequence[str], lock: Lock) -> None:
    identity = pyrage.x25519.Identity.generate()
    inner = Lock(recipient=str(identity.to_public()))
    listed = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("key", lock.close(str(identity).encode()))
        for number, contract_id in enumerate(wanted):
            sealed = inner.close(_pack(core, contract_id))
            name = f"contract-{number}"
            archive.writestr(name, sealed)
            listed.append({"id": contract_id, "file": name, "digest": hashlib.sha256(sealed).hexdigest()})
            # Durable before the archive can be had.
            core.note(Entry("contract-export", None, contract_id))
        manifest = {"format": _FORMAT, "id": transfer_id, "schema": core.database.revision(), "contracts": listed}
        archive.writestr("manifest", inner.close(json.dumps(manifest | {"made": written(now())}).encode()))


def _require_free(archive: Path) -> None:
    if archive.exists():
        raise TransferError("There is a file of the archive's name.")


def _find(core: Core, contract_id: str) -> Listed:
    """Return a contract in the state in which it goes, or in one before: then it counts as changed since."""
    with core.database.snapshot() as connection:
        found = contracts.find_contract(connection, contract_id)
        state = store.read_state(connection, contract_id)
    if found is None:
        raise TransferError(f"There is no contract {contract_id[:40]!r}.")
    return Listed(found.id, found.workspace_id, state)


def _pack(core: Core, contract_id: str) -> bytes:
    """Return a contract with its key; its rows stay sealed as they are."""
    try:
        key = core.keys.get(key_owner(contract_id))
    except KeyDestroyed as error:
        raise TransferError(f"The contract {contract_id} has no key any more.") from error
    with core.database.snapshot() as connection:
        rows = store.read_rows(connection, contract_id)
    packed = {table.name: [_encode(table, row) for row in rows[table.name]] for table in (CONTRACT, *store.PARTS)}
    return json.dumps({"key": base64.b64encode(key).decode(), "rows": packed}).encode()


def _encode(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    encode: Callable[[bytes], str] = lambda value: base64.b64encode(value).decode()  # noqa: E731
    blobs = {column.name for column in table.columns if isinstance(column.type, LargeBinary)}
    return {name: encode(value) if name in blobs and value is not None else value for name, value in row.items()}


def _parse_manifest(data: bytes) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(data)
    if manifest["format"] != _FORMAT or not manifest["contracts"]:
        raise TransferError(_NO_ARCHIVE)
    return manifest


def _require_new(core: Core, manifest: dict[str, Any], workspace_id: str) -> None:
    if manifest["schema"] != core.database.revision():
        raise TransferError("The archive comes from another version of dpa-checker. Bring both to the same version.")
    with core.database.read() as connection:
        if not accounts.exists_workspace(connection, workspace_id):
            raise TransferError("There is no such workspace.")
        there = [item["id"] for item in manifest["contracts"] if store.is_there(connection, item["id"])]
    if there:
        raise TransferError(f"{len(there)} of the contracts are here already; nothing was taken.")
    # What an attempt that was killed has left.
    _drop_keys(core, [item["id"] for item in manifest["contracts"]])


def _drop_keys(core: Core, arrived: Sequence[str]) -> None:
    """Destroy the keys of contracts that were not kept."""
    for contract_id in arrived:
        with core.database.read() as connection:
            kept = store.is_there(connection, contract_id)
        if not kept:
            core.keys.destroy(key_owner(contract_id))


def _keep_list(core: Core, transfer_id: str, found: Sequence[Listed], archive: Path) -> None:
    """Keep what has gone out: an archive that is on no list is not left, and a list wants its archive first."""
    try:
        with core.audited(Entry("transfer-export", None, transfer_id)) as connection:
            store.keep_list(connection, transfer_id, store.EXPORT, found, source_id=transfer_id)
    except BaseException:
        archive.unlink(missing_ok=True)
        raise


def _read(file: zipfile.ZipFile, name: str) -> bytes:
    if file.getinfo(name).file_size > _MOST_BYTES:
        raise TransferError(_NO_ARCHIVE)
    return file.read(name)


def _digest_file(path: Path) -> str:
    with suppress(OSError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    raise TransferError("The archive cannot be read.")
