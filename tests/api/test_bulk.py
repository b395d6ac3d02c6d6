"""Many contracts at once and lists handed out, at the service itself and on both databases."""

from __future__ import annotations

import pytest

from api.errors import Problem
from api.service import bulk
from api.service.bulk import Ticked
from api.service.caller import GRANTED, Caller, Role
from api.service.export import read_listing, read_picked
from api.store.contract import ReviewState
from api.store.listing import Filter
from api.store.portfolio import Order
from tests.api.running import Running


def _reviewer(running: Running, *workspaces: str) -> tuple[Caller, str]:
    account, name = running.add_account(Role.REVIEWER, *workspaces)
    return Caller(account, name, Role.REVIEWER, workspaces, GRANTED[Role.REVIEWER]), name


def test_each_contract_is_acted_on_at_the_version_that_was_seen(running: Running) -> None:
    caller, name = _reviewer(running, running.workspace)
    session = running.sign_in(name)
    ids = [session.upload(name=f"{number}.txt").json()["contract"] for number in range(4)]
    session.patch(f"/v1/contracts/{ids[1]}", json={"reference": "R"}, headers={"If-Match": "*"}).raise_for_status()
    first = [Ticked(one, 1) for one in ids[:3]]
    outcome = bulk.assign_each(running.core, caller, running.workspace, first, caller.account_id)
    assert outcome.done == 2
    assert [(one.name, one.problem.kind) for one in outcome.refusals] == [("1.txt", "changed-meanwhile")]
    second = [Ticked(one, 2) for one in ids[:3]]
    assert bulk.change_state_of_each(running.core, caller, running.workspace, second, ReviewState.REJECTED).done == 3
    assert bulk.delete_each(running.core, caller, running.workspace, [Ticked(ids[0], 3), Ticked(ids[3], 9)]).done == 1
    left = read_listing(running.core, caller, running.workspace, Filter(), Order.OLDEST)
    shown = [(row.contract.names.name, row.contract.review_state, row.contract.assigned_to) for row in left.rows]
    assert shown == [
        ("1.txt", "rejected", None),
        ("2.txt", "rejected", caller.account_id),
        ("3.txt", "to-review", None),
    ]
    assert left.people == {caller.account_id: name}
    picked = read_picked(running.core, caller, running.workspace, [ids[3], ids[0], ids[1]])
    assert [row.contract.names.name for row in picked.rows] == ["3.txt", "1.txt"]


def test_another_workspace_is_not_there(running: Running) -> None:
    caller, name = _reviewer(running, running.workspace)
    contract = running.sign_in(name).upload(name="a.txt").json()["contract"]
    stranger, _ = _reviewer(running, running.other_workspace)
    ticked = [Ticked(contract, 1)]
    for ask in (
        lambda: bulk.delete_each(running.core, stranger, running.workspace, ticked),
        lambda: bulk.read_ticked(running.core, stranger, running.workspace, ticked),
        lambda: read_listing(running.core, stranger, running.workspace, Filter(), Order.NEWEST),
        lambda: read_picked(running.core, stranger, running.workspace, [contract]),
    ):
        with pytest.raises(Problem, match="nothing here"):
            ask()
    outcome = bulk.delete_each(running.core, stranger, running.other_workspace, ticked)
    assert (outcome.done, [one.name for one in outcome.refusals]) == (0, [""])
    assert read_picked(running.core, stranger, running.other_workspace, [contract]).rows == ()
    assert len(read_listing(running.core, caller, running.workspace, Filter(), Order.WORST).rows) == 1
