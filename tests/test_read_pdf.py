"""The PDF reader: cells from ruling lines, and no number that one would not see on the page."""

import re
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import pytest
import typst
from pypdfium2 import PdfDocument, PdfPage

from tests.documents import grids, lines, only_grid, texts
from tests.raw_pdf import HELVETICA, bars, dots, frames, grid, one_path, pdf, stroke, text
from toolkit.errors import DocumentError, MissingExtraError
from toolkit.read import image
from toolkit.read.document import Grid, Layout, Slot
from toolkit.read.letters import LOST
from toolkit.read.pdf import read
from toolkit.read.pdfium import marks

LINE = stroke(300, 715, 400, 715)  # beside a cell: its row is two there
XS, YS = (100, 200, 300, 400), (700, 720, 740)  # two rows of three columns
OTHERS = text(310, 706, "5678901234")  # a page without much that is seen is a picture


def spans(grid_: Grid) -> list[list[tuple[int, int]]]:
    return [[(slot.column, slot.width) for slot in row] for row in grid_.rows]


def table(*pages: str, **more: Any) -> Grid:
    return only_grid(read(pdf(*pages, **more)))


def seen(slots: Sequence[Slot]) -> list[tuple[str, bool]]:
    """Text of each slot, and whether it is in doubt."""
    return [(slot.text, slot.doubtful) for slot in slots]


def typeset(source: str) -> bytes:
    fonts = Path(pylopdf_fonts_zh_cn.__file__).parent
    head = '#set page(width: 120mm, height: 80mm, margin: 10mm)\n#set text(font: "Noto Sans SC")\n'
    made = typst.compile(
        (head + source).encode(), font_paths=[str(fonts)], ignore_system_fonts=True
    )
    assert isinstance(made, bytes)
    return made


@pytest.fixture
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise MissingExtraError('pip install "ogi-toolkit[ocr]"')

    monkeypatch.setattr(image, "engine", missing)


@pytest.mark.parametrize("ruled", [grid, bars, dots, frames, one_path])
def test_cells_of_ruled_table_have_columns_and_places(
    ruled: Callable[[tuple[int, ...], tuple[int, ...]], str],
) -> None:
    page = ruled(XS, YS) + text(110, 726, "alpha") + text(210, 726, "12") + text(310, 706, "3")
    found = table(page)
    assert texts(found) == [["alpha", "12", ""], ["", "", "3"]]
    assert spans(found) == [[(0, 1), (1, 1), (2, 1)]] * 2
    assert {slot.height for row in found.rows for slot in row} == {1}
    assert found.layout is Layout.OWN
    assert found.rows[0][1].place == "page 1, box 200,102,300,122"
    assert not any(slot.doubtful for row in found.rows for slot in row)


def test_missing_lines_merge_cells() -> None:
    page = grid((100, 400), YS) + stroke(200, 700, 200, 720) + stroke(300, 700, 300, 740)
    found = table(page + text(110, 726, "wide") + text(210, 706, "7"))
    assert texts(found) == [["wide", ""], ["", "7", ""]]
    assert spans(found) == [[(0, 2), (2, 1)], [(0, 1), (1, 1), (2, 1)]]


def test_line_that_stops_short_of_the_next_ones_parts_cells() -> None:
    page = grid(XS, (700, 740)) + stroke(202, 720, 298, 720)
    found = table(page + text(210, 726, "1") + text(210, 706, "2"))
    assert texts(found) == [["", "1", ""], ["2"]]
    assert [slot.height for slot in found.rows[0]] == [2, 1, 2]


def test_number_in_cell_that_is_no_rectangle_is_doubtful() -> None:
    corner = stroke(300, 720, 400, 720) + stroke(300, 720, 300, 740)
    page = grid((100, 400), (700, 740)) + corner + stroke(200, 700, 200, 740)
    found = table(page + text(210, 706, "7") + text(110, 706, "8"))
    assert {slot.text: slot.doubtful for row in found.rows for slot in row if slot.text} == {
        "7": True,
        "8": False,
    }


def test_empty_cell_that_is_no_rectangle_is_doubtful_wherever_it_reaches() -> None:
    corner = stroke(200, 720, 300, 720) + stroke(200, 720, 200, 740)
    page = grid((100, 400), (700, 740)) + corner + stroke(300, 700, 300, 740) + text(310, 706, "3")
    found = table(page)
    assert [seen(row) for row in found.rows] == [
        [("", True), ("", False), ("3", False)],
        [("", True)],
    ]
    assert spans(found) == [[(0, 1), (1, 1), (2, 1)], [(1, 1)]]


def test_cell_that_is_no_rectangle_moves_none_of_its_row() -> None:
    # The border below 5 is missing: its cell is one with the band below it.
    page = stroke(100, 740, 400, 740) + stroke(100, 720, 300, 720) + stroke(100, 700, 400, 700)
    page += "".join(stroke(x, 720, x, 740) for x in (200, 300))
    page += "".join(stroke(x, 700, x, 740) for x in (100, 400))
    page += text(110, 726, "fees") + text(210, 726, "47") + text(310, 726, "5")
    first = table(page + text(110, 706, "band")).rows[0]
    assert seen(first) == [("fees", False), ("47", False), ("5", True)]


def test_edges_that_do_not_quite_meet_are_one() -> None:
    ragged = stroke(200, 720, 200, 740) + stroke(206, 700, 206, 720)
    page = grid((100, 400), YS) + ragged + text(110, 726, "head") + text(110, 706, "1")
    assert spans(table(page)) == [[(0, 1), (1, 1)]] * 2


