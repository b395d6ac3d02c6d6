"""The report as one HTML file."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from dpa_checker.report.catalogue import REPORT_LANGUAGES
from dpa_checker.report.render_html import render_html
from dpa_checker.report.view import build_view
from dpa_checker.report.view_model import Status

from .build_reports import ALL, complete, contradictions, silent, unrelated, weak

VOID = frozenset(["meta", "link", "br", "path", "circle"])
CSS = files("dpa_checker.report").joinpath("templates", "report.css").read_text(encoding="utf-8")


class _Page(HTMLParser):
    """The elements of a page, checked to be closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "title"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_pages_are_well_formed_and_self_contained(name: str, language: str) -> None:
    html = render_html(ALL[name], language=language)
    page = _Page(html)
    assert page.open == []
    assert html.startswith("<!DOCTYPE html>")
    assert not re.search(r"https?://|//[a-z]|@import|url\(", html)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "iframe", "img", "object", "form"}
    assert {"header", "main", "footer", "h1"} <= tags
    assert not [attrs for _, attrs in page.elements for key in attrs if key == "style" or key.startswith("on")]
    identities = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(identities) == len(set(identities))
    targets = {str(attrs["href"])[1:] for tag, attrs in page.elements if tag in ("a", "use")}
    labels = {str(attrs["aria-labelledby"]) for _, attrs in page.elements if "aria-labelledby" in attrs}
    assert targets | labels <= set(identities)


def test_markup_of_a_contract_is_shown_and_never_acts() -> None:
    report = contradictions()
    report = replace(report, document=replace(report.document, name="<script>alert(1)</script>.pdf"))
    html = render_html(report)
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;.pdf" in html
    assert "&lt;b&gt;no&lt;/b&gt; return" in html


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_the_page_says_what_the_text_says(name: str, language: str) -> None:
    """Everything of the view is on the page."""
    view = build_view(ALL[name], language=language)
    text = _Page(render_html(ALL[name], language=language)).text
    entries = [*view.conflicts, *(entry for group in view.groups for entry in group.entries)]
    shown = [view.title, view.subtitle, view.headline, *view.notices, *view.disclaimers]
    shown += [unread.sentence for unread in view.unread]
    shown += [word for entry in entries for word in (entry.word, entry.title, entry.reference)]
    shown += [part for entry in entries for part in (entry.lacking, entry.reason) if part]
    shown += [quote.text for entry in entries for quote in entry.quotes]
    shown += [quote.text for quote in (view.lead.quotes if view.lead else ())]
    shown += [measure.title for measure in view.measures]
    shown += [view.unlisted] if view.unlisted else []
    for part in shown:
        assert re.sub(r"\s+", " ", part) in text, part


def test_order_of_the_page() -> None:
    text = _Page(render_html(contradictions())).text
    parts = (
        "2\u00a0in conflict",
        "to be settled first",
        "Not examined Pages",
        "Notes on the file",
        "At a glance",
    )
    places = [text.find(re.sub(r"\s+", " ", part)) for part in (*parts, "Art. 28(3)(a)", "lens", "About this")]
    assert -1 not in places
    assert places == sorted(places)


def test_special_documents_lead_with_what_matters() -> None:
    no = _Page(render_html(unrelated())).text
    parts = ("No processing on behalf", "It is a confidentiality agreement", "no cause for alarm")
    places = [no.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert "At a glance" not in no
    access = _Page(render_html(silent())).text
    assert access.find("are needed if personal data") < access.find("Le Prestataire intervient")
    assert access.find("Le Prestataire intervient") < access.find("At a glance")


def test_a_verdict_is_told_by_shape_word_and_colour() -> None:
    html = render_html(weak())
    badges = re.findall(r'class="badge status"><svg[^>]*><use href="#icon-(\w+)"></use></svg>([\w ]+)<', html)
    assert len(badges) == 27 + 7
    assert {shape for shape, _ in badges} == {"present", "partial", "missing", "not_applicable", "ring"}
    for status in Status:
        assert f".is-{status} {{ --status: var(--{status})" in CSS
        assert f'id="icon-{status}"' in html


def test_tables_have_headers_and_quotes_their_language() -> None:
    page = _Page(render_html(complete(), language="de"))
    headers = [attrs.get("scope") for tag, attrs in page.elements if tag == "th"]
    assert headers.count("col") == 4
    assert headers.count("row") == 10 + 7
    assert ("html", {"lang": "de"}) in page.elements
    assert {attrs.get("lang") for tag, attrs in page.elements if tag == "blockquote"} == {"en"}


def _colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


def _luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_aa_in_light_and_dark() -> None:
    light_css, dark_css = CSS.split("@media screen and (prefers-color-scheme: dark)", 1)
    for css in (light_css, dark_css.split("*, *::before", 1)[0]):
        colours = _colours(css)
        pairs = [("ink", "card"), ("ink", "page"), ("muted", "card"), ("muted", "page"), ("accent", "card")]
        pairs += [("band-ink", "band"), ("band-muted", "band")]
        for status in Status:
            pairs += [(status, f"{status}-tint"), (status, "card"), ("ink", f"{status}-tint")]
            pairs += [("muted", f"{status}-tint")]
        weak_pairs = {pair: _contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
        assert {pair: ratio for pair, ratio in weak_pairs.items() if ratio < 4.5} == {}


def test_print_is_light() -> None:
    assert "@media screen and (prefers-color-scheme: dark)" in CSS
    assert "@media print" in CSS
