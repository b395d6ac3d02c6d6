"""Two reports on one contract: what was gained, lost and changed, and what becomes of the reviews of the first.

Decisions are never reapplied in silence.  Those of an earlier version are shown and hold once they are confirmed
again; those of the same version hold on after a re-examination, unless the evidence they rest on has changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection

from api.errors import Problem
from api.moment import written
from api.service.caller import Caller
from api.service.contracts import contract_key, key_owner, no_report, open_report, require_contract
from api.service.core import Core
from api.service.review import Event, add_step, open_events
from api.store import contract as contracts
from api.store import review as reviews
from api.store.audit import Entry
from api.store.contract import ContractState, SealedContract
from api.store.review import EventKind, Review
from dpa_checker.model import Finding, Report, Verdict
from dpa_checker.report.parse_json import parse_json

_SAID: Final = frozenset({Verdict.PRESENT, Verdict.PARTIAL})
_UNSAID: Final = frozenset({Verdict.MISSING, Verdict.CONTRADICTED})


class ChangeKind(StrEnum):
    """What became of a mention: said now and not before, the other way round, said otherwise, as before."""

    GAINED = "gained"
    LOST = "lost"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """A mention in two reports; ``evidence_changed`` when it rests on other words or lacks something else."""

    mention: str
    kind: ChangeKind
    before: Finding
    after: Finding
    evidence_changed: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of a contract, by their ids, and each of the mentions."""

    before_id: str
    after_id: str
    changes: tuple[Change, ...]


def compare_versions(core: Core, caller: Caller, contract_id: str, other_id: str | None) -> Comparison:
    """Return what a contract says otherwise than ``other_id``, or than the last version before it that has a report."""
    with core.audited(Entry("comparison-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        series = contracts.list_series(connection, contract)
        if other_id is None:
            other = _find_before(series, contract)
        else:
            other = next((one for one in series if one.id == other_id), None)
        if other is None:
            raise Problem(404, "no-other-version", "There is no such other version of this contract.")
        before, after = (_open_report(connection, core, one) for one in (other, contract))
    return Comparison(other.id, contract.id, compare_reports(before, after))


def compare_reports(before: Report, after: Report) -> tuple[Change, ...]:
    """Return each mention with what became of it."""
    known = {finding.mention: finding for finding in before.findings}
    return tuple(
        Change(one.mention, _kind(known[one.mention], one), known[one.mention], one, _differs(known[one.mention], one))
        for one in after.findings
        if one.mention in known
    )


def carry_over(
    connection: Connection, core: Core, contract: SealedContract, key: bytes, report: Report
) -> dict[str, str]:
    """Bring the reviews of a contract to its new ``report``, and return by mention what holds.

    The contract is locked.  Its former report is the one that is kept, or that of the version before.
    """
    sealed = contracts.read_report(connection, contract.id)
    if sealed is not None:
        former = parse_json(open_report(key, contract.id, sealed))
        found = _flag(connection, contract, key, compare_reports(former, report))
    else:
        found = _bring(connection, core, contract, key, report)
    return {
        one.mention: found.get(one.mention, Review(one.mention)).standing(str(one.verdict), conflict=one.conflict)
        for one in report.findings
    }


def _flag(
    connection: Connection, contract: SealedContract, key: bytes, changes: tuple[Change, ...]
) -> dict[str, Review]:
    """Have decisions confirmed again where the evidence of the same contract reads otherwise now."""
    found = reviews.list_reviews(connection, contract.id)
    for change in changes:
        review = found.get(change.mention)
        if review is None or review.decision is None or not change.evidence_changed:
            continue
        content = {"before": str(change.before.verdict), "after": str(change.after.verdict)}
        add_step(connection, key, contract.id, EventKind.EVIDENCE_CHANGED, None, content, change.mention)
        found[change.mention] = replace(review, to_confirm=True, evidence_changed=True)
        reviews.keep_review(connection, contract.id, found[change.mention])
    return found


def _bring(
    connection: Connection, core: Core, contract: SealedContract, key: bytes, report: Report
) -> dict[str, Review]:
    """Bring the decisions on the last version before that has a report, to be confirmed again."""
    before = _find_before(contracts.list_series(connection, contract), contract)
    if before is None:
        return {}
    decided = reviews.list_reviews(connection, before.id)
    if not decided:
        return {}
    former_key = core.keys.find([key_owner(before.id)]).get(key_owner(before.id))
    sealed = contracts.read_report(connection, before.id)
    if former_key is None or sealed is None:
        return {}
    changed = {
        change.mention: change.evidence_changed
        for change in compare_reports(parse_json(open_report(former_key, before.id, sealed)), report)
    }
    numbers = [review.event for review in decided.values() if review.event is not None]
    steps = list(reviews.find_events(connection, before.id, numbers).values())
    events = {event.number: event for event in open_events(connection, before.id, former_key, steps)}
    found = {}
    for mention, review in decided.items():
        number = None
        if review.event is not None and (event := events.get(review.event)):
            content = _carried(event, before)
            number = add_step(connection, key, contract.id, EventKind.CARRIED_OVER, None, content, mention)
        found[mention] = replace(
            review,
            event=number,
            to_confirm=review.decision is not None,
            evidence_changed=review.decision is not None and changed.get(mention, True),
        )
        reviews.keep_review(connection, contract.id, found[mention])
    return found


def _find_before(series: list[SealedContract], contract: SealedContract) -> SealedContract | None:
    """Return the newest earlier version that has a report, or the newest where none has one."""
    earlier = [one for one in reversed(series) if one.series_number < contract.series_number]
    with_report = (one for one in earlier if one.state is ContractState.EXAMINED)
    return next(with_report, earlier[0] if earlier else None)


def _carried(event: Event, before: SealedContract) -> dict[str, Any]:
    """Return what is told of a decision on an earlier version, so that it stands when that version is deleted."""
    if event.kind is EventKind.CARRIED_OVER:
        return dict(event.content)
    told = {
        "decision": str(event.kind),
        "contract": before.id,
        "version": before.series_number,
        "at": written(event.at),
    }
    return {**event.content, **told, "account": event.by.id if event.by else None}


def _open_report(connection: Connection, core: Core, contract: SealedContract) -> Report:
    sealed = contracts.read_report(connection, contract.id)
    if sealed is None:
        raise no_report(contract.state)
    return parse_json(open_report(contract_key(core, contract.id), contract.id, sealed))


def _kind(before: Finding, after: Finding) -> ChangeKind:
    if before.verdict not in _SAID and after.verdict in _SAID:
        return ChangeKind.GAINED
    if before.verdict in _SAID and after.verdict in _UNSAID:
        return ChangeKind.LOST
    rated = [(one.verdict, one.conflict, one.qualified, frozenset(one.lacking)) for one in (before, after)]
    return ChangeKind.SAME if rated[0] == rated[1] else ChangeKind.CHANGED


def _differs(before: Finding, after: Finding) -> bool:
    return _weight(before) != _weight(after)


def _weight(finding: Finding) -> tuple[object, ...]:
    """Return what a decision on a finding rests on: the verdict and the words, wherever they stand."""
    words = sorted((item.against, " ".join(item.quote.split())) for item in finding.evidence)
    return finding.verdict, finding.conflict, finding.qualified, frozenset(finding.lacking), tuple(words)
