"""Every page of the dashboard, on a service with contracts in all states; for the tests of looks and for pictures."""

from __future__ import annotations

from dataclasses import dataclass

from api.service import accounts
from api.service.caller import Role
from tests.api.dashboard.samples import sample_files, upload
from tests.api.running import Caller, Running

_LONG = "A contract with a very long name that nobody would read to its end, Donaudampfschifffahrtsgesellschaft.pdf"
_PARTNERS = ("Aubépine Santé", "Nimbus Hosting Ltd", "Fjällvik AB", "Mockford Hospital", "Auenwerk GmbH")


@dataclass(frozen=True, slots=True)
class Tour:
    """Addresses of pages by what they show, below the dashboard's; ``reviewer`` and ``administrator`` may sign in.

    ``administration`` is for the administrator only, who sees the others too.
    """

    reviewer: str
    administrator: str
    pages: dict[str, str]
    administration: dict[str, str]

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses."""
        return (*self.pages.values(), *self.administration.values())


def prepare_tour(running: Running) -> Tour:
    """Fill a service that has a worker, and return what there is to see."""
    workspace = accounts.create_workspace(running.core, "Procurement", 365, by=running.administrator).id
    empty = accounts.create_workspace(running.core, "Human resources", 30, by=running.administrator).id
    reviewer = running.add_account(Role.REVIEWER, workspace, empty, name="Reviewer")[1]
    administrator = running.add_account(Role.ADMINISTRATOR, workspace, empty, name="Administrator")[1]
    caller = running.sign_in(reviewer)
    found = _fill(caller, workspace)
    contracts = f"/workspaces/{workspace}"
    pages = {
        "portfolio": f"{contracts}?order=worst",
        "portfolio-narrowed": f"{contracts}?mention=audits&verdict=missing&order=worst&processing=yes",
        "portfolio-ticked": f"{contracts}?select=all",
        "portfolio-nothing-found": f"{contracts}?search=nothing-of-that-name",
        "portfolio-mine": f"{contracts}?assigned=me",
        "portfolio-empty": f"/workspaces/{empty}",
        "upload": f"{contracts}/upload",
        "progress": f"{contracts}/progress?jobs={found['job']},{found['broken-job']}",
        "review": f"/contracts/{found['weak']}?finding=audits",
        "review-evidence": f"/contracts/{found['weak']}?finding=confidentiality",
        "review-text": f"/contracts/{found['weak']}?finding=confidentiality&view=text",
        "review-conflict": f"/contracts/{found['en-saas-terms-contradictions']}",
        "review-docx": f"/contracts/{found['second']}",
        "review-no-processing": f"/contracts/{found['en-nda']}",
        "review-failed": f"/contracts/{found['broken']}",
        "review-superseded": f"/contracts/{found['first']}",
        "history": f"/contracts/{found['weak']}/history?before=4",
        "report": f"/contracts/{found['weak']}/report",
        "report-none": f"/contracts/{found['broken']}/report",
        "new-version": f"/contracts/{found['second']}/upload",
        "comparison": f"/contracts/{found['second']}/comparison",
        "comparison-none": f"/contracts/{found['weak']}/comparison",
        "sets": f"{contracts}/sets",
        "sets-empty": f"/workspaces/{empty}/sets",
        "set-new": f"{contracts}/sets/new",
        "set": f"/sets/{found['set']}",
        "set-add": f"/sets/{found['set']}/contracts",
        "account": "/account",
        "tokens": "/tokens",
        "not-found": "/nothing-here",
    }
    administration = {
        "accounts": "/administration/accounts",
        "workspaces": "/administration/workspaces",
        "audit-log": "/administration/audit",
    }
    return Tour(reviewer, administrator, pages, administration)


def _fill(caller: Caller, workspace: str) -> dict[str, str]:
    """Upload the samples, decide on some, and return ids by the samples' names and by what else they are."""
    found: dict[str, str] = {}
    for number, file in enumerate(sample_files()):
        given = {"counterparty": _PARTNERS[number % len(_PARTNERS)], "params": {"workspace": workspace}}
        answer = caller.upload(file.read_bytes(), f"{file.parent.name}{file.suffix}", wait=30, **given).json()
        found[file.parent.name] = answer["contract"]
        found["job"] = answer["id"]
        if number % 4 == 1:
            _put(caller, f"/v1/contracts/{answer['contract']}/state", {"state": "in-negotiation"})
    broken = caller.upload(b"%PDF-1.4 nothing", "broken.pdf", wait=30, params={"workspace": workspace}).json()
    found |= {"broken": broken["contract"], "broken-job": broken["id"]}
    found["weak"] = upload(caller, _LONG, params={"workspace": workspace})
    found["first"] = upload(caller, "agreement.docx", params={"workspace": workspace})
    found["second"] = upload(
        caller, "agreement.docx", "en-dpa-complete", params={"workspace": workspace, "replaces": found["first"]}
    )
    _review(caller, found)
    _review(caller, found | {"weak": found["en-dpa-weak"]})
    members = [found[name] for name in ("fr-contrat-maintenance", "fr-conditions-generales-vente", "broken")]
    given = {"name": "Maintenance, with its terms of sale", "contracts": members}
    found["set"] = caller.post("/v1/sets", json=given, params={"workspace": workspace}).raise_for_status().json()["id"]
    return found


def _review(caller: Caller, found: dict[str, str]) -> None:
    path = f"/v1/contracts/{found['weak']}"
    _put(caller, f"{path}/reviews/subject-matter", {"decision": "confirmed"})
    what = {"decision": "overridden", "verdict": "present", "reason": "Said in annex 2.", "note": "Ask for it."}
    _put(caller, f"{path}/reviews/audits", what)
    caller.post(f"{path}/comments", json={"text": "Two\nlines", "mention": "audits"}).raise_for_status()
    _put(caller, f"{path}/assignee", {"account": caller.get("/v1/me").json()["id"]})


def _put(caller: Caller, path: str, what: dict[str, str]) -> None:
    caller.put(path, json=what, headers={"If-Match": "*"}).raise_for_status()
