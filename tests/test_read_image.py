"""The reader of scans and pictures: what it is sure of is right, the rest says that it is not."""

import io
import sys
import zlib
from dataclasses import replace
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
import typst

from tests import raw_pdf
from tests.documents import grids, lines, only_grid
from tests.render import distinct, fill_template
from tests.render.values import seeded
from toolkit.errors import DocumentError, MissingExtraError
from toolkit.read import image, pdf, read
from toolkit.read.document import Document, Grid, Slot
from toolkit.read.letters import has_digit
from toolkit.read.page import Line, is_full
from toolkit.read.ruling import Box, Lattice
from toolkit.report import parse

SOURCE = """
#set page(width: 150mm, height: 80mm, margin: 10mm)
#set text(font: "Noto Serif SC", size: 10pt)
#set table(stroke: 0.6pt, align: center + horizon)
第三部分 收到 128 件
#table(columns: (1em + 10pt, 2fr, 1fr, 1fr, 1fr), rows: 20pt,
  table.cell(rowspan: 3)[三、\\ 办\\ 理], [予以公开], [1288], [21], [],
  [不予公开], [3985], [-], [0],
  [其他处理], [96171.6], [/], [7],
  table.cell(colspan: 2)[总计], [105], [64], [351])
"""
PRINTED = [
    ["三、\n办\n理", "予以公开", "1288", "21", ""],
    ["不予公开", "3985", "-", "0"],
    ["其他处理", "96171.6", "/", "7"],
    ["总计", "105", "64", "351"],
]


@cache
def drawn(source: str = SOURCE) -> bytes:
    fonts = Path(pylopdf_fonts_zh_cn.__file__).parent
    made = typst.compile(
        source.encode(), format="png", ppi=200, font_paths=[str(fonts)], ignore_system_fonts=True
    )
    assert isinstance(made, bytes)
    return made


BOX = Box(10, 10, 60, 20)
WORD = Box(30, 12, 40, 18)
EM = 20.0


class Blank:
    """A cell of a picture in which there is no ink."""

    def has_ink(self, _box: Box) -> bool:
        return False

    is_crossed = is_open = has_ink


def rows_of(document: Document) -> list[list[Slot]]:
    return [list(row) for row in only_grid(document).rows]


def certain(slots: list[list[Slot]]) -> list[list[str]]:
    return [["?" if slot.doubtful else slot.text for slot in row] for row in slots]


@pytest.fixture
def engine() -> None:
    pytest.importorskip("rapidocr")


@pytest.mark.usefixtures("engine")
def test_picture_of_a_table_is_read_cell_by_cell() -> None:
    found = image.read(drawn())
    rows = rows_of(found)
    slash = rows[2][2]
    assert slash.doubtful or slash.text == "/"  # never a certain 1
    rows[2][2] = slash._replace(text="/", doubtful=False)
    assert certain(rows) == PRINTED
    assert [[(slot.column, slot.width) for slot in row] for row in rows] == [
        [(0, 1), (1, 1), (2, 1), (3, 1), (4, 1)],
        [(1, 1), (2, 1), (3, 1), (4, 1)],
        [(1, 1), (2, 1), (3, 1), (4, 1)],
        [(0, 2), (2, 1), (3, 1), (4, 1)],
    ]
    assert lines(found) == ["第三部分收到128件"]
    assert (found.format, found.layout) == ("image", "scan")
    assert rows[0][2].place.startswith("page 1, box ")


@pytest.mark.usefixtures("engine")
def test_scan_in_a_pdf_has_its_places_in_points() -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(drawn())).convert("L").save(out, "PDF", resolution=200)
    found = pdf.read(out.getvalue())
    assert certain(rows_of(found))[3] == PRINTED[3]
    assert found.notes == ("page 1: recognised from its picture",)
    assert (found.format, found.layout) == ("pdf", "scan")
    left, top, right, bottom = map(int, rows_of(found)[3][3].place.split("box ")[1].split(","))
    assert (right, bottom) == pytest.approx((397, 128), abs=2)
    assert (right - left, bottom - top) == pytest.approx((71, 20), abs=2)


@pytest.mark.usefixtures("engine")
def test_scan_with_a_page_number_as_text_is_a_scan() -> None:
    from PIL import Image

    scan = Image.open(io.BytesIO(drawn())).convert("L")
    width, height = scan.size
    pixels = zlib.compress(scan.tobytes()).decode("latin-1")
    picture = (
        f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 8"
        f" /ColorSpace /DeviceGray /Filter /FlateDecode /Length {len(pixels)} >>"
        f"\nstream\n{pixels}\nendstream"
    )
    page = f"/MediaBox [0 0 {width * 0.36} {height * 0.36}]"
    placed = f"q {width * 0.36} 0 0 {height * 0.36} 0 0 cm /X1 Do Q\n"
    found = pdf.read(
        raw_pdf.pdf(placed + raw_pdf.text(200, 9, "- 3 -"), page=page, things=[picture])
    )
    assert "收到128件" in "".join(lines(found))


