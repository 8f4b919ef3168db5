"""Figures in prose: forty and more phrasings with any numbers, and what is no claim at all."""

import csv
import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toolkit
from tests.conftest import BUNDLED
from toolkit.check import prose_checks
from toolkit.claims import Claim, claims
from toolkit.form import rows
from toolkit.read.text import from_text
from toolkit.schema import CELLS, CHECKS, CLAIMS
from toolkit.sections import parts, sections
from toolkit.title import title_of

CODES = {row["claim"] for row in rows("claims")}
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
HOLDER = re.compile(r"\{(\w+)\}")

with (Path(__file__).parent / "phrasings.csv").open(encoding="utf-8", newline="") as _text:
    PHRASINGS = list(csv.DictReader(_text))


def hanzi(number: int) -> str:
    digits, places, text = "零一二三四五六七八九", ("", "十", "百", "千"), ""
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += digits[digit] + places[place]
        elif text and not text.endswith("零") and number % 10**place:
            text += "零"
    return text[1:] if 10 <= number < 20 else text or "零"


STYLES = {
    "plain": str,
    "thousands": lambda n: f"{n:,}",
    "grouped": lambda n: f"{n:,}".replace(",", " "),
    "apart": lambda n: f" {n} ",
    "spelt": lambda n: " ".join(str(n)),
    "full width": lambda n: str(n).translate(FULL_WIDTH),
    "bold": lambda n: f"**{n}**",
    "hanzi": lambda n: hanzi(n) if n < 10000 else str(n),
}


def said(
    text: str, year: int | None = 2022, part: str = "一、总体情况", agency: str | None = None
) -> list[Claim]:
    return claims(sections(from_text(f"{part}\n{text}\n")), year, agency)


def values(text: str, year: int | None = 2022, agency: str | None = None) -> dict[str, int]:
    return {claim.claim: claim.value for claim in said(text, year, agency=agency)}


def test_there_are_enough_phrasings_and_each_is_one_of_its_own() -> None:
    assert len([row for row in PHRASINGS if HOLDER.findall(row["text"])]) >= 40
    assert len({row["text"] for row in PHRASINGS}) == len(PHRASINGS)


@pytest.mark.parametrize("row", PHRASINGS, ids=range(len(PHRASINGS)))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_phrasing_is_read_whatever_its_numbers(
    row: dict[str, str], data: st.DataObject
) -> None:
    counts = st.integers(
        row["approximate"] == "wan", 99999
    )  # "nought times ten thousand" is no phrase
    drawn = {code: data.draw(counts, label=code) for code in HOLDER.findall(row["text"])}
    drawn |= {"w": drawn.get("w", 0) + 1}  # a figure that two labels share is not nought
    if "resolved" in drawn:
        received, carried_in = drawn.get("received", 0), drawn.get("carried_in", 0)
        onward = drawn["carried_forward"] = min(drawn.get("carried_forward", 0), received)
        drawn["resolved"] = received + carried_in - onward
    style = STYLES[data.draw(st.sampled_from(sorted(STYLES)), label="style")]
    text = HOLDER.sub(lambda match: style(drawn[match[1]]), row["text"])
    expected = {code: drawn[code] for code in HOLDER.findall(row["text"]) if code in CODES}
    expected |= dict.fromkeys(row["zeros"].split(), 0)
    if row["approximate"] == "wan":
        expected["disclosed_website"] *= 10_000
    found = said(text)
    assert {claim.claim: claim.value for claim in found} == expected, text
    assert len(found) == len(expected), text
    rough = {"yes": set(expected), "wan": {"disclosed_website"}, "first": {"disclosed"}, "": set()}
    assert {claim.claim for claim in found if claim.approximate} == rough[row["approximate"]]


