"""The reading process draws pages, and can be interrupted."""

from __future__ import annotations

import io
import threading
import time

import pytest
from PIL import Image

from dpa_checker.errors import DamagedDocument, DocumentError, LimitExceeded
from dpa_checker.ingestion.isolation import PageWanted, ReadingProcess
from dpa_checker.ingestion.limits import Limits
from tests.ingestion.pdf_files import lines_pdf

PAGE = [(50.0, 60.0, "The Processor shall notify the Controller of a breach.")]


def test_a_page_is_drawn_as_wide_as_wanted_with_its_marks() -> None:
    data = lines_pdf([PAGE, PAGE])
    box = (48.0, 50.0, 330.0, 64.0, False)
    with ReadingProcess() as process:
        plain = Image.open(io.BytesIO(process.draw(data, PageWanted(2, 600))))
        marked = Image.open(io.BytesIO(process.draw(data, PageWanted(2, 600, (box,)))))
        assert process.read(data).pages == 2
    assert plain.size == marked.size == (600, 849)
    scale = 600 / 595.28
    assert plain.getpixel((int(52 * scale), int(51.5 * scale))) == (255, 255, 255)
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
