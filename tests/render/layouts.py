"""Every layout and format by name: ``render`` makes a document and says what is printed in it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from tests.render import markup, office, pages, text
from tests.render.compose import compose, style
from tests.render.damage import damaged
from tests.render.model import Draft, Printed, Row, Style, Table
from tests.render.values import Values, seeded
from toolkit.form import CellKey

Writer = Callable[[Draft, Random], bytes]
TEXT_ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16")


@dataclass(frozen=True)
class Layout:
    """A way of printing a report.

    ``format`` and ``suffix`` are the file's kind; ``faithful`` says whether all that the draft
    has can be told from the file by a careful reader; ``gaps`` whether an empty cell still
    shows as one (else a row with one may rightly be given up).
    """

    name: str
    format: str
    suffix: str
    write: Writer
    faithful: bool = True
    gaps: bool = True


@dataclass(frozen=True)
class Rendered:
    """A document and the oracle: per cell of its form, what is printed in its place."""

    layout: Layout
    data: bytes
    printed: dict[CellKey, Printed]
    values: Values


def _text(table: text.TableWriter, indent: str = "") -> Writer:
    def write(draft: Draft, rng: Random) -> bytes:
        return text.write(draft, table, rng, indent).encode(rng.choice(TEXT_ENCODINGS))

    return write


def _poured(draft: Draft, rng: Random) -> bytes:
    """A page whose line breaks are lost, as crawlers keep it: one line, a space where one was."""
    return " ".join(text.write(draft, text.spaces, rng).split()).encode()


def _html(page: Callable[[Draft, str], str]) -> Writer:
    def write(draft: Draft, rng: Random) -> bytes:
        charset = rng.choice(("utf-8", "utf-8", "gbk", "gb2312"))
        return markup.encoded(page(draft, charset), charset)

    return write


def _pdftotext(mode: str) -> Writer:
    return lambda draft, rng: pages.pdftotext(draft, mode, pages.paper(rng)).encode()


def _zipped(draft: Draft, _rng: Random) -> bytes:
    return office.archived({"report/annual.html": markup.clean(draft).encode()})


LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout("tabs", "text", ".txt", _text(text.tabs)),
        Layout("tabs_shifted", "text", ".txt", _text(text.tabs_shifted)),
        Layout("tabs_ragged", "text", ".txt", _text(text.tabs_ragged), gaps=False),
        Layout("pipes", "text", ".txt", _text(text.pipes)),
        Layout("bars", "text", ".txt", _text(text.bars)),
        Layout("bars_filled", "text", ".txt", _text(text.bars_filled), gaps=False),
        Layout("bars_alone", "text", ".txt", _text(text.bars_alone), gaps=False),
        Layout("bars_between", "text", ".txt", _text(text.bars_between), gaps=False),
        Layout("markdown", "markdown", ".md", _text(text.markdown)),
        Layout("lines_indented", "text", ".txt", _text(text.lines_indented, "　　")),
        Layout("lines", "text", ".txt", _text(text.lines), gaps=False),
        Layout("lines_spaced", "text", ".txt", _text(text.lines_spaced), gaps=False),
        Layout("spaces", "text", ".txt", _text(text.spaces), gaps=False),
        Layout("poured", "text", ".txt", _poured, gaps=False),
        Layout("columns", "text", ".txt", _text(text.columns)),
        Layout("pdftotext_layout", "text", ".txt", _pdftotext("layout"), faithful=False),
        Layout("pdftotext_raw", "text", ".txt", _pdftotext("raw"), faithful=False, gaps=False),
        Layout("pdftotext_plain", "text", ".txt", _pdftotext("plain"), faithful=False, gaps=False),
        Layout("csv", "csv", ".csv", lambda draft, _: text.as_csv(draft).encode("utf-8-sig")),
        Layout("html_clean", "html", ".html", _html(markup.clean)),
        Layout("html_word", "html", ".htm", _html(markup.word)),
        Layout("html_site", "html", ".html", _html(markup.site)),
        Layout("html_fragment", "html", ".html", _html(markup.fragment)),
        Layout("mhtml", "mhtml", ".mhtml", lambda draft, _: markup.mhtml(draft)),
        Layout("zip", "zip", ".zip", _zipped),
        Layout("docx", "docx", ".docx", lambda draft, _: office.word(draft)),
        Layout("xlsx", "xlsx", ".xlsx", lambda draft, _: office.sheet(draft)),
        Layout("pdf", "pdf", ".pdf", lambda draft, rng: pages.pdf(draft, pages.paper(rng))),
        Layout("png", "image", ".png", lambda draft, _: pages.picture(draft)),
        Layout("scan", "scan", ".pdf", lambda draft, rng: pages.scan(draft, pages.paper(rng))),
    )
}


def render(
    values: Values,
    layout: str,
    damages: Iterable[str] = (),
    *,
    seed: int = 0,
    look: Style | None = None,
) -> Rendered:
    """Print figures in a layout, damaged or not; the seed decides all that is left open."""
    rng = seeded(seed)
    draft = damaged(compose(values, look or style(rng)), damages, rng)
    chosen = LAYOUTS[layout]
    data = chosen.write(draft, rng)
    known = draft if chosen.gaps else draft.edit(_gaps_in_doubt)
    return Rendered(chosen, data, known.printed(), values)


def fill_template(values: Values) -> Rendered:
    """Fill figures of the 2021 edition into the official template."""
    draft = compose(values)
    layout = Layout("docx_template", "docx", ".docx", lambda draft, _: office.template(draft))
    return Rendered(layout, office.template(draft), draft.printed(), values)


def _gaps_in_doubt(table: Table) -> tuple[Table]:
    def marked(row: Row) -> Row:
        gap = any(cell.role == "value" and not cell.text for cell in row.cells)
        return row._replace(doubt=True) if gap else row

    return (table._replace(rows=tuple(map(marked, table.rows))),)