BUNDLED_CLAIMS = {
    "haining_office_2022": "disclosed=262 gazette_issues=4 received=45 resolved=45"
    " reconsideration=0 litigation=0 processing_fee=0",
    "huaian_2024": "disclosed_website=5500+ received=3119 carried_in=34 resolved=3050"
    " carried_forward=103 reconsideration=351 litigation=46 processing_fee=3940",
    "jindong_office_2022": "disclosed=41000+ disclosed_website=15800+ disclosed_weibo=13500+"
    " disclosed_wechat=10500+ received=147 carried_in=3 resolved=150 unable=74 granted=49"
    " granted_in_part=17 denied=6 unprocessed=4 reconsideration=2 litigation=0 processing_fee=0",
    "jinhua_services_2022": "disclosed=412 received=0 disclosed_website=235 disclosed_wechat=124"
    " processing_fee=0",
    "jinxiang_approval_2022": "received=2 processing_fee=0",
    "jiyuan_office_2022": "disclosed_website=20000+ gazette_issues=5 received=18 litigation=1"
    " processing_fee=0",
    "suqian_2023": "received=3511 carried_in=96 resolved=3486 granted=1191 granted_in_part=328"
    " denied=142 unable=1078 unprocessed=406 otherwise=341 carried_forward=121"
    " reconsideration=440 litigation=113",
    "suqian_2024": "received=3525 carried_in=121 resolved=3521 granted=1431 granted_in_part=471"
    " denied=92 unable=941 unprocessed=117 otherwise=469 carried_forward=125"
    " reconsideration=134 litigation=77",
}


@pytest.fixture(scope="module")
def corpus() -> toolkit.Corpus:
    return toolkit.load(BUNDLED, progress=False)


def shown(frame: pl.DataFrame) -> str:
    return " ".join(
        f"{row['claim']}={row['value']}{'+' if row['approximate'] else ''}"
        for row in frame.iter_rows(named=True)
    )


def of(corpus: toolkit.Corpus, stem: str) -> str:
    found: str = corpus.reports.filter(pl.col("source").str.contains(stem))["report_id"].item()
    return found


@pytest.mark.parametrize("stem", BUNDLED_CLAIMS)
def test_bundled_reports_claim_what_was_read_by_hand(corpus: toolkit.Corpus, stem: str) -> None:
    assert corpus.claims.schema == CLAIMS
    assert shown(corpus.claims.filter(report_id=of(corpus, stem))) == BUNDLED_CLAIMS[stem]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("000_e4762101bfa6f437", BUNDLED_CLAIMS["jinhua_services_2022"]),
        ("002_e00c555d78a674aa", BUNDLED_CLAIMS["jinxiang_approval_2022"]),
        ("003_7e78f6154f3411bd", BUNDLED_CLAIMS["jiyuan_office_2022"]),
        ("004_1488bf33b27f26fd", BUNDLED_CLAIMS["haining_office_2022"]),
    ],
)
def test_originals_claim_the_same(originals: Path, name: str, expected: str) -> None:
    report = toolkit.read_report(originals / f"{name}.txt")
    assert shown(report.claims) == expected
    assert report.checks.filter(
        pl.col("identity").str.starts_with("prose_"), verdict="fails"
    ).is_empty()


def test_only_the_prose_that_is_known_to_be_wrong_fails(corpus: toolkit.Corpus) -> None:
    prose = corpus.checks.filter(pl.col("identity").str.starts_with("prose_"))
    assert prose.schema == CHECKS
    assert prose.height == 48
    failed = prose.filter(pl.col("verdict") != "holds")
    assert failed.rows() == [
        (
            of(corpus, "suqian_2024"),
            "prose_reconsideration",
            "reconsideration",
            134,
            170,
            -36,
            "fails",
        )
    ]


def test_a_claim_walks_back_to_its_words_and_its_line(corpus: toolkit.Corpus) -> None:
    lines = (BUNDLED / "jindong_office_2022.txt").read_text(encoding="utf-8").split("\n")
    for row in corpus.claims.filter(report_id=of(corpus, "jindong")).iter_rows(named=True):
        line = lines[int(row["locator"].removeprefix("line ")) - 1]
        assert row["quote"] in line
        assert row["value"] == 0 or str(row["value"]) in row["quote"]


