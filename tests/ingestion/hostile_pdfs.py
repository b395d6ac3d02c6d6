"""Hostile PDF files, written object by object."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

SENTENCE = "The Processor shall assist the Controller."
SHOWN = f"BT /F1 11 Tf 72 700 Td ({SENTENCE}) Tj ET".encode()
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def raw_pdf(objects: Mapping[int, bytes], *, trailer: bytes = b"", previous: int | None = None) -> bytes:
    """Return a PDF of numbered objects with a sound table; object 1 is the catalogue."""
    data = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, content in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(data)
    size = max(objects) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        data += b"%010d 00000 %b \n" % (places.get(number, 0), b"n" if number in places else b"f")
    back = b"" if previous is None else b" /Prev %d" % (start if previous < 0 else previous)
    data += b"trailer\n<< /Size %d /Root 1 0 R%b %b >>\nstartxref\n%d\n%%%%EOF\n" % (size, back, trailer, start)
    return bytes(data)


def stream(content: bytes, *, entries: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), entries, content)


def page(
    *, contents: bytes = stream(SHOWN), box: bytes = b"0 0 595 842", page: bytes = b"", resources: bytes = b""
) -> dict[int, bytes]:
    """Return the objects of a file of one page; entries for the page and its resources may be added."""
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [%b] /Contents 4 0 R %b "
        b"/Resources << /Font << /F1 5 0 R >> %b >> >>" % (box, page, resources),
        4: contents,
        5: FONT,
    }


def pack(content: bytes, times: int = 1) -> bytes:
    """Return a stream packed once or several times over."""
    for _ in range(times):
        content = zlib.compress(content, 9)
    return stream(content, entries=b"/Filter [" + b"/FlateDecode " * times + b"]")


def flate_bomb(size: int, times: int) -> bytes:
    """Return a page whose content inflates to ``size`` blanks."""
    return raw_pdf(page(contents=pack(SHOWN + b" " * size, times)))


def flate_bomb_of_text(count: int) -> bytes:
    """Return a page that shows the same word ``count`` times."""
    return raw_pdf(page(contents=pack(b"BT /F1 11 Tf 72 700 Td " + b"(data) Tj " * count + b"ET")))


def predictor_bomb() -> bytes:
    """Return a page whose content claims rows of two billion columns."""
    entries = (
        b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2000000000 /Colors 32 /BitsPerComponent 16 >>"
    )
    return raw_pdf(page(contents=stream(zlib.compress(SHOWN), entries=entries)))


def tree_to_itself() -> bytes:
    """Return a page tree whose root is its own child."""
    return raw_pdf({**page(), 2: b"<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 3 /Parent 2 0 R >>"})


def tree_in_a_ring() -> bytes:
    """Return a page tree of two nodes that hold each other."""
    return raw_pdf(
        {
            **page(),
            2: b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>",
            6: b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 1 /Parent 2 0 R >>",
        }
    )


def page_count(count: int) -> bytes:
    """Return a file of one page that claims another number."""
    return raw_pdf({**page(), 2: b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % count})


def same_page_often(count: int) -> bytes:
    """Return a page tree that lists one page ``count`` times."""
    return raw_pdf({**page(), 2: b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b"3 0 R " * count, count)})


def deep_tree(depth: int) -> bytes:
    """Return a page tree of nodes within nodes."""
    objects = page()
    objects[2] = b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>"
    for number in range(10, 10 + depth):
        below = 3 if number == 9 + depth else number + 1
        objects[number] = b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>" % (below, number - 1)
    return raw_pdf(objects)


def box(values: str) -> bytes:
    """Return a page of another size."""
    return raw_pdf(page(box=values.encode()))


def form_in_itself() -> bytes:
    """Return a page with a form that draws itself."""
    return _forms({6: (b"/X0 Do", {0: 6})}, first=6)


def forms_doubling(depth: int) -> bytes:
    """Return a page with forms that each draw the next one twice."""
    forms = {number: (b"/X0 Do /X0 Do", {0: number + 1}) for number in range(6, 6 + depth)}
    forms[6 + depth] = (SHOWN, {})
    return _forms(forms, first=6)


def forms_nested(depth: int) -> bytes:
    """Return a page with forms within forms."""
    forms = {number: (b"/X0 Do", {0: number + 1}) for number in range(6, 6 + depth)}
    forms[6 + depth] = (SHOWN, {})
    return _forms(forms, first=6)


def _forms(forms: Mapping[int, tuple[bytes, Mapping[int, int]]], *, first: int) -> bytes:
    """Return a page that draws form ``first``; each form has its content and the forms it may draw."""
    objects = page(contents=stream(b"/X0 Do " + SHOWN), resources=b"/XObject << /X0 %d 0 R >>" % first)
    for number, (content, drawn) in forms.items():
        names = b" ".join(b"/X%d %d 0 R" % item for item in drawn.items())
        resources = b"/Resources << /Font << /F1 5 0 R >> /XObject << %b >> >>" % names
        objects[number] = stream(content, entries=b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] " + resources)
    return raw_pdf(objects)


def reference_to_itself() -> bytes:
    """Return a file whose content, length, font and box are references that lead back to themselves."""
    objects = page(page=b"/CropBox 7 0 R /Rotate 6 0 R")
    objects[4] = b"<< /Length 4 0 R >>\nstream\n%b\nendstream" % SHOWN
    objects[5] = b"<< /Type /Font /Subtype /Type0 /BaseFont /A /DescendantFonts [5 0 R] /ToUnicode 5 0 R >>"
    objects[6] = b"6 0 R"
    objects[7] = b"[7 0 R 7 0 R 7 0 R 7 0 R]"
    return raw_pdf(objects)


def table_in_a_ring() -> bytes:
    """Return a file whose table of objects names itself as the one before."""
    return raw_pdf(page(), previous=-1)


def deep_array(depth: int) -> bytes:
    """Return a file with arrays within arrays where a box is expected."""
    return raw_pdf(page(page=b"/CropBox " + b"[" * depth + b"]" * depth))


def deep_content(depth: int) -> bytes:
    """Return a page with graphics states within graphics states and an unending array."""
    return raw_pdf(page(contents=pack(b"q " * depth + SHOWN + b"[" * depth + b" TJ")))


def many_rules(count: int) -> bytes:
    """Return a page with a grid of ``count`` by ``count`` lines and words in it."""
    lines = [b"0.5 w"]
    for number in range(count):
        at = 36 + number * 520 / count
        lines.append(b"%.2f 40 m %.2f 800 l S" % (at, at))
        lines.append(b"36 %.2f m 556 %.2f l S" % (40 + number * 760 / count, 40 + number * 760 / count))
    words = b" ".join(b"BT /F1 6 Tf %d %d Td (word) Tj ET" % (40 + 13 * (n % 40), 50 + n % 700) for n in range(400))
    return raw_pdf(page(contents=pack(b"\n".join(lines) + b"\n" + words)))


def scattered_words(count: int) -> bytes:
    """Return a page with words strewn over it, each in a place of its own."""
    words = (
        b"BT /F1 4 Tf 1 0 0 1 %.1f %.1f Tm (w%d) Tj ET"
        % (30 + (n * 7919) % 5300 / 10, 30 + (n * 104_729) % 7800 / 10, n)
        for n in range(count)
    )
    return raw_pdf(page(contents=pack(b"\n".join(words))))


def wide_code_map() -> bytes:
    """Return a page whose font maps four billion codes, by way of a map that uses itself."""
    table = b"/CIDInit /ProcSet findresource begin 1 begincodespacerange <00> <FFFFFFFF> endcodespacerange\n"
    table += b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange /Self usecmap endcmap"
    objects = page()
    objects[5] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    objects[6] = stream(table, entries=b"/Type /CMap /CMapName /Self /UseCMap 6 0 R")
    return raw_pdf(objects)


def rings_beside_the_pages() -> bytes:
    """Return a file whose outline, fields, names, layers and remarks each lead back to themselves."""
    objects = page(page=b"/Annots [8 0 R 8 0 R 9 0 R] /StructParents 0")
    objects[1] = (
        b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R /AcroForm << /Fields [9 0 R 10 0 R] >> "
        b"/Names << /EmbeddedFiles 11 0 R /JavaScript 11 0 R /Dests 11 0 R >> /OCProperties << /OCGs [12 0 R] "
        b"/D << /Order 13 0 R /OFF 13 0 R /BaseState /OFF >> >> /OpenAction 14 0 R /PageLabels 11 0 R >>"
    )
    objects[6] = b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1000000000 >>"
    objects[7] = b"<< /Title (Ring) /Parent 7 0 R /First 7 0 R /Next 7 0 R /Prev 7 0 R /Dest [3 0 R /Fit] >>"
    objects[8] = (
        b"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (Remark) /Popup 8 0 R /Parent 8 0 R /IRT 8 0 R >>"
    )
    objects[9] = b"<< /FT /Tx /T (f) /V 9 0 R /Kids [9 0 R] /Parent 9 0 R /Rect [0 0 9 9] /Subtype /Widget >>"
    objects[10] = b"<< /T (g) /Kids [9 0 R 10 0 R] /Parent 10 0 R >>"
    objects[11] = b"<< /Kids [11 0 R] /Names [(a) 11 0 R] /Nums [0 11 0 R] >>"
    objects[12] = b"<< /Type /OCG /Name (Layer) /OCGs 12 0 R >>"
    objects[13] = b"[12 0 R 13 0 R]"
    objects[14] = b"<< /S /JavaScript /JS (app.alert\\(1\\)) /Next 14 0 R >>"
    return raw_pdf(objects)


def reaching_out(base: str) -> bytes:
    """Return a page with actions, forms, pictures, fonts and streams that lie under ``base``."""
    address = base.encode()
    objects = page(
        page=b"/Annots [7 0 R 8 0 R] /AA << /O 9 0 R >>",
        resources=b"/XObject << /X0 6 0 R >>",
        contents=stream(SHOWN + b" /X0 Do"),
    )
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /OpenAction 9 0 R /URI << /Base (%b) >> >>" % address
    objects[6] = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 /Ref << /F 10 0 R /Page 0 >> /F 10 0 R >>"
        b"\nstream\n\nendstream"
    )
    objects[7] = b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (%b/link) >> >>" % address
    objects[8] = b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (/bin/sh) >> >>"
    objects[9] = b"<< /S /SubmitForm /F 10 0 R /Next << /S /GoToR /F 10 0 R /D [0 /Fit] >> >>"
    objects[10] = b"<< /Type /Filespec /FS /URL /F (%b/file) /UF (%b/file) >>" % (address, address)
    return raw_pdf(objects)
