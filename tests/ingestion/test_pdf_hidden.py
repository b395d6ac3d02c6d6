"""PDF: text that a reader of the page cannot see is set aside and reported, and nothing else is."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dpa_checker.ingestion import read_bytes
from dpa_checker.model import Document, UnreadReason
from tests.ingestion.pdf_files import HEIGHT, SENTENCES, WIDTH, column

SEEN, SECRET = SENTENCES[0], SENTENCES[1]
BELOW = SENTENCES[2]
Drawing = Callable[[Canvas], None]


def page_with(draw: Drawing, *, around: bool = True) -> bytes:
    """Return a page with a visible sentence above and below of what ``draw`` puts at 200 points from the top."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    canvas.setFont("Helvetica", 11)
    if around:
        canvas.drawString(72, HEIGHT - 100, SEEN)
    canvas.saveState()
    draw(canvas)
    canvas.restoreState()
    if around:
        canvas.drawString(72, HEIGHT - 300, BELOW)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def say(canvas: Canvas, words: str = SECRET, *, x: float = 72, y: float = 200, mode: int = 0) -> None:
    """Set ``words`` with the canvas as it is."""
    text = canvas.beginText(x, HEIGHT - y)
    text.setTextRenderMode(mode)
    text.textOut(words)
    canvas.drawText(text)


def white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    say(canvas)


def nearly_white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.98, 0.98, 0.99)
    say(canvas)


def on_its_own_colour(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.1, 0.2, 0.6)
    canvas.rect(60, HEIGHT - 210, 500, 30, fill=1, stroke=0)
    canvas.setFillColorRGB(0.12, 0.2, 0.6)
    say(canvas)


def transparent(canvas: Canvas) -> None:
    canvas.setFillColor(Color(0, 0, 0, alpha=0.0))
    say(canvas)


def tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.4)
    say(canvas)


def scaled_down(canvas: Canvas) -> None:
    canvas.transform(0.03, 0, 0, 0.03, 72, HEIGHT - 200)
    canvas.drawString(0, 0, SECRET)


def beside_the_page(canvas: Canvas) -> None:
    say(canvas, x=WIDTH + 40)


def under_a_picture(canvas: Canvas) -> None:
    say(canvas)
    canvas.drawImage(ImageReader(Image.new("RGB", (50, 20), "white")), 60, HEIGHT - 215, 500, 30)


def under_a_box(canvas: Canvas) -> None:
    say(canvas)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.rect(60, HEIGHT - 215, 500, 30, fill=1, stroke=0)


def unpainted(canvas: Canvas) -> None:
    say(canvas, mode=3)


def unpainted_beside_a_small_picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (50, 20), "navy")), 72, HEIGHT - 160, 60, 30)
    say(canvas, mode=3)


def clipped(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(10, 10, 20, 20)
    canvas.clipPath(path, stroke=0, fill=0)
    say(canvas)


def in_a_form(canvas: Canvas) -> None:
    canvas.beginForm("inner")
    canvas.setFont("Helvetica", 11)
    canvas.setFillColorRGB(1, 1, 1)
    say(canvas, y=HEIGHT)
    canvas.endForm()
    canvas.translate(0, HEIGHT - 200)
    canvas.doForm("inner")


def hidden(document: Document) -> list[tuple[int | None, str]]:
    """Return the page and words of what was found hidden."""
    return [(item.page, item.excerpt) for item in document.unread if item.reason is UnreadReason.HIDDEN]


@pytest.mark.parametrize(
    "draw",
    [
        white,
        nearly_white,
        on_its_own_colour,
        transparent,
        tiny,
        scaled_down,
        beside_the_page,
        under_a_picture,
        under_a_box,
        unpainted,
        unpainted_beside_a_small_picture,
        clipped,
        in_a_form,
    ],
)
def test_text_that_cannot_be_seen_is_set_aside(draw: Drawing) -> None:
    document = read_bytes(page_with(draw))
    assert document.text == f"{SEEN}\n\n{BELOW}"
    assert hidden(document) == [(1, SECRET)]
    (aside,) = (item for item in document.unread if item.reason is UnreadReason.HIDDEN)
    assert aside.start == aside.end
    if draw is not beside_the_page:
        assert aside.start == len(SEEN)


def test_a_hidden_word_within_a_line() -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(72, HEIGHT - 200)
        text.textOut("The Processor shall ")
        text.setFillColorRGB(1, 1, 1)
        text.textOut("not ")
        text.setFillColorRGB(0, 0, 0)
        text.textOut("delete the data.")
        canvas.drawText(text)

    document = read_bytes(page_with(draw))
    assert "The Processor shall delete the data." in document.text
    assert hidden(document) == [(1, "not")]


def test_a_long_hidden_passage_is_one_report_with_its_beginning() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(1, 1, 1)
        for x, y, words in column(" ".join(SENTENCES), 72, 150, width=80):
            canvas.drawString(x, HEIGHT - y, words)

    ((page, words),) = hidden(read_bytes(page_with(draw)))
    assert page == 1
    assert words == " ".join(SENTENCES)[:200]


def table_head(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.1, 0.3, 0.5)
    canvas.rect(60, HEIGHT - 215, 500, 30, fill=1, stroke=0)
    canvas.setFillColorRGB(1, 1, 1)
    say(canvas)


def on_a_dark_picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (50, 20), "navy")), 60, HEIGHT - 215, 500, 30)
    canvas.setFillColorRGB(1, 1, 1)
    say(canvas)