def test_columns_that_are_very_narrow_stay_apart() -> None:
    places = (100, 107, 114, 121)
    page = grid(places, YS) + "".join(
        text(x + 2, 726, str(number), size=5) for number, x in enumerate(places[:3], 1)
    )
    found = table(page + OTHERS)
    assert texts(found) == [["1", "2", "3"], ["", "", ""]]
    assert spans(found) == [[(0, 1), (1, 1), (2, 1)]] * 2


def test_frame_around_lines_of_text_is_no_table() -> None:
    page = grid((100, 400), (700, 740)) + text(110, 726, "granted  12") + text(110, 706, "denied")
    assert texts(table(page)) == [["granted", "12"]]


def test_raised_note_is_not_part_of_the_number() -> None:
    page = grid(XS, YS) + text(110, 726, "12") + text(121.5, 730, "1", size=6)
    assert texts(table(page))[0][0] == "12[1]"


def test_number_running_over_its_cell_is_doubtful_on_both_sides() -> None:
    found = table(grid(XS, YS) + text(183, 726, "447228"))
    assert seen(found.rows[0]) == [("447", True), ("228", True), ("", False)]


def test_digit_that_an_edge_runs_through_is_doubtful() -> None:
    first = table(grid(XS, YS) + text(197, 726, "8")).rows[0]
    assert (first[0].text, first[0].doubtful) == ("8", True)


def test_number_set_apart_and_running_over_its_cell_is_doubtful() -> None:
    page = grid(XS, YS) + "2 Tc\n" + text(210, 726, "1234") + text(376.5, 726, "7665") + "0 Tc\n"
    assert seen(table(page).rows[0]) == [("", False), ("1 2 3 4", False), ("7 6 6", True)]


def test_struck_and_overprinted_numbers_are_doubtful_and_bold_ones_are_not() -> None:
    struck = text(110, 726, "12") + stroke(109, 729, 122, 729)
    over = text(210, 726, "12") + text(210.5, 726, "35")
    bold = text(310, 726, "12") + text(310.9, 726, "12")
    found = table(grid(XS, YS) + struck + over + bold)
    assert [slot.doubtful for slot in found.rows[0]] == [True, True, False]
    assert found.rows[0][2].text == "12"


def test_number_struck_out_on_a_page_of_many_dots_is_doubtful() -> None:
    dotted = "".join(f"{at / 20} 300 0.5 0.5 re f\n" for at in range(6_000))
    struck = text(110, 726, "12") + stroke(109, 729, 122, 729)
    assert table(grid(XS, YS) + dotted + struck).rows[0][0].doubtful


def test_number_under_an_opaque_area_is_gone_and_on_a_shaded_one_is_there() -> None:
    erased = text(110, 726, "12") + "1 1 1 rg 105 722 40 16 re f 0 0 0 rg\n"
    shaded = "0.8 0.8 0.8 rg 300 720 100 20 re f 0 0 0 rg\n" + text(310, 726, "34")
    found = table(text(210, 706, "56789") + erased + shaded + grid(XS, YS))
    assert texts(found) == [["", "", "34"], ["", "56789", ""]]
    assert not any(slot.doubtful for row in found.rows for slot in row)


@pytest.mark.parametrize("new", ["2335", "233"])
@pytest.mark.parametrize("hiding", ["1 1 1 rg 105 722 40 16 re f 0 g", "0 Tr"])
def test_number_written_over_a_hidden_one_is_doubtful(new: str, hiding: str) -> None:
    """PDFium takes letters at one place for one letter, and gives the first: the one below."""
    old = "3 Tr " * (hiding == "0 Tr") + text(110, 726, "2334")
    page = grid(XS, YS) + OTHERS + old + f"{hiding}\n" + text(110.1, 726, new)
    assert table(page).rows[0][0].doubtful


def test_number_half_under_an_opaque_area_is_doubtful() -> None:
    white = "1 1 1 rg 105 722 16 16 re f 0 0 0 rg\n"
    assert table(grid(XS, YS) + text(110, 726, "1234") + white).rows[0][0].doubtful


@pytest.mark.parametrize("ink", ["1 g", "0.99 g", "1 1 0.98 rg"])
def test_number_in_the_colour_of_the_paper_is_not_there(ink: str) -> None:
    pale = f"q {ink} {text(110, 726, '12')}{text(230, 726, '9')} Q\n" + text(210, 726, "34")
    assert texts(table(grid(XS, YS) + pale))[0] == ["", "34", ""]
    ground = "0.1 0.1 0.4 rg 100 720 200 20 re f 0 g\n"
    assert texts(table(ground + grid(XS, YS) + pale))[0][0] == "12"


MASK = "<< /Type /ExtGState /SMask << /S /Luminosity /G 4 0 R >> >>"
BLACK = (
    "<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length 0"
    " /Group << /S /Transparency /CS /DeviceGray >> >>\nstream\n\nendstream"
)


@pytest.mark.parametrize(
    "hiding",
    [
        pytest.param("110 720 5.5 20 re W n", id="window beside it"),
        pytest.param("110 720 m 116 720 l 110 738 l W n", id="window of another shape"),
        pytest.param("1 Tr 1 G", id="outlines in white"),
    ],
)
def test_number_of_which_a_part_is_not_seen_is_doubtful(hiding: str) -> None:
    """One that is centred in a cell too narrow for it shows its middle alone, in some sheets."""
    cut = f"q 110 720 5.56 20 re W n {text(110, 726, '12')} Q\n"
    unseen = f"q {hiding} {text(215.56, 726, '2')} Q\n"
    found = table(grid(XS, YS) + OTHERS + cut + text(210, 726, "1") + unseen)
    assert seen(found.rows[0]) == [("1", True), ("1", True), ("", False)]


