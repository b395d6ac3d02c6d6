"""Options offered by boxes: what is set aside, what stays, and what only looks like a box."""

from __future__ import annotations

import pytest

from dpa_checker.ingestion.layout.options import find_unselected, find_unselected_cells, set_aside_options


@pytest.mark.parametrize(
    ("text", "kept", "aside"),
    [
        ("☐ Option A applies", "", ["☐ Option A applies"]),
        ("□ Standard clauses apply", "", ["□ Standard clauses apply"]),
        ("▢ Standard clauses apply", "", ["▢ Standard clauses apply"]),
        ("☒ Option A applies", "☒ Option A applies", []),
        ("☑ Option A applies", "☑ Option A applies", []),
        ("[ ] Daily", "", ["[ ] Daily"]),
        ("- [ ] Daily", "", ["- [ ] Daily"]),
        ("[x] Daily", "[x] Daily", []),
        ("(a) ☐ Daily", "", ["(a) ☐ Daily"]),
        ("Backups are made: ☐ daily ☒ weekly ☐ monthly", "Backups are made: ☒ weekly", ["☐ daily", "☐ monthly"]),
        ("Backups are made: [ ] daily [x] weekly", "Backups are made: [x] weekly", ["[ ] daily"]),
        ("☐ first\n☒ second\n☐ third", "☒ second", ["☐ first", "☐ third"]),
        ("Transfers allowed? Yes ☐ No ☒", "Transfers allowed? No ☒", ["Yes ☐"]),
        ("Yes [x] No [ ]", "Yes [x]", ["No [ ]"]),
        ("Audits on site ☐", "", ["Audits on site ☐"]),
        ("Help (☐ paid ☒ free) is given at once.", "Help (☒ free) is given at once.", ["☐ paid"]),
        ("■ Yes □ No", "■ Yes", ["□ No"]),
        ("❑ daily ☒ weekly", "☒ weekly", ["❑ daily"]),
        ("○ daily ☑ weekly", "☑ weekly", ["○ daily"]),
    ],
)
def test_unticked_options_are_set_aside(text: str, kept: str, aside: list[str]) -> None:
    assert set_aside_options(text) == (kept, tuple(aside))


@pytest.mark.parametrize(
    "text",
    [
        "The Processor answers within [ ] hours of a request.",
        "[ ], a company under French law (the “Processor”)",
        "❑ a bullet of a list",
        "■ a bullet of a list",
        "▪ a bullet of a list",
        "● a bullet of a list",
        "○ a bullet of a list",
        "\uf0a7 a bullet of a list",
        "\uf06f a bullet of a list",
        "See [1], [2] and [x] below.",
        "An array int[] holds the keys.",
        "No box at all.",
        "",
    ],
)
def test_what_is_no_box_is_the_very_text(text: str) -> None:
    kept, aside = set_aside_options(text)
    assert kept == text
    assert aside == ()


def test_spans_are_in_order_and_give_what_is_set_aside() -> None:
    text = "Choose: ☐ one ☒ two ☐ three"
    assert [text[start:end] for start, end in find_unselected(text)] == ["☐ one ", " ☐ three"]


def test_long_options_are_shortened_in_the_excerpt() -> None:
    _, (excerpt,) = set_aside_options("☐ " + "very long " * 60)
    assert len(excerpt) <= 200
    assert excerpt.endswith("…")


@pytest.mark.parametrize(
    ("cells", "gone"),
    [
        (["☐", "Encryption"], [True, True]),
        (["☒", "Encryption"], [False, False]),
        (["☐", "Encryption", "☒", "Backups"], [True, True, False, False]),
        (["Encryption", "☐", "☐"], [True, True, True]),
        (["Encryption", "☐", "☒"], [False, False, False]),
        (["☐ Encryption", "☒ Backups"], [True, False]),
        (["Encryption", "AES"], [False, False]),
    ],
)
def test_boxes_in_cells_of_their_own(cells: list[str], gone: list[bool]) -> None:
    assert [bool(spans) for spans in find_unselected_cells(cells)] == gone


def test_many_boxes_take_no_long_time() -> None:
    for text in ("[ ]" * 50_000, "☐ a (" * 20_000, "Yes ☐ " * 20_000):
        set_aside_options(text)


def test_wide_brackets_are_boxes_only_where_several_lines_begin_with_them() -> None:
    offered = "Check all that apply:\n[    ]  Names of patients\n[    ]  Laboratory results"
    assert set_aside_options(offered)[0].split() == "Check all that apply:".split()
    ticked = "Check all that apply:\n[ x ]  Names of patients\n[    ]  Laboratory results\n[    ]  Invoices"
    assert "Names of patients" in set_aside_options(ticked)[0]
    assert "Invoices" not in set_aside_options(ticked)[0]
    blank = "[      ], a company with its seat in Lund, hereinafter the Processor"
    assert set_aside_options(blank) == (blank, ())
