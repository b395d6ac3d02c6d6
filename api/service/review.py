"""Reviews: what people decide on findings and contracts, beside the machine's verdicts, which stay as they were.

Every step is added to a history; reasons and notes are sealed with the contract's key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection

from api.errors import Problem
from api.secrecy.seal import seal, unseal
from api.service.caller import Caller
from api.service.contracts import (
    changed_meanwhile,
    contract_key,
    no_report,
    open_report,
    require_contract,
    superseded,
)
from api.service.core import Core
from api.store import contract as contracts
from api.store import review as reviews
from api.store.audit import Entry
from api.store.contract import ReviewState, SealedContract
from api.store.review import Decision, EventKind, Review, SealedEvent
from dpa_checker.report.parse_json import parse_json


@dataclass(frozen=True, slots=True)
class Person:
    """An account by id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Event:
    """A step of the history, opened; ``by`` is None for the service's own."""

    number: int
    kind: EventKind
    mention: str | None
    by: Person | None
    at: int
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a finding stands: the machine's verdict, what was decided, and the verdict that holds, conflict aside."""

    mention: str
    machine: str
    effective: str
    review: Review
    decided: Event | None
    assigned_to: Person | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that people have decided on a contract; ``version`` is that of the contract."""

    contract_id: str
    version: int
    state: ReviewState
    assigned_to: Person | None
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is decided on a finding: a confirmation, another verdict, or neither (the decision is withdrawn)."""

    decision: Decision | None
    verdict: str | None = None
    reason: str | None = None
    note: str | None = None


_KINDS: Final = {Decision.CONFIRMED: EventKind.CONFIRM, Decision.OVERRIDDEN: EventKind.OVERRIDE}


