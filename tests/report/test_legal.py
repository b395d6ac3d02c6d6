"""Legal references, as the clause library writes them, in the form of each report language."""

from __future__ import annotations

import pytest

from dpa_checker.report.catalogue import load_catalogue
from dpa_checker.report.legal import localise_reference


@pytest.mark.parametrize(
    ("reference", "language", "shown"),
    [
        ("28(3)(a)", "en", "Art. 28(3)(a)"),
        ("Art. 28(3)(a) GDPR", "de", "Art. 28 Abs. 3 lit. a"),
        ("Article 28(3)(a) GDPR", "fr", "Art. 28.3 a)"),
        ("Art. 28(2), 28(3)(d) GDPR", "de", "Art. 28 Abs. 2, Art. 28 Abs. 3 lit. d"),
        ("Articles 28(3)(f) and 33", "sv", "Art. 28.3 f, 33"),
        ("28(3) last subpara.", "de", "Art. 28 Abs. 3 UAbs. 2"),
        ("Art. 28(3) GDPR, last subparagraph", "fr", "Art. 28.3, dernier al."),
        ("Art. 28(3) GDPR, first sentence", "sv", "Art. 28.3 första meningen"),
        ("Recital 81", "fr", "Recital 81"),
        ("", "fr", ""),
    ],
)
def test_references(reference: str, language: str, shown: str) -> None:
    assert localise_reference(reference, load_catalogue(language)).replace("\u00a0", " ") == shown