def test_number_that_its_form_object_cuts_is_doubtful() -> None:
    inner = grid(XS, YS) + text(110, 726, "12") + text(210, 726, "34")
    form = (
        "<< /Type /XObject /Subtype /Form /BBox [0 0 215.5 900]"
        f" /Resources 3 0 R /Length {len(inner)} >>\nstream\n{inner}\nendstream"
    )
    found = table("/X1 Do\n" + OTHERS, things=[form])
    assert seen(found.rows[0])[:2] == [("12", False), ("3", True)]


def test_number_behind_a_mask_is_not_there() -> None:
    masked = grid(XS, YS) + OTHERS + f"q /G2 gs {text(110, 726, '12')} Q\n"
    assert texts(table(masked, things=[BLACK, MASK]))[0][0] == ""


@pytest.mark.parametrize(("state", "shown"), [("OFF", ""), ("ON", "12")])
def test_number_in_a_layer_is_there_if_the_layer_is_on(state: str, shown: str) -> None:
    layers = f"/OCProperties << /OCGs [4 0 R] /D << /{state} [4 0 R] >> >>"
    inside = f"/OC /L1 BDC {text(110, 726, '12')} EMC\n"
    group = "<< /Type /OCG /Name (draft) >>"
    found = table(grid(XS, YS) + OTHERS + inside, things=[group], catalog=layers)
    assert texts(found)[0][0] == shown


def test_page_of_tagged_text_is_not_drawn_because_one_before_had_a_layer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = [
        grid(XS, YS) + OTHERS + f"{mark} {text(110, 726, '12')} EMC\n"
        for mark in ("/OC /L1 BDC", "/Artifact BMC")
    ]
    layered, tagged = (pdf(page, things=["<< /Type /OCG /Name (draft) >>"]) for page in pages)
    read(layered)
    monkeypatch.setattr(PdfPage, "render", None)
    assert texts(only_grid(read(tagged)))[0][0] == "12"


@pytest.mark.parametrize("box", ["0 0 595 730", "0 729 595 842"])
def test_digits_that_the_page_cuts_in_halves_are_doubtful(box: str) -> None:
    page = f"/MediaBox [0 0 595 842] /CropBox [{box}]"
    found = table(grid(XS, YS) + OTHERS + text(110, 726, "12"), page=page)
    assert [slot.doubtful for row in found.rows for slot in row if slot.text == "12"] == [True]


COMMA = (
    "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [.001 0 0 .001 0 0]"
    " /CharProcs << /comma 5 0 R >> /Encoding << /Differences [44 /comma] >>"
    " /FirstChar 44 /LastChar 44 /Widths [1000] >>"
)
CORNER = "<< /Length 45 >>\nstream\n1000 0 0 0 1000 1000 d1 0 0 90 90 re f        \nendstream"


def test_mark_at_the_edge_of_its_place_is_seen_on_a_page_that_is_looked_at() -> None:
    mark = text(116, 726, ",", font="F3") + f"q 1 g {text(210, 726, '12')} Q\n"
    page = grid(XS, YS) + text(110, 726, "a") + mark + OTHERS
    assert texts(table(page, things=[COMMA, CORNER]))[0] == ["a" + LOST, "", ""]


def test_number_hardly_to_be_told_from_its_ground_is_doubtful() -> None:
    shaded = "0.9 g 200 720 100 20 re f\n0 g\n" + text(210, 726, "2")
    page = grid(XS, YS) + shaded + "1 g\n" + text(216, 726, "319") + "0 g\n"
    first = table(page + text(110, 726, "5")).rows[0]
    assert [slot.doubtful for slot in first] == [False, True, False]


def test_page_that_was_looked_at_is_drawn_with_its_text_as_before() -> None:
    pale = f"q 1 1 1 rg {text(110, 726, '12')} Q\n" + text(210, 726, "34")
    with closing(PdfDocument(pdf(grid(XS, YS) + pale))) as file, closing(file[0]) as page:
        before = page.render().to_numpy().copy()
        marks(page)
        assert (page.render().to_numpy() == before).all()


def test_seal_hides_no_number_and_a_picture_does() -> None:
    placed = text(110, 726, "12") + "q 100 0 0 20 100 720 cm /X1 Do Q\n" + OTHERS
    seal = PICTURE.replace("/Length 1", "/SMask 5 0 R /Length 1")
    for opacity, shown in ((b"\x10", "12"), (b"\xff", "")):
        things = [seal, PICTURE.replace("\x40", opacity.decode("latin-1"))]
        assert texts(table(grid(XS, YS) + placed, things=things))[0][0] == shown


@pytest.mark.parametrize(
    "line",
    [
        stroke(100, 729.5, 125, 729.5),
        stroke(106, 722, 128, 739),
        stroke(122, 722, 108, 738),
        pytest.param(stroke(113, 720, 113, 735), id="upright"),
        pytest.param(stroke(111.5, 722, 114, 736), id="steep"),
    ],
)
def test_number_crossed_out_is_doubtful(line: str) -> None:
    """A line that begins at a border is no part of the table for that."""
    slots = table(grid(XS, (680, 700, 740)) + text(110, 726, "12") + line).rows
    assert {slot.text: slot.doubtful for row in slots for slot in row if slot.text} == {"12": True}


@pytest.mark.parametrize(
    "other", [text(121.1, 726, "3", size=5), text(121.1, 727, "3"), text(126, 726.7, "345", size=8)]
)
def test_digits_that_are_not_of_one_number_are_doubtful(other: str) -> None:
    assert table(grid(XS, YS) + text(110, 726, "12") + other).rows[0][0].doubtful
    unit = text(121.1, 726, "ab", size=5)
    assert not table(grid(XS, YS) + text(110, 726, "12") + unit).rows[0][0].doubtful


