"""PDFium's two faces, imported in one place because pypdfium2 ships no types.

PDFium is not thread-safe: read PDF files in processes, never in threads of one process.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

__all__ = ["address_of", "as_object", "by_address", "pdfium", "pdfium_c"]


def by_address(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """Return a function of PDFium that takes and gives plain addresses; a third faster in loops over objects."""
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


def address_of(handle: Any) -> int:
    """Return the address behind a handle, 0 for none."""
    return ctypes.addressof(handle.contents) if handle else 0


def as_object(address: int) -> Any:
    """Return the handle of the page object at ``address``."""
    return ctypes.cast(address, pdfium_c.FPDF_PAGEOBJECT)