def test_a_quote_begins_with_a_whole_word() -> None:
    text = "收到政府信息公开申请7件，及时答复申请7件，和结转下年度继续办理1件。"
    assert [claim.quote for claim in said(text)[1:]] == ["及时答复申请7件", "结转下年度继续办理1件"]


def test_a_sentence_broken_by_a_page_is_read_on_but_a_broken_number_is_not() -> None:
    broken = "2022年度，本机关严格按照有关规定办理，全年共收到政府信息公开\n\n申请{}件，均已办结。"
    assert values(broken.format(12)) == {"received": 12}
    assert (
        values("2022年度，本机关严格按照规定办理，共收到政府信息公开申请1\n2件，均已办结。") == {}
    )
    assert values("本机关共收到政府信息公开申请1 47件。") == {}


def test_the_forms_headings_open_parts_without_the_number_that_a_word_processor_sets() -> None:
    text = "总体情况\n甲。\n存在的主要问题及改进情况\n乙。\n其他需要报告的事项\n无总体情况。"
    assert parts(sections(from_text(text))) == {
        "overview": "总体情况\n甲。",
        "problems": "存在的主要问题及改进情况\n乙。",
        "other": "其他需要报告的事项\n无总体情况。",
    }


def test_a_short_heading_says_what_the_figures_below_it_count() -> None:
    assert values("依 申 请 公 开\n全年收到12件，办结12件。") == {"received": 12, "resolved": 12}
    assert values("建议提案办理\n全年收到12件，办结12件。") == {}


def test_part_five_claims_nothing_and_part_six_does() -> None:
    text = "收到政府信息公开申请12件。"
    assert [claim.part for claim in said(text, part="六、其他需要报告的事项")] == ["other"]
    assert said(text, part="五、存在的主要问题及改进情况") == []


def test_an_answer_is_a_result_only_if_the_other_figures_bear_it_out() -> None:
    assert values("收到政府信息公开申请12件，答复12件。") == {"received": 12, "resolved": 12}
    assert values("收到政府信息公开申请12件，答复9件。") == {"received": 12}


def test_years_are_told_apart() -> None:
    text = "2022年收到政府信息公开申请12件，结转2023年3件。"
    assert values(text, 2022) == {"received": 12, "carried_forward": 3}
    assert values(text, 2023) == {}
    assert values(text, None) == {"received": 12, "carried_forward": 3}
    none = "2021年未收到政府信息公开申请。"
    assert (values(none, 2021), values(none, 2022)) == ({"received": 0}, {})


@pytest.mark.parametrize(
    ("sentence", "stated"),
    [
        ("甲局收到政府信息公开申请30件，乙局收到政府信息公开申请40件。", {}),
        ("依申请公开中，因国家秘密不予公开1件；因内部事务不予公开2件。", {}),
        ("依申请公开中，因国家秘密不予公开1件。", {}),
        ("依申请公开中，因本机关不掌握等原因无法提供2件。", {"unable": 2}),
        ("依申请公开：自然人申请予以公开3件，法人申请予以公开2件。", {}),
        ("依申请公开中，因国家秘密不予公开1件；因内部事务不予公开1件。", {}),
        ("因政府信息公开引发行政复议0件，甲县行政复议0件。", {"reconsideration": 0}),
        ("全区主动公开政府信息36条；区政府办公室主动公开政府信息18条。", {}),
        ("“甲”微信公众号发布信息231篇；“乙”服务号发布信息137条。", {}),
        ("因政府信息公开被申请行政复议3件，甲市复议2件，乙县复议1件。", {"reconsideration": 3}),
        ("因信息公开发生行政诉讼3件，其中一审行政诉讼案件1件。", {"litigation": 3}),
        ("收到政府信息公开申请2件，受理政府信息公开申请2件。", {"received": 2}),
    ],
)
def test_of_several_figures_for_one_thing_only_a_first_that_the_others_break_down_is_the_whole(
    sentence: str, stated: dict[str, int]
) -> None:
    assert values(sentence) == stated