@pytest.mark.parametrize(
    "mark", [text(121.1, 729, "345"), text(121.1, 729, "3", size=3), text(121.1, 723.5, "34")]
)
def test_what_is_too_long_or_of_the_wrong_size_for_a_notes_mark_is_doubtful(mark: str) -> None:
    assert LOST in table(grid(XS, YS) + text(110, 726, "12") + mark).rows[0][0].text


def test_number_cut_by_the_side_of_the_page_is_doubtful() -> None:
    page = "/MediaBox [0 0 595 842] /CropBox [0 0 333.5 842]"
    found = only_grid(
        read(pdf(grid(XS, YS) + text(310, 726, "123456") + text(210, 726, "7"), page=page))
    )
    assert [slot.doubtful for slot in found.rows[0]] == [False, False, True]


@pytest.mark.parametrize(
    "drawn",
    [
        pytest.param("q 6 0 0 9 {x} 726 cm /X1 Do Q\n", id="picture"),
        pytest.param("{x} 726 m 115 735 l 112 735 l 111 728 l f\n", id="outline"),
        pytest.param(stroke(113, 725, 113, 735), id="stroke"),
    ],
)
def test_cell_that_a_digit_is_drawn_or_pasted_into_is_in_doubt(drawn: str) -> None:
    page = grid(XS, YS) + OTHERS + drawn.format(x=110) + text(210, 726, "8")
    assert seen(table(page, things=[PICTURE]).rows[0])[:2] == [("", True), ("8", False)]


def test_number_on_a_ground_of_its_own_is_read() -> None:
    ground = "1 1 0 rg 108 722 16 14 re f 0 g\n"
    assert seen(table(grid(XS, YS) + ground + text(110, 726, "12")).rows[0])[0] == ("12", False)


def test_small_digit_alone_in_a_cell_is_doubtful_where_a_larger_one_fits() -> None:
    """It is the mark of a note, or too small to be seen; a long number may be set small."""
    page = grid((100, 200, 236, 400), YS) + OTHERS + text(110, 726, "3", size=6)
    first = table(page + text(203, 726, "12345678", size=6)).rows[0]
    assert seen(first)[:2] == [("3", True), ("12345678", False)]


def test_number_that_leans_is_doubtful_and_no_watermark() -> None:
    leaning = "BT /F1 10 Tf 0.99 0.08 -0.08 0.99 110 724 Tm (12) Tj ET\n"
    found = read(pdf(grid(XS, YS) + OTHERS + leaning))
    assert only_grid(found).rows[0][0].doubtful
    assert found.notes == ()


def test_page_that_is_printed_twice_for_boldness_is_read() -> None:
    cells = ["112", "3", "44", "5", "66", "7", "88", "9"]
    columns = range(100, 264, 20)
    page = "".join(text(x + 1, 726, cell) for x, cell in zip(columns, cells, strict=False))
    page += OTHERS
    bold = page + f"q 1 0 0 1 0.3 0 cm {page} Q\n"
    assert seen(table(grid(columns, YS) + bold).rows[0]) == [(cell, False) for cell in cells]


def test_underlined_number_is_not_struck() -> None:
    page = grid(XS, YS) + text(110, 726, "12") + stroke(109, 724, 122, 724)
    assert not table(page).rows[0][0].doubtful


def test_two_numbers_in_one_cell_stay_apart_and_are_doubtful() -> None:
    side = text(110, 726, "3") + text(150, 726, "5")
    below = text(210, 731, "3") + text(210, 721, "5")
    cells = table(grid(XS, (660, 720, 740)) + side + below).rows[0]
    assert re.fullmatch("3 {2,}5", cells[0].text)
    assert cells[1].text == "3\n5"
    assert [cell.doubtful for cell in cells] == [True, True, False]


def test_texts_beside_one_another_come_from_left_to_right_where_their_border_is_missing() -> None:
    """By height the name on the right is first: the columns would be exchanged."""
    page = grid((100, 300), (690, 720, 750)) + stroke(200, 690, 200, 720)
    page += text(120, 732, "research") + text(230, 739, "public") + text(230, 725, "interest")
    found = table(page + text(110, 706, "3") + text(210, 706, "5"))
    assert texts(found) == [["research\npublic\ninterest"], ["3", "5"]]


def test_number_broken_where_its_line_is_full_is_one() -> None:
    page = grid((100, 121, 300), (700, 730)) + text(102, 718, "397") + text(102, 706, "29")
    cell = table(page).rows[0][0]
    assert (cell.text, cell.doubtful) == ("397\n29", False)  # or two rows: it is not read


@pytest.mark.parametrize(("at", "shown"), [(712, "39729"), (718, "397\n29"), (706, "397\n29")])
def test_number_broken_over_lines_is_whole_where_its_row_shows_that_it_is_one_row(
    at: float, shown: str
) -> None:
    """Were a border missing, the 0 beside it would stand level with either number."""
    page = grid((100, 121, 300), (660, 700, 730)) + text(102, 718, "397") + text(102, 706, "29")
    cell = table(page + text(130, at, "0")).rows[0][0]
    assert (cell.text, cell.doubtful) == (shown, False)


@pytest.mark.parametrize("beside", [text(130, 712, "ab"), text(130, 712, "0") + LINE])
def test_what_may_be_two_rows_without_the_border_between_them_stays_two(beside: str) -> None:
    page = grid((100, 121, 300), (660, 700, 730)) + text(102, 718, "397") + text(102, 706, "29")
    page += stroke(300, 730, 400, 730) + stroke(300, 700, 400, 700) + stroke(400, 700, 400, 730)
    assert table(page + beside).rows[0][0].text == "397\n29"


def test_number_broken_over_lines_is_not_whole_where_the_page_may_cut_it() -> None:
    page = grid((100, 121, 300), (700, 730)) + text(102, 718, "397") + text(102, 706, "29")
    assert table(page + text(130, 712, "0")).rows[0][0].text == "397\n29"


