"""The same done to many contracts: to each by its own operation, so that what is refused keeps no other out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from api.errors import Problem, not_found
from api.service import review as reviewing
from api.service.caller import Caller
from api.service.contracts import OpenContract, delete_contract, open_contracts
from api.service.core import Core
from api.store.audit import Entry
from api.store.contract import ReviewState
from api.store.listing import find_contracts

#: So many contracts at once: each is a change of its own, and somebody waits for the answer.
MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Ticked:
    """A contract that was picked out, at the version in which it was seen."""

    contract_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A contract that stayed as it was, and why; without a name where it is not there."""

    contract_id: str
    name: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many contracts were acted on, and those that were not."""

    done: int
    refusals: tuple[Refusal, ...]


def read_ticked(core: Core, caller: Caller, workspace_id: str, ticked: Sequence[Ticked]) -> list[OpenContract]:
    """Return those of the contracts that are in one of the caller's workspaces, with their names."""
    if not ticked:
        raise Problem(422, "nothing-ticked", "No contract was named.")
    if len(ticked) > MOST:
        raise Problem(422, "too-many-ticked", f"No more than {MOST} contracts at once.")
    caller.workspace(workspace_id)
    with core.audited(Entry("contract-list", caller.account_id, workspace_id)) as connection:
        found = find_contracts(connection, workspace_id, [one.contract_id for one in ticked])
    return open_contracts(core, found)


def assign_each(
    core: Core, caller: Caller, workspace_id: str, ticked: Sequence[Ticked], account_id: str | None
) -> Outcome:
    """Assign contracts to a member of their workspace; None takes that back."""

    def act(one: Ticked) -> object:
        return reviewing.assign(core, caller, one.contract_id, one.version, account_id)

    return _do_each(core, caller, workspace_id, ticked, act)


def change_state_of_each(
    core: Core, caller: Caller, workspace_id: str, ticked: Sequence[Ticked], state: ReviewState
) -> Outcome:
    """Set where people stand with contracts."""

    def act(one: Ticked) -> object:
        return reviewing.change_state(core, caller, one.contract_id, one.version, state, None)

    return _do_each(core, caller, workspace_id, ticked, act)


def delete_each(core: Core, caller: Caller, workspace_id: str, ticked: Sequence[Ticked]) -> Outcome:
    """Delete contracts at once with all their versions, keys first."""

    def act(one: Ticked) -> None:
        delete_contract(core, caller, one.contract_id, one.version)

    return _do_each(core, caller, workspace_id, ticked, act)


def _do_each(
    core: Core, caller: Caller, workspace_id: str, ticked: Sequence[Ticked], act: Callable[[Ticked], object]
) -> Outcome:
    there = {one.id: one.names.name for one in read_ticked(core, caller, workspace_id, ticked)}
    refusals = []
    for one in ticked:
        problem = _refusal(act, one) if one.contract_id in there else not_found()
        if problem is not None:
            refusals.append(Refusal(one.contract_id, there.get(one.contract_id, ""), problem))
    return Outcome(len(ticked) - len(refusals), tuple(refusals))


def _refusal(act: Callable[[Ticked], object], one: Ticked) -> Problem | None:
    """Act on a contract; returns why not."""
    try:
        act(one)
    except Problem as problem:
        return problem
    except SQLAlchemyError:  # of this one; those before are done, and are told
        return Problem(500, "internal", "")
    return None
