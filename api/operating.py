"""What an operator does beside the running service: administrators, keys, the audit log, moving contracts."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from api.errors import ServiceError, SettingsError, TransferError
from api.moment import written
from api.secrecy.keys import KeyStore
from api.service.accounts import create_first_administrator, reset_by_name
from api.service.core import Core, open_core
from api.service.recheck import recheck
from api.service.retention import sweep
from api.service.rotation import rotate_workspace_key
from api.service.transfer import Lock, Opener, Transfer, delete_moved, export_contracts, import_contracts
from api.settings import Settings, make_key, read_key_file
from api.store import account as accounts
from api.store import contract as contracts
from api.store.audit import Entry

_FAILED: Final = 1


def add_options(parser: argparse.ArgumentParser, command: str) -> None:
    """Add what a command takes beside the settings."""
    for names, options in _OPTIONS.get(command, ()):
        parser.add_argument(*names, **options)


def operate(options: argparse.Namespace, settings: Settings) -> int:
    """Run a command and return its exit code; raises ``ServiceError``."""
    if options.command == "rotate-key":
        return rotate_key(settings, options.new_key_file)
    core = open_core(settings)
    try:
        return COMMANDS[options.command](options, core)
    finally:
        core.close()


def rotate_key(settings: Settings, new_key_file: Path) -> int:
    """Wrap all keys by the key in ``new_key_file``, which is made where it is not there; can be taken up again."""
    if not new_key_file.exists():
        _write_key(new_key_file)
    new_key = read_key_file(new_key_file)
    if new_key == settings.master_key:
        raise SettingsError("The new key is the present one.")
    if KeyStore.fits(settings.keys, new_key):
        say("every key is wrapped by the new master key already")
    else:
        _note_rotation(settings)
        keys = KeyStore(settings.keys, settings.master_key)
        keys.open()
        try:
            say(f"{keys.rotate(new_key)} keys wrapped by the new master key")
        finally:
            keys.close()
    say("set master_key_file to its file, start the service, then destroy the old one and its copies")
    return 0


def _note_rotation(settings: Settings) -> None:
    """Note it before it is done: who is killed after it, has at least begun with it."""
    core = open_core(settings)
    try:
        core.note(Entry("master-key-rotate"))
    finally:
        core.close()


def _write_key(file: Path) -> None:
    """Write a new key for the owner only: the whole of it, or no file."""
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
        written.write(make_key() + "\n")
        written.flush()
        os.fsync(written.fileno())
    part.rename(file)


def _create_administrator(options: argparse.Namespace, core: Core) -> int:
    say(create_first_administrator(core, options.name))
    return 0


def _reset_password(options: argparse.Namespace, core: Core) -> int:
    say(reset_by_name(core, options.name, second_factor=options.second_factor))
    return 0


def _sweep(_options: argparse.Namespace, core: Core) -> int:
    say(f"{sweep(core)} contracts deleted")
    return 0


def _recheck(_options: argparse.Namespace, core: Core) -> int:
    say(f"{recheck(core)} contracts queued: their reports are of another version")
    return 0


def _verify_audit(_options: argparse.Namespace, core: Core) -> int:
    found = core.inspect_audit()
    if found.flaw:
        say(f"entry {found.flaw.sequence}: {found.flaw.what}")
        return _FAILED
    say("the audit log is as it was written")
    if found.unanchored:
        say(f"{found.unanchored} entries are newer than the noted head: their cutting off could not be seen")
    for process in found.unended:
        say(f"{process} has begun and not ended: it runs, or was killed, and its last lists may be lacking")
    return 0


def _export(options: argparse.Namespace, core: Core) -> int:
    chosen = [*options.contract, *(_read_lines(options.contracts) if options.contracts else ())]
    if options.recipient:
        lock = Lock(recipient=options.recipient)
    else:
        lock = Lock(passphrase=_passphrase(options.passphrase_file, again=True))
    _tell(export_contracts(core, chosen, options.archive, lock), "moved out")
    return 0


def _rotate_workspace_key(options: argparse.Namespace, core: Core) -> int:
    count = rotate_workspace_key(core, _find_workspace(core, options.workspace))
    say(f"{count} contracts are found by the new key; the former one is destroyed")
    return 0


def _find_workspace(core: Core, given: str) -> str:
    """Return the id of a workspace that is given by id or name; raises :class:`ServiceError`."""
    with core.database.read() as connection:
        named = [one.id for one in accounts.list_workspaces(connection) if given in (one.id, one.name)]
    if not named:
        raise ServiceError("There is no such workspace.")
    return named[0]


def _import(options: argparse.Namespace, core: Core) -> int:
    workspace = _find_workspace(core, options.workspace)
    if options.identity_file:
        lines = _read_lines(options.identity_file)
        opener = Opener(identity=next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), ""))
    else:
        opener = Opener(passphrase=_passphrase(options.passphrase_file))
    _tell(import_contracts(core, options.archive, opener, workspace, keep=options.keep), "moved in")
    return 0


def _list_deletions(_options: argparse.Namespace, core: Core) -> int:
    with core.database.read() as connection:
        for one in contracts.list_certificates(connection):
            say(f"{written(one.at)} {one.contract_id} workspace {one.workspace_id} {one.cause} {one.account_id or '-'}")
    return 0


def _delete_moved(options: argparse.Namespace, core: Core) -> int:
    removal = delete_moved(core, options.transfer)
    say(f"{removal.deleted} contracts deleted")
    for contract_id in removal.changed:
        say(f"changed since its export, not deleted: {contract_id}")
    return _FAILED if removal.changed else 0


def _tell(transfer: Transfer, what: str) -> None:
    say(f"transfer {transfer.id}, archive sha256 {transfer.digest}")
    for contract_id in transfer.contracts:
        say(f"{what} {contract_id}")


def _passphrase(file: Path | None, *, again: bool = False) -> str:
    if file is not None:
        given = "".join(_read_lines(file)[:1])
    else:
        given = getpass.getpass("Passphrase: ")
        if again and given != getpass.getpass("Once more: "):
            raise TransferError("The passphrases differ.")
    if again and len(given) < _SHORTEST_PASSPHRASE:
        raise TransferError(f"The passphrase must have at least {_SHORTEST_PASSPHRASE} characters.")
    return given


def _read_lines(file: Path) -> list[str]:
    """Return the lines of a small file that say something; raises :class:`TransferError`."""
    try:
        return [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise TransferError(f"The file {file.name} cannot be read.") from error


def say(line: str) -> None:
    """Write a line to the operator."""
    sys.stdout.write(line + "\n")


_SHORTEST_PASSPHRASE: Final = 16
_ARCHIVE: Final = (("archive",), {"type": Path, "metavar": "FILE", "help": "the archive"})
_PASSPHRASE: Final = (
    ("--passphrase-file",),
    {"type": Path, "metavar": "FILE", "help": "holds the passphrase; asked for when left out"},
)
_OPTIONS: Final[dict[str, tuple[tuple[tuple[str, ...], dict[str, Any]], ...]]] = {
    "create-administrator": ((("name",), {"help": "the name to sign in with"}),),
    "reset-password": (
        (("name",), {"help": "the name of the account"}),
        (("--second-factor",), {"action": "store_true", "help": "take a lost second factor away as well"}),
    ),
    "rotate-key": (
        (("--new-key-file",), {"type": Path, "required": True, "metavar": "FILE", "help": "made when not there"}),
    ),
    "rotate-workspace-key": ((("workspace",), {"metavar": "NAME", "help": "the workspace, by name or id"}),),
    "export": (
        _ARCHIVE,
        (("--contract",), {"action": "append", "default": [], "metavar": "ID", "help": "one that is to be moved"}),
        (("--contracts",), {"type": Path, "metavar": "FILE", "help": "ids of such, one a line"}),
        (("--recipient",), {"metavar": "KEY", "help": "a public key of age, instead of a passphrase"}),
        _PASSPHRASE,
    ),
    "import": (
        _ARCHIVE,
        (("--workspace",), {"required": True, "help": "where they go, by id or name"}),
        (("--identity-file",), {"type": Path, "metavar": "FILE", "help": "the identity of the public key"}),
        _PASSPHRASE,
        (("--keep",), {"action": "store_true", "help": "do not delete the archive afterwards"}),
    ),
    "delete-moved": ((("transfer",), {"help": "the number of an export whose contracts have arrived"}),),
}
COMMANDS: Final[dict[str, Callable[[argparse.Namespace, Core], int]]] = {
    "create-administrator": _create_administrator,
    "reset-password": _reset_password,
    "verify-audit": _verify_audit,
    "sweep": _sweep,
    "recheck": _recheck,
    "rotate-workspace-key": _rotate_workspace_key,
    "list-deletions": _list_deletions,
    "export": _export,
    "import": _import,
    "delete-moved": _delete_moved,
}