def test_numbers_below_one_another_with_room_beside_them_stay_two() -> None:
    page = grid((100, 141, 300), (660, 700, 730)) + text(102, 718, "397") + text(102, 706, "29")
    cell = table(page + text(150, 712, "0")).rows[0][0]
    assert (cell.text, cell.doubtful) == ("397\n29", True)


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ("/MediaBox [0 0 595 842] /CropBox [50 50 545 792]", "page 1, box 50,52,150,72"),
        ("/MediaBox [0 0 595 842] /Rotate 90", "page 1, box 100,102,200,122"),
    ],
)
def test_table_is_read_with_its_text_level(page: str, place: str) -> None:
    found = table(grid(XS, YS) + text(110, 726, "12"), page=page)
    assert texts(found)[0] == ["12", "", ""]
    assert found.rows[0][0].place == place


def test_table_set_sideways_is_turned() -> None:
    page = "q 0 1 -1 0 842 0 cm\n" + grid(XS, YS) + text(110, 726, "12") + text(210, 706, "3") + "Q"
    assert texts(table(page)) == [["12", "", ""], ["", "3", ""]]


def test_numbers_below_one_another_in_a_table_set_sideways_are_of_their_own_rows() -> None:
    numbers = (
        text(110, 726, "1") + text(110, 706, "2") + text(210, 726, "12") + text(210, 706, "34")
    )
    page = "q 0 1 -1 0 842 0 cm\n" + grid(XS, YS) + numbers + "Q"
    assert texts(table(page)) == [["1", "12", ""], ["2", "34", ""]]


def test_character_that_the_text_of_the_page_leaves_out_moves_no_digit() -> None:
    page = grid(XS, YS) + text(110, 726, "a\\003") + text(210, 726, "12") + text(310, 726, "3")
    assert texts(table(page + OTHERS))[0] == ["a" + LOST, "12", "3"]


def test_text_outside_the_visible_page_is_not_there() -> None:
    assert len(read(pdf(grid(XS, YS) + text(110, 726, "12") + text(110, 900, "99"))).blocks) == 1


def test_watermark_is_left_out_with_a_note() -> None:
    mark = "BT /F1 40 Tf 0.7 0.7 -0.7 0.7 120 690 Tm (4711) Tj ET\n"
    found = read(pdf(grid(XS, YS) + text(110, 726, "12") + mark))
    assert texts(only_grid(found)) == [["12", "", ""], ["", "", ""]]
    assert found.notes == ("page 1: oblique text was left out as a watermark",)


def test_table_inside_a_form_object() -> None:
    inner = grid(XS, YS) + text(110, 726, "12")
    form = (
        "<< /Type /XObject /Subtype /Form /BBox [0 0 600 900] /Matrix [1 0 0 1 0 -100]"
        f" /Resources 3 0 R /Length {len(inner)} >>\nstream\n{inner}\nendstream"
    )
    found = table("q 0.5 0 0 0.5 0 0 cm /X1 Do Q", things=[form])
    assert texts(found) == [["12", "", ""], ["", "", ""]]
    assert found.rows[0][0].place == "page 1, box 50,522,100,532"


def test_table_without_lines_at_its_sides_has_all_its_columns() -> None:
    inner = stroke(200, 702, 200, 738) + stroke(300, 702, 300, 738)  # not quite to the corners
    page = inner + "".join(stroke(100, y, 400, y) for y in YS)
    found = table(page + text(110, 726, "12") + text(310, 706, "3"))
    assert texts(found) == [["12", "", ""], ["", "", "3"]]


def test_number_set_across_the_text_is_doubtful() -> None:
    turned = "BT /F1 10 Tf 0 1 -1 0 120 704 Tm (6) Tj ET\n"
    slots = table(grid(XS, YS) + turned + text(110, 726, "12")).rows[1]
    assert (slots[0].text, slots[0].doubtful) == ("6", True)


@pytest.mark.parametrize(("edge", "cut"), [(337, True), (338, True), (345, False)])
def test_number_at_the_edge_of_what_is_shown_may_have_lost_its_end(edge: int, cut: bool) -> None:  # noqa: FBT001
    """Of a table that is too wide browsers print what fits, and the file has no more of it."""
    clipped = f"q 50 50 {edge - 50} 742 re W n\n{grid(XS, YS)}{text(110, 726, '12')}Q\n"
    page = clipped + text(310, 726, "56789")  # to 337.8
    assert [slot.doubtful for slot in table(page).rows[0]] == [False, False, cut]


def test_radicals_are_read_as_the_characters_that_they_look_like() -> None:
    made = typeset("#table(columns: 2, [\u2f8f政许可], [12])")
    assert texts(only_grid(read(made))) == [["行政许可", "12"]]


def test_two_tables_side_by_side_stay_two() -> None:
    page = grid((60, 120, 180), YS) + grid((300, 360, 420), YS)
    found = read(pdf(page + text(70, 726, "1") + text(310, 726, "2")))
    assert [texts(one)[0] for one in grids(found)] == [["1", ""], ["2", ""]]


def test_table_inside_a_cell_takes_its_own_text() -> None:
    page = grid((50, 450, 550), (600, 760)) + grid(XS, YS)
    found = read(pdf(page + text(110, 726, "12") + text(60, 610, "outer")))
    outer, inner = map(texts, grids(found))
    assert (outer, inner) == ([["outer", ""]], [["12", "", ""], ["", "", ""]])


