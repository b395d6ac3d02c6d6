"""A set's report turned into what a reader sees, in one report language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dpa_checker.model import Verdict
from dpa_checker.report.catalogue import Catalogue, load_catalogue
from dpa_checker.report.entry import build_entry, build_quotes
from dpa_checker.report.groups import GROUPS, MENTIONS
from dpa_checker.report.legal import localise_reference
from dpa_checker.report.set_model import Part, SetDocument, SetFinding, SetReport
from dpa_checker.report.set_summary import (
    choose_set_tone,
    count_set_statuses,
    set_reason,
    write_alone,
    write_set_headline,
)
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import CountView, EntryView, Fact, QuoteView, Status, Tone

#: Reasons that the verdict word, the quotes and the documents named already tell.
_TOLD_OTHERWISE = frozenset({"said", "partly_said"})


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as listed: its number in the table of the set, and how many mentions it says, if it counts."""

    number: int
    name: str
    about: str
    said: str
    note: str
    counts: bool


@dataclass(frozen=True, slots=True)
class SetEntryView:
    """A mention as shown: ``facts`` say who says it, who denies it and where the documents refer for it."""

    entry: EntryView
    facts: tuple[Fact, ...]
    notes: tuple[str, ...]
    precedence: tuple[QuoteView, ...]
    cells: tuple[Status | None, ...]


@dataclass(frozen=True, slots=True)
class SetGroupView:
    """A part of Article 28(3) with its mentions."""

    key: str
    title: str
    reference: str
    entries: tuple[SetEntryView, ...]


@dataclass(frozen=True, slots=True)
class SetView:
    """All that a reader of a set's report sees, in order."""

    catalogue: Catalogue
    title: str
    subtitle: str
    facts: tuple[Fact, ...]
    tone: Tone
    headline: str
    alone: str | None
    counts: tuple[CountView, ...]
    supply: tuple[str, ...]
    documents: tuple[DocumentView, ...]
    conflicts: tuple[SetEntryView, ...]
    groups: tuple[SetGroupView, ...]
    measures: tuple[tuple[str, bool, str, tuple[QuoteView, ...]], ...]
    disclaimers: tuple[str, ...]
    imprint: tuple[Fact, ...]


def build_set_view(report: SetReport, *, language: str = "en") -> SetView:
    """Return ``report`` in the words of ``language``; raises ``LibraryError`` when there are none."""
    catalogue = load_catalogue(language)
    text = catalogue.text
    entries = {item.finding.mention: _entry(item, report, catalogue) for item in report.findings}
    supply = dict.fromkeys(flowed(name) for item in report.findings for name in item.supply)
    facts = (Fact(text("label.processing"), text(f"processing.{report.assessment.processing}")),)
    return SetView(
        catalogue=catalogue,
        title=flowed(report.name) or text("set.unnamed"),
        subtitle=catalogue.counted("set.documents", len(report.documents)),
        facts=facts if report.examined else (),
        tone=choose_set_tone(report),
        headline=write_set_headline(report, catalogue),
        alone=write_alone(report, catalogue),
        counts=count_set_statuses(report, catalogue),
        supply=tuple(supply),
        documents=tuple(_document(number, item, catalogue) for number, item in enumerate(report.documents, start=1)),
        conflicts=tuple(entries[item.finding.mention] for item in report.findings if item.finding.conflict),
        groups=tuple(
            SetGroupView(
                group.key,
                _group_title(group.key, group.letter, catalogue),
                localise_reference(group.reference, catalogue),
                tuple(entries[mention] for mention in group.mentions),
            )
            for group in GROUPS
        ),
        measures=tuple(
            (
                text(f"measure.{measure.measure}"),
                measure.promised,
                text("lens.promised" if measure.promised else "lens.not_promised"),
                build_quotes(measure.evidence, catalogue),
            )
            for measure in report.art32
        ),
        disclaimers=(text("disclaimer.words"), text("disclaimer.said")),
        imprint=(
            Fact(text("label.engine"), report.engine_version),
            Fact(text("label.library"), report.library_version),
        ),
    )


def _group_title(key: str, letter: str | None, catalogue: Catalogue) -> str:
    title = catalogue.text(f"group.{key}")
    return f"{catalogue.text('legal.letter', letter=letter)} {title}" if letter else title


def _document(number: int, document: SetDocument, catalogue: Catalogue) -> DocumentView:
    text = catalogue.text
    name = flowed(document.name)
    part = text(f"set.part.{document.part}")
    if document.part is Part.NOT_READ:
        known = f"failure.{document.error_code}"
        why = catalogue.texts.get(known) or text("failure.other")
        return DocumentView(number, name, "", "", f"{part}. {why}", counts=False)
    language = catalogue.language_name(document.language)
    about = f"{text(f'kind.{document.kind}')} · {language[:1].upper()}{language[1:]}"
    if document.part is Part.SET_ASIDE:
        return DocumentView(number, name, about, "", f"{part}. {text(f'ground.{document.ground}')}", counts=False)
    said = sum(verdict is Verdict.PRESENT for verdict in document.verdicts)
    return DocumentView(number, name, about, text("set.label.said_of", number=said), "", counts=True)


def _entry(item: SetFinding, report: SetReport, catalogue: Catalogue) -> SetEntryView:
    """Return a mention as shown: the entry of a document's report, with the set's own reason."""
    finding = item.finding
    entry = build_entry(replace(finding, reason="said"), catalogue)
    told = finding.reason in _TOLD_OTHERWISE
    return SetEntryView(
        entry=replace(entry, reason=None if told else set_reason(item, report, catalogue)),
        facts=_facts(item, catalogue),
        notes=_notes(item, catalogue),
        precedence=build_quotes((item.settled_by,), catalogue) if item.settled_by else (),
        cells=tuple(_cell(document, finding.mention) for document in report.documents),
    )


def _facts(item: SetFinding, catalogue: Catalogue) -> tuple[Fact, ...]:
    rows = (("set.label.said_by", item.satisfied_by), ("set.label.denied_by", item.denied_by))
    return tuple(Fact(catalogue.text(key), ", ".join(map(flowed, names))) for key, names in rows if names)


def _notes(item: SetFinding, catalogue: Catalogue) -> tuple[str, ...]:
    """Return where the documents refer for the mention."""
    notes = []
    for reference in item.references:
        shown = {"source": flowed(reference.source), "called": catalogue.quoted(flowed(reference.called))}
        if reference.targets:
            targets = catalogue.listed([flowed(target) for target in reference.targets])
            notes.append(catalogue.text("set.refers", **shown, targets=targets))
        else:
            notes.append(catalogue.text("set.refers_outside", **shown))
    return tuple(dict.fromkeys(notes))


def _cell(document: SetDocument, mention: str) -> Status | None:
    """Return what a document itself says of a mention; None when it does not count."""
    if document.part is not Part.JUDGED or not document.verdicts:
        return None
    if mention in document.conflicts:
        return Status.CONFLICT
    return Status(document.verdicts[MENTIONS.index(mention)].value)
