"""PDFium's two faces, imported in one place because pypdfium2 ships no types.

PDFium is not thread-safe: read PDF files in processes, never in threads of one process.
"""

from __future__ import annotations

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

__all__ = ["pdfium", "pdfium_c"]