def annotated(kind: str, flags: int, *others: str) -> list[str]:
    """Texts of a row in whose first cell an annotation prints 34."""
    look = text(2, 2, "34")
    form = (
        "<< /Type /XObject /Subtype /Form /BBox [0 0 80 14] /Resources 3 0 R"
        f" /Length {len(look)} >>\nstream\n{look}\nendstream"
    )
    note = (
        f"<< /Type /Annot /Subtype /{kind} /Rect [110 722 190 736] /F {flags} /AP << /N 4 0 R >> >>"
    )
    page = f"/MediaBox [0 0 595 842] /Annots [{note}]"
    return texts(table("".join((grid(XS, YS), *others)), page=page, things=[form]))[0]


def test_annotation_printed_into_a_cell_is_read() -> None:
    assert annotated("FreeText", 4, text(210, 726, "5")) == ["34", "5", ""]


def test_field_that_is_filled_in_and_never_drawn_is_read() -> None:
    field = (
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (34) /DA (/F1 9 Tf 0 g) /F 4"
        " /Rect [110 722 190 738] >>"
    )
    form = f"/Fields [4 0 R] /NeedAppearances true /DR << /Font << /F1 {HELVETICA} >> >>"
    page = "/MediaBox [0 0 595 842] /Annots [4 0 R]"
    made = pdf(grid(XS, YS) + text(210, 726, "5"), page=page, things=[field], form=form)
    assert texts(only_grid(read(made)))[0] == ["34", "5", ""]


@pytest.mark.parametrize(
    ("kind", "look", "shown"),
    [
        ("Square", "1 g 0 0 80 16 re f", [("", False)]),
        ("StrikeOut", "0 0 m 80 16 l S", [("5", True)]),
        ("Text", "1 g 0 0 80 16 re f", [("5", False)]),  # a note, which its reader closes
    ],
)
def test_number_that_an_annotation_strikes_out_or_covers(
    kind: str, look: str, shown: list[tuple[str, bool]]
) -> None:
    form = "<< /Type /XObject /Subtype /Form /BBox [0 0 80 16]"
    form += f" /Length {len(look)} >>\nstream\n{look}\nendstream"
    note = f"<< /Type /Annot /Subtype /{kind} /Rect [205 722 285 738] /F 4 /AP << /N 4 0 R >> >>"
    page = f"/MediaBox [0 0 595 842] /Annots [{note}]"
    slots = only_grid(
        read(pdf(grid(XS, YS) + text(245, 726, "5") + OTHERS, page=page, things=[form]))
    ).rows[0]
    assert [(slots[1].text, slots[1].doubtful)] == shown


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("/StrikeOut /QuadPoints [245 736 251 736 245 724 251 724]", ("5", True)),
        ("/Ink /InkList [[243 729 253 730]]", ("5", True)),
        ("/Square /IC [1 1 1]", ("", False)),
    ],
)
def test_annotation_without_a_look_of_its_own_is_seen(note: str, shown: tuple[str, bool]) -> None:
    """Those who show the file draw it."""
    there = f"<< /Type /Annot /Subtype {note} /C [1 0 0] /Rect [243 722 253 738] /F 4 >>"
    page = f"/MediaBox [0 0 595 842] /Annots [{there}]"
    made = pdf(grid(XS, YS) + text(245, 726, "5") + OTHERS, page=page)
    found = only_grid(read(made.replace(b"/AcroForm", b"/NoForm__")))
    assert seen(found.rows[0])[1] == shown


def test_annotation_that_is_for_print_alone_is_not_there() -> None:
    assert annotated("Stamp", 36, OTHERS)[0] == ""


def test_text_without_rules_is_read_as_pdf_tools_lay_it_out() -> None:
    page = text(100, 700, "granted") + text(200, 700, "12") + text(260, 700, "0")
    found = read(pdf(page + text(100, 680, "denied") + text(200, 680, "3") + text(260, 680, "4")))
    assert texts(only_grid(found)) == [["granted", "12", "0"], ["denied", "3", "4"]]
    assert only_grid(found).rows[1][1].place == "page 1, box 100,154,266,163"
    assert (found.format, found.layout) == ("pdf", "spaced")
    assert only_grid(found).layout is Layout.SPACED, "a blank cell would leave no trace"


def test_letters_set_closer_than_their_width_are_read() -> None:
    closer = text(100, 700, "A") + text(102.7, 700, "B") + text(110, 700, "12")
    assert lines(read(pdf(closer))) == ["AB12"]


def test_numbers_off_the_line_of_their_label_or_struck_out_without_rules() -> None:
    page = text(100, 700, "granted") + text(200, 702, "12") + text(260, 702, "3")
    page += text(100, 680, "denied") + text(200, 682, "45") + text(260, 682, "6")
    for struck in (
        stroke(198, 686, 214, 686),
        stroke(203, 680, 203, 692) + stroke(207, 680, 209, 692),
    ):
        assert texts(table(page + struck)) == [["granted", "12", "3"], ["denied", LOST * 2, "6"]]


def test_note_behind_a_number_off_the_line_of_its_label_spoils_it_without_rules() -> None:
    page = text(100, 700, "granted") + text(200, 702, "12") + text(212, 706, "7", size=6)
    assert texts(table(page + text(260, 702, "3"))) == [["granted", "1" + LOST * 2, "3"]]


def test_note_that_falls_into_the_line_above_its_number_is_no_number_without_rules() -> None:
    page = text(100, 700, "confirm") + text(206, 698, "2", size=5.5)
    page += text(100, 688, "again") + text(200, 690, "0") + text(260, 690, "3")
    assert texts(table(page)) == [["confirm", LOST], ["again", "0", "3"]]


def test_numbers_on_one_another_without_rules_are_unreadable() -> None:
    page = text(100, 700, "granted") + text(200, 700, "12") + text(201, 700, "35")
    assert texts(table(page + text(260, 700, "3"))) == [["granted", LOST * 4, "3"]]