@pytest.mark.parametrize(
    "sentence",
    [
        "2021年和2022年共收到政府信息公开申请9件。",
        "2021-2022年收到政府信息公开申请9件。",
        "五年来共收到政府信息公开申请9件。",
        "近十年收到政府信息公开申请9件。",
        "未收到不予公开的政府信息公开申请。",
        "未收到书面政府信息公开申请。",
        "无办理行政复议案件和行政诉讼案件。",
        "依申请公开：受理行政复议申请56件，目前已办结38件。",
        "市直机关主动公开政府信息9条。",
        "各县区主动公开政府信息9条。",
        "各部门主动公开政府信息9条。",
        "微信微视频发布9条。",
        "日均收到政府信息公开申请9件。",
        "力争2022年主动公开政府信息9条。",
        "目标任务为主动公开政府信息9条。",
        "考核标准为公开政府信息9条。",
        "应主动公开政府信息9条。",
        "撤销主动公开政府信息9条。",
        "清理主动公开政府信息9条。",
        "转载主动公开政府信息9条。",
        "收到征地拆迁类政府信息公开申请9件。",
        "收到涉及征地拆迁的政府信息公开申请9件。",
        "未收到涉及国家秘密的政府信息公开申请。",
        "部分乡镇未收到政府信息公开申请。",
        "有9个部门未收到政府信息公开申请。",
        "除市公安局外，其他部门未收到政府信息公开申请。",
        "创刊以来编印政府公报9期。",
        "疫情期间收到政府信息公开申请9件。",
        "迄今为止共收到政府信息公开申请9件。",
        "另收到政府信息公开申请9件。",
        "专项行动期间办结政府信息公开申请9件。",
        "近年来共收到政府信息公开申请9件。",
        "过去五年共收到政府信息公开申请9件。",
        "五年间收到政府信息公开申请9件。",
        "本届政府任期内收到政府信息公开申请9件。",
        "“十三五”期间共收到政府信息公开申请9件。",
        "市本级收到政府信息公开申请9件，县区收到8件。",
        "全市12个部门收到政府信息公开申请9件。",
        "13个区共收到政府信息公开申请9件。",
        "市级部门共收到政府信息公开申请9件。",
        "各区收到政府信息公开申请9件，市直部门收到8件。",
        "收到关于土地征收的政府信息公开申请9件，关于房屋拆迁的政府信息公开申请8件。",
        "通过“浙里办”收到政府信息公开申请9件，通过信函收到8件，共计17件。",
        "以信件形式收到政府信息公开申请9件。",
        "依申请公开平台受理政府信息公开申请9件，挂号信8件。",
        "省政府依申请公开系统受理政府信息公开申请9件。",
        "没有收到不属于本机关的政府信息公开申请。",
        "会同有关部门办结政府信息公开申请9件。",
        "配合市政府办结政府信息公开申请9件。",
        "提前办结政府信息公开申请9件。",
        "5个工作日内办结政府信息公开申请9件。",
    ],
)
def test_figures_of_other_years_and_of_parts_are_no_claims(sentence: str) -> None:
    assert values(sentence) == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "{}收到政府信息公开申请9件。",
        "2022年{}共收到政府信息公开申请9件。",
        "全年{}未收到政府信息公开申请。",
        "依申请公开：{}办结9件。",
        "{}主动公开政府信息9条。",
        "{}被申请政府信息公开行政复议9件。",
        "坚持以人民为中心，服务大局，{}主动公开政府信息9条。",
    ],
)
def test_figures_of_another_agency_are_no_claims(sentence: str) -> None:
    stated = sorted(values(sentence.format("")).values())
    assert len(stated) == 1
    own = "安丘市住房和城乡建设局"
    for name in ("我局", "本局", "市住建局", "安丘市住建局", "住房城乡建设局", "全系统", own):
        assert sorted(values(sentence.format(name), agency=own).values()) == stated, name
    for name in (
        "城关镇",
        "县公安局、教育局",
        "县自然资源局",
        "市公安局",
        "第一税务所",
        "县政府",
        "第一分局",
    ):
        assert values(sentence.format(name), agency=own) == {}, name
        assert sorted(values(sentence.format(name)).values()) == stated, name


