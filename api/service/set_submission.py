"""Several files become the contracts of a new set, each with its job: all of them and the set, or nothing.

A set without one of its documents would be judged to lack what that document says.  So a file that cannot be taken
keeps the others out, and the answer names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from api.errors import Problem
from api.secrecy.seal import fingerprint
from api.service.caller import Caller, Permission
from api.service.contract_set import MOST_MEMBERS, drop_set_key, seal_name
from api.service.contracts import Names, key_owner, require_marking, set_owner
from api.service.core import Core
from api.service.standing import require_standing
from api.service.submission import Submission, Submitted, drop_key, key_reused, mark_key, new_values
from api.service.upload import Upload
from api.store import contract as contracts
from api.store import contract_set as sets
from api.store import job as jobs
from api.store.audit import Entry

#: What is kept of a request: so many digits of its fingerprint, then the id of the set that it has made.
_MARK_DIGITS: Final = 32


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file of a set: what it is called, and its content."""

    name: str
    upload: Upload


@dataclass(frozen=True, slots=True)
class SetSubmission:
    """What is said of the files of a new set, all together."""

    workspace_id: str
    name: str
    counterparty: str | None = None
    reference: str | None = None
    language: str | None = None

    def of(self, arrival: Arrival) -> Submission:
        """Return what is said of one of the files."""
        return Submission(
            self.workspace_id, Names(arrival.name, self.counterparty, self.reference), language=self.language
        )


@dataclass(frozen=True, slots=True)
class SubmittedSet:
    """A set that was made, with its contracts and their jobs in the order of the files."""

    set_id: str
    files: tuple[Submitted, ...]
    repeated: bool = False


def refuse_file(number: int, name: str, problem: Problem) -> Problem:
    """Return the answer that tells which file kept a set from being made, counted from 1."""
    problem.fields["file"] = {"number": number, "name": name}
    return problem


def submit_set(
    core: Core, caller: Caller, files: Sequence[Arrival], asked: SetSubmission, *, idempotency_key: str | None
) -> SubmittedSet:
    """Keep files, marked with one key of their workspace, as a new set and queue their jobs.

    When this returns, all is durable.
    """
    _require_sound(files)
    key = files[0].upload.marking
    content_marks = [one.upload.finish() for one in files]
    request_mark = _request_mark(key, content_marks, files, asked)
    numbers = range(len(files)) if idempotency_key else ()
    key_marks = [mark_key(key, caller, idempotency_key or "", number) for number in numbers]
    if earlier := _repeated(core, key_marks, request_mark):
        return earlier
    made = _Making(sets.new_set_id(), tuple(files), tuple(content_marks), asked)
    entries = [Entry("contract-upload", caller.account_id, one.upload.contract_id) for one in files]
    try:
        made.put_keys(core)
        with core.audited(*entries, Entry("set-create", caller.account_id, made.set_id)) as connection:
            require_standing(connection, caller, Permission.WRITE, asked.workspace_id)
            kept = made.keep(connection, core)
            require_marking(core, asked.workspace_id, key)
            for mark, one in zip(key_marks, kept, strict=False):
                contracts.keep_repeat(connection, mark, request_mark + made.set_id, one.contract_id, one.job_id)
    except IntegrityError:
        made.drop_keys(core)
        if earlier := _repeated(core, key_marks, request_mark):
            return earlier
        raise
    except BaseException:
        made.drop_keys(core)
        raise
    return SubmittedSet(made.set_id, kept)


@dataclass(frozen=True, slots=True)
class _Making:
    """A set that is being made."""

    set_id: str
    files: tuple[Arrival, ...]
    content_marks: tuple[str, ...]
    asked: SetSubmission

    def put_keys(self, core: Core) -> None:
        core.keys.ensure(set_owner(self.set_id))
        for one in self.files:
            core.keys.put(key_owner(one.upload.contract_id), one.upload.key)

    def drop_keys(self, core: Core) -> None:
        """Destroy the keys of what was not kept; an error may come after it was."""
        for one in self.files:
            drop_key(core, one.upload.contract_id)
        drop_set_key(core, self.set_id)

    def keep(self, connection: Connection, core: Core) -> tuple[Submitted, ...]:
        workspace = self.asked.workspace_id
        kept = []
        for one, mark in zip(self.files, self.content_marks, strict=True):
            values = new_values(one.upload, one.upload.marking, mark, self.asked.of(one))
            contracts.add_contract(connection, values, one.upload.chunks())
            job = jobs.add_job(connection, contract_id=one.upload.contract_id, workspace_id=workspace)
            kept.append(Submitted(one.upload.contract_id, job))
        sealed = seal_name(core.keys.get(set_owner(self.set_id)), self.set_id, self.asked.name)
        sets.add_set(connection, self.set_id, workspace, sealed)
        sets.keep_members(connection, self.set_id, [one.contract_id for one in kept])
        return tuple(kept)


def _require_sound(files: Sequence[Arrival]) -> None:
    if not files:
        raise Problem(422, "no-file", "There is no file.", "A set has a part named file for each of its files.")
    if len(files) > MOST_MEMBERS:
        raise Problem(422, "too-many-files", f"A set holds at most {MOST_MEMBERS} contracts.")
    for number, one in enumerate(files, start=1):
        if one.upload.size == 0:
            raise refuse_file(number, one.name, Problem(422, "empty-file", "A file is empty. Nothing was kept."))


def _request_mark(key: bytes, content_marks: Sequence[str], files: Sequence[Arrival], asked: SetSubmission) -> str:
    parts = [asked.workspace_id, asked.name, asked.counterparty, asked.reference, asked.language]
    parts += [part for one, mark in zip(files, content_marks, strict=True) for part in (one.name, mark)]
    return fingerprint(key, "\0".join(part or "" for part in parts), purpose="request")[:_MARK_DIGITS]


def _repeated(core: Core, key_marks: Sequence[str], request_mark: str) -> SubmittedSet | None:
    """Return what an earlier request with the same key has made; contracts deleted since are not among it."""
    with core.database.read() as connection:
        found = [earlier for mark in key_marks if (earlier := contracts.find_repeat(connection, mark)) is not None]
        if not found:
            return None
        if any(stored[:_MARK_DIGITS] != request_mark for stored, _, _ in found):
            raise key_reused()
        set_id = found[0][0][_MARK_DIGITS:]
        if sets.find_set(connection, set_id) is None:
            raise Problem(409, "set-deleted", "The set that this request has made was deleted meanwhile.")
    return SubmittedSet(set_id, tuple(Submitted(contract, job) for _, contract, job in found), repeated=True)