@pytest.mark.usefixtures("without_ocr")
def test_damaged_picture_costs_no_number() -> None:
    damaged = PICTURE.replace("/Length 1", "/Filter /FlateDecode /Length 1")
    page = grid(XS, YS) + text(110, 726, "12") + "q 9 0 0 9 9 9 cm /X1 Do Q\n"
    found = read(pdf(page, things=[damaged]))
    assert (texts(only_grid(found))[0][0], found.notes) == ("12", ())


def test_damaged_table_of_contents_is_noted() -> None:
    whole = pdf(grid(XS, YS) + text(110, 726, "12"))
    found = read(whole.replace(b"startxref\n", b"startxref\n9"))
    assert texts(only_grid(found))[0][0] == "12"
    assert found.notes == ("the PDF's table of contents is damaged; parts of it may be missing",)


TABLE = """
#set page(header: [甲局年度报告], footer: align(center)[\\- #context counter(page).display() -])
#set text(8pt)
第一部分
#table(columns: (1em + 10pt, 1fr, 40pt, 40pt), stroke: 0.5pt, {rows})
第二部分
"""


def test_table_over_page_breaks_is_one_grid() -> None:
    cells = "".join(f"[行{n}], [{n}], [{100 + n}]," for n in range(20))
    group = "table.cell(rowspan: 20)[三、\\ 办\\ 理],"
    found = read(typeset(TABLE.replace("{rows}", group + cells)))
    rows = only_grid(found).rows
    values = [[slot.text for slot in row if slot.column >= 2] for row in rows]
    assert values == [[str(n), str(100 + n)] for n in range(20)]
    assert [slot.text for slot in rows[0]] == ["三、\n办\n理", "行 0", "0", "100"]
    assert {slot.place.split(",")[0] for row in rows for slot in row} == {
        "page 1",
        "page 2",
        "page 3",
    }
    paragraphs = lines(found)
    assert [text for text in paragraphs if text != "甲局年度报告"] == [
        "第一部分",
        "- 1 -",
        "- 2 -",
        "第二部分",
        "- 3 -",
    ]


def test_repeated_head_stays_and_columns_are_numbered_alike() -> None:
    head = "table.header(table.cell(colspan: 2)[项目], [甲], [乙]),"
    cells = "".join(f"table.cell(colspan: 2)[行{n}], [{n}], [0]," for n in range(12))
    rows = only_grid(read(typeset(TABLE.replace("{rows}", head + cells)))).rows
    assert [row[0].text for row in rows].count("项目") == 2
    assert {tuple(slot.column for slot in row) for row in rows} == {(0, 1, 2)}


def test_pages_with_other_margins_still_join() -> None:
    first = grid((100, 200, 300), (40, 60, 80)) + text(110, 66, "1")
    second = grid((120, 220, 320), (760, 780, 800)) + text(230, 766, "2")
    found = table(first, second)
    assert texts(found) == [["1", ""], ["", ""], ["", ""], ["", "2"]]
    assert spans(found) == [[(0, 1), (1, 1)]] * 4


@pytest.mark.parametrize("head", ["", text(102, 806, "ab")])
def test_number_cut_by_the_edge_of_the_page_is_doubtful(head: str) -> None:
    """A row that is cut may have cut a number that filled its line: here 836 or 83 and 6."""
    columns = (100, 124, 300)
    first = grid(columns, (40, 60, 80)) + text(102, 66, "ab") + text(102, 46, "83")
    second = grid(columns, (780, 800, 820) if head else (780, 800))
    second += head + text(102, 786, "6") + text(130, 46, "7") + text(130, 786, "1")
    rows = table(first + text(130, 46, "7"), second).rows
    assert seen(rows[1]) == [("83", True), ("7", False)]
    assert seen(rows[-1]) == [("6", True), ("1", False)]


@pytest.mark.parametrize("head", ["", text(342, 806, "ab")])
def test_number_cut_between_two_pages_on_one_sheet_is_doubtful(head: str) -> None:
    """The rows of the right page go on with those of the left one, as from page to page."""
    left = grid((40, 64, 200), (40, 60, 80)) + text(42, 66, "ab") + text(42, 46, "83")
    right = grid((340, 364, 500), (780, 800, 820) if head else (780, 800)) + head
    right += text(342, 786, "6") + text(70, 46, "7") + text(370, 786, "1")
    over, under = grids(read(pdf(right + left)))
    assert seen(over.rows[-1]) == [("6", True), ("1", False)]
    assert seen(under.rows[-1]) == [("83", True), ("7", False)]


def test_number_cut_between_two_sheets_of_two_pages_is_doubtful() -> None:
    """The next sheet's left page goes on with the right one of this, however high they begin."""
    left = grid((40, 64, 200), (40, 60, 80)) + text(42, 66, "1") + text(42, 46, "2")
    right = grid((340, 364, 500), (40, 60, 80, 100)) + text(342, 66, "ab") + text(342, 46, "83")
    after = grid((40, 64, 200), (780, 800)) + text(42, 786, "6") + text(70, 786, "1")
    after += grid((340, 364, 500), (780, 800)) + text(342, 786, "7")
    rows = [row for one in grids(read(pdf(left + right, after))) for row in one.rows]
    doubtful = [slot.text for row in rows for slot in row if slot.doubtful]
    assert {"83", "6"} <= {*doubtful}
    assert {"1", "7"}.isdisjoint(doubtful)


def test_zero_at_the_edge_of_the_page_is_whole() -> None:
    first = grid((100, 112, 300), (40, 60, 80)) + text(102, 46, "0")
    second = grid((100, 112, 300), (780, 800)) + text(102, 786, "0")
    rows = table(first, second).rows
    assert [(row[0].text, row[0].doubtful) for row in rows[1:]] == [("0", False)] * 2


