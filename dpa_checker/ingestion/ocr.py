"""Text recognition (OCR) of a page image: Tesseract where it is installed, else RapidOCR (the ``ocr`` extra).

Both run on the machine itself; nothing is fetched.  A recogniser takes the grey values of a page, row by row
from the top left, and gives its lines with their places in pixels and a confidence from 0 to 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol

from dpa_checker.errors import LimitExceeded

#: ISO 639-1 codes and Tesseract's names of their models.
_TESSERACT_NAMES: Final = {
    "bg": "bul",
    "cs": "ces",
    "da": "dan",
    "de": "deu",
    "el": "ell",
    "en": "eng",
    "es": "spa",
    "et": "est",
    "fi": "fin",
    "fr": "fra",
    "ga": "gle",
    "hr": "hrv",
    "hu": "hun",
    "it": "ita",
    "lt": "lit",
    "lv": "lav",
    "mt": "mlt",
    "nl": "nld",
    "pl": "pol",
    "pt": "por",
    "ro": "ron",
    "sk": "slk",
    "sl": "slv",
    "sv": "swe",
}
#: Languages whose letters the model that comes with RapidOCR knows.
_RAPIDOCR_LANGUAGES: Final = frozenset(_TESSERACT_NAMES) - {"bg", "el"}
_SECONDS_A_PAGE: Final = 60
_FEWEST_COLUMNS: Final = 12
_WORD_LEVEL: Final = "5"
_LEAST_CONFIDENCE: Final = 0.3
_FEWEST_LETTERS: Final = 60
_BATCH: Final = 6


@dataclass(frozen=True, slots=True)
class PageImage:
    """The grey values of a page, one byte a pixel, ``width`` times ``height``; ``dpi`` pixels to the inch."""

    pixels: bytes
    width: int
    height: int
    dpi: int


@dataclass(frozen=True, slots=True)
class RecognisedWord:
    """A word of a line with its left and right edge."""

    text: str
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line of recognised text with its edges in pixels from the top left, and how sure it is (0 to 1).

    ``words`` are its parts between blanks, when the recogniser tells them.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    words: tuple[RecognisedWord, ...] = ()

    def scaled(self, factor: float) -> RecognisedLine:
        """Return the line with all edges multiplied, as from pixels to points."""
        return RecognisedLine(
            self.text,
            self.x0 * factor,
            self.y0 * factor,
            self.x1 * factor,
            self.y1 * factor,
            self.confidence,
            tuple(RecognisedWord(word.text, word.x0 * factor, word.x1 * factor) for word in self.words),
        )


@dataclass(frozen=True, slots=True)
class Recognition:
    """How pages are to be recognised while a file is read.

    ``wanted``: at all; ``languages`` (ISO 639-1): those of the text, when known; ``on_page`` is called with the
    number of each page that was dealt with, so that a caller with a limit on time sees that work goes on.
    """

    wanted: bool = True
    languages: tuple[str, ...] = ()
    on_page: Callable[[int], None] = lambda number: None  # noqa: ARG005


_CURRENT: Final[ContextVar[Recognition | None]] = ContextVar("recognition", default=None)


def current_recognition() -> Recognition:
    """Return how pages are to be recognised here and now."""
    return _CURRENT.get() or Recognition()


@contextmanager
def recognition(settings: Recognition) -> Iterator[None]:
    """Recognise pages by ``settings`` within the context, at whatever depth of a file they are met."""
    token = _CURRENT.set(settings)
    try:
        yield
    finally:
        _CURRENT.reset(token)


class Recogniser(Protocol):
    """Recognises the text of page images."""

    #: Name of the program and its models, for the report.
    name: str

    def narrowed(self, text: str) -> Recogniser | None:
        """Return the recogniser for the language of ``text`` alone, None when it would be the same."""
        ...

    def recognise(self, image: PageImage) -> tuple[RecognisedLine, ...]:
        """Return the lines of ``image``; raises ``LimitExceeded`` when it takes too long."""
        ...


def find_recogniser(languages: Sequence[str]) -> Recogniser | None:
    """Return what can recognise text in ``languages`` (ISO 639-1; empty: not known), None when nothing can.

    Tesseract comes first: it is faster and surer of accents (`docs/ingestion.md` has the figures).
    """
    program, installed = _tesseract()
    wanted = languages or tuple(_TESSERACT_NAMES)
    models = [_TESSERACT_NAMES[code] for code in wanted if _TESSERACT_NAMES.get(code) in installed]
    if program and models:
        return _Tesseract(program, models)
    if _has_rapidocr() and (not languages or _RAPIDOCR_LANGUAGES & set(languages)):
        return _RapidOcr()
    return None


@cache
def _tesseract() -> tuple[str | None, frozenset[str]]:
    """Return the path of Tesseract and its installed models, once a process."""
    program = shutil.which("tesseract")
    if program is None:
        return None, frozenset()
    try:
        listed = subprocess.run(  # noqa: S603  a fixed command
            [program, "--list-langs"], capture_output=True, check=True, timeout=_SECONDS_A_PAGE
        )
    except (OSError, subprocess.SubprocessError):
        return None, frozenset()
    return program, frozenset(listed.stdout.decode("utf-8", "replace").split()[1:])


def _has_rapidocr() -> bool:
    """Tell whether the ``ocr`` extra is installed, without loading it."""
    from importlib.util import find_spec

    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


class _Tesseract:
    """Tesseract as a program of its own: the image goes in by a pipe, a table of words comes back."""

    def __init__(self, program: str, models: Sequence[str]) -> None:
        self._program = program
        self._models = tuple(models)
        self.name = f"Tesseract, {'+'.join(models)}"

    def narrowed(self, text: str) -> Recogniser | None:
        """Return Tesseract with the one model of the language that ``text`` is in, when it is installed."""
        from dpa_checker.language import detect_language  # heavy, and needed for scans only

        model = _TESSERACT_NAMES.get(detect_language(text) or "")
        if model not in self._models or len(self._models) == 1 or len(text) < _FEWEST_LETTERS:
            return None
        return _Tesseract(self._program, [model])

    def recognise(self, image: PageImage) -> tuple[RecognisedLine, ...]:
        """Return the lines that Tesseract finds."""
        header = f"P5 {image.width} {image.height} 255\n".encode("ascii")
        command = [
            self._program,
            "stdin",
            "stdout",
            "-l",
            "+".join(self._models),
            "--dpi",
            str(image.dpi),
            "--psm",
            "3",
            "tsv",
        ]
        environment = {"PATH": os.environ.get("PATH", os.defpath), "OMP_THREAD_LIMIT": "1", "LC_ALL": "C"}
        if "TESSDATA_PREFIX" in os.environ:
            environment["TESSDATA_PREFIX"] = os.environ["TESSDATA_PREFIX"]
        try:
            result = subprocess.run(  # noqa: S603  a fixed command, the image by standard input
                command,
                input=header + image.pixels,
                capture_output=True,
                env=environment,
                timeout=_SECONDS_A_PAGE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise LimitExceeded(
                f"Text recognition of a page took more than {_SECONDS_A_PAGE} seconds. "
                f"Supply a version with text, or a scan of lower resolution."
            ) from error
        return tuple(_read_table(result.stdout.decode("utf-8", "replace"))) if result.returncode == 0 else ()


def _read_table(table: str) -> Iterable[RecognisedLine]:
    """Yield the lines of Tesseract's table of words (TSV), where blocks, paragraphs and lines are numbered."""
    lines: dict[tuple[str, ...], list[tuple[str, float, float, float, float, float]]] = {}
    for row in table.splitlines()[1:]:
        columns = row.split("\t", _FEWEST_COLUMNS - 1)
        if len(columns) < _FEWEST_COLUMNS or columns[0] != _WORD_LEVEL or not columns[11].strip():
            continue
        left, top, width, height, confidence = (float(column) for column in columns[6:11])
        word = (columns[11].strip(), left, top, left + width, top + height, max(0.0, confidence) / 100)
        lines.setdefault(tuple(columns[1:5]), []).append(word)
    for words in lines.values():
        letters = sum(len(word[0]) for word in words)
        confidence = sum(len(word[0]) * word[5] for word in words) / letters
        if confidence >= _LEAST_CONFIDENCE:
            yield RecognisedLine(
                " ".join(word[0] for word in words),
                min(word[1] for word in words),
                min(word[2] for word in words),
                max(word[3] for word in words),
                max(word[4] for word in words),
                round(confidence, 4),
                tuple(RecognisedWord(word[0], word[1], word[3]) for word in words),
            )


