"""A relation of four documents, and what can be changed in them; all drafted for these tests."""

from __future__ import annotations

from pathlib import Path

TERMS = """GENERAL TERMS OF SALE

Codexa Ltd (the “Supplier”) sells and hosts laboratory software for business customers (the “Customer”).

1. Data protection
The Supplier processes personal data on behalf of the Customer. The details of the processing, the types of personal \
data and the categories of data subjects are set out in {annex}.

2. Audits
{audits}

3. Law
These terms are governed by the laws of Ireland.
"""
NO_AUDITS = (
    "The Customer has no right to audit the Supplier or its premises in respect of the processing of personal data."
)
MAINTENANCE = """MAINTENANCE AND SUPPORT CONTRACT

between Codexa Ltd (the “Supplier”) and Labovita SA (the “Customer”).

1. Service
The Supplier maintains the software and gives remote support with access to the Customer's systems.

2. Personal data
The Supplier shall notify the Customer of any personal data breach without undue delay. The Supplier shall ensure that \
persons authorised to process the personal data have committed themselves to confidentiality.
"""
AGREEMENT = """DATA PROCESSING AGREEMENT

between Labovita SA (the “Controller”) and Codexa Ltd (the “Processor”).

1. Subject
The Processor processes personal data on behalf of the Controller for the hosting of the laboratory software.

2. Instructions
The Processor shall process personal data only on documented instructions from the Controller.

3. Audits
The Processor shall allow for and contribute to audits, including inspections, conducted by the Controller or another \
auditor mandated by the Controller.

{more}
"""
ANNEX = """ANNEX 2 – DETAILS OF THE PROCESSING

Types of personal data: name, date of birth, test results, insurance number.
Categories of data subjects: patients, referring physicians, laboratory staff.
"""


def write_relation(
    folder: Path, *, annex: str = "Annex 2", audits: str = NO_AUDITS, more: str = "", leave_out: tuple[str, ...] = ()
) -> list[Path]:
    """Write the four documents but those left out, and return their paths."""
    texts = {
        "terms-of-sale.txt": TERMS.format(annex=annex, audits=audits),
        "maintenance-contract.txt": MAINTENANCE,
        "data-processing-agreement.txt": AGREEMENT.format(more=more),
        "annex-2.txt": ANNEX,
    }
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in texts.items():
        if name not in leave_out:
            paths.append(folder / name)
            paths[-1].write_text(text, encoding="utf-8")
    return paths
