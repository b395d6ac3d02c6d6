"""Paragraphs of a PDF: where a line goes on with the one above, by gaps, indents, labels and line ends."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from dpa_checker.ingestion.layout.labels import Label, LabelStyle, detect_label, label_counts
from dpa_checker.ingestion.layout.line import ends_sentence, is_labelled_value
from dpa_checker.ingestion.pdf.line import PdfLine

_WIDE_PITCH = 1.22
_VERY_WIDE_PITCH = 2.2
_SLACK = 0.05
_LONG_LINE = 40
_NARROW_LINE = 20
_CLOSED = re.compile(r"[.;:!?…][\s\"'»”’)\]]*$")
_CUT = re.compile(r"\w[-\u2010\u00ad\ufffe]$")
_NOTE_MARK = re.compile(r"(?:\(?(?P<number>\d{1,3})\)?|[*†‡]{1,3})\s*[^\s\d./,(;:%)-]")


@dataclass(frozen=True, slots=True)
class Measure:
    """What is usual: ``size`` of the body's type, ``bold`` whether the body is bold."""

    size: float
    bold: bool


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, each with its page; ``spaced`` when white space parts it from above."""

    lines: list[tuple[PdfLine, int]]
    spaced: bool = True
    note: bool = False


@dataclass(slots=True)
class Column:
    """A column of lines: its right edge and the usual distance from line to line."""

    right: float
    width: float
    pitch: float


@dataclass(slots=True)
class Labels:
    """The last label of each family, to recognise the one that follows."""

    known: dict[str, Label] = field(default_factory=dict)

    def remember(self, text: str) -> None:
        """Keep the label that ``text`` begins with."""
        label = detect_label(text)
        if label is not None:
            self.known[label.family] = label


def measure_body(lines: Sequence[PdfLine]) -> Measure:
    """Return the usual type of a document, each line weighing as much as its text."""
    if not lines:
        return Measure(10.0, False)
    weights: dict[float, int] = {}
    bold = total = 0
    for line in lines:
        size = round(line.size * 2) / 2
        weights[size] = weights.get(size, 0) + len(line.text)
        total += len(line.text)
        bold += len(line.text) if line.bold else 0
    return Measure(max(weights, key=lambda size: weights[size]), bold > 0.5 * total)


def measure_column(lines: Sequence[PdfLine], page_right: float) -> Column:
    """Return the right edge and line pitch of a column; a few lines take the edge of their page."""
    right = max(line.x1 for line in lines)
    if len(lines) < 5:
        right = max(right, min(page_right, right + 60))
    width = max(1.0, right - min(line.x0 for line in lines))
    pitches = [
        below.y0 - above.y0
        for above, below in itertools.pairwise(lines)
        if 0.5 * above.size < below.y0 - above.y0 < 3 * above.size and abs(above.size - below.size) < 1
    ]
    if not pitches:
        return Column(right, width, 0.0)
    return Column(right, width, quantiles(pitches, n=4)[0] if len(pitches) > 2 else min(pitches))


def starts_paragraph(above: PdfLine, line: PdfLine, column: Column, labels: Labels, paragraph: Paragraph) -> bool:
    """Tell whether ``line`` begins a new paragraph under ``above`` in the same column."""
    full = is_full(above, line, column)
    sentence_runs = not _CLOSED.search(above.text) and (line.text[0].islower() or line.text[0] == "(")
    runs_on = sentence_runs and full
    pitch = line.y0 - above.y0
    usual = column.pitch or 1.3 * above.size
    if _CUT.search(above.text) and full and line.text[0].isalnum() and pitch < _VERY_WIDE_PITCH * usual:
        return False
    if pitch > _VERY_WIDE_PITCH * usual or pitch < -usual:
        return not runs_on
    label = detect_label(line.text)
    if label is not None and not (label.style is LabelStyle.BARE and runs_on):
        known = labels.known.get(label.family)
        broken_off = full and not _is_ended(above.text)
        if label_counts(label, line.text[label.length :], above.text, known, broken_off=broken_off):
            return True
    if runs_on:
        return False
    if pitch > _WIDE_PITCH * usual + 0.5:
        return True
    if _differs(above, line):
        return True
    if _is_centred(above, line, column) and not _CLOSED.search(above.text):
        return False
    if not full:
        return not (sentence_runs or _breaks_off(above, line, column)) or _is_listed(above, line)
    if _CLOSED.search(above.text):
        return _indent_changes(line, paragraph)
    return False


def _breaks_off(above: PdfLine, line: PdfLine, column: Column) -> bool:
    """Tell whether ``above`` stops early in the middle of a sentence, as ragged lines do."""
    long = above.x1 - above.x0 > 0.55 * column.width
    return long and above.text[-1].islower() and abs(above.x0 - line.x0) < 3


def _is_listed(above: PdfLine, line: PdfLine) -> bool:
    """Tell whether two short lines are entries of their own ("Label: value" below each other)."""
    return is_labelled_value(above.text) and is_labelled_value(line.text)


def _is_ended(text: str) -> bool:
    """Tell whether a line ends a sentence, a limb or a list head."""
    return _CLOSED.search(text) is not None or text.endswith(",")


def is_full(above: PdfLine, line: PdfLine, column: Column) -> bool:
    """Tell whether the first word of ``line`` would not have fitted at the end of ``above``."""
    word = line.text.split(" ", 1)[0]
    reach = above.x1 + (line.x1 - line.x0) * (len(word) + 1) / max(1, len(line.text))
    return reach > column.right - 0.03 * column.width


def _differs(above: PdfLine, line: PdfLine) -> bool:
    """Tell whether two lines are of different type, as a heading and the text under it."""
    if abs(above.size - line.size) > 0.12 * max(above.size, line.size) and min(len(above.text), len(line.text)) > 2:
        return True
    return above.bold != line.bold and min(len(above.text), len(line.text)) > 3 and line.text[0].isupper()


def _is_centred(above: PdfLine, line: PdfLine, column: Column) -> bool:
    """Tell whether two lines are centred one under the other."""
    middle = column.right - column.width / 2
    return (
        abs((above.x0 + above.x1) - (line.x0 + line.x1)) < 8
        and abs(above.x0 - line.x0) > 3
        and abs((above.x0 + above.x1) / 2 - middle) < 0.1 * column.width
        and above.bold == line.bold
        and not above.text.endswith(".")
    )


def _indent_changes(line: PdfLine, paragraph: Paragraph) -> bool:
    """Tell whether ``line`` is indented, or stands out, against the lines of its paragraph."""
    step = 0.7 * line.size
    lines = [one for one, _ in paragraph.lines]
    edge = lines[-1].x0
    if line.x0 < edge - step:
        return len(lines) > 1 or detect_label(lines[0].text) is not None
    return line.x0 > edge + step and (len(lines) > 1 or detect_label(lines[0].text) is None)


def continues_across(above: PdfLine, line: PdfLine, column: Column, labels: Labels) -> bool:
    """Tell whether ``line``, first of a page or column, goes on with the paragraph at the end of the last."""
    if _differs(above, line) or _CLOSED.search(above.text):
        return False
    if _CUT.search(above.text) and line.text[0].isalnum():
        return True
    label = detect_label(line.text)
    if label is not None:
        known = labels.known.get(label.family)
        follows = known is not None and label.follows(known)
        if follows or label.style in (LabelStyle.BULLET, LabelStyle.LETTER, LabelStyle.ROMAN):
            return False
    if line.text[0].islower() or line.text[0] == "(":
        return True
    reach = above.x1 + 40 > column.right
    fills = above.x1 > column.right - _SLACK * column.width and above.x1 - above.x0 > (1 - 2 * _SLACK) * column.width
    long = len(above.text) > _LONG_LINE or (fills and len(above.text) > _NARROW_LINE)
    return reach and label is None and not ends_sentence(above.text) and above.text[-1].isalnum() and long


def split_notes(
    lines: Sequence[PdfLine], body: Measure, page_height: float
) -> tuple[list[PdfLine], list[list[PdfLine]]]:
    """Return the lines of a page, and apart from them its footnotes: small marked type at the bottom."""
    start = len(lines)
    while start > 0 and _is_small(lines[start - 1], body, page_height):
        start -= 1
    notes = list(lines[start:])
    if start == 0 or not notes or not _NOTE_MARK.match(notes[0].text):
        return list(lines), []
    groups: list[list[PdfLine]] = []
    last = 0
    for line in notes:
        mark = _NOTE_MARK.match(line.text)
        number = int(mark["number"] or last + 1) if mark is not None else 0
        if not groups or number == last + 1:
            groups.append([line])
            last = number
        else:
            groups[-1].append(line)
    return list(lines[:start]), groups


def _is_small(line: PdfLine, body: Measure, page_height: float) -> bool:
    """Tell whether a line is of smaller type than the body, in the lower half of the page."""
    return line.size <= 0.9 * body.size and line.y0 > 0.5 * page_height


def usual_size(lines: Sequence[tuple[PdfLine, int]]) -> float:
    """Return the type size of a paragraph."""
    return median(line.size for line, _ in lines)
