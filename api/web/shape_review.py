"""What travels in JSON of reviews, both ways."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from api.moment import written
from api.service.review import Choice, Event, Person, Position, Sheet
from api.store.review import Decision
from api.web.example import AT, ID, config

#: Several lines; no other control characters.
Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$"),
]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")
]
_ANNA = {"id": ID, "name": "anna"}
_EVENT = {
    "number": 3,
    "kind": "override",
    "mention": "audits",
    "by": _ANNA,
    "at": AT,
    "content": {"machine": "missing", "verdict": "present", "reason": "Said in annex 2, which was not uploaded."},
}
_POSITION = {
    "mention": "audits",
    "machine": "missing",
    "effective": "present",
    "decision": "overridden",
    "verdict": "present",
    "to_confirm": False,
    "evidence_changed": False,
    "decided": _EVENT,
    "assigned_to": _ANNA,
}


class PersonShape(BaseModel):
    """An account by id and name."""

    model_config = config(**_ANNA)
    id: str
    name: str

    @classmethod
    def of(cls, person: Person | None) -> Self | None:
        """Return the shape of a person, if any."""
        return None if person is None else cls(id=person.id, name=person.name)


class MemberList(BaseModel):
    """The active members of a workspace."""

    model_config = config(members=[_ANNA])
    members: list[PersonShape]


class EventShape(BaseModel):
    """A step of the history; `by` is null for the service's own."""

    model_config = config(**_EVENT)
    number: int
    kind: Literal["confirm", "override", "withdraw", "assign", "state", "comment", "carried-over", "evidence-changed"]
    mention: str | None
    by: PersonShape | None
    at: str
    content: dict[str, Any] = Field(description="What was decided or said: verdicts, reason, note, state, text.")

    @classmethod
    def of(cls, event: Event) -> Self:
        """Return the shape of a step."""
        return cls(
            number=event.number,
            kind=event.kind.value,
            mention=event.mention,
            by=PersonShape.of(event.by),
            at=written(event.at) or "",
            content=dict(event.content),
        )


class History(BaseModel):
    """Steps, newest first; `next` is the number below which more follow."""

    model_config = config(events=[_EVENT], next=None)
    events: list[EventShape]
    next: int | None


class PositionShape(BaseModel):
    """Where a finding stands: `machine` is the machine's verdict, `effective` the one that holds.

    With `to_confirm` a decision holds only once it is confirmed again. That the document contradicts itself, and nobody
    has settled it, is told by the verdicts of the contract.
    """

    model_config = config(**_POSITION)
    mention: str
    machine: str
    effective: str
    decision: Literal["confirmed", "overridden"] | None
    verdict: str | None
    to_confirm: bool
    evidence_changed: bool
    decided: EventShape | None
    assigned_to: PersonShape | None

    @classmethod
    def of(cls, position: Position) -> Self:
        """Return the shape of a position."""
        review = position.review
        return cls(
            mention=position.mention,
            machine=position.machine,
            effective=position.effective,
            decision=review.decision.value if review.decision else None,
            verdict=review.verdict,
            to_confirm=review.to_confirm,
            evidence_changed=review.evidence_changed,
            decided=EventShape.of(position.decided) if position.decided else None,
            assigned_to=PersonShape.of(position.assigned_to),
        )


class SheetShape(BaseModel):
    """All that people have decided on a contract."""

    model_config = config(contract=ID, state="in-negotiation", assigned_to=_ANNA, findings=[_POSITION])
    contract: str
    state: Literal["to-review", "in-negotiation", "accepted", "rejected"]
    assigned_to: PersonShape | None
    findings: list[PositionShape]

    @classmethod
    def of(cls, sheet: Sheet) -> Self:
        """Return the shape of a sheet."""
        return cls(
            contract=sheet.contract_id,
            state=sheet.state.value,
            assigned_to=PersonShape.of(sheet.assigned_to),
            findings=[PositionShape.of(position) for position in sheet.positions],
        )


class NewDecision(BaseModel):
    """What is decided on a finding; another verdict wants a reason, `withdrawn` takes a decision back."""

    model_config = config(
        decision="overridden", verdict="present", reason="Said in annex 2.", note="Ask for annex 2 to be attached."
    )
    decision: Literal["confirmed", "overridden", "withdrawn"]
    verdict: Literal["present", "partial", "missing", "contradicted", "not_applicable"] | None = None
    reason: Reason | None = None
    note: Note | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.decision == "overridden") is not (self.verdict is not None):
            raise ValueError("a verdict goes with overridden, and only with that")
        if self.decision == "overridden" and self.reason is None:
            raise ValueError("another verdict wants a reason")
        return self

    def choice(self) -> Choice:
        """Return it as the service takes it."""
        decision = None if self.decision == "withdrawn" else Decision(self.decision)
        return Choice(decision, self.verdict, self.reason, self.note)


class NewAssignment(BaseModel):
    """To whom something is assigned; null to nobody."""

    model_config = config(account=ID)
    account: Annotated[str, StringConstraints(max_length=32, pattern="^[0-9a-f]+$")] | None


class NewState(BaseModel):
    """Where people stand with a contract now."""

    model_config = config(state="accepted", note="As agreed with the other side.")
    state: Literal["to-review", "in-negotiation", "accepted", "rejected"]
    note: Note | None = None


class NewComment(BaseModel):
    """A comment, on the contract or on one of its findings."""

    model_config = config(text="Clause 9 is being renegotiated.", mention="audits")
    text: Note
    mention: Annotated[str, StringConstraints(max_length=60, pattern="^[a-z0-9-]+$")] | None = None