def under_a_transparent_picture(canvas: Canvas) -> None:
    say(canvas)
    mark = Image.new("RGBA", (400, 60), (0, 0, 0, 0))
    ImageDraw.Draw(mark).text((10, 10), "DRAFT", fill=(200, 0, 0, 90))
    canvas.drawImage(ImageReader(mark), 60, HEIGHT - 230, 500, 60, mask="auto")


def with_a_shadow(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.7, 0.7, 0.7)
    say(canvas, x=73, y=201)
    canvas.setFillColorRGB(0, 0, 0)
    say(canvas)


def on_a_white_box(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(60, HEIGHT - 215, 500, 30, fill=1, stroke=0)
    canvas.setFillColorRGB(0, 0, 0)
    say(canvas)


def outlined(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.setStrokeColorRGB(0, 0, 0)
    say(canvas, mode=2)


def light_grey(canvas: Canvas) -> None:
    canvas.setFillGray(0.8)
    say(canvas)


def on_shaded_rows(canvas: Canvas) -> None:
    for number, words in enumerate((SECRET, "Second row of the table", "Third row of the table")):
        canvas.setFillGray(0.9 if number % 2 else 0.8)
        canvas.rect(60, HEIGHT - 205 - 14 * number, 500, 14, fill=1, stroke=0)
        canvas.setFillColorRGB(0, 0, 0)
        say(canvas, words, y=202 + 14.0 * number)


def beside_a_slope(canvas: Canvas) -> None:
    """A black triangle whose box holds the words, and which leaves them free."""
    say(canvas)
    path = canvas.beginPath()
    path.moveTo(60, HEIGHT - 140)
    path.lineTo(700, HEIGHT - 140)
    path.lineTo(700, HEIGHT - 206)
    path.close()
    canvas.drawPath(path, fill=1, stroke=0)
    canvas.setFillColorRGB(1, 1, 1)


def under_a_veil(canvas: Canvas) -> None:
    say(canvas)
    canvas.setFillColor(Color(1, 1, 0, alpha=0.6))
    canvas.rect(60, HEIGHT - 215, 500, 30, fill=1, stroke=0)


def under_a_clipped_box(canvas: Canvas) -> None:
    say(canvas)
    path = canvas.beginPath()
    path.rect(10, 10, 20, 20)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.rect(60, HEIGHT - 215, 500, 30, fill=1, stroke=0)


def under_a_tilted_box(canvas: Canvas) -> None:
    """A slanting bar below the words, which its box surrounds."""
    say(canvas)
    canvas.translate(0, HEIGHT - 285)
    canvas.rotate(8.5)
    canvas.rect(0, 0, 710, 2, fill=1, stroke=0)


def under_a_marker(canvas: Canvas) -> None:
    """Yellow that darkens what it is laid over, as a highlighter does."""
    say(canvas)
    canvas.setBlendMode("Multiply")
    canvas.setFillColorRGB(1, 1, 0)
    canvas.rect(60, HEIGHT - 215, 500, 30, fill=1, stroke=0)


@pytest.mark.parametrize(
    "draw",
    [
        beside_a_slope,
        under_a_veil,
        under_a_clipped_box,
        under_a_tilted_box,
        under_a_marker,
        table_head,
        on_a_dark_picture,
        under_a_transparent_picture,
        with_a_shadow,
        on_a_white_box,
        outlined,
        light_grey,
        on_shaded_rows,
    ],
)
def test_text_that_can_be_seen_counts(draw: Drawing) -> None:
    document = read_bytes(page_with(draw))
    assert SECRET in document.text
    assert hidden(document) == []


def scan(canvas: Canvas, *, above: bool = False) -> None:
    """Draw a page-filling picture of three lines with its text layer, which ``above`` puts the picture over."""
    picture = Image.new("RGB", (595, 842), "white")
    pen = ImageDraw.Draw(picture)
    for y in (100, 200, 300):
        pen.rectangle((72, y - 8, 520, y), fill="black")
    if not above:
        canvas.drawImage(ImageReader(picture), 0, 0, WIDTH, HEIGHT)
    for number, sentence in enumerate(SENTENCES[:3]):
        say(canvas, sentence, y=100 + 100.0 * number, mode=0 if above else 3)
    if above:
        canvas.drawImage(ImageReader(picture), 0, 0, WIDTH, HEIGHT)


@pytest.mark.parametrize("above", [False, True])
def test_the_text_layer_of_a_scan_counts(above: bool) -> None:
    document = read_bytes(page_with(lambda canvas: scan(canvas, above=above), around=False))
    assert all(sentence in document.text for sentence in SENTENCES[:3])
    assert hidden(document) == []


def test_the_text_layer_of_a_picture_on_a_page_with_text() -> None:
    def draw(canvas: Canvas) -> None:
        picture = Image.new("RGB", (500, 40), "white")
        ImageDraw.Draw(picture).text((12, 15), SECRET, fill="black", font_size=11)
        canvas.drawImage(ImageReader(picture), 60, HEIGHT - 216, 500, 40)
        say(canvas, mode=3)

    document = read_bytes(page_with(draw))
    assert SECRET in document.text
    assert hidden(document) == []


def test_unpainted_text_does_not_hide_behind_a_letterhead() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("RGB", (50, 70), (250, 250, 250))), 0, 0, WIDTH, HEIGHT)
        for x, y, words in column(" ".join(SENTENCES[3:]), 72, 400, width=80):
            canvas.drawString(x, HEIGHT - y, words)
        say(canvas, mode=3)

    document = read_bytes(page_with(draw))
    assert SECRET not in document.text
    assert (1, SECRET) in hidden(document)