class _RapidOcr:
    """RapidOCR with the models that come with its package."""

    name = "RapidOCR"

    def narrowed(self, text: str) -> Recogniser | None:  # noqa: ARG002  it has one model for all
        """Return None: one model reads all languages."""
        return None

    def recognise(self, image: PageImage) -> tuple[RecognisedLine, ...]:
        """Return the lines that RapidOCR finds."""
        import numpy

        grey = numpy.frombuffer(image.pixels, dtype=numpy.uint8).reshape(image.height, image.width)
        result = _rapidocr_engine()(numpy.repeat(grey[:, :, None], 3, axis=2))
        if result.txts is None:
            return ()
        return tuple(
            RecognisedLine(
                text,
                float(min(point[0] for point in corners)),
                float(min(point[1] for point in corners)),
                float(max(point[0] for point in corners)),
                float(max(point[1] for point in corners)),
                round(float(score), 4),
            )
            for text, score, corners in zip(result.txts, result.scores, result.boxes, strict=True)
            if text.strip() and score >= _LEAST_CONFIDENCE
        )


@cache
def _rapidocr_engine() -> Any:
    """Return the engine, loaded once a process, and silent: its log would hold contract text."""
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return RapidOCR(params={"Rec.rec_batch_num": _BATCH, "Global.log_level": "critical"})
