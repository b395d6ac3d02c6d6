"""The reading process draws and lays out pages, and can be interrupted."""

from __future__ import annotations

import io
import threading
import time

import pikepdf
import pytest
from PIL import Image

from dpa_checker.errors import DamagedDocument, DocumentError, LimitExceeded
from dpa_checker.ingestion.isolation import LayoutWanted, PageWanted, ReadingProcess
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.page_layout import PageLayout
from tests.ingestion.pdf_files import column, lines_pdf, scan_pdf

PAGE = [(50.0, 60.0, "The Processor shall notify the Controller of a breach.")]


def test_a_page_is_drawn_as_wide_as_wanted_with_its_marks() -> None:
    data = lines_pdf([PAGE, PAGE])
    box = (48.0, 50.0, 330.0, 64.0, False)
    with ReadingProcess() as process:
        plain, marked = (
            Image.open(io.BytesIO(process.draw(data, PageWanted(2, 600, marks)))) for marks in ((), (box,))
        )
        assert process.read(data).pages == 2
    assert plain.size == marked.size == (600, 849)
    scale = 600 / 595.28
    assert (plain.mode, marked.mode) == ("L", "RGB"), "a page without colours is grey"
    assert plain.getpixel((int(52 * scale), int(51.5 * scale))) == 255
    red, green, blue = marked.getpixel((int(52 * scale), int(52 * scale)))  # type: ignore[misc]  # three bands
    assert (red, green) > (200, 200)
    assert blue < 230
    assert marked.getpixel((int(48 * scale) - 2, int(57 * scale))) == (20, 37, 61)


@pytest.mark.parametrize(
    ("data", "page", "error"),
    [
        (b"no PDF", PageWanted(1, 300), DamagedDocument),
        (lines_pdf([PAGE]), PageWanted(2, 300), DocumentError),
        (lines_pdf([PAGE]), PageWanted(0, 300), DocumentError),
    ],
)
def test_what_cannot_be_drawn_is_one_typed_error(data: bytes, page: PageWanted, error: type[DocumentError]) -> None:
    with ReadingProcess() as process:
        with pytest.raises(error):
            process.draw(data, page)
        assert process.draw(lines_pdf([PAGE]), PageWanted(1, 300)).startswith(b"\x89PNG")


def test_limits_hold_for_pages() -> None:
    data = lines_pdf([PAGE] * 3)
    with ReadingProcess() as process:
        for limits in (Limits(max_pages=2), Limits(max_bytes=100), Limits(max_output_bytes=1000)):
            with pytest.raises(LimitExceeded):
                process.draw(data, PageWanted(1, 2_000), limits=limits)


def test_a_reading_is_interrupted_and_the_next_one_works() -> None:
    text = "\n\n".join(f"{number}. The Processor shall act." for number in range(400_000)).encode()
    ended: list[float | None] = []
    with ReadingProcess() as process:
        process.read(b"begin")

        def read() -> None:
            try:
                process.read(text)
            except DocumentError:
                ended.append(time.monotonic())
            else:
                ended.append(None)

        thread = threading.Thread(target=read)
        thread.start()
        time.sleep(0.7)
        asked = time.monotonic()
        process.interrupt()
        thread.join(timeout=60)
        assert ended
        assert ended[0] is not None, "read before it was interrupted"
        assert ended[0] - asked < 15
        assert process.read(b"after").text == "after"


def test_pages_are_measured_and_their_words_placed() -> None:
    data = lines_pdf([PAGE, [(72.0, 100.0, "Audits are allowed."), (72.0, 130.0, "So are inspections.")]])
    with ReadingProcess() as process:
        assert process.lay_out(data) == PageLayout(((595.28, 841.89), (595.28, 841.89)))
        found = process.lay_out(data, LayoutWanted(2))
    assert len(found.sizes) == 2
    assert [line.text for line in found.lines] == ["Audits are allowed.", "So are inspections."]
    first = found.lines[0]
    assert (first.x0, first.y0, first.y1) == pytest.approx((72, 90, 102), abs=2)
    assert 160 < first.x1 < 180


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_are_where_they_are_in_the_document(turn: int) -> None:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(lines_pdf([PAGE]))) as source:
        source.pages[0].Rotate = turn
        source.pages[0].UserUnit = 2
        source.save(made)
    with ReadingProcess() as process:
        document, found = process.read(made.getvalue()), process.lay_out(made.getvalue(), LayoutWanted(1))
        picture = Image.open(io.BytesIO(process.draw(made.getvalue(), PageWanted(1, 600))))
    places = [(box.x0, box.y0, box.x1, box.y1) for anchor in document.anchors for box in anchor.boxes]
    assert [(line.x0, line.y0, line.x1, line.y1) for line in found.lines] == places
    width, height = found.sizes[0]
    assert (width, height) == pytest.approx((1190.56, 1683.78) if turn in (0, 180) else (1683.78, 1190.56), abs=0.1)
    assert picture.height / picture.width == pytest.approx(height / width, abs=0.01)


def test_columns_are_laid_out_in_reading_order() -> None:
    left = column("The Processor shall notify a breach and shall delete all data in the end.", 60, 100, width=30)
    right = column("Audits are allowed once a year, by an auditor whom the Controller has chosen.", 330, 100, width=30)
    both = [line for pair in zip(left, right, strict=True) for line in pair]
    with ReadingProcess() as process:
        words = [line.text for line in process.lay_out(lines_pdf([both]), LayoutWanted(1)).lines]
    assert " ".join(words[: len(left)]).startswith("The Processor shall notify a breach")
    assert " ".join(words[len(left) :]).startswith("Audits are allowed once a year")


@pytest.mark.parametrize(
    ("data", "wanted"), [(b"no PDF", LayoutWanted()), (lines_pdf([PAGE]), LayoutWanted(2)), (b"", LayoutWanted(1))]
)
def test_what_cannot_be_laid_out_is_one_typed_error(data: bytes, wanted: LayoutWanted) -> None:
    with ReadingProcess() as process:
        with pytest.raises(DocumentError):
            process.lay_out(data, wanted)
        assert process.lay_out(lines_pdf([PAGE])).lines == ()


def test_limits_hold_for_layouts() -> None:
    with ReadingProcess() as process:
        for limits in (Limits(max_pages=2), Limits(max_bytes=100), Limits(max_output_bytes=20)):
            with pytest.raises(LimitExceeded):
                process.lay_out(lines_pdf([PAGE] * 3), limits=limits)


def test_a_page_without_a_text_layer_has_no_words() -> None:
    with ReadingProcess() as process:
        assert process.lay_out(scan_pdf(first_text="A page of text."), LayoutWanted(2)).lines == ()