@pytest.mark.usefixtures("engine")
def test_figures_without_a_ruled_table_are_doubtful_in_a_scan() -> None:
    from PIL import Image

    bare = SOURCE.replace("stroke: 0.6pt", "stroke: none")
    out = io.BytesIO()
    Image.open(io.BytesIO(drawn(source=bare))).convert("L").save(out, "PDF", resolution=200)
    found = pdf.read(out.getvalue())
    assert found.layout == "scan"
    slots = [slot for grid in grids(found) for row in grid.rows for slot in row]
    assert any(slot.text == "351" for slot in slots)
    assert all(slot.doubtful for slot in slots)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("tilt", [-2.3, 1.1])
def test_page_askew_is_levelled(tilt: float) -> None:
    from PIL import Image

    out = io.BytesIO()
    page = Image.open(io.BytesIO(drawn())).convert("L")
    page.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=255).save(out, "PNG")
    rows = rows_of(image.read(out.getvalue()))
    assert [len(row) for row in rows] == [5, 4, 4, 4]
    assert certain(rows)[3] == PRINTED[3]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("cut", "last"), [(0, ["", "0", "7", "351"]), (12, ["?", "0", "7", "351"]), (25, ["?"] * 4)]
)
def test_cell_that_the_pictures_edge_cuts_is_not_empty(cut: int, last: list[str]) -> None:
    from PIL import Image

    page = Image.open(io.BytesIO(drawn())).convert("L")
    out = io.BytesIO()
    page.crop((0, 0, round(page.width * (1 - cut / 150)), page.height)).save(out, "PNG")
    assert [row[-1] for row in certain(rows_of(image.read(out.getvalue())))] == last


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("kept", range(202, 227, 4))  # the digits stand between 205 and 227
def test_digits_that_the_pictures_edge_cuts_are_neither_numbers_nor_dashes(kept: int) -> None:
    from PIL import Image

    page = Image.open(io.BytesIO(drawn())).convert("L")
    out = io.BytesIO()
    page.crop((0, 0, page.width, kept)).save(out, "PNG")
    assert certain(rows_of(image.read(out.getvalue())))[-1][-3:] == ["?"] * 3


@pytest.mark.usefixtures("engine")
def test_photograph_taken_from_aside_is_squared() -> None:
    from PIL import Image

    page = Image.open(io.BytesIO(drawn())).convert("L")
    wide, high = page.size
    corners = (-30, -40, -50, high + 20, wide + 60, high + 50, wide + 20, -20)  # of what is seen
    out = io.BytesIO()
    page.transform(page.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC).save(
        out, "PNG"
    )
    rows = rows_of(image.read(out.getvalue()))
    assert [len(row) for row in rows] == [5, 4, 4, 4]
    assert certain(rows)[3] == PRINTED[3]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("blur", [1, 2, 4, 7])
def test_blurred_page_gives_no_wrong_number(blur: int) -> None:
    from PIL import Image, ImageFilter

    out = io.BytesIO()
    page = Image.open(io.BytesIO(drawn())).convert("L")
    page.filter(ImageFilter.GaussianBlur(blur)).save(out, "JPEG", quality=30)
    try:
        found = image.read(out.getvalue())
    except DocumentError:
        return
    printed = {text for row in PRINTED for text in row}
    for slot in (slot for grid in grids(found) for row in grid.rows for slot in row):
        number = slot.text.replace(".", "").isdigit()
        assert slot.doubtful or not number or slot.text in printed