def test_of_a_government_its_office_is_another_agency_but_not_the_reverse() -> None:
    office, government = "安丘市人民政府办公室", "安丘市人民政府"
    sentence = "市政府办公室收到政府信息公开申请9件，各县区收到90件。"
    assert values(sentence, agency=government) == {}
    assert values("市政府收到政府信息公开申请9件。", agency=office) == {"received": 9}


@pytest.mark.parametrize(
    "front",
    [
        "各级政府及部门共",
        "区政府信息公开办公室",
        "政务公开办公室",
        "按照工作部署",
        "围绕中心",
        "着眼大局",
        "我区政府办公室",
        "本单位",
    ],
)
def test_what_is_no_other_agencys_name_takes_no_figure_away(front: str) -> None:
    sentence = f"{front}主动公开政府信息9条。"
    assert values(sentence, agency="安丘市第一中学") == {"disclosed": 9}


@pytest.mark.parametrize("organs", ["各县区", "部分单位", "县直部门", "县公安局、教育局"])
def test_what_only_some_organs_tell_is_no_claim(organs: str) -> None:
    disputes = f"政府信息公开。{organs}发生行政复议9件。{organs}未发生行政诉讼。"
    assert values(disputes.replace(organs, ""), agency="安丘市人民政府")
    assert values(disputes, agency="安丘市人民政府") == {}


@pytest.mark.parametrize(
    ("sentence", "stated"),
    [
        ("年初收到政府信息公开申请9件。", {}),
        ("年底前收到政府信息公开申请9件。", {}),
        ("本月收到政府信息公开申请9件。", {}),
        ("单日最高收到政府信息公开申请9件。", {}),
        ("年初制定方案，全年收到政府信息公开申请9件。", {"received": 9}),
        ("原报告中收到政府信息公开申请9件更正为8件。", {}),
        ("误将收到政府信息公开申请9件写为8件。", {}),
        ("原“收到政府信息公开申请9件”应为“收到政府信息公开申请8件”。", {"received": 8}),
        ("收到同一申请人提出的政府信息公开申请9件。", {}),
        ("收到王某某政府信息公开申请9件。", {}),
        ("收到征求第三方意见的政府信息公开申请9件。", {}),
        ("收到要求提供宅基地信息的政府信息公开申请9件。", {}),
        ("收到要求公开政府信息的申请9件。", {"received": 9}),
        ("没有收到重大政府信息公开申请。", {}),
        ("制作《安丘市人民政府公报》6期。", {"gazette_issues": 6}),
        ("政府公报发行12期。", {"gazette_issues": 12}),
        ("政府公报自创刊以来发行120期。", {}),
        ("收取信息处理费总金额为300元。", {"processing_fee": 300}),
        ("前11个月收到政府信息公开申请9件。", {}),
        ("依申请公开：超期办结2件，按期办结7件。", {}),
        ("依申请公开：办结2021年结转申请3件、2022年新收申请6件。", {}),
        ("依申请公开：对行政执法案卷信息不予公开2件。", {}),
        ("依申请公开：属于国家秘密不予公开2件。", {}),
        ("依申请公开：本机关不掌握相关信息无法提供2件。", {}),
        ("依申请公开：申请人逾期不补正其他处理2件。", {}),
        ("依申请公开：作出不予公开决定5件，无法提供类3件。", {"denied": 5, "unable": 3}),
        ("依申请公开：全部9件均在法定期限内办结。", {"resolved": 9}),
        ("收到政府信息公开申请仅9件。", {"received": 9}),
    ],
)
def test_plain_figures_are_claims_and_those_of_a_spell_or_a_correction_are_not(
    sentence: str, stated: dict[str, int]
) -> None:
    assert values(sentence) == stated


