"""From the reports of documents to the report of their set: every rule of judging together stands here.

A mention counts as the best document says it; what two say in part may be whole together.  Granted by one and denied by
another is a conflict, unless an order of precedence stated in one of the documents settles it.  *Not applicable* holds
over the set: a prohibition of sub-processing in one document is worth nothing where another allows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from dpa_checker.model import Assessment, DocumentKind, Evidence, Finding, Measure, Processing, Verdict
from dpa_checker.report.groups import MEASURES, MENTIONS
from dpa_checker.report.set_model import Part, SetDocument, SetFinding, SetReport
from dpa_checker.sets.member import Member
from dpa_checker.sets.precedence import Precedence, find_settling, read_precedence
from dpa_checker.sets.reference import find_references

MAX_QUOTES: Final = 3
_AUTHORISATION: Final = "subprocessor-authorisation"
_ANSWERS: Final = (Processing.YES, Processing.SILENT, Processing.NO)
#: Why a mention is missing, the most telling first.
_REASONS: Final = ("not_said_no_undertaking", "not_said_wrong_party", "not_said_heading_only", "not_said")


def judge_set(members: Sequence[Member], *, name: str, engine_version: str, library_version: str) -> SetReport:
    """Return the report on ``members`` together."""
    documents = _describe(members)
    judged = [
        member for member, document in zip(members, documents, strict=True) if document.part is not Part.SET_ASIDE
    ]
    bench = _Bench(judged, read_precedence(judged))
    return SetReport(
        name=name,
        documents=documents,
        assessment=_assess(judged),
        findings=tuple(bench.judge(mention) for mention in MENTIONS),
        art32=_lens(judged),
        engine_version=engine_version,
        library_version=library_version,
    )


def _describe(members: Sequence[Member]) -> tuple[SetDocument, ...]:
    """Return the documents as shown; where all would be set aside, none is."""
    only_aside = all(member.aside for member in members if member.report is not None)
    return tuple(
        member.describe(Part.SET_ASIDE if member.aside and not only_aside else Part.JUDGED) for member in members
    )


def _assess(members: Sequence[Member]) -> Assessment:
    """Return the answer of the document that asks for most: yes before silent before no."""
    answers = [
        replace(member.report.document.assessment, evidence=member.evidence(member.report.document.assessment.evidence))
        for member in members
        if member.report is not None
    ]
    if not answers:
        return Assessment(Processing.SILENT, "doubt")
    return min(answers, key=lambda answer: _ANSWERS.index(answer.processing))


def _lens(members: Sequence[Member]) -> tuple[Measure, ...]:
    """Return a measure as promised when one document promises it."""
    quotes: dict[str, list[Evidence]] = {measure: [] for measure in MEASURES}
    promised: set[str] = set()
    for member in members:
        for measure in member.report.art32 if member.report else ():
            if measure.promised:
                promised.add(measure.measure)
                quotes[measure.measure] += member.evidence(measure.evidence)
    return tuple(Measure(name, name in promised, tuple(quotes[name][:MAX_QUOTES])) for name in MEASURES)


@dataclass(frozen=True, slots=True)
class _Case:
    """One mention: what each document that was read says of it, by the document's place."""

    mention: str
    findings: dict[int, Finding]

    def where(self, *verdicts: Verdict) -> list[int]:
        """Return the documents with one of the verdicts, in the order of the set."""
        return [place for place, finding in self.findings.items() if finding.verdict in verdicts]


