import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.extract.values import header_scale, kind_of_text, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("０", 0),
        ("58998", 58998),
        ("1,234", 1234),
        ("1，234", 1234),
        ("5 8 9 9 8", 58998),
        ("58 998", 58998),
        ("12.0", 12),
        ("0件", 0),
        ("22（其中修订 16 件）", 22),
        ("12①", 12),
        ("12[1]", 12),
        ("3\n（含上年）", 3),
    ],
)
def test_counts_that_are_read(text: str, expected: int) -> None:
    assert parse(text, "case") == ("reported", expected)


@pytest.mark.parametrize(
    "text",
    [
        "约5",
        "3.5",
        "1,23",
        "39857\n58",
        "-3",
        "2021年",
        "5余",
        "1/2",
        "O",
        "12)",
        "9" * 16,
        "3 4（",
        "12（万件）",
        "12[千]",
        "5 8998",
        "39 42",
    ],
)
def test_what_is_in_doubt_is_unreadable(text: str) -> None:
    assert parse(text, "case") == ("unreadable", None)


@pytest.mark.parametrize("text", ["/", "／", "-", "—", "——", "无", "不适用", " — "])
def test_marks_for_not_applicable(text: str) -> None:
    assert parse(text, "case") == ("not_applicable", None)


@pytest.mark.parametrize("text", ["", " ", "\xa0", "\u3000", "\n"])
def test_blank_is_not_zero(text: str) -> None:
    assert parse(text, "case") == ("blank", None)


@pytest.mark.parametrize(
    ("text", "expected"), [("+2", 2), ("-11", -11), ("减3", -3), ("－4", -4), ("0", 0), ("增5", 5)]
)
def test_changes_bear_a_sign(text: str, expected: int) -> None:
    assert parse(text, "signed_item") == ("reported", expected)


def test_no_more_and_no_fewer_is_no_change_but_some_of_both_is_in_doubt() -> None:
    for text in ("0/0", "+0/-0"):
        assert parse(text, "signed_item") == ("reported", 0)
    for text in ("5/3", "0/3", "+5/-0"):
        assert parse(text, "signed_item") == ("unreadable", None)
    assert parse("0/0", "case") == ("unreadable", None)


@pytest.mark.parametrize(
    ("text", "scale", "expected"),
    [
        ("6201", 10_000, 62_010_000),
        ("0.37万元", None, 3_700),
        ("251000元", 10_000, 251_000),
        ("96171.6", 10_000, 961_716_000),
        ("59237.2449", 10_000, 592_372_449),
        ("1.2亿元", 10_000, 120_000_000),
        ("12.5（万元）", 1, 125_000),
        ("251000（元）", 10_000, 251_000),
        ("12（其中减免3万元）", 1, 12),
        ("0", None, 0),
    ],
)
def test_amounts_are_whole_yuan(text: str, scale: int | None, expected: int) -> None:
    assert parse(text, "yuan", scale) == ("reported", expected)


def test_an_amount_without_any_unit_is_unreadable() -> None:
    assert parse("6201", "yuan") == ("unreadable", None)


@pytest.mark.parametrize("text", ["12千元", "12（千元）", "12（单位：百万元）", "12（美元）"])
def test_an_amount_in_a_unit_that_the_form_has_nowhere_is_unreadable(text: str) -> None:
    assert parse(text, "yuan", 10_000) == ("unreadable", None)


@pytest.mark.parametrize("text", ["02", "077", "05.5万元", "０7"])
def test_a_number_that_begins_with_a_nought_is_the_end_of_one(text: str) -> None:
    assert {parse(text, unit, 1) for unit in ("case", "yuan", "signed_item")} == {
        ("unreadable", None)
    }
    assert kind_of_text(text) == "value", "no label either"


def test_the_unit_of_a_head() -> None:
    assert header_scale("本年收费金额（单位：万元）") == 10_000
    assert header_scale("本年收费金额（单位：元）") == 1
    assert header_scale("本年收费金额（单位：万元/元）") is None, "either may be meant"
    assert header_scale("本年收费金额（元或万元）") is None
    assert header_scale("采购总金额") is None
    assert header_scale("收费金额万元") == 10_000
    assert header_scale("万元", alone=True) == 10_000
    for unit in ("千元", "百万元", "十万元", "万美元", "港元", "\ufffd元", "方元"):
        assert header_scale(f"本年收费金额（单位：{unit}）") is None


def test_labels_are_not_values() -> None:
    assert kind_of_text("规章") == "text"
    assert kind_of_text("1.属于国家秘密") == "text"
    assert kind_of_text("251000元") == "value"


@given(st.integers(0, 10**12))
def test_any_count_is_read_back_however_it_is_printed(number: int) -> None:
    full_width = str(number).translate({ord(str(d)): 0xFF10 + d for d in range(10)})
    for text in (str(number), f"{number:,}", full_width, f"{number}件", f" {number} "):
        assert parse(text, "case") == ("reported", number)


@given(st.text(max_size=12))
def test_no_text_makes_a_number_that_it_does_not_show(text: str) -> None:
    state, value = parse(text, "case")
    assert (value is not None) == (state == "reported")
    if value is not None:
        shown = "".join(c for c in text if c.isdecimal())
        assert str(value) in str(int("".join(str(int(c)) for c in shown)))