@pytest.mark.parametrize(
    ("sentence", "stated"),
    [
        ("收到政府信息公开申请9件，其中近8件予以公开。", {"received": 9}),
        ("依申请公开：办结9件建议。", {}),
        ("收到政府信息公开申请9件，其中按时办结8件。", {"received": 9}),
        ("依申请公开：结转2022年办理3件。", {}),
        (
            "公开情况如下。通过网站公开信息9条，其中，微博8条。",
            {"disclosed_website": 9, "disclosed_weibo": 8},
        ),
    ],
)
def test_what_stands_around_a_figure_says_whether_it_is_the_whole(
    sentence: str, stated: dict[str, int]
) -> None:
    assert values(sentence) == stated


def test_fractions_and_monstrous_numbers_are_no_counts() -> None:
    assert values("收到政府信息公开申请1.5件。") == {}
    assert values("主动公开政府信息1.25万条。") == {"disclosed": 12500}
    assert values(f"主动公开政府信息{'9' * 30}条。") == {}
    assert values("收到政府信息公开申请一四七件。") == {}


def table(**totals: int | None) -> pl.DataFrame:
    known = {"received": 100, "carried_in": 5, "granted": 40, "litigation_direct": 1}
    known |= {"litigation_after_reconsideration": 2, "denied_inquiry": 3}
    places = {
        item: "challenges" if item.startswith("litigation") else "applications" for item in known
    }
    rows_ = [
        (
            "r",
            places[item],
            item,
            "total",
            value,
            "reported" if value is not None else "blank",
            None,
            "",
            False,
            None,
        )
        for item, value in (known | totals).items()
    ]
    return pl.DataFrame(rows_, schema=CELLS, orient="row")


def judged(cells: pl.DataFrame, *stated: tuple[str, int, bool]) -> list[tuple[object, ...]]:
    made = [Claim("overview", code, value, rough, "", "") for code, value, rough in stated]
    stated = pl.DataFrame([("r", *claim) for claim in made], schema=CLAIMS, orient="row")
    checks = prose_checks(stated, cells)
    return [(row["subject"], row["rhs"], row["verdict"]) for row in checks.iter_rows(named=True)]


def test_received_may_mean_with_or_without_what_was_carried_in() -> None:
    assert judged(table(), ("received", 100, False)) == [("received", 100, "holds")]
    assert judged(table(), ("received", 105, False)) == [("received+carried_in", 105, "holds")]
    assert judged(table(), ("received", 104, False)) == [("received", 100, "fails")]
    assert judged(table(carried_in=None), ("received", 105, False))[0][2] == "unknown"
    assert judged(table(carried_in=None), ("received", 100, False))[0][2] == "holds"


@pytest.mark.parametrize(
    ("value", "total", "verdict"),
    [
        (100, 100, "holds"),
        (100, 104, "holds"),
        (100, 199, "holds"),
        (100, 200, "unknown"),
        (110, 120, "unknown"),
        (110, 119, "holds"),
        (101, 100, "fails"),
        (100, None, "unknown"),
    ],
)
def test_an_approximate_figure_is_a_lower_bound(
    value: int, total: int | None, verdict: str
) -> None:
    assert judged(table(granted=total), ("granted", value, True)) == [("granted", total, verdict)]


def test_a_missing_term_or_two_figures_for_one_thing_make_unknown() -> None:
    both = "litigation_direct+litigation_after_reconsideration"
    assert judged(table(), ("litigation", 3, False)) == [(both, 3, "holds")]
    assert judged(table(litigation_direct=None), ("litigation", 2, False)) == [
        (both, None, "unknown")
    ]
    two = (("granted", 39, False), ("granted", 41, False))
    assert judged(table(), *two) == [("granted", 40, "unknown")]
    assert judged(table(granted=41), *two) == [("granted", 41, "holds")]
    assert judged(table(), ("disclosed", 9, False)) == []


def test_checks_of_nothing_have_the_columns_of_checks() -> None:
    assert prose_checks(CLAIMS.to_frame(), CELLS.to_frame()).schema == CHECKS