def test_number_at_the_edge_of_the_page_is_whole_where_wider_ones_fit() -> None:
    columns = (100, 124, 300)
    first = grid(columns, (40, 60, 80)) + text(102, 66, "8365") + text(102, 46, "83")
    second = grid(columns, (780, 800)) + text(102, 786, "6")
    rows = table(first, second).rows
    assert [(row[0].text, row[0].doubtful) for row in rows] == [
        ("8365", False),
        ("83", False),
        ("6", False),
    ]


@pytest.mark.parametrize("between", ["Part four", "4 of 6 parts"])
def test_paragraph_between_keeps_tables_apart(between: str) -> None:
    first = grid((100, 200, 300), (80, 100)) + text(110, 86, "1")
    second = text(100, 790, between) + grid((100, 200, 300), (740, 760)) + text(110, 746, "2")
    found = read(pdf(first, second))
    assert [type(block).__name__ for block in found.blocks] == ["Grid", "Paragraph", "Grid"]


def test_tables_of_other_widths_are_others() -> None:
    first = grid((100, 200, 300), (80, 100)) + text(110, 86, "1")
    second = grid((100, 150, 400), (740, 760)) + text(110, 746, "2")
    assert len(read(pdf(first, second)).blocks) == 2


@pytest.mark.usefixtures("without_ocr")
@pytest.mark.parametrize("others", ["", text(210, 726, "123")])
def test_codes_without_unicode_are_not_taken_for_digits(others: str) -> None:
    page = grid(XS, YS) + text(110, 726, "<00310032>", font="F2") + others
    with pytest.raises(MissingExtraError, match=r"ogi-toolkit\[ocr\]"):
        read(pdf(page))


@pytest.mark.usefixtures("without_ocr")
def test_one_code_without_unicode_spoils_its_cell_alone() -> None:
    page = grid(XS, YS) + text(110, 726, "<0031>", font="F2") + text(210, 726, "123456")
    assert texts(table(page))[0] == ["\ufffd", "123456", ""]


PICTURE = (
    "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
    " /BitsPerComponent 8 /Length 1 >>\nstream\n\x40\nendstream"
)
WHOLE_PAGE = "q 595 0 0 842 0 0 cm /X1 Do Q\n"


@pytest.mark.usefixtures("without_ocr")
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(WHOLE_PAGE + "3 Tr " + text(110, 726, "12"), id="invisible"),
        pytest.param(text(110, 726, "12") + WHOLE_PAGE, id="covered"),
        pytest.param(WHOLE_PAGE + "/G1 gs " + text(110, 726, "il" * 30), id="transparent"),
        pytest.param(WHOLE_PAGE, id="none"),
        pytest.param("0 0 m 3 9 l 9 3 l f\n" * 50, id="outlines"),
    ],
)
def test_text_of_a_scan_is_not_trusted(page: str) -> None:
    with pytest.raises(MissingExtraError):
        read(pdf(page, things=[PICTURE]))


@pytest.mark.usefixtures("without_ocr")
def test_scan_in_strips_or_tiles_under_a_stamped_head_is_a_picture() -> None:
    """Each is too low to show a table."""
    tiles = "".join(
        f"q 297.5 0 0 16.84 {x} {y * 16.84} cm /X1 Do Q\n" for y in range(50) for x in (0, 297.5)
    )
    with pytest.raises(MissingExtraError):
        read(pdf(tiles + text(110, 800, "No. 12"), things=[PICTURE]))


@pytest.mark.usefixtures("without_ocr")
def test_unread_picture_is_noted() -> None:
    inside = "q 400 0 0 300 100 200 cm /X1 Do Q\n"
    found = read(pdf(grid(XS, YS) + text(110, 726, "12") + inside, things=[PICTURE]))
    assert texts(only_grid(found))[0][0] == "12"
    assert "page 1: a picture was not read" in found.notes[0]
    behind = inside + grid(XS, YS) + text(110, 300, "il" * 30)
    assert not read(pdf(behind, things=[PICTURE])).notes


ENCRYPTED = (
    "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4"
    f" /O <{'00' * 32}> /U <{'11' * 32}> >> /ID [<00> <00>]"
)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no PDF, or a damaged one"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "no PDF, or a damaged one"),
        (pdf("", trailer=ENCRYPTED), "protected by a password"),
        (pdf(), "no PDF, or a damaged one"),
        (pdf(*[""] * 501), "501 pages"),
        (pdf(""), "nothing readable"),
        (pdf("")[:-6], "cut off"),
        (pdf(" ".join(["0 0 m 9 0 l S"] * 100_001)), "more than 100000 objects"),
        (pdf(grid(range(0, 60_000, 10), (0, 10)) + text(1, 1, "1")), "more than 5000 ruling lines"),
    ],
)
def test_bad_files_say_what_is_wrong(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        read(data)
    assert caught.value.stage == "parse"


def test_flipped_bit_in_a_compressed_part_is_found() -> None:
    whole = typeset("#table(columns: 2, [12], [3456])")
    assert texts(only_grid(read(whole))) == [["12", "3456"]]
    streams = re.finditer(rb"/FlateDecode>>\nstream\n(.*?)\nendstream", whole, re.DOTALL)
    packed = max(streams, key=lambda stream: len(stream[1]))
    inside = (packed.start() + packed.end()) // 2
    with pytest.raises(DocumentError, match="a compressed part of it is not whole"):
        read(whole[:inside] + bytes([whole[inside] ^ 4]) + whole[inside + 1 :])


def test_every_truncation_is_refused() -> None:
    whole = pdf(grid(XS, YS) + text(110, 726, "123456"))
    for end in range(0, len(whole), 37):
        with pytest.raises(DocumentError):
            read(whole[:end])
