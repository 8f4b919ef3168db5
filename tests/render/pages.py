"""A draft as pages: a ruled PDF, what pdftotext makes of it, a picture, a scan."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random

import pylopdf_fonts_zh_cn
import typst
from PIL import Image

from tests.render import text
from tests.render.model import Cell, Draft, PageBreak, Paragraph, Table
from tests.render.text import kept
from tests.render.values import seeded

EAST_ASIAN = 0x2E80
GAPS = re.compile(r"(?<=[0-9]) (?=[0-9])")
NUMBERS = re.compile("[0-9０-９.,，．+-]+")
SOME_DAY = datetime(2023, 1, 20, tzinfo=UTC)
MARKS = {ord(mark): f"\\{mark}" for mark in "\\#*_`$<>@[]=-+/~'\"."}
LABEL_COLUMNS = {
    "proactive": ("1.4fr",),
    "applications": ("1.9em", "4.2em", "2.2fr"),
    "challenges": (),
}


@dataclass(frozen=True)
class Paper:
    """How the pages are cut: their height in millimetres, and whether heads are repeated."""

    height: int = 297
    repeat_head: bool = False
    number: str = "- 1 -"
    sans: bool = False


def paper(rng: Random) -> Paper:
    """Draw a paper; an odd height makes the pages break anywhere."""
    return Paper(
        height=rng.choice((297, 297, rng.randrange(120, 400))),
        repeat_head=rng.random() < 0.3,
        number=rng.choice(("- 1 -", "— 1 —", "1")),
        sans=rng.random() < 0.5,
    )


@cache
def compiler() -> typst.Compiler:
    """Return a typesetter that knows the package's own fonts alone, the same everywhere."""
    fonts = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Compiler(font_paths=[str(fonts)], ignore_system_fonts=True)


def pdf(draft: Draft, sheet: Paper | None = None) -> bytes:
    """Set a PDF with text and ruled tables."""
    made = compiler().compile(
        source(draft, sheet or Paper()).encode(), format="pdf", timestamp=SOME_DAY
    )
    assert isinstance(made, bytes)
    return made


def pictures(draft: Draft, sheet: Paper | None = None, ppi: int = 150) -> list[bytes]:
    """Draw every page as a PNG."""
    made = compiler().compile(source(draft, sheet or Paper()).encode(), format="png", ppi=ppi)
    return [page for page in (made if isinstance(made, list) else [made]) if page]


def picture(draft: Draft, ppi: int = 150) -> bytes:
    """Draw the whole report as one long PNG."""
    return pictures(draft, Paper(height=0), ppi)[0]


def scan(draft: Draft, sheet: Paper | None = None, ppi: int = 150) -> bytes:
    """Make a PDF of pictures alone, as a scanner does."""
    pages = [Image.open(io.BytesIO(page)).convert("L") for page in pictures(draft, sheet, ppi)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=ppi)
    return out.getvalue()


def pdftotext(draft: Draft, mode: str, sheet: Paper | None = None) -> str:
    """Text that poppler's pdftotext makes (mode ``layout``, ``raw`` or ``plain``).

    Where it is not installed, a likeness stands in for it.
    """
    tool = shutil.which("pdftotext")
    if tool is None:
        like = {"layout": text.columns, "raw": text.spaces, "plain": text.lines_spaced}[mode]
        return text.write(draft, like, seeded(0))
    options = [] if mode == "plain" else [f"-{mode}"]
    run = [tool, *options, "-enc", "UTF-8", "-", "-"]
    done = subprocess.run(run, input=pdf(draft, sheet), capture_output=True, check=True)
    return done.stdout.decode()


def source(draft: Draft, sheet: Paper) -> str:
    """Typesetter's source of the whole report."""
    before, after = sheet.number.split("1")
    height = "auto" if sheet.height == 0 else f"{sheet.height}mm"
    # A lone digit needs no dashes: str() keeps the brackets of content apart from them.
    footer = f'align(center, "{before}" + str(counter(page).get().first()) + "{after}")'
    lines = [
        f"#set page(width: 210mm, height: {height}, margin: 18mm, footer: context {footer})",
        f'#set text(font: "Noto {"Sans" if sheet.sans else "Serif"} SC", size: 9pt, lang: "zh")',
        "#set par(first-line-indent: 2em)",
        "#show table: set par(first-line-indent: 0em)",
        "#set table(stroke: 0.5pt, align: center + horizon, inset: 4pt)",
    ]
    for block in draft.blocks:
        if isinstance(block, Table):
            lines.append(_table(kept(block), sheet))
        elif isinstance(block, PageBreak):
            lines.append("#pagebreak(weak: true)" if sheet.height else _text(block.text))
        elif isinstance(block, Paragraph):
            size = {"title": "16pt", "heading": "12pt"}.get(block.role, "9pt")
            lines.append(f"\n#text({size})[{_text(block.text)}]\n")
    return "\n".join(lines)


def _text(plain: str) -> str:
    # A gap between two numbers has to be seen: a mere space is lost when text is taken out.
    return GAPS.sub("#h(1em)", plain.translate(MARKS)).replace("\n", " \\\n")


def _width(plain: str) -> int:
    """Width of the longest number, in half-width characters: all else may be wrapped."""
    runs = NUMBERS.findall(plain)
    return max((sum(1 + (ord(char) > EAST_ASIAN) for char in run) for run in runs), default=0)


def _cell(cell: Cell) -> str:
    spans = f"rowspan: {cell.rows}, colspan: {cell.cols}"
    return f"table.cell({spans})[{_text(cell.text)}]"


def _table(table: Table, sheet: Paper) -> str:
    def cells(rows: Iterator[Cell]) -> str:
        return ", ".join(map(_cell, rows))

    top = 0
    while top < len(table.rows) and table.rows[top].kind == "head":
        top += 1
    head = cells(cell for row in table.rows[:top] for cell in row.cells)
    body = cells(cell for row in table.rows[top:] for cell in row.cells)
    if head:
        head = f"table.header(repeat: {str(sheet.repeat_head).lower()}, {head}),"
    # Figures shrink to fit their boxes: what a typesetter lets run over no office program does.
    widths = [_width(c.text) for row in table.rows for c in row.cells if c.role == "value"]
    room = 5 if table.name == "challenges" else 7
    size = f"{9 * room / max([room, *widths]):.1f}pt"
    labels = LABEL_COLUMNS[table.name]
    columns = ", ".join((*labels, *["1fr"] * (table.width - len(labels))))
    return f"#[#set text({size})\n#table(columns: ({columns}), {head} {body})]"
