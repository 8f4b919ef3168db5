import dataclasses
from pathlib import Path

import pytest

from toolkit.errors import CodebookError, CodeError, ParameterError, ToolkitError
from toolkit.form import Form, aliases, form, forms, refuse_contradictions, rows


def test_editions_have_the_cells_of_the_notices() -> None:
    assert sum(1 for _ in form("2021").cells()) == 200
    assert sum(1 for _ in form("2019").cells()) == 198
    by_table = {t: sum(1 for _ in form("2021").cells(t)) for t in form("2021").tables}
    assert by_table == {"proactive": 10, "applications": 175, "challenges": 15}


def test_otherwise_is_a_heading_in_2021_and_a_row_in_2019() -> None:
    assert form("2021").children("applications", "otherwise") == (
        "otherwise_uncorrected",
        "otherwise_unpaid",
        "otherwise_other",
    )
    assert form("2019").children("applications", "otherwise") == ("otherwise",)


def test_labels_in_both_languages() -> None:
    assert form().label("granted", "zh") == "予以公开"
    assert form().label("denied_state_secret", "en") == "State secrets"
    assert form("2019").label("licensing") == "行政许可"
    assert form().label("applications") == "收到和处理政府信息公开申请情况"
    with pytest.raises(KeyError, match="no code 'nonsense'; `ogi codebook`"):
        form().label("nonsense")
    with pytest.raises(ValueError, match="expected 'zh' or 'en', found 'fr'"):
        form().label("granted", "fr")  # type: ignore[arg-type]


def test_a_slip_in_a_code_is_told_with_those_that_are_like_it() -> None:
    with pytest.raises(ToolkitError) as caught:
        form().label("recievd", table="applications")
    assert isinstance(caught.value, KeyError)
    assert str(caught.value) == (
        "edition 2021 has no code 'recievd' in table 'applications';"
        " meant is perhaps 'received' or 'denied'; `ogi codebook` lists them"
    )
    with pytest.raises(CodeError, match="meant is perhaps 'proactive'"):
        form().label("proactiv")
    with pytest.raises(CodeError, match="no code 'other_services' in table 'proactive'"):
        form().item("proactive", "other_services")
    with pytest.raises(CodeError, match="no code 'made' in table 'proactive'"):
        form().unit("proactive", "made")


def test_the_newest_edition_is_meant_where_none_is_named() -> None:
    assert form().edition == forms()[0].edition == rows("editions")[0]["edition"]


def test_unknown_edition_names_the_known_ones() -> None:
    with pytest.raises(ParameterError, match="expected '2021' or '2019', found '2008'"):
        form("2008")
    with pytest.raises(ParameterError, match="expected '2021' or '2019', found 2021"):
        form(2021)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="found 'pre-2019'"):
        form("pre-2019")


def test_form_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        form().edition = "2019"  # type: ignore[misc]


def test_units() -> None:
    assert form().unit("proactive", "amount") == "yuan"
    assert form("2019").unit("proactive", "items_change") == "signed_item"
    assert form().unit("applications", "total") == "case"


def test_every_alias_names_a_code() -> None:
    codes = {(e.table, e.code) for made in forms() for e in (*made.items, *made.columns)}
    assert {(alias.table, alias.code) for alias in aliases()} <= codes


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parent": "nowhere"}, "has no parent 'nowhere'"),
        ({"table": "nowhere"}, "names no table 'nowhere'"),
        ({"columns": ("nowhere",)}, "has no column 'nowhere'"),
        ({"role": "heading"}, "is 'heading' with"),
        ({"en": ""}, "lacks a label"),
    ],
)
def test_an_inconsistent_codebook_is_refused(change: dict[str, object], message: str) -> None:
    good = form("2021")
    bad = dataclasses.replace(good.items[0], **change)  # type: ignore[arg-type]
    with pytest.raises(CodebookError, match=message):
        refuse_contradictions(dataclasses.replace(good, items=(bad, *good.items[1:])))


def test_a_comma_that_is_not_quoted_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    cut = "name,pattern,meaning\nfew,x{1,6},some\n"
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: cut)
    with pytest.raises(CodebookError, match=r"patterns.csv, line 2: more or fewer fields"):
        rows.__wrapped__("patterns")


def test_a_doubled_item_is_refused() -> None:
    good = form("2021")
    with pytest.raises(CodebookError, match="listed twice"):
        refuse_contradictions(dataclasses.replace(good, items=(*good.items, good.items[0])))


def test_repr_says_which_edition() -> None:
    assert repr(form("2019")) == "Form(edition='2019', cells=198)"
    assert isinstance(form(), Form)