@pytest.mark.parametrize(
    ("period", "titles"), [("统计期限：2022年1月1日至2022年12月31日。", 1), ("", 3)]
)
def test_titles_of_other_years_on_the_page_are_not_the_reports(period: str, titles: int) -> None:
    title = "某县教育局{}年政府信息公开工作年度报告"
    page = [title.format(2022), title.format(2021), title.format(2020), title.format(2022), period]
    page += ["一、总体情况", "全年收到政府信息公开申请2件。", title.format(2019)]
    found = title_of(sections(from_text("\n".join(page))))
    assert (found.agency, found.year, found.titles) == ("某县教育局", 2022, titles)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("收到政府信息公开申请{}9件。", "近 约 不足 不到 少于 低于 至多 第 3至 3-"),
        ("收到政府信息公开申请9件{}。", "左右 以内 以下"),
        ("其中{}9件予以公开。", "近 约 不足 不到 少于 低于 至多"),
        ("{}主动公开政府信息9条。", "同比增加 增长 减少 下降 较去年多 比上年多 平均 日均 每月"),
        ("{}主动公开政府信息9条。", "力争 应 应当 撤销 清理 转载 删除 乡镇 学校 抖音 电视 专栏"),
        ("{}主动公开政府信息9条。", "累计 历年 成立以来 党的二十大以来 上半年 一季度 3月 1-6月"),
        ("{}收到政府信息公开申请9件。", "上年 上一年 去年 前年 往年 同期 近三年 五年来 截至6月底"),
        ("收到{}政府信息公开申请9件。", "网上 线上 信函 邮件 当面 现场 传真 窗口 电话 自然人 企业"),
        ("收到{}政府信息公开申请9件。", "涉及土地的 征地类 不予受理的 撤回的 重复的 逾期的 转办的"),
        ("{}收到政府信息公开申请9件。", "下属单位 所属单位 各县 各镇 各街道 其他部门 本级"),
        ("{}政府信息公开行政复议9件。", "办理 审理 审结 收到 代理"),
        ("收取信息处理费{}9元。", "每件 标准 后减免 后退还"),
        ("未发生政府信息公开{}行政复议案件。", "撤销的 纠正的 败诉的 违法的 责令答复的 逾期的"),
        ("{}信息处理费收取9元。", "应收 免收 减免"),
        ("{}：收到申请9件。", "人大建议 政协提案 信访 投诉 举报 咨询 留言 热线 工单 许可 审批"),
    ],
)
def test_words_of_doubt_leave_no_claim(sentence: str, words: str) -> None:
    front = "政府信息公开。" if "主动" in sentence else "依申请公开。"
    assert values(front + sentence.format(""))
    for word in words.split():
        assert values(front + sentence.format(word)) == {}, word


@pytest.mark.parametrize("word", ["超", "超过", "逾", "突破", "至少"])
def test_a_lower_bound_is_approximate(word: str) -> None:
    claim = said(f"收到政府信息公开申请{word}9件。")[0]
    assert (claim.claim, claim.value, claim.approximate) == ("received", 9, True)


def test_words_that_count_applications_do_so_under_their_heading_alone() -> None:
    text = (
        "收到申请12件。3件为上年结转。办结9件。予以公开1件。部分公开2件。不予公开3件。"
        "无法提供4件。不予处理5件。其他处理6件。结转下年7件。"
    )
    assert len(values(f"依申请公开\n{text}")) == 10
    assert values(f"信访\n{text}") == {}
    behind = (
        "10件办结。1件予以公开，2件部分公开，3件不予公开，4件无法提供，5件不予处理，6件作其他处理。"
        "7件顺延到下年度答复。"
    )
    assert len(values(f"依申请公开\n{behind}")) == 8
    assert values(f"信访\n{behind}") == {}
    disputes = "行政复议3件，行政诉讼2件。"
    assert values(f"信息公开情况\n{disputes}") == {"reconsideration": 3, "litigation": 2}
    assert values(f"信访\n{disputes}") == {}
