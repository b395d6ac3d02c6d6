"""Contracts made for the measurement: a short text, and a PDF of hundreds of pages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

_FONT: Final = ("Helvetica", 10)
_LEADING: Final = 13
_MARGIN: Final = 64
_CLAUSES: Final = """\
The Processor shall process the personal data only on documented instructions from the Controller,
including with regard to transfers of personal data to a third country, unless required to do so by
Union or Member State law to which the Processor is subject.

The Processor shall ensure that persons authorised to process the personal data have committed
themselves to confidentiality or are under an appropriate statutory obligation of confidentiality.

The Supplier maintains the laboratory software at the Customer's premises and, where necessary, by
remote access. Each intervention is recorded in the maintenance log with its date, its cause and its
duration.

Invoices are payable within thirty days of receipt. Late payment bears interest at the statutory rate.
Prices are revised each year on the anniversary of the agreement according to the published index.

The Processor shall not engage another processor without prior specific or general written authorisation
of the Controller, and shall inform the Controller of any intended changes concerning the addition or
replacement of other processors, thereby giving the Controller the opportunity to object to such
changes.

Neither party is liable for a delay caused by events beyond its reasonable control. The party concerned
tells the other without delay and resumes performance as soon as the event has ended.

The Processor shall assist the Controller, taking into account the nature of the processing, in
responding to requests for exercising the data subject's rights, and in ensuring compliance with
Articles 32 to 36.

At the choice of the Controller, the Processor shall delete or return all the personal data to the
Controller after the end of the provision of services, and shall delete existing copies.""".split("\n\n")


def write_short_contract(path: Path) -> Path:
    """Write a contract of one page as plain text and return ``path``."""
    clauses = (f"{number}. {clause}" for number, clause in enumerate(_CLAUSES, start=1))
    path.write_text("DATA PROCESSING AGREEMENT\n\n" + "\n\n".join(clauses) + "\n", encoding="utf-8")
    return path


def write_long_contract(path: Path, *, pages: int) -> Path:
    """Write a PDF of ``pages`` full pages of numbered clauses, no two alike, and return ``path``."""
    width, height = A4
    canvas = Canvas(str(path), pagesize=A4, invariant=True)
    number = 0
    for page in range(1, pages + 1):
        canvas.setFont(*_FONT)
        position = height - _MARGIN
        while position > _MARGIN + 6 * _LEADING:
            number += 1
            words = " ".join(_CLAUSES[number % len(_CLAUSES)].split())
            clause = f"{number}. {words} Reference {number * 7919 % 10007}."
            for line in simpleSplit(clause, *_FONT, width - 2 * _MARGIN):
                canvas.drawString(_MARGIN, position, line)
                position -= _LEADING
            position -= _LEADING / 2
        canvas.drawCentredString(width / 2, _MARGIN / 2, f"Page {page} of {pages}")
        canvas.showPage()
    canvas.save()
    return path