def test_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    image.engine.cache_clear()
    said = r"run `make extras`, or pip install .ogi-toolkit\[ocr\]"
    with pytest.raises(MissingExtraError, match=said):
        image.read(drawn())


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x89PNG\r\n\x1a\n", "damaged or of an unknown kind"),
        (b"BM" + bytes(60), "damaged or of an unknown kind"),
    ],
)
def test_bad_pictures_say_what_is_wrong(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        image.read(data)
    assert caught.value.stage == "parse"


@pytest.mark.usefixtures("engine")
def test_cut_off_and_huge_and_empty_pictures_are_refused() -> None:
    from PIL import Image

    with pytest.raises(DocumentError, match="damaged or of an unknown kind"):
        image.read(drawn()[: len(drawn()) // 2])
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    with pytest.raises(DocumentError, match="page 1 has 9000 by 9000 pixels"):
        image.read(out.getvalue())
    out = io.BytesIO()
    Image.new("L", (9000, 60)).save(out, "PNG")
    with pytest.raises(DocumentError, match="page 1 has 9000 by 60 pixels"):
        image.read(out.getvalue())
    out = io.BytesIO()
    Image.new("L", (800, 600), 255).save(out, "PNG")
    with pytest.raises(DocumentError, match="nothing readable"):
        image.read(out.getvalue())


def shapes(*sizes: tuple[int, int], lean: float = 0.0, hole: float = 0.0) -> list[object]:
    pytest.importorskip("cv2")
    from toolkit.read.picture import Shape

    foot = max((height for _, height in sizes), default=0)
    return [Shape(width, height, lean, hole, foot - height) for width, height in sizes]


@pytest.mark.parametrize(
    ("number", "sizes", "lean", "borne_out"),
    [
        ("145", [(10, 20), (12, 20), (12, 20)], 0.0, True),
        ("0", [(12, 20)], 0.0, False),  # not a ring
        ("96.5", [(12, 20), (12, 20), (3, 3), (12, 20)], 0.0, True),
        ("-5", [(8, 2), (12, 20)], 0.0, True),
        ("5", [(8, 2), (12, 20)], 0.0, False),  # the sign was not read
        ("965", [(12, 20), (12, 20), (3, 3), (12, 20)], 0.0, False),  # nor the point
        ("1", [(10, 20), (12, 20)], 0.0, False),  # nor a digit
        ("2", [(26, 20)], 0.0, False),  # two digits in one piece of ink
        ("22", [(26, 20)], 0.0, True),
        ("1244", [(9, 20), (12, 20), (26, 20)], 0.0, True),
        ("4412", [(26, 20), (5, 20), (12, 20)], 0.0, False),  # a stem behind two digits
        ("222", [(26, 20), (12, 20), (12, 20)], 0.0, False),
        ("33", [(20, 20)], 0.0, False),  # too wide for one digit, too narrow for two
        ("1", [(8, 20)], 0.3, False),  # a slash
        ("7", [(12, 20)], 0.3, True),
        ("1", [(4, 20)], 0.0, False),  # the stem of a worn 4
        ("1,234", [(9, 20), (3, 6), (12, 20), (12, 20), (12, 20)], 0.0, False),  # or a point
        ("1.23", [(9, 20), (3, 6), (12, 20), (12, 20)], 0.0, True),
        ("7", [], 0.0, False),
    ],
)
def test_number_is_held_against_its_ink(
    number: str, sizes: list[tuple[int, int]], lean: float, *, borne_out: bool
) -> None:
    assert image._borne_out(number, shapes(*sizes, lean=lean)) is borne_out


@pytest.mark.parametrize(
    ("text", "hole", "read", "certain"),
    [
        ("0", 0.8, "0", True),
        ("O", 0.8, "0", True),
        ("O", 0.4, "O", True),  # certain not to be a number
        ("6", 0.8, "6", False),
        ("6", 0.5, "6", True),
    ],
)
def test_ring_alone_in_a_cell_is_zero(text: str, hole: float, read: str, *, certain: bool) -> None:
    word = image._judged(BOX, text, (0.85,), [shapes((12, 20), hole=hole)], EM)
    assert (word.text, word.certain) == (read, certain)


@pytest.mark.parametrize(
    ("digits", "hole", "borne_out"),
    [
        ("8", 0.0, False),
        ("4689", 0.4, True),
        ("12357", 0.4, False),
        ("2357", 0.1, True),
        ("2345679", 0.0, True),
        ("4689", 0.7, False),
    ],
)
def test_digit_has_an_eye_or_none(digits: str, hole: float, *, borne_out: bool) -> None:
    """A clear 3 of a grey page was taken for an 8, with confidence."""
    piece = shapes((12, 20), hole=hole)
    assert {image._borne_out(digit, piece) for digit in digits} == {borne_out}


def test_one_is_believed_only_if_it_looks_like_one_however_it_is_seen() -> None:
    one, stem = shapes((9, 20)), shapes((5, 20))
    assert image._judged(BOX, "1", (0.99,), [one, one], EM).certain
    assert not image._judged(BOX, "1", (0.99,), [stem, one], EM).certain
    assert image._judged(BOX, "7", (0.99,), [stem, shapes((12, 10), (5, 20))], EM).certain


def test_piece_of_a_ring_beside_a_digit_is_no_digit_for_it_does_not_stand_level() -> None:
    """So 10 was read where the ring of a stamp runs past a 0."""
    one, nought = shapes((6, 14), (10, 16))
    for top, level in ((2, True), (5, False), (-1, False)):
        beside = [replace(one, top=top), replace(nought, hole=0.8)]
        assert image._judged(BOX, "10", (0.99,), [beside, beside], EM).certain is level


@pytest.mark.parametrize(
    ("size", "seen"), [((7, 5), "-"), ((40, 3), "-"), ((107, 26), "b"), ((4, 1), "2")]
)
def test_dash_is_as_wide_as_a_dash_and_no_higher(size: tuple[int, int], seen: str) -> None:
    """A stroke through a 0 makes flat ink of both, and of a blurred number specks are left."""
    text = "2" if seen == "-" else seen
    assert image._judged(BOX, text, (0.5,), [shapes(size)], EM).text == seen


def test_mark_beside_what_was_not_recognised_is_doubtful() -> None:
    table = Lattice([10, 60], [10, 20], [[0]], [BOX])
    dash = image._Word(WORD, "-", (1.0,), fits=True)
    smudge, label = (image._Word(BOX, text, (0.9,), fits=True) for text in ("", "无"))
    for words, doubtful in (([dash], False), ([smudge, dash], True), ([label, dash], False)):
        assert image._cell(table, 0, [words], Blank(), worn=False).doubtful is doubtful
    assert image._cell(table, 0, [[dash]], Blank(), worn=True).doubtful


@pytest.mark.parametrize(("right", "doubtful"), [(40, False), (59, True)])
def test_number_at_its_cells_border_may_run_over_it(right: int, *, doubtful: bool) -> None:
    """Of 79886 the border left 798 in its cell, and 6 in the next."""
    table = Lattice([10, 60], [10, 20], [[0]], [BOX])
    number = image._Word(WORD._replace(right=right), "798", (0.99,), fits=True)
    assert image._cell(table, 0, [[number]], Blank(), worn=False).doubtful is doubtful


@pytest.mark.parametrize(
    ("texts", "doubtful"),
    [(("3. 危及“三安全", "稳定”"), False), (("3.5万", "元"), True), (("22其中", "修订"), True)],
)
def test_number_in_front_of_a_label_is_no_figure(texts: tuple[str, ...], *, doubtful: bool) -> None:
    """What is in doubt and is no label to the letter counts as a value: so a whole row was lost."""
    words = [image._Word(BOX, text, (0.9,), fits=not has_digit(text)) for text in texts]
    table = Lattice([10, 60], [10, 20], [[0]], [BOX])
    assert image._cell(table, 0, [words], Blank(), worn=False).doubtful is doubtful


def test_digits_that_are_not_sure_are_taken_out_of_prose() -> None:
    word = image._Word(BOX, "收到12件", (0.99, 0.99, 0.95, 0.4, 0.99), fits=False)
    assert image._line([word], worn=False) == Line(BOX, "收到1\ufffd件")
    assert image._line([word], worn=True) == Line(BOX, "收到\ufffd\ufffd件")


def test_empty_cell_that_is_no_rectangle_is_doubtful() -> None:
    for odd in (set(), {0}):
        table = Lattice([10, 60], [10, 20], [[0]], [BOX], odd)
        assert image._cell(table, 0, [], Blank(), worn=False).doubtful == bool(odd)


def test_page_is_worn_if_its_ink_bears_too_few_numbers_out() -> None:
    def words(fitting: int) -> list[image._Word]:
        return [image._Word(BOX, str(n), (0.95,), fits=n < fitting) for n in range(10)]

    assert not image._is_worn(words(8))
    assert image._is_worn(words(7))
    assert not image._is_worn([])
    assert not image._Word(BOX, "12", (0.95, 0.7), fits=True).certain


def test_room_for_another_digit() -> None:
    assert not is_full(Box(0, 0, 40, 10), 22, 4)
    assert is_full(Box(0, 0, 24, 10), 20, 4)


def test_number_of_a_scan_that_agrees_with_no_sum_is_unreadable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A stroke of a pen through a 3 was read as 35."""
    figures = distinct(seeded(1), "金东区统计局", 2023, proactive="2021", applications="2021")
    made = fill_template(figures)
    granted = "applications", "granted", "natural_person"
    right = str(figures.cells[granted])
    document = read(made.data)
    blocks = [
        replace(
            block,
            rows=tuple(
                tuple(s._replace(text=f"{right}5") if s.text == right else s for s in row)
                for row in block.rows
            ),
        )
        if isinstance(block, Grid)
        else block
        for block in document.blocks
    ]
    for layout, left in (("grid", int(f"{right}5")), ("scan", None)):
        changed = replace(document, blocks=tuple(blocks), layout=layout)
        monkeypatch.setattr("toolkit.report.read", lambda _, changed=changed: changed)
        cells = parse(b"", "report.pdf").cells
        expected = figures.cells | {granted: left}
        assert {key: cell.value for key, cell in cells.items()} == expected
