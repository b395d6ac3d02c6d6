"""The portfolio that the dashboard is measured with is one that the service can show; its page says what was met."""

from __future__ import annotations

import secrets
from pathlib import Path

from api.service import accounts
from api.service.caller import GRANTED, Caller, Role
from api.service.contracts import read_report
from api.service.core import open_core
from api.service.portfolio import read_portfolio
from api.settings import Settings
from api.store.contract import read_effective
from api.store.listing import Filter
from api.store.portfolio import Order
from benchmarks.dashboard.browser import Waits
from benchmarks.dashboard.portfolio import fill
from benchmarks.dashboard.table import Measured, render_table
from dpa_checker.report.parse_json import parse_json


def test_a_made_up_portfolio_is_shown_as_a_real_one(tmp_path: Path) -> None:
    core = open_core(Settings(data=tmp_path / "data", master_key=secrets.token_bytes(32)))
    try:
        account, _ = accounts.create_account(core, "somebody", Role.REVIEWER)
        workspace = accounts.create_workspace(core, "Full", None, by=account.id).id
        fill(core, workspace, account.id, 60)
        caller = Caller(account.id, "somebody", Role.REVIEWER, (workspace,), GRANTED[Role.REVIEWER])
        shown = read_portfolio(core, caller, workspace, Filter(), Order.NEWEST, part=None, offset=0, limit=50)
        assert (shown.counts.contracts, len(shown.rows), shown.more) == (60, 50, True)
        assert sum(shown.counts.verdicts["audits"].values()) == 60
        assert len({row.contract.names.reference for row in shown.rows}) == 50
        for row in shown.rows[:5]:
            with core.database.read() as connection:
                assert row.verdicts == read_effective(connection, row.contract.id)
            assert len(parse_json(read_report(core, caller, row.contract.id)).findings) == 27
    finally:
        core.close()


def test_the_page_says_what_was_met() -> None:
    quick, slow = Waits("quick", 500, [400.0, 480.0, 900.0], [90.0, 80.0, 95.0]), Waits("slow", 300, [301.0], [12.0])
    page = render_table([Measured("SQLite", 0.2, [quick, slow])], contracts=10_000, browser="B 1", provenance="Made.")
    assert "## 10,000 contracts on SQLite" in page
    assert "| quick | 3 | 90 | 480 | 900 | under 500 | yes |" in page
    assert "| slow | 1 | 12 | 301 | 301 | under 300 | no |" in page