def read_sheet(core: Core, caller: Caller, contract_id: str) -> Sheet:
    """Return where the findings of a contract stand."""
    with core.audited(Entry("review-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        return open_sheet(connection, contract, contract_key(core, contract_id))


def open_sheet(connection: Connection, contract: SealedContract, key: bytes) -> Sheet:
    """Return where the findings of a contract stand, opened with its key."""
    machine = contracts.read_verdicts(connection, contract.id)
    found = reviews.list_reviews(connection, contract.id)
    numbers = [review.event for review in found.values() if review.event is not None]
    sealed = reviews.find_events(connection, contract.id, numbers)
    people = _people(connection, [contract.assigned_to, *(one.assigned_to for one in found.values())])
    events = {event.number: event for event in open_events(connection, contract.id, key, list(sealed.values()))}
    positions = []
    for mention, verdict in machine.items():
        review = found.get(mention, Review(mention))
        decided = events.get(review.event) if review.event is not None else None
        assigned = people.get(review.assigned_to or "")
        positions.append(Position(mention, verdict, review.effective(verdict), review, decided, assigned))
    assigned = people.get(contract.assigned_to or "")
    return Sheet(contract.id, contract.version, contract.review_state, assigned, tuple(positions))


def read_history(
    core: Core, caller: Caller, contract_id: str, *, before: int | None, limit: int
) -> tuple[list[Event], int | None]:
    """Return the newest steps of a contract's history, and the number below which more follow."""
    with core.audited(Entry("review-read", caller.account_id, contract_id)) as connection:
        require_contract(connection, caller, contract_id)
        key = contract_key(core, contract_id)
        sealed = reviews.list_events(connection, contract_id, before=before, limit=limit + 1)
        shown = open_events(connection, contract_id, key, sealed[:limit])
    return shown, shown[-1].number if len(sealed) > limit else None


def decide(core: Core, caller: Caller, contract_id: str, version: int | None, mention: str, choice: Choice) -> Sheet:
    """Confirm or override a verdict of a contract that is still at ``version`` (None: at any), or withdraw that."""
    with core.audited(Entry("review-decide", caller.account_id, contract_id)) as connection:
        contract, key = _begin(connection, core, caller, contract_id, version)
        machine = _machine(connection, contract, mention)
        before = reviews.list_reviews(connection, contract_id).get(mention, Review(mention))
        verdict = machine if choice.decision is Decision.CONFIRMED else choice.verdict
        conflict = _in_conflict(connection, key, contract_id, mention)
        if choice.decision is Decision.OVERRIDDEN and verdict == machine and not conflict:
            raise Problem(422, "same-verdict", "This is the machine's verdict already: confirm it.")
        if choice.decision is None and before.decision is None:
            raise Problem(409, "nothing-to-withdraw", "Nothing has been decided on this finding.")
        content = {"machine": machine, "verdict": verdict, "reason": choice.reason, "note": choice.note}
        kind = _KINDS[choice.decision] if choice.decision else EventKind.WITHDRAW
        number = add_step(connection, key, contract_id, kind, caller.account_id, content, mention)
        decided = number if choice.decision else None
        after = replace(before, decision=choice.decision, verdict=verdict, event=decided)
        after = replace(after, to_confirm=False, evidence_changed=False)
        reviews.keep_review(connection, contract_id, after)
        contracts.change_effective(connection, contract_id, mention, after.standing(machine, conflict=conflict))
        return open_sheet(connection, require_contract(connection, caller, contract_id), key)


def assign(
    core: Core,
    caller: Caller,
    contract_id: str,
    version: int | None,
    account_id: str | None,
    mention: str | None = None,
) -> Sheet:
    """Assign a contract, or the finding on ``mention``, to a member of its workspace; None takes that back."""
    with core.audited(Entry("review-assign", caller.account_id, contract_id)) as connection:
        contract, key = _begin(connection, core, caller, contract_id, version)
        if account_id is not None and account_id not in reviews.list_members(connection, contract.workspace_id):
            raise Problem(422, "not-a-member", "This account is not an active member of the workspace.")
        content = {"account": account_id}
        if mention is None:
            contracts.change_review(connection, contract_id, {"assigned_to": account_id})
        else:
            _machine(connection, contract, mention)
            before = reviews.list_reviews(connection, contract_id).get(mention, Review(mention))
            reviews.keep_review(connection, contract_id, replace(before, assigned_to=account_id))
        add_step(connection, key, contract_id, EventKind.ASSIGN, caller.account_id, content, mention)
        return open_sheet(connection, require_contract(connection, caller, contract_id), key)


def change_state(
    core: Core, caller: Caller, contract_id: str, version: int | None, state: ReviewState, note: str | None
) -> Sheet:
    """Set where people stand with a contract that is still at ``version`` (None: at any)."""
    with core.audited(Entry("review-state", caller.account_id, contract_id)) as connection:
        contract, key = _begin(connection, core, caller, contract_id, version)
        content = {"before": str(contract.review_state), "state": str(state), "note": note}
        contracts.change_review(connection, contract_id, {"review_state": state})
        add_step(connection, key, contract_id, EventKind.STATE, caller.account_id, content)
        return open_sheet(connection, require_contract(connection, caller, contract_id), key)


def comment(core: Core, caller: Caller, contract_id: str, text: str, mention: str | None) -> Event:
    """Add a comment; it changes nothing else, so it wants no version."""
    with core.audited(Entry("review-comment", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id, lock=True)
        key = contract_key(core, contract_id)
        if mention is not None:
            _machine(connection, contract, mention)
        kind = EventKind.COMMENT
        number = add_step(connection, key, contract_id, kind, caller.account_id, {"text": text}, mention)
        sealed = list(reviews.find_events(connection, contract_id, [number]).values())
        return open_events(connection, contract_id, key, sealed)[0]


def list_members(core: Core, caller: Caller, workspace_id: str) -> list[Person]:
    """Return the members of a workspace, to whom contracts can be assigned."""
    with core.audited(Entry("member-list", caller.account_id, workspace_id)) as connection:
        return [Person(*one) for one in reviews.list_members(connection, workspace_id).items()]


def add_step(
    connection: Connection,
    key: bytes,
    contract_id: str,
    kind: EventKind,
    account_id: str | None,
    content: Mapping[str, Any],
    mention: str | None = None,
) -> int:
    """Add a step to the history of a contract that is locked, and return its number."""
    number = reviews.next_number(connection, contract_id)
    given = {name: value for name, value in content.items() if value is not None}
    sealed = seal(key, json.dumps(given).encode(), place=_place(contract_id, number))
    reviews.add_event(connection, contract_id, reviews.new_event(number, kind, account_id, sealed, mention))
    return number


def open_events(connection: Connection, contract_id: str, key: bytes, sealed: list[SealedEvent]) -> list[Event]:
    """Return steps of a history with what they say."""
    people = _people(connection, [event.account_id for event in sealed])
    return [
        Event(
            number=event.number,
            kind=event.kind,
            mention=event.mention,
            by=_person(people, event.account_id),
            at=event.at,
            content=json.loads(unseal(key, event.content_sealed, place=_place(contract_id, event.number))),
        )
        for event in sealed
    ]


def _begin(
    connection: Connection, core: Core, caller: Caller, contract_id: str, version: int | None
) -> tuple[SealedContract, bytes]:
    """Return a contract, locked and one version on, with its key; the second of two who change it is told."""
    contract = require_contract(connection, caller, contract_id, lock=True)
    key = contract_key(core, contract_id)
    if not contract.latest:
        raise superseded(connection, contract)
    if version is not None and contract.version != version:
        raise changed_meanwhile()
    if not contracts.change_contract(connection, contract_id, contract.version, {}):
        raise changed_meanwhile()
    return contract, key


def _machine(connection: Connection, contract: SealedContract, mention: str) -> str:
    """Return the machine's verdict on a mention; raises :class:`Problem` where there is none."""
    verdicts = contracts.read_verdicts(connection, contract.id)
    if not verdicts:
        raise no_report(contract.state)
    if mention not in verdicts:
        raise Problem(404, "unknown-mention", "There is no such mention.")
    return verdicts[mention]


def _in_conflict(connection: Connection, key: bytes, contract_id: str, mention: str) -> bool:
    """Tell whether the document contradicts itself; any verdict that somebody gives settles that."""
    sealed = contracts.read_report(connection, contract_id)
    return sealed is not None and parse_json(open_report(key, contract_id, sealed)).finding(mention).conflict


def _people(connection: Connection, accounts: list[str | None]) -> dict[str, Person]:
    wanted = {account for account in accounts if account}
    return {one: Person(one, name) for one, name in reviews.find_names(connection, wanted).items()} if wanted else {}


def _person(people: Mapping[str, Person], account_id: str | None) -> Person | None:
    """Return who is behind an account; one of another installation goes by its id."""
    return people.get(account_id, Person(account_id, account_id)) if account_id else None


def _place(contract_id: str, number: int) -> str:
    return f"review_event/{contract_id}/{number}"
