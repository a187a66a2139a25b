"""PDFs written by hand, object by object, for tests of what is done with odd ones."""

import zlib

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def line(text: str, x: float = 72, y: float = 700, size: float = 12) -> bytes:
    """The drawing of one line of text, which must have no brackets or backslashes."""
    return f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n".encode("latin-1")


def image(width: int = 4, height: int = 4, grey: int = 200) -> bytes:
    """An image of one shade, as the object of a PDF."""
    data = zlib.compress(bytes([grey]) * (width * height))
    head = (
        f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 8 /ColorSpace /DeviceGray"
    )
    return head.encode() + b" /Filter /FlateDecode /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"


def pdf(
    *pages: bytes, page: str = "", resources: str = "", catalog: str = "", objects: dict[int, bytes] | None = None
) -> bytes:
    """A PDF of Letter pages with these drawings.

    Args:
        pages: what is drawn on each page; `/F1` is Helvetica.
        page: further entries of every page.
        resources: further entries of the resources of every page.
        catalog: further entries of the catalog.
        objects: further objects, by number from 900.
    """
    kids = " ".join(f"{10 + 2 * at} 0 R" for at in range(len(pages)))
    held = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        3: FONT,
    }
    for at, drawing in enumerate(pages):
        held[10 + 2 * at] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {11 + 2 * at} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> {resources} >> {page} >>"
        ).encode()
        held[11 + 2 * at] = b"<< /Length %d >>\nstream\n" % len(drawing) + drawing + b"\nendstream"
    return written({**held, **(objects or {})})


def written(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first of them its catalog."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    xref, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    return bytes(out + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, xref))
