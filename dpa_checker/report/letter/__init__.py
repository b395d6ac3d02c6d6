"""The report to send: a document for the other party, as PDF to read and as DOCX to work on.

``build_letter`` arranges a report with its reviews and proposed clauses once; ``render_pdf`` and ``render_docx`` lay
the same arrangement out.  What is internal stays out unless the options ask for it.  The writers need the ``letter``
extra.
"""

from dpa_checker.report.letter.arrangement import build_letter
from dpa_checker.report.letter.options import LetterOptions, Remark, Review
from dpa_checker.report.letter.render_docx import render_docx
from dpa_checker.report.letter.render_pdf import render_pdf
from dpa_checker.report.letter.value import Letter

__all__ = ["Letter", "LetterOptions", "Remark", "Review", "build_letter", "render_docx", "render_pdf"]
