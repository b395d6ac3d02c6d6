"""Markdown tables and the way figures are written in them."""

from __future__ import annotations

from collections.abc import Sequence

NOTHING = "–"


def render_rows(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is text, the others are figures."""
    rule = ["---", *("---:" for _ in header[1:])]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (header, rule, *rows))


def show_share(value: float | None, digits: int = 3) -> str:
    """Return a share between 0 and 1 with ``digits`` decimals, a dash when there is nothing to share."""
    return NOTHING if value is None else f"{value:.{digits}f}"


def show_pair(development: str, validation: str) -> str:
    """Return two figures side by side in one cell."""
    return f"{development} / {validation}"
