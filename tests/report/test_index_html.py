"""The index of a scan: well formed, self-contained, and of use without a script."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dpa_checker.report.catalogue import REPORT_LANGUAGES, load_catalogue
from dpa_checker.report.index_html import PAGE_LENGTH, count_pages, page_name, render_index_page, report_name
from dpa_checker.report.index_model import Contract, Standing
from dpa_checker.report.index_view import build_summary

from .build_reports import ALL
from .collection import HOSTILE_NAME, Scan, count
from .test_render_html import _Page


def _render(language: str = "en", *, page: int = 1, pages: int = 1) -> str:
    scan = Scan()
    rows = [(contract, f"reports/{report_name(contract)}" if contract.statuses else None) for contract in scan]
    return render_index_page(build_summary(count(scan), language=language), rows, page=page, pages=pages)


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_the_index_is_well_formed_and_self_contained(language: str) -> None:
    html = _render(language, page=2, pages=9)
    page = _Page(html.replace("<rect", "<path").replace("<input", "<link"))
    assert page.open == []
    assert html.startswith("<!DOCTYPE html>")
    assert not re.search(r"https?://|@import|url\(", html)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "iframe", "img", "object"}
    assert {"header", "main", "footer", "h1", "fieldset"} <= tags
    assert not [attrs for _, attrs in page.elements for key in attrs if key == "style" or key.startswith("on")]
    identities = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(identities) == len(set(identities))
    labels = {str(attrs["aria-labelledby"]) for _, attrs in page.elements if "aria-labelledby" in attrs}
    assert labels <= set(identities)


def test_each_contract_has_a_row_that_leads_to_its_report() -> None:
    html = _render()
    page = _Page(html.replace("<rect", "<path").replace("<input", "<link"))
    links = [str(attrs["href"]) for tag, attrs in page.elements if tag == "a" and "reports/" in str(attrs["href"])]
    assert links == [f"reports/{report_name(contract)}" for contract in Scan() if contract.statuses]
    assert len(set(links)) == len(ALL)
    assert "The file is locked with a password." in page.text
    assert "<script>" not in html
    assert HOSTILE_NAME.rpartition("/")[2] in page.text


def test_the_counts_of_a_row_are_those_of_the_report() -> None:
    row = re.search(r'<tr class="stands-not_all_said[^>]*>(?:(?!</tr>).)*weak é\.pdf.*?</tr>', _render(), re.DOTALL)
    assert row
    counts = dict(re.findall(r'class="count is-(\w+)">.*?</svg>(\d+)</span>', row[0], re.DOTALL))
    verdicts = [str(finding.verdict) for finding in ALL["weak"].findings]
    assert {name: int(number) for name, number in counts.items()} == {name: verdicts.count(name) for name in verdicts}


def test_the_summary_says_what_the_counts_say() -> None:
    tally = count(Scan())
    page = _Page(_render().replace("<rect", "<path").replace("<input", "<link"))
    text = load_catalogue("en").counted
    for expected in (
        text("scan.lacking", tally.standing(Standing.NOT_ALL_SAID)),
        text("scan.files", 9),
        text("scan.examined", 5),
        text("scan.most_missing_of", 4),
    ):
        assert expected.replace("\u00a0", " ") in page.text


def test_the_name_of_a_report_is_plain_and_stays() -> None:
    contract = Contract("/archive/Größe Ünïts/Vertrag #1 (neu).PDF", "Größe/Vertrag #1 (neu).PDF", None)
    assert re.fullmatch(r"groe-vertrag-1-neu-pdf-[0-9a-f]{10}\.html", report_name(contract))
    assert report_name(contract) == report_name(contract)
    other = Contract("/archive/other.pdf", "Größe/Vertrag #1 (neu).PDF", None)
    assert report_name(contract) != report_name(other)
    assert re.fullmatch(r"contract-[0-9a-f]{10}\.html", report_name(Contract("/x", "合同", None)))


def test_long_lists_go_on_in_further_pages() -> None:
    assert [count_pages(number) for number in (0, 1, PAGE_LENGTH, PAGE_LENGTH + 1)] == [1, 1, 1, 2]
    html = _render(page=2, pages=9)
    assert f'href="{page_name(1)}"' in html
    assert f'href="{page_name(3)}"' in html
    assert f'href="{page_name(9)}"' in html
    assert "Page 2 of 9" in html
    assert "Page " not in _render()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
def test_a_browser_shows_only_what_is_chosen(tmp_path: Path) -> None:
    """The page as it is has no script; one is added here to choose and to tell what is to be seen."""
    probe = """<script>
    document.getElementById("show-all_said").checked = true;
    const rows = [...document.querySelectorAll(".contracts tbody tr")];
    const seen = rows.filter(row => getComputedStyle(row).display !== "none").map(row => row.className.split(" ")[0]);
    document.body.dataset.seen = seen.join(",");
    document.body.dataset.wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
    </script>"""
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", _render()).replace(
        "</body>", f"{probe}</body>"
    )
    path = tmp_path / "index.html"
    path.write_text(html, encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile"]
    shown = subprocess.run(
        [*command, "--dump-dom", path.as_uri()], capture_output=True, text=True, timeout=60, check=True
    )
    assert 'data-seen="stands-all_said"' in shown.stdout
    assert 'data-wide="false"' in shown.stdout


def test_files_of_the_same_name_show_the_folders_by_which_they_differ() -> None:
    places = [
        "/archive/north/2024/dpa.pdf",
        "/archive/south/2024/dpa.pdf",
        "C:\\west\\2024\\dpa.pdf",
        "/archive/one.pdf",
    ]
    contracts = [
        Contract(place, place.replace("\\", "/").rpartition("/")[2], None, "damaged-document") for place in places
    ]
    html = render_index_page(build_summary(count(Scan()), language="en"), [(contract, None) for contract in contracts])
    assert re.findall(r"<small>(.*?)</small></th>", html) == ["north/2024", "south/2024", "west/2024"]


def test_a_folder_in_the_name_is_enough_where_it_tells_files_apart() -> None:
    names = ["a/dpa.pdf", "b/dpa.pdf"]
    contracts = [Contract(f"/archive/{name}", name, None, "damaged-document") for name in names]
    html = render_index_page(build_summary(count(Scan()), language="en"), [(contract, None) for contract in contracts])
    assert re.findall(r"<small>(.*?)</small></th>", html) == ["a", "b"]


def test_the_index_leads_to_the_sets_where_there_are_any() -> None:
    summary = build_summary(count(Scan()), language="en")
    assert '<a href="sets/index.html">Contract sets</a>' in render_index_page(summary, [], sets="sets/index.html")
    assert "sets/" not in render_index_page(summary, [])


def test_what_is_most_often_missing_stands_in_two_halves_with_all_its_rows() -> None:
    html = _render()
    halves = re.findall(r'<table class="numbers most">.*?</table>', html, re.DOTALL)
    rows = [half.count('<th scope="row">') for half in halves]
    assert len(rows) == 2
    assert sum(rows) == len(build_summary(count(Scan()), language="en").missing)
    assert 0 <= rows[0] - rows[1] <= 1