@pytest.mark.parametrize(("crop", "found"), [((0, 0, 595, 700), True), ((0, 0, 595, 842), False)])
def test_text_outside_the_crop_box(crop: tuple[float, float, float, float], found: bool) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(page_with(lambda canvas: say(canvas, y=50)))) as source:
        source.pages[0].cropbox = pikepdf.Rectangle(*crop)
        source.save(target)
    document = read_bytes(target.getvalue())
    assert (SECRET not in document.text) is found
    assert [SECRET in words for _, words in hidden(document)] == ([True] if found else [])


@pytest.mark.parametrize("off", [True, False])
@pytest.mark.parametrize("packed", [True, False])
def test_a_layer_that_is_off(off: bool, packed: bool) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(page_with(lambda canvas: None))) as source:
        group = source.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Variant"))
        default = pikepdf.Dictionary(OFF=pikepdf.Array([group] if off else []))
        source.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([group]), D=default)
        page = source.pages[0]
        page.Resources.Properties = pikepdf.Dictionary(Layer=group)
        words = f"/OC /Layer BDC BT /F1 11 Tf 72 600 Td ({SECRET}) Tj ET EMC".encode()
        page.contents_add(words)
        mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
        source.save(target, object_stream_mode=mode)
    document = read_bytes(target.getvalue())
    assert (SECRET not in document.text) is off
    assert hidden(document) == ([(1, SECRET)] if off else [])
    assert SEEN in document.text


def test_a_page_of_hidden_text_only() -> None:
    document = read_bytes(page_with(white, around=False))
    assert document.text == ""
    assert hidden(document) == [(1, SECRET)]
