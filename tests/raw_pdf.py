"""PDF files written by hand, for what no typesetter makes."""

from collections.abc import Iterable
from itertools import pairwise

HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
GRAPHICS = (
    "/XObject << /X1 4 0 R >> /Properties << /L1 4 0 R >>"
    " /ExtGState << /G1 << /ca 0 >> /G2 5 0 R >>"
)
# Identity-H without ToUnicode: what the codes mean can only be guessed.
NAMELESS = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+Foo /Encoding /Identity-H"
    " /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /AAAAAA+Foo /DW 500"
    " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    " /FontDescriptor << /Type /FontDescriptor /FontName /AAAAAA+Foo /Flags 4 /ItalicAngle 0"
    " /FontBBox [0 0 1000 1000] /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>] >>"
)


def pdf(
    *contents: str,
    page: str = "/MediaBox [0 0 595 842]",
    things: Iterable[str] = (),
    trailer: str = "",
    form: str = "/Fields []",
    catalog: str = "",
) -> bytes:
    """Write a PDF of one page for each content; ``things`` are objects from number 4 on.

    Pages know the fonts F1 (Helvetica), F2 (no Unicode) and F3 (object 4), the XObject X1
    (object 4), the graphics states G1 (transparent) and G2 (object 5), and the layer L1 (object 4).
    """
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /AcroForm << {form} >> {catalog} >>",
        "",
        f"<< /Font << /F1 {HELVETICA} /F2 {NAMELESS} /F3 4 0 R >> {GRAPHICS} >>",
        *things,
    ]
    kids = []
    for content in contents:
        stream = len(objects) + 1
        objects += [
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
            f"<< /Type /Page /Parent 2 0 R {page} /Resources 3 0 R /Contents {stream} 0 R >>",
        ]
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    written = "%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    written += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\n"
        f"startxref\n{len(written)}\n%%EOF\n"
    )
    return written.encode("latin-1")


def text(x: float, y: float, words: str, *, size: float = 10, font: str = "F1") -> str:
    """Set words at a place, counted from the page's lower left corner."""
    shown = words if words.startswith("<") else f"({words})"
    return f"BT /{font} {size} Tf 1 0 0 1 {x} {y} Tm {shown} Tj ET\n"


def stroke(x: float, y: float, to_x: float, to_y: float) -> str:
    """Draw a line."""
    return f"0.5 w {x} {y} m {to_x} {to_y} l S\n"


def grid(xs: Iterable[float], ys: Iterable[float]) -> str:
    """Draw all lines of a table."""
    xs, ys = sorted(xs), sorted(ys)
    across = (stroke(xs[0], y, xs[-1], y) for y in ys)
    return "".join([*across, *(stroke(x, ys[0], x, ys[-1]) for x in xs)])


def bars(xs: Iterable[float], ys: Iterable[float]) -> str:
    """Draw a table's lines as word processors do: thin filled rectangles, cell by cell."""
    xs, ys = sorted(xs), sorted(ys)
    lying = (f"{a} {y} {b - a} 0.48 re f\n" for y in ys for a, b in pairwise(xs))
    standing = (f"{x} {a} 0.48 {b - a} re f\n" for x in xs for a, b in pairwise(ys))
    return "".join([*lying, *standing])


def dots(xs: Iterable[float], ys: Iterable[float]) -> str:
    """Draw a table's lines dot by dot."""
    xs, ys = sorted(xs), sorted(ys)
    lying = ((x, y) for y in ys for x in range(int(xs[0]), int(xs[-1]) + 1, 2))
    standing = ((x, y) for x in xs for y in range(int(ys[0]), int(ys[-1]) + 1, 2))
    return "".join(f"{x} {y} 0.5 0.5 re f\n" for x, y in (*lying, *standing))


def frames(xs: Iterable[float], ys: Iterable[float]) -> str:
    """Draw a table cell by cell, each a framed rectangle."""
    xs, ys = sorted(xs), sorted(ys)
    cells = ((a, b, c, d) for a, b in pairwise(xs) for c, d in pairwise(ys))
    return "0.5 w\n" + "".join(f"{a} {c} {b - a} {d - c} re S\n" for a, b, c, d in cells)


def one_path(xs: Iterable[float], ys: Iterable[float]) -> str:
    """Draw all lines of a table as one filled path."""
    return bars(xs, ys).replace(" f\n", "\n") + "f\n"
