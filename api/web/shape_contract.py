"""What travels in JSON of contracts, their versions, lists and counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel, Field
from pydantic_core import to_json

from api.moment import written
from api.service.contracts import OpenContract
from api.service.search import Counts
from api.service.version import Change, Comparison
from api.web.example import AT, ID, Name, config
from dpa_checker.model import Finding

_CONTRACT = {
    "id": ID,
    "workspace": ID,
    "state": "examined",
    "name": "agreement.pdf",
    "counterparty": "Example Ltd",
    "reference": "C-2026-17",
    "size": 182_331,
    "language": "en",
    "kind": "dpa",
    "processing": "yes",
    "created": AT,
    "series": ID,
    "number": 1,
    "latest": True,
    "review_state": "to-review",
    "assigned_to": None,
}


class ContractShape(BaseModel):
    """A contract, in one of its versions."""

    model_config = config(**_CONTRACT)
    id: str
    workspace: str
    state: Literal["waiting", "examined", "failed", "cancelled"]
    name: str
    counterparty: str | None
    reference: str | None
    size: int
    language: str | None
    kind: str | None
    processing: str | None
    created: str
    series: str = Field(description="What all versions of a contract have in common.")
    number: int = Field(description="The number of this version, from 1.")
    latest: bool
    review_state: Literal["to-review", "in-negotiation", "accepted", "rejected"]
    assigned_to: str | None = Field(description="The id of a member of the workspace.")
    verdicts: dict[str, str] | None = Field(
        default=None, description="By mention, as reviewed, or `conflict`; not in lists."
    )
    job: str | None = Field(default=None, description="The newest job; not in lists.")

    @classmethod
    def of(cls, contract: OpenContract, verdicts: dict[str, str] | None = None, job: str | None = None) -> Self:
        """Return the shape of a contract."""
        return cls(**_describe(contract) | {"verdicts": verdicts, "job": job})


def _describe(contract: OpenContract) -> dict[str, Any]:
    """Return a contract by the fields of its shape, as in lists."""
    names = contract.names
    return {
        "id": contract.id,
        "workspace": contract.workspace_id,
        "state": contract.state.value,
        "name": names.name,
        "counterparty": names.counterparty,
        "reference": names.reference,
        "size": contract.size,
        "language": contract.language,
        "kind": contract.kind,
        "processing": contract.processing,
        "created": written(contract.created) or "",
        "series": contract.series_id,
        "number": contract.number,
        "latest": contract.latest,
        "review_state": contract.review_state.value,
        "assigned_to": contract.assigned_to,
        "verdicts": None,
        "job": None,
    }


class ContractPage(BaseModel):
    """Some contracts, newest first; `next` is the cursor of those that follow."""

    model_config = config(contracts=[_CONTRACT], next=None)
    contracts: list[ContractShape]
    next: str | None


def write_page(contracts: Sequence[OpenContract], following: str | None) -> bytes:
    """Return the JSON of a :class:`ContractPage`; what the service has made itself is not looked through again."""
    return to_json({"contracts": [_describe(contract) for contract in contracts], "next": following})


class ContractVersions(BaseModel):
    """The versions of a contract, the latest first."""

    model_config = config(versions=[_CONTRACT])
    versions: list[ContractShape]


class ContractCounts(BaseModel):
    """How many contracts there are, by their states and by the verdicts on each mention, as reviewed.

    An unsettled `conflict` counts as such, not by the machine's verdict.
    """

    model_config = config(
        contracts=2,
        states={"examined": 2},
        review_states={"to-review": 1, "accepted": 1},
        verdicts={"audits": {"present": 1, "missing": 1}},
    )
    contracts: int
    states: dict[str, int]
    review_states: dict[str, int]
    verdicts: dict[str, dict[str, int]]

    @classmethod
    def of(cls, counts: Counts) -> Self:
        """Return the shape of counts."""
        return cls(
            contracts=counts.contracts,
            states=counts.states,
            review_states=counts.review_states,
            verdicts=counts.verdicts,
        )


class ContractChange(BaseModel):
    """Names to be changed; null takes one away, what is not sent stays."""

    model_config = config(counterparty="Example Ltd")
    counterparty: Name | None = None
    reference: Name | None = None


class SaidShape(BaseModel):
    """What a version says of a mention."""

    model_config = config(
        verdict="partial",
        conflict=False,
        lacking=["at_choice"],
        quote="The Processor deletes the data at the end.",
        page=4,
        clause="9.2",
    )
    verdict: str
    conflict: bool
    lacking: list[str]
    quote: str | None
    page: int | None
    clause: str | None

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Return the shape of a finding."""
        first = finding.evidence[0] if finding.evidence else None
        return cls(
            verdict=str(finding.verdict),
            conflict=finding.conflict,
            lacking=list(finding.lacking),
            quote=first.quote if first else None,
            page=first.page if first else None,
            clause=first.clause if first else None,
        )


_SAID = {"verdict": "present", "conflict": False, "lacking": [], "quote": "…", "page": 4, "clause": "9.2"}


class ChangeShape(BaseModel):
    """What became of a mention; `evidence_changed` when it rests on other words."""

    model_config = config(
        mention="audits", change="gained", evidence_changed=True, before=_SAID | {"verdict": "missing"}, after=_SAID
    )
    mention: str
    change: Literal["gained", "lost", "changed", "same"]
    evidence_changed: bool
    before: SaidShape
    after: SaidShape

    @classmethod
    def of(cls, change: Change) -> Self:
        """Return the shape of a change."""
        return cls(
            mention=change.mention,
            change=change.kind.value,
            evidence_changed=change.evidence_changed,
            before=SaidShape.of(change.before),
            after=SaidShape.of(change.after),
        )


class ComparisonShape(BaseModel):
    """The machine's verdicts on two versions of a contract; `gained`, `lost` and `changed` name mentions."""

    model_config = config(before=ID, after=ID, gained=["audits"], lost=[], changed=[], mentions=[])
    before: str
    after: str
    gained: list[str]
    lost: list[str]
    changed: list[str]
    mentions: list[ChangeShape]

    @classmethod
    def of(cls, comparison: Comparison) -> Self:
        """Return the shape of a comparison."""
        named: dict[str, list[str]] = {"gained": [], "lost": [], "changed": [], "same": []}
        for change in comparison.changes:
            named[change.kind.value].append(change.mention)
        del named["same"]
        mentions = [ChangeShape.of(change) for change in comparison.changes]
        return cls(before=comparison.before_id, after=comparison.after_id, mentions=mentions, **named)
