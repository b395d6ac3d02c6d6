"""What the dashboard asks of the service beyond the API: contracts in order with their verdicts, texts, dossiers."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from api.dashboard.text_view import build_text, list_marks
from api.errors import Problem
from api.service.caller import GRANTED, Caller, Role
from api.service.contracts import key_owner, seal_text
from api.service.dossier import read_dossier
from api.service.portfolio import Portfolio, read_portfolio
from api.service.text import TextReader, read_text
from api.store.audit import list_entries
from api.store.listing import IN_QUESTION, Filter
from api.store.portfolio import Order
from api.store.schema import CONTRACT, TEXT
from api.store.verdicts import ANY_LACKING, write_verdicts
from dpa_checker.library.schema import MENTIONS
from dpa_checker.version import ENGINE_VERSION
from tests.api.dashboard.samples import upload
from tests.api.running import Caller as Client
from tests.api.running import Running

_SLUGS = ("en-dpa-complete", "en-nda", "en-dpa-weak", "fr-contrat-maintenance")


def _reviewer(working: Running, *workspaces: str) -> tuple[Caller, str]:
    account, name = working.add_account(Role.REVIEWER, *(workspaces or (working.workspace,)))
    role = Role.REVIEWER
    return Caller(account, name, role, workspaces or (working.workspace,), GRANTED[role]), name


def _read(
    working: Running,
    caller: Caller,
    order: Order = Order.NEWEST,
    part: str | None = None,
    offset: int = 0,
    **chosen: str,
) -> Portfolio:
    wanted = Filter(**chosen)  # type: ignore[arg-type]  # names of fields
    return read_portfolio(working.core, caller, working.workspace, wanted, order, part=part, offset=offset, limit=3)


def _names(portfolio: Portfolio) -> list[str]:
    return [row.contract.names.name for row in portfolio.rows]


def _upload_all(session: Client) -> None:
    """Upload the samples, and a file that cannot be read."""
    for slug in _SLUGS:
        upload(session, slug, slug)
    session.upload(b"%PDF-1.4 nothing", "broken", wait=20)


def test_contracts_come_in_the_order_asked_for(working: Running) -> None:
    caller, name = _reviewer(working)
    session = working.sign_in(name)
    _upload_all(session)
    assert _names(_read(working, caller)) == ["broken", "fr-contrat-maintenance", "en-dpa-weak"]
    assert _names(_read(working, caller, offset=3)) == ["en-nda", "en-dpa-complete"]
    assert _names(_read(working, caller, Order.OLDEST)) == ["en-dpa-complete", "en-nda", "en-dpa-weak"]
    assert _names(_read(working, caller, Order.WORST)) == ["fr-contrat-maintenance", "en-dpa-weak", "en-dpa-complete"]
    assert _names(_read(working, caller, Order.BEST)) == ["en-dpa-complete", "en-dpa-weak", "fr-contrat-maintenance"]
    assert _names(_read(working, caller, Order.WORST, offset=3)) == ["broken", "en-nda"]
    found = _read(working, caller, part="DPA")
    assert (_names(found), found.more, found.cut) == (["en-dpa-weak", "en-dpa-complete"], False, False)


def test_verdicts_and_counts_are_those_that_hold(working: Running) -> None:
    caller, name = _reviewer(working)
    session = working.sign_in(name)
    ids = {slug: upload(session, slug, slug) for slug in _SLUGS}
    weak = f"/v1/contracts/{ids['en-dpa-weak']}"
    what = {"decision": "overridden", "verdict": "contradicted", "reason": "Denied in annex 2."}
    session.put(f"{weak}/reviews/dpia", json=what, headers={"If-Match": "*"}).raise_for_status()
    shown = _read(working, caller, offset=0)
    rows = {row.contract.names.name: row.verdicts for row in shown.rows}
    assert rows["en-dpa-weak"]["dpia"] == "contradicted"
    assert len(rows["en-dpa-weak"]) == 27
    assert shown.more
    assert shown.counts.contracts == len(_SLUGS)
    assert sum(shown.counts.verdicts["dpia"].values()) == len(_SLUGS)
    assert sum(shown.in_question["dpia"].values()) == len(_SLUGS) - 1, "the NDA is not in question"
    narrowed = _read(working, caller, mention="dpia", verdict="contradicted")
    assert _names(narrowed) == ["en-dpa-weak"]
    assert narrowed.counts.contracts == 1


def test_a_conflict_counts_as_lacking_until_somebody_gives_a_verdict(working: Running) -> None:
    caller, name = _reviewer(working)
    session = working.sign_in(name)
    contract = upload(session, "terms", "en-saas-terms-contradictions")
    upload(session, "complete", "en-dpa-complete")

    def stands() -> tuple[str, list[str], dict[str, int]]:
        shown = _read(working, caller)
        found = _read(working, caller, mention="security", verdict="conflict")
        verdicts = next(row.verdicts for row in shown.rows if row.contract.id == contract)
        return verdicts["security"], _names(found), shown.in_question["security"]

    def decide(**what: str) -> None:
        path = f"/v1/contracts/{contract}/reviews/security"
        session.put(path, json=what, headers={"If-Match": "*"}).raise_for_status()

    unsettled = ("conflict", ["terms"], {"conflict": 1, "present": 1})
    assert stands() == unsettled
    assert _names(_read(working, caller, mention="security", verdict="present")) == ["complete"]
    assert _names(_read(working, caller, mention="security", verdict=ANY_LACKING)) == ["terms"]
    assert _names(_read(working, caller, verdict=ANY_LACKING)) == ["terms"]
    decide(decision="confirmed")
    assert stands() == unsettled, "to agree that it contradicts itself settles nothing"
    decide(decision="overridden", verdict="present", reason="Annex 2 prevails.")
    assert stands() == ("present", [], {"present": 2})
    assert session.get(f"/v1/contracts/{contract}").json()["verdicts"]["security"] == "present"
    decide(decision="withdrawn")
    assert stands() == unsettled
    positions = session.get(f"/v1/contracts/{contract}/reviews").json()["findings"]
    assert {(one["machine"], one["effective"]) for one in positions if one["mention"] == "security"} == {
        ("present", "present")
    }


def test_a_contract_in_conflict_comes_before_one_with_fewer_gaps(working: Running) -> None:
    """Of two contracts with the same gaps the one that contradicts itself lacks more."""
    caller, name = _reviewer(working)
    session = working.sign_in(name)
    ids = {slug: upload(session, slug, slug) for slug in ("en-saas-terms-contradictions", "en-dpa-weak")}
    gaps = {"terms": {"audits": "missing", "dpia": "conflict", "nature": "conflict"}, "weak": {"audits": "missing"}}
    with working.core.database.write() as connection:
        for contract, kept in zip(ids.values(), gaps.values(), strict=True):
            own = update(CONTRACT).where(CONTRACT.c.id == contract)
            connection.execute(own.values(verdicts=write_verdicts(dict.fromkeys(MENTIONS, "present") | kept)))
    assert _names(_read(working, caller, Order.WORST)) == list(ids)
    assert _names(_read(working, caller, Order.BEST)) == list(ids)[::-1]


def test_what_is_in_question_is_found_as_it_is_counted(working: Running) -> None:
    caller, name = _reviewer(working)
    session = working.sign_in(name)
    _upload_all(session)
    assert "en-nda" not in _names(_read(working, caller, processing=IN_QUESTION))
    narrowed = _read(working, caller, processing=IN_QUESTION)
    assert narrowed.counts.contracts == len(_SLUGS) - 1
    assert narrowed.in_question == _read(working, caller).in_question
    nothing = _read(working, caller, part="DPA")
    assert (nothing.counts.contracts, nothing.in_question) == (0, {}), "names are not counted"


@pytest.mark.parametrize("slug", ["en-dpa-weak", "en-saas-terms-contradictions"])
def test_quotes_stand_in_the_text_where_the_report_says(working: Running, slug: str) -> None:
    caller, name = _reviewer(working)
    contract = upload(working.sign_in(name), "contract", slug)
    texts = TextReader()
    try:
        document = read_text(working.core, caller, texts, contract)
        assert read_text(working.core, caller, texts, contract) is document
        dossier = read_dossier(working.core, caller, contract, events=10)
        assert dossier.report is not None
        marks = list_marks(dossier.report)
        quotes = {(item.start, item.end): item.quote for one in dossier.report.findings for item in one.evidence}
        assert marks
        assert all(document.text[mark.start : mark.end] == quotes[mark.start, mark.end] for mark in marks)
        cells = [cell for part in build_text(document, marks) for row in part.rows for cell in row.cells]
        segments = [piece for cell in cells for piece in cell.segments]
        anchors = [anchor for piece in segments for anchor in piece.anchors]
        assert sorted(anchors) == sorted({mark.anchor for mark in marks}), "each passage is named once"
        assert all(piece.mentions or not piece.anchors for piece in segments)
    finally:
        texts.close()
    assert texts.kept((contract, ENGINE_VERSION)) is None


def test_what_is_anothers_is_not_there(working: Running) -> None:
    caller, name = _reviewer(working)
    contract = upload(working.sign_in(name), "contract")
    stranger, _ = _reviewer(working, working.other_workspace)
    texts = TextReader()
    read_text(working.core, caller, texts, contract)
    for ask in (
        lambda: read_text(working.core, stranger, texts, contract),
        lambda: read_dossier(working.core, stranger, contract, events=1),
        lambda: _read(working, stranger),
    ):
        with pytest.raises(Problem, match="nothing here"):
            ask()
    texts.close()


def test_reading_is_noted(working: Running) -> None:
    caller, name = _reviewer(working)
    contract = upload(working.sign_in(name), "contract")
    texts = TextReader()
    read_text(working.core, caller, texts, contract)
    read_text(working.core, caller, texts, contract)
    read_dossier(working.core, caller, contract, events=1)
    texts.close()
    working.core.log.flush()
    with working.core.database.read() as connection:
        noted = [kept.entry for kept in list_entries(connection, before=None, limit=50)]
    mine = [entry.action for entry in noted if entry.account_id == caller.account_id and entry.subject == contract]
    assert mine.count("text-read") == 2
    assert mine.count("dossier-read") == 1


def test_the_text_is_the_one_that_was_examined(working: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read for the report is kept, sealed; it is read again only where it was not kept, or is unfit."""
    caller, name = _reviewer(working)
    contract = upload(working.sign_in(name), "contract")
    texts = TextReader()
    try:
        with monkeypatch.context() as patched:
            patched.setattr(texts, "read", lambda *_: pytest.fail("the original was read again"))
            kept = read_text(working.core, caller, texts, contract)
        key = working.core.keys.get(key_owner(contract))
        unfit = seal_text(key, contract, b"[]")
        for change in (update(TEXT).values(text_sealed=unfit), delete(TEXT)):
            with working.core.database.write() as connection:
                connection.execute(change)
            texts.forget()
            assert read_text(working.core, caller, texts, contract) == kept
    finally:
        texts.close()
