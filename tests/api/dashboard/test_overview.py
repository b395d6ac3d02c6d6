"""What is counted above the contracts: each number leads to what it counts, and says what holds after reviews."""

from __future__ import annotations

import re
from html import unescape

import pytest

from api.dashboard import PATH
from dpa_checker.model import Verdict
from dpa_checker.report.parse_json import parse_json
from tests.api.dashboard.samples import upload
from tests.api.running import Caller, Running

_SLUGS = ("en-saas-terms-contradictions", "en-dpa-weak", "en-nda", "fr-contrat-maintenance", "en-dpa-complete")
_LINK = re.compile(r'<li><a(?: class="[^"]*")? href="([^"]+)">(.*?)</li>', re.S)
_ROW = re.compile(r'<th scope="row" class="name">.*?</tr>', re.S)


def _page(caller: Caller, running: Running, query: str = "") -> str:
    answer = caller.get(f"{PATH}/workspaces/{running.workspace}{query}")
    assert answer.status_code == 200
    return answer.text


def _numbers(page: str, part: str) -> dict[str, int]:
    """Return the numbers of a list of the overview by their addresses."""
    found = re.search(rf'<ul class="{part}">(.*?)</ul>', page, re.S)
    assert found
    links = (
        (unescape(one[1]), re.search(r'<b>(\d+)</b>|class="value">(\d+) ', one[2])) for one in _LINK.finditer(found[1])
    )
    return {address: int(number[1] or number[2]) for address, number in links if number}


@pytest.fixture
def caller(working: Running) -> Caller:
    """Return a reviewer of contracts of all kinds, one of which contradicts itself."""
    caller = working.caller()
    for slug in _SLUGS:
        upload(caller, slug, slug)
    return caller


def test_each_number_leads_to_what_it_counts(working: Running, caller: Caller) -> None:
    page = _page(caller, working)
    lacking, verdicts, states = (_numbers(page, part) for part in ("bars", "counts", "tiles"))
    assert (len(lacking), len(states)) == (6, 4)
    assert [one for one in verdicts if "verdict=conflict" in one]
    for address, number in (lacking | states).items():
        rows = _ROW.findall(caller.get(address).text)
        assert len(rows) == number, address
    for address, number in verdicts.items():
        verdict = re.search(r"verdict=(\w+)", address)
        assert verdict
        rows = _ROW.findall(caller.get(address).text)
        found = [row.count(f'class="v is-{verdict[1]}') for row in rows]
        assert sum(found) == number, address
        assert all(found), address


def test_a_number_that_would_lead_elsewhere_is_no_link(working: Running, caller: Caller) -> None:
    """Another mention, verdict or state in place of the one chosen: other contracts than those that are counted."""
    page = _page(caller, working, "?mention=security&verdict=conflict&processing=yes&review_state=to-review")
    assert len(_ROW.findall(page)) == 1
    assert (_numbers(page, "bars"), _numbers(page, "counts")) == ({}, {})
    assert list(_numbers(page, "tiles").values()) == [1]
    kept = _numbers(_page(caller, working, "?processing=yes"), "bars")
    assert kept
    assert all("processing=yes" in address for address in kept)


def test_a_conflict_is_shown_as_one_and_found(working: Running, caller: Caller) -> None:
    page = _page(caller, working, "?order=worst")
    rows = _ROW.findall(page)
    (terms,) = (row for row in rows if "en-saas-terms" in row)
    assert terms.count('class="v is-conflict') == 6
    assert 'aria-label="In conflict"' in terms
    assert '<option value="conflict">In conflict</option>' in page
    found = _ROW.findall(_page(caller, working, "?verdict=conflict"))
    assert len(found) == 1
    assert "<b>Missing, contradicted or in conflict</b>" in _page(caller, working, "?verdict=lacking")


@pytest.mark.parametrize(("part", "rows"), [("nda", 1), ("zzzz", 0)])
def test_nothing_is_counted_beside_a_search_in_names(working: Running, caller: Caller, part: str, rows: int) -> None:
    page = _page(caller, working, f"?search={part}")
    assert len(_ROW.findall(page)) == rows
    assert "numbers-title" not in page
    assert "lacking-title" not in page


def _outcome(caller: Caller, contract: str) -> str:
    found = re.search(r'<p class="hint">\d+ of 27 decided · (.*?)</p>', caller.get(f"{PATH}/contracts/{contract}").text)
    assert found
    return " ".join(unescape(found[1]).split())


def test_the_outcome_beside_the_findings_is_that_after_reviews(working: Running) -> None:
    caller = working.caller()
    contract = upload(caller, "terms", "en-saas-terms-contradictions")
    path = f"/v1/contracts/{contract}"
    report = parse_json(caller.get(f"{path}/report").text)
    missing = [one.mention for one in report.findings if one.verdict is Verdict.MISSING]
    conflicts = [one.mention for one in report.findings if one.conflict]
    assert f"{len(conflicts)} in conflict" in _outcome(caller, contract)
    assert f"{len(missing)} missing" in _outcome(caller, contract)

    def decide(mention: str, **what: str) -> None:
        caller.put(f"{path}/reviews/{mention}", json=what, headers={"If-Match": "*"}).raise_for_status()

    decide(missing[0], decision="overridden", verdict="present", reason="Said in annex 2.")
    decide(conflicts[0], decision="overridden", verdict="present", reason="Annex 2 prevails.")
    decide(conflicts[1], decision="confirmed")
    outcome = _outcome(caller, contract)
    assert f"{len(conflicts) - 1} in conflict" in outcome
    assert f"{len(missing) - 1} missing" in outcome
    report_page = unescape(caller.get(f"{path}/report", params={"format": "html"}).text)
    assert outcome in " ".join(report_page.split()), "as the report says it"