@dataclass(frozen=True, slots=True)
class _Bench:
    """The documents that are judged, with who prevails over whom."""

    members: Sequence[Member]
    precedence: Precedence

    def judge(self, mention: str) -> SetFinding:
        """Return what the set says of ``mention``."""
        case = _Case(
            mention,
            {
                place: member.report.finding(mention)
                for place, member in enumerate(self.members)
                if member.report is not None
            },
        )
        judged = self._decide(case)
        references = find_references(mention, self.members)
        judged = replace(judged, references=references)
        return self._follow(judged) if judged.finding.verdict is Verdict.MISSING else judged

    def _decide(self, case: _Case) -> SetFinding:
        granting = self._ranked(case, case.where(Verdict.PRESENT))
        denying = [p for p, f in case.findings.items() if f.conflict or f.verdict is Verdict.CONTRADICTED]
        if granting:
            return self._contest(case, granting, denying) if denying else self._said(case, granting)
        partial = self._ranked(case, case.where(Verdict.PARTIAL))
        if denying:
            return self._denied(case, partial, denying)
        spared = self._not_applicable(case)
        if spared is not None:
            return spared
        return self._in_part(case, partial) if partial else self._unsaid(case)

    def _ranked(self, case: _Case, places: list[int]) -> list[int]:
        """Return the documents, the best first: without reservation, the data agreement, the surest."""

        def rank(place: int) -> tuple[bool, bool, bool, float]:
            finding, report = case.findings[place], self.members[place].report
            other = report is None or report.document.kind is not DocumentKind.DPA
            return finding.conflict, finding.qualified, other, -finding.confidence

        return sorted(places, key=rank)

    def _said(self, case: _Case, granting: list[int]) -> SetFinding:
        best = replace(case.findings[granting[0]], evidence=self._quotes(case, granting))
        return SetFinding(best, self._named(granting))

    def _contest(self, case: _Case, granting: list[int], denying: list[int]) -> SetFinding:
        """Decide between documents that grant and documents that deny."""
        clear = [place for place in granting if not case.findings[place].conflict]
        settled = find_settling(clear, denying, self.precedence)
        if settled is not None:
            best = case.findings[clear[0]]
            quotes = (*self._quotes(case, clear, 2), *self._quotes(case, denying, 1, against=True))
            arguments = (("winner", self._listed(clear)), ("loser", self._listed(denying)))
            won = replace(best, reason="granted_settled", reason_arguments=arguments, conflict=False, evidence=quotes)
            return SetFinding(won, self._named(clear), self._named(denying), settled_by=settled)
        strict = [place for place in denying if case.findings[place].verdict is Verdict.CONTRADICTED]
        settled = find_settling(strict, granting, self.precedence)
        quotes = (*self._quotes(case, granting, 2, against=False), *self._quotes(case, denying, 2, against=True))
        if settled is not None:
            arguments = (("winner", self._listed(strict)), ("loser", self._listed(granting)))
            lost = replace(
                case.findings[strict[0]], reason="denial_settled", reason_arguments=arguments, evidence=quotes
            )
            return SetFinding(lost, (), self._named(strict), settled_by=settled)
        within = granting == denying and len(granting) == 1
        arguments = (("granted", self._listed(granting)), ("denied", self._listed(denying)))
        conflict = replace(
            case.findings[granting[0]],
            reason="conflict_within" if within else "conflict_between",
            reason_arguments=arguments,
            conflict=True,
            evidence=quotes,
        )
        return SetFinding(conflict, self._named(granting), self._named(denying))

    def _denied(self, case: _Case, partial: list[int], denying: list[int]) -> SetFinding:
        """Decide where no document says it whole and one denies it."""
        settled = find_settling(partial, denying, self.precedence)
        quotes = (*self._quotes(case, partial, 1), *self._quotes(case, denying, 2, against=True))
        if settled is not None:
            arguments = (("winner", self._listed(partial)), ("loser", self._listed(denying)))
            won = replace(
                case.findings[partial[0]], reason="granted_settled", reason_arguments=arguments, evidence=quotes
            )
            return SetFinding(won, self._named(partial), self._named(denying), settled_by=settled)
        whom = (("denied", self._listed(denying)),)
        lost = replace(case.findings[denying[0]], reason="denied", reason_arguments=whom, evidence=quotes)
        return SetFinding(lost, (), self._named(denying))

    def _not_applicable(self, case: _Case) -> SetFinding | None:
        """Return *not applicable* when a document makes it so and none allows sub-processors otherwise."""
        sparing = case.where(Verdict.NOT_APPLICABLE)
        if not sparing:
            return None
        allowing = [place for place in self._allowing() if place not in sparing]
        settled = find_settling(sparing, allowing, self.precedence) if allowing else None
        if allowing and settled is None:
            return None
        finding = replace(case.findings[sparing[0]], evidence=self._quotes(case, sparing))
        return SetFinding(finding, settled_by=settled)

    def _allowing(self) -> list[int]:
        """Return the documents that speak of engaging sub-processors."""
        spoken = (Verdict.PRESENT, Verdict.PARTIAL, Verdict.CONTRADICTED)
        return [
            place
            for place, member in enumerate(self.members)
            if member.report is not None and member.report.finding(_AUTHORISATION).verdict in spoken
        ]

    def _in_part(self, case: _Case, partial: list[int]) -> SetFinding:
        """Return *partial*, or *present* when what one document lacks another says."""
        findings = [case.findings[place] for place in partial]
        lacking = [name for name in findings[0].lacking if all(name in finding.lacking for finding in findings)]
        named, quotes = self._named(partial), self._quotes(case, partial)
        if not lacking and len(partial) > 1 and all(finding.lacking for finding in findings):
            arguments = (("documents", self._listed(partial)),)
            whole = replace(
                findings[0],
                verdict=Verdict.PRESENT,
                reason="together",
                reason_arguments=arguments,
                lacking=(),
                evidence=quotes,
                readings=(),
                pending=(),
            )
            return SetFinding(whole, named)
        return SetFinding(replace(findings[0], lacking=tuple(lacking), evidence=quotes), named)

    def _unsaid(self, case: _Case) -> SetFinding:
        """Return *missing*, or *not examined* when a part or a document could not be read."""
        findings = case.findings
        unread = case.where(Verdict.NOT_EXAMINED)
        template = findings[unread[0]] if unread else next(iter(findings.values()), None)
        if unread or len(findings) < len(self.members) or template is None:
            finding = template or self._blank(case.mention)
            return SetFinding(
                replace(finding, verdict=Verdict.NOT_EXAMINED, reason="not_examined_part", evidence=(), lacking=())
            )
        sparing = case.where(Verdict.NOT_APPLICABLE)
        if sparing:
            allowing = [place for place in self._allowing() if place not in sparing]
            arguments = (("strict", self._listed(sparing)), ("open", self._listed(allowing)))
            missing = replace(template, verdict=Verdict.MISSING, reason="due_elsewhere", reason_arguments=arguments)
            return SetFinding(replace(missing, evidence=()))
        reasons = {finding.reason for finding in findings.values()}
        reason = next((reason for reason in _REASONS if reason in reasons), "not_said")
        quotes = self._quotes(case, [place for place, finding in findings.items() if finding.evidence])
        return SetFinding(replace(template, reason=reason, reason_arguments=(), evidence=quotes))

    @staticmethod
    def _blank(mention: str) -> Finding:
        from dpa_checker.library import load_library

        reference = next(item.legal_reference for item in load_library().mentions if item.id == mention)
        return Finding(mention, Verdict.NOT_EXAMINED, reference, "not_examined_part", confidence=1.0)

    @staticmethod
    def _follow(judged: SetFinding) -> SetFinding:
        """Return what is missing with where the documents refer for it: outside the set, or in vain within it."""
        outside = [item.called for item in judged.references if not item.targets]
        within = [target for item in judged.references for target in item.targets]
        if not outside and not within:
            return judged
        reason = "not_said_reference_only" if outside else "reference_followed"
        called = ", ".join(dict.fromkeys(outside or within))
        finding = replace(judged.finding, reason=reason, reason_arguments=(("document", called),))
        return replace(judged, finding=finding)

    def _named(self, places: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.members[place].name for place in places)

    def _listed(self, places: Sequence[int]) -> str:
        return ", ".join(self._named(places))

    def _quotes(
        self, case: _Case, places: Sequence[int], most: int = MAX_QUOTES, *, against: bool | None = None
    ) -> tuple[Evidence, ...]:
        """Return the first quote of each document, then the second of each, of one side when ``against`` is told."""
        piles = [
            self.members[place].evidence(
                [item for item in case.findings[place].evidence if against is None or item.against is against]
            )
            for place in places
        ]
        rounds = range(max((len(pile) for pile in piles), default=0))
        return tuple(pile[number] for number in rounds for pile in piles if number < len(pile))[:most]
