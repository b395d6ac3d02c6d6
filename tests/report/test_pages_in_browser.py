"""What only a browser can tell of the pages: that words stay whole, and that no card leaves a gap beside another."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dpa_checker.report.index_html import render_index_page
from dpa_checker.report.index_view import build_summary
from dpa_checker.report.statistics_html import render_statistics_html
from dpa_checker.report.statistics_model import Block, Dimension, Slice, Statistics

from .collection import Scan, count

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def _measure(html: str, script: str, folder: Path) -> str:
    """Return what ``script`` finds in the page, to which it is added for that."""
    probe = f"<script>document.body.dataset.found = (() => {{ {script} }})();</script>"
    path = folder / "page.html"
    path.write_text(_POLICY.sub("", html).replace("</body>", f"{probe}</body>"), encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1280,2000"]
    command += [f"--user-data-dir={folder}/profile", "--dump-dom", path.as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    found = re.search(r'data-found="([^"]*)"', shown)
    assert found
    return found[1]


def test_the_kinds_in_the_statistics_are_not_broken_within_a_word(tmp_path: Path) -> None:
    block = Block(3, 1, (2,) * 27, (3,) * 27)
    kinds = tuple(Slice(kind, stated=block) for kind in ("dpa", "terms_of_sale", "nda"))
    statistics = Statistics(total=Slice(stated=block), by={Dimension.KIND: kinds})
    script = """
    const heads = [...document.querySelectorAll(".slices tbody th")];
    const lines = head => { const range = document.createRange(); range.selectNodeContents(head);
      return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size; };
    const wide = [...document.querySelectorAll(".scroll")].some(part => part.scrollWidth > part.clientWidth);
    return heads.filter(head => lines(head) > head.textContent.trim().split(/\\s+/).length).length + " " + wide;
    """
    html = render_statistics_html(statistics, language="de")
    assert "Auftragsverarbeitungsvertrag" in html
    assert _measure(html, script, tmp_path) == "0 false"


def test_no_card_of_the_index_leaves_a_gap_beside_another(tmp_path: Path) -> None:
    scan = Scan()
    html = render_index_page(build_summary(count(scan), language="en"), [(contract, None) for contract in scan])
    script = """
    const cards = [...document.querySelectorAll("main .card")].map(card => card.getBoundingClientRect());
    const beside = (one, two) => one.right <= two.left && one.top < two.bottom && two.top < one.bottom;
    const pairs = cards.flatMap(one => cards.filter(two => beside(one, two)).map(two => [one, two]));
    return pairs.every(([one, two]) => Math.abs(one.bottom - two.bottom) < 2 && Math.abs(one.top - two.top) < 2);
    """
    assert _measure(html, script, tmp_path) == "true"
