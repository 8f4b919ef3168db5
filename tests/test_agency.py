"""Agencies by name: kind, level, place, identity; what is ambiguous stays null."""

import polars as pl
import pytest

import toolkit
from tests.conftest import BUNDLED
from toolkit.agency import Agency, describe
from toolkit.divisions import locate, names
from toolkit.form import rows
from toolkit.read.script import simplified
from toolkit.read.text import from_text
from toolkit.schema import REPORTS
from toolkit.sections import sections
from toolkit.standing import JOINS, join_agencies
from toolkit.title import says_what_it_is, title_of


def place(agency: Agency) -> tuple[str | None, ...]:
    return agency[3:7]


@pytest.mark.parametrize(
    ("name", "kind", "field", "level", "adcode"),
    [
        ("金东区人民政府办公室", "general_office", None, "county", "330703"),
        ("浙江省人民政府办公厅", "general_office", None, "province", "330000"),
        ("大兴安岭地区行政公署", "government", None, "prefecture", "232700"),
        ("上海市浦东新区人民政府", "government", None, "county", "310115"),
        ("重庆市人民政府", "government", None, "province", "500000"),
        ("济源市人民政府办公室", "general_office", None, "county", "419001"),
        ("金华市政务服务管理办公室", "department", "government_services", "prefecture", "330700"),
        ("金乡县行政审批服务局", "department", "government_services", "county", "370828"),
        (
            "金华市人民政府国有资产监督管理委员会",
            "department",
            "state_assets",
            "prefecture",
            "330700",
        ),
        ("国家税务总局金华市税务局", "department", "taxation", "prefecture", "330700"),
        ("浙江省教育厅", "department", "education", "province", "330000"),
        ("金东区孝顺镇人民政府", "township", None, "township", "330703"),
        ("黄浦区南京东路街道办事处", "township", None, "township", "310101"),
        ("海宁市中心医院", "institution", None, "county", "330481"),
        ("苏州工业园区管理委员会", "development_zone", None, None, "320500"),
        ("国务院办公厅", "general_office", None, "national", None),
        ("教育部", "department", "education", "national", None),
        ("国家发展和改革委员会", "department", "development_reform", "national", None),
        ("国家卫生健康委", "department", "health", "national", None),
        ("国土资源部", "department", "natural_resources", "national", None),
        ("恩施州人民政府", "government", None, "prefecture", "422800"),
        ("北川县人民政府", "government", None, "county", "510726"),
        ("湘西自治州人民政府办公室", "general_office", None, "prefecture", "433100"),
        ("耿马自治县", "government", None, "county", "530926"),
        ("鄂温克旗人民政府", "government", None, "county", "150724"),
        ("长春朝阳区教育局", "department", "education", "county", "220104"),
        ("河北区人民政府", "government", None, "county", "120105"),
        ("阿里地区行署", "government", None, "prefecture", "542500"),
        ("城口县人民政府机关", "government", None, "county", "500229"),
        ("第八师石河子市", "government", None, "county", "659001"),
        ("兵团第八师石河子市", "government", None, "county", "659001"),
        ("兵团第六师财政局", "department", "finance", "county", "659004"),
        ("第十三师新星市", "government", None, "county", "659011"),
        ("第一师阿拉尔市十团", "township", None, "township", "659002"),
        ("第六师范学校", "institution", None, None, None),
        ("克州公安局", "department", "public_security", "prefecture", "653000"),
        ("巴州库尔勒市", "government", None, "county", "652801"),
        ("巴州区财政局", "department", "finance", "county", "511902"),
        ("巴州镇人民政府", "township", None, "township", None),
        ("锡盟行署办公室", "general_office", None, "prefecture", "152500"),
        ("重庆市公安局渝中区分局大坪派出所", "institution", None, "county", "500103"),
        ("泉州台商投资区", "development_zone", None, None, "350500"),
        ("金华市旅游度假区财政局", "department", "finance", None, "330700"),
        ("重庆海关关区", "department", "customs", None, "500000"),
        ("国家统计局金华调查队", "department", "statistics", None, "330700"),
        ("中国证监会浙江监管局", "department", "financial_regulation", None, "330000"),
        ("德安县园艺场", "institution", None, "county", "360426"),
        ("杭州市人力社保局", "department", "human_resources", "prefecture", "330100"),
        ("枣庄市生态环境局高新区分局", "department", "ecology", None, "370400"),
        ("重庆市公安局渝中区分局", "department", "public_security", "county", "500103"),
        ("淄博市公安局交通警察支队张店大队", "department", "public_security", "county", "370303"),
        ("肇庆市公安局交警支队第三大队", "department", "public_security", None, "441200"),
        ("济宁市公共资源交易服务中心泗水分中心", "institution", None, "county", "370831"),
        ("沅江市公安局交通警察大队", "department", "public_security", "county", "430981"),
        ("深圳市生态环境局龙岗管理局", "department", "ecology", "county", "440307"),
        ("深圳市市场监督管理局福田监管局", "department", "market", "county", "440304"),
        ("东莞市公安局虎门分局", "department", "public_security", None, "441900"),
        ("东莞市横沥镇应急管理分局", "department", "emergency", "township", "441900"),
        ("衢江区湖南镇政府综合督考办公室", "township", None, "township", "330803"),
        ("朝阳区三里屯街道市场监管所", "institution", None, "township", None),
        ("金华市乡村振兴局", "department", "agriculture", "prefecture", "330700"),
        ("金华市乡镇企业局", "department", None, "prefecture", "330700"),
        ("昌平区回龙观地区办事处", "township", None, "township", "110114"),
        ("天津市北辰区佳荣里街", "township", None, "township", "120113"),
        ("天津东疆综保区管理委员会", "development_zone", None, None, "120000"),
        ("陕西省西咸新区开发建设管理委员会", "development_zone", None, None, "610000"),
        ("金华市临港工业区管理委员会", "development_zone", None, None, "330700"),
        ("重庆高新技术产业开发区管理委员会生态环境局", "department", "ecology", None, "500000"),
        ("大连市金州区人民政府（金普新区管委会）", "government", None, "county", "210213"),
        ("河南黄河河务局", "department", "water", None, "410000"),
        ("金华市中级人民法院", None, None, "prefecture", "330700"),
        ("海关总署", "department", "customs", "national", None),
        ("经开区", "development_zone", None, None, None),
        ("宁东管委会", "development_zone", None, None, None),
        ("横琴粤澳深度合作区执行委员会", "development_zone", None, None, None),
        ("海西州大柴旦行政委员会", "development_zone", None, None, "632800"),
        ("中国（上海）自由贸易试验区管理委员会", "development_zone", None, None, None),
        ("喀什地区行署办公室", "general_office", None, "prefecture", "653100"),
        ("金华市卫计委", "department", "health", "prefecture", "330700"),
        ("国家矿山安全监察局安徽局", "department", "emergency", None, "340000"),
        ("中国人民银行武汉分行", "department", "financial_regulation", None, "420100"),
        ("沈阳市浑南区（沈抚新区）", "government", None, "county", "210112"),
        ("东风场", "institution", None, None, None),
        ("杭州海关所属金华海关", "department", "customs", None, "330700"),
        ("上海海关隶属浦东国际机场海关", "department", "customs", None, "310000"),
        ("安徽省涡阳第三中学", "institution", None, "county", "341621"),
        ("安徽省涡阳中学", "institution", None, "county", "341621"),
        ("河北省实验中学", "institution", None, "province", "130000"),
        ("金华市科技园财政局", "department", "finance", None, "330700"),
        (
            "中国银行业监督管理委员会浙江监管局",
            "department",
            "financial_regulation",
            None,
            "330000",
        ),
        ("中国银保监会浙江监管局", "department", "financial_regulation", None, "330000"),
        ("威海市文登人民政府办公室", "general_office", None, "county", "371003"),
        ("四川天府新区成都管理委员会", "development_zone", None, None, "510000"),
        ("高新区城市管理委员会", "department", "urban_management", None, None),
        ("金华市政府研究室（金华市档案局）", "department", None, "prefecture", "330700"),
        ("中山市东区街道办事处", "township", None, "township", "442000"),
        ("东区街道办事处", "township", None, "township", None),  # not Panzhihua's district
        ("西区办事处", "township", None, "township", None),
        ("东区教育局", "department", "education", "county", "510402"),
        ("滨海新区管理委员会", "development_zone", None, None, None),  # not only Tianjin has one
        ("伊犁州塔城地区教育局", "department", "education", "prefecture", "654200"),
        ("中国国际贸易促进委员会浙江省委员会", "department", None, None, None),
        ("中国残疾人联合会", None, None, "national", None),
        ("中国医科大学附属第一医院", "institution", None, None, None),
        ("中国社会科学院", "institution", None, "national", None),
        ("国家东中西区域合作示范区管理委员会", "development_zone", None, None, None),
        ("金华市交通警察支队", "department", "public_security", "prefecture", "330700"),
        ("金华市环境卫生管理处", "department", "urban_management", "prefecture", "330700"),
    ],
)
def test_a_name_says_what_kind_of_agency_it_is_and_where(
    name: str, kind: str, field: str | None, level: str | None, adcode: str | None
) -> None:
    agency = describe(name, year=2022)
    assert (agency.kind, agency.field, agency.level, agency.adcode) == (kind, field, level, adcode)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("development_reform", "发展和改革 发展改革 发改 物价"),
        ("industry", "工业和信息化 经济和信息化 经济信息化 经济贸易 经信 工信"),
        ("human_resources", "人力资源和社会保障 人社 社会保险"),
        ("natural_resources", "自然资源 国土资源 规划 自规"),
        ("ecology", "生态环境 环境保护 环保"),
        ("housing", "住房和城乡建设 住建 建设 城乡建设 城市建设管理 房产管理 房屋征收"),
        ("urban_management", "城市管理 城管 综合行政执法 综合执法 市容 园林"),
        ("transport", "交通运输 公路 港航"),
        ("water", "水利 水务 水资源 河务 流域管理"),
        ("agriculture", "农业 农村 乡村振兴 畜牧 渔业 海洋"),
        ("forestry", "林业 草原"),
        ("commerce", "商务 招商 投资促进 口岸"),
        ("culture", "文化 旅游 文旅 文物 广播电视 广电 文广 新闻出版"),
        ("health", "卫生 卫健 卫计 计生 计划生育 疾病预防控制 疾控"),
        ("health_insurance", "医疗保障 医保"),
        ("emergency", "应急 安全生产 煤矿安全 消防 地震"),
        ("market", "市场监督 市监 工商 质量技术 食品药品 药品监督 知识产权"),
        ("government_services", "行政审批 政务服务 大数据 公共资源 营商环境"),
        ("petitions", "信访"),
        ("ethnic_religious", "民族 宗教"),
        ("civil_defence", "人民防空 人防"),
        ("grain", "粮食 物资储备"),
        ("archives", "档案 地方志"),
    ],
)
def test_a_department_s_field_is_told_by_its_words(field: str, words: str) -> None:
    for word in words.split():
        assert describe(f"金华市{word}局", year=2022).field == field, word


@pytest.mark.parametrize(
    "name",
    [
        "某某县水利局",
        "南京东路街道办事处",  # a street in Shanghai, not the city of Nanjing
        "浙江大学",  # a university in Zhejiang, not of it
        "孝顺镇人民政府",
        "市教育局",
        "郑州路小学",
        "办公室",
        "",
        "中华人民共和国拱北海关",
        "国家能源局华东监管局",  # of no one province, and not national
        "北京大兴国际机场临空经济区(廊坊)管理委员会",  # the part of it that is not Beijing's
        "中山陵园管理局",  # a park in Nanjing, not of the city of Zhongshan
        "北海公园管理处",  # a park in Beijing, not of the city of Beihai
        "青海湖景区保护利用管理局",
    ],
)
def test_a_name_without_a_place_gets_none(name: str) -> None:
    agency = describe(name, year=2022)
    assert place(agency) == (None,) * 4
    assert agency.agency_id is None
    assert agency.level in (None, "township")


def test_no_name_is_no_agency() -> None:
    assert describe(None, year=2022) == Agency()


def test_an_ambiguous_name_stays_null_unless_the_document_settles_it() -> None:
    gulou = "鼓楼区人民政府"
    unsettled = describe(gulou, year=2022)
    assert (unsettled.kind, unsettled.level) == ("government", "county")
    assert place(unsettled) == (None,) * 4
    assert unsettled.agency_id is None
    assert describe(gulou, preface="350102000000/2023-00012", year=2022).adcode == "350102"
    assert describe(gulou, preface="11410204005228X2XA/2023-1", year=2022).adcode == "410204"
    assert describe(gulou, preface="320300000000/2023-7", year=2022).adcode == "320302"
    assert describe(gulou, preface="南京市鼓楼区政府网站", year=2022).adcode == "320106"
    assert describe(gulou, preface="福建省政务公开", year=2022).adcode == "350102"
    for open_ in ("江苏省政务公开", "南京市、徐州市", "320999/2023-1", "014319650/2023-00018"):
        assert describe(gulou, preface=open_, year=2022).adcode is None
    assert describe(gulou, preface="350102000000/2023-00012\n江苏省", year=2022).adcode == "350102"


def test_an_index_number_places_a_name_that_has_no_place_if_it_fits() -> None:
    jindong = "330703000000/2023-135479"
    assert place(describe("区教育局", preface=jindong, year=2022)) == (
        "浙江省",
        "金华市",
        "金东区",
        "330703",
    )
    office = describe("市场监督管理局", preface="11330703002590218N/2023-1", year=2022)
    assert (office.level, office.agency_id) == ("county", "金东区市场监督管理局")
    market = describe("区市场监督管理局", preface=jindong, year=2022)
    assert market.agency_id == office.agency_id
    assert describe("国家市场监督管理总局", year=2022).agency_id == "国家市场监督管理总局"
    for name in ("市政管理处", "市容管理局", "区委办公室", "市场监管所"):  # these call no city
        found = describe(name, preface=jindong, year=2022)
        assert found.agency_id == f"金东区{name}"
    assert describe("市教育局", preface=jindong, year=2022).adcode is None
    assert describe("教育局", preface="330703123/2023-1", year=2022).adcode is None
    assert describe("教育局", preface="339999000000/2023-1", year=2022).adcode is None


def test_a_name_that_has_a_place_keeps_it_whatever_the_index_number() -> None:
    agency = describe("海宁市教育局", preface="330703000000/2023-1", year=2022)
    assert agency.adcode == "330481"


def test_divisions_are_those_of_the_year() -> None:
    assert describe("庐江县人民政府", year=2009).adcode == "341421"
    assert describe("庐江县人民政府", year=2022).adcode == "340124"
    assert describe("庐江县人民政府", year=2009).prefecture == "巢湖市"
    assert describe("海门市人民政府", year=2019).adcode == "320684"
    assert describe("海门区人民政府", year=2030).adcode == "320614"
    assert describe("庐江县人民政府").adcode is None  # two codes, and no year to choose by
    assert describe("双流县人民政府", year=2015).adcode == "510122"  # a district at the year's end


def test_a_division_that_is_not_in_the_tables_is_not_taken_for_the_one_above_it() -> None:
    linping = "杭州市临平区人民政府"
    assert describe(linping, year=2020).adcode == "330113"  # made in 2021, when it reported
    early = describe(linping, year=2015)
    assert (early.kind, early.level, early.adcode) == ("government", None, None)
    assert (early.province, early.prefecture, early.agency_id) == ("浙江省", "杭州市", None)
    other = describe("嘉峪关市雄关区", year=2020)  # the city's own, in no table
    assert (other.kind, other.level, other.adcode) == ("government", None, None)
    rests = "教育局 民宗委 商务厅 信访办 信访办公室 档案中心 甲子乡 甲子镇 甲子街道办事处"
    for rest in rests.split():
        assert describe(f"嘉峪关市雄关区{rest}", year=2020).adcode is None, rest


def test_ministries_are_national() -> None:
    named = "外交 国防 教育 科学技术 工业和信息化 公安 民政 司法 财政 人力资源和社会保障 自然资源"
    named += " 生态环境 住房和城乡建设 交通运输 水利 农业农村 商务 文化和旅游 应急管理 国家安全"
    named += " 退役军人事务 环境保护 国土资源 农业 卫生 文化 交通 铁道 监察"
    for word in named.split():
        assert describe(f"{word}部", year=2022).level == "national", word
    for name in ("审计署", "中国人民银行", "中国气象局", "全国老龄工作委员会", "中国工程院"):
        assert describe(name, year=2022).level == "national", name


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "海宁市人民政府办公室",
            "浙江省海宁市人民政府办公室",
            "浙江省嘉兴市海宁市政府办公室",
            "海宁市 人民政府办公室",
        ),
        ("苏州工业园区管理委员会", "苏州市工业园区管委会", "江苏省苏州工业园区管委会"),
        ("北京市朝阳区人民政府", "北京朝阳区人民政府"),
        ("金东区税务局", "国家税务总局金华市金东区税务局"),
        ("金华市建设局（人防办）", "金华市建设局(人防办)"),
        ("金东区孝顺镇", "金东区孝顺镇政府", "金东区孝顺镇人民政府"),
        ("历下区大明湖街道", "历下区人民政府大明湖街道办事处"),
        ("金华经济技术开发区", "金华经济技术开发区管委会"),
        ("湛江海关", "中华人民共和国湛江海关"),
        ("锡林郭勒盟行政公署", "锡林郭勒盟行署", "锡林郭勒盟"),
        ("锡林郭勒盟行政公署办公室", "锡林郭勒盟行署办公室"),
        ("金华市市场监督管理局", "金华市市场监管局", "金华市市监局"),
        ("金华市发展和改革委员会", "金华市发展和改革委", "金华市发改委"),
        ("金华市人力资源和社会保障局", "金华市人社局"),
    ],
)
def test_spellings_of_one_agency_share_its_id(spellings: tuple[str, ...]) -> None:
    assert len({describe(name, year=2022).agency_id for name in spellings}) == 1
    assert describe(spellings[0], year=2022).agency_id is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("浙江省人民政府办公室", "浙江省人民政府办公厅"),
        ("海宁市人民政府", "海宁市人民政府办公室"),
        ("北京市朝阳区人民政府", "长春市朝阳区人民政府"),
        ("海宁市教育局", "海宁市教育和体育局"),
        ("中国证监会浙江监管局", "国家金融监督管理总局浙江监管局"),
        ("中国人民银行金华市分行", "国家外汇管理局金华市分局"),
        ("国家矿山安全监察局山西局", "国家粮食和物资储备局山西局"),
    ],
)
def test_different_agencies_do_not(one: str, other: str) -> None:
    assert describe(one, year=2022).agency_id != describe(other, year=2022).agency_id


def test_a_city_that_lost_its_rank_is_another_agency() -> None:
    ids = {describe("巢湖市人民政府", year=year).agency_id for year in (2009, 2010)}
    later = describe("安徽省巢湖市人民政府", year=2022)
    assert len(ids) == 1
    assert (later.level, later.agency_id in ids) == ("county", False)


@pytest.mark.parametrize(
    ("name", "overview", "scope"),
    [
        ("金东区人民政府办公室", "2022年全区收到依申请公开147件。", "region"),
        ("淮安市人民政府", "全市受理申请 3119 件。", "region"),
        ("淮安市人民政府", "报告汇总全市数据。", "region"),
        ("金东区人民政府办公室", "全区共收到行政复议申请147件。", None),
        ("金东区人民政府办公室", "全区受理行政许可申请5000件。", None),
        ("宿迁市人民政府", "统计范围：全市。", "region"),
        ("金东区人民政府办公室", "本报告所列数据包括区政府各部门、各乡镇的数据。", "region"),
        ("金华市政务服务管理办公室", "我办收到依申请公开信息0件。", "own"),
        ("海宁市人民政府办公室", "市政府办公室收到依申请公开件45件。", "own"),
        ("济源市人民政府办公室", "全年收到依申请公开18件。", None),
        ("金华市公安局", "全年收到依申请公开18件。", None),
        ("金华市公安局", "我局收到申请3件，全市公安机关共收到申请30件。", None),
        ("金乡县第一中学", "全年收到申请2件。", "own"),
        ("金乡县教育局", "我局收到申请1件，全县教育系统收到申请2件。", None),
        ("金乡县教育局", "全县教育系统收到申请2件。", "region"),
        ("金东区孝顺镇人民政府", "", "own"),
        ("金东区孝顺镇人民政府", "全区共收到申请300件，本镇收到申请3件。", "own"),
        ("浙江省人民政府", "在2022年各市、省政府各部门年度报告基础上汇总编制", "region"),
        ("金东区人民政府", "综合各乡镇、区政府各部门的报告和统计数据而成。", "region"),
        ("金东区人民政府", "根据条例和各乡镇、区政府各部门的2016年年度报告编制。", "region"),
        ("金东区人民政府", "根据各部门做好年度报告编制工作的要求。", None),
        ("海关总署", "全国海关2020年政府信息公开工作年度报告", "region"),
        ("海关总署", "梳理2020年度海关系统政府信息公开工作情况编制而成", "region"),
        ("金东区人民政府", "全区主动公开政府信息30条。", None),
        ("金东区人民政府办公室", "指导全区各单位受理政府信息公开申请。", None),
        ("金东区人民政府办公室", "我办收到申请后及时转办。", None),
        ("金东区人民政府办公室", "全年我办未收到政府信息公开申请。", "own"),
        ("金东区人民政府", "金东区人民政府2022年政府信息公开工作年度报告（本级）", "own"),
        ("金华市气象局", "金华市气象局2022年政府信息公开工作年度报告(机关)", "own"),
        ("吉林省气象局", "所列数据仅限吉林省气象局机关", "own"),
        ("金东区人民政府", "金东区2022年政府信息公开工作年度报告（汇总）", "region"),
        ("浙江省人民政府", "浙江省（全省）2022年政府信息公开工作年度报告", "region"),
        ("昭通市", "本报告涵盖了2024年市政府办公室政府信息公开各项工作", "own"),
        (
            "黔东南州人民政府",
            "黔东南州人民政府（州政府办公室）2024年政府信息公开工作年度报告",
            "own",
        ),
        ("海关总署", "海关总署（本级机关）2022年政府信息公开工作年度报告", "own"),
        ("海关总署", "海关总署（海关系统）2022年政府信息公开工作年度报告", "region"),
        (
            "金华市人民政府",
            "本报告由六部分组成，涵盖各县、区政府和市政府各工作部门的情况",
            "region",
        ),
    ],
)
def test_scope_is_what_the_document_says(name: str, overview: str, scope: str | None) -> None:
    assert describe(name, overview=overview, year=2022).scope == scope


@pytest.mark.parametrize(
    ("name", "decisions", "overview", "scope"),
    [
        ("济源市人民政府办公室", 3000, "", "region"),
        ("济源市人民政府", 100, "", "region"),
        ("济源市人民政府", 99, "", None),
        ("济源市人民政府办公室", 3000, "市政府办公室收到申请18件。", None),
        ("济源市人民政府办公室", 0, "市政府办公室收到申请18件。", "own"),
        ("济源市市场监督管理局", 3000, "", "own"),
        ("金华市市场监督管理局", 3000, "", None),
        ("金华经济技术开发区管委会", 3000, "", None),
        ("杭州市临平区人民政府", 3000, "", None),
    ],
)
def test_hundreds_of_licences_and_penalties_are_not_one_office_s(
    name: str, decisions: int, overview: str, scope: str | None
) -> None:
    assert describe(name, overview=overview, year=2015, decisions=decisions).scope == scope


def test_every_code_that_is_given_is_in_the_codebook() -> None:
    known = {(row["column"], row["code"]) for row in rows("agencies")}
    for row in rows("agencies"):
        assert row["label_zh"], row
        assert row["label_en"], row
    reports = toolkit.load(BUNDLED, progress=False).reports
    for column in ("kind", "field", "level", "scope"):
        assert {(column, code) for code in reports[column].drop_nulls()} <= known


def test_bundled_reports_are_described() -> None:
    reports = toolkit.load(BUNDLED, progress=False).reports
    assert reports.schema == REPORTS
    found = reports.select("agency", "kind", "level", "county", "adcode", "scope").unique().rows()
    assert sorted(found, key=lambda row: str(row[4])) == [
        ("淮安市人民政府", "government", "prefecture", None, "320800", "region"),
        ("宿迁市人民政府", "government", "prefecture", None, "321300", "region"),
        ("海宁市人民政府办公室", "general_office", "county", "海宁市", "330481", "own"),
        ("金华市政务服务管理办公室", "department", "prefecture", None, "330700", "own"),
        ("金东区人民政府办公室", "general_office", "county", "金东区", "330703", "region"),
        ("金乡县行政审批服务局", "department", "county", "金乡县", "370828", "own"),
        ("济源市人民政府办公室", "general_office", "county", "济源市", "419001", None),
    ]


def joined(*named: tuple[str, dict[str, str]]) -> list[tuple[object, ...]]:
    made = []
    for number, (name, known) in enumerate(named):
        agency = describe(name, year=2022, **known)
        row = dict.fromkeys(REPORTS) | agency._asdict()
        made.append(row | {"report_id": str(number), "agency": name})
    frame = join_agencies(pl.DataFrame(made, schema=REPORTS))
    assert frame.schema == JOINS
    return frame.select("agency_id", "doubtful", "unplaced").rows()


def test_doubtful_joins_are_shown_and_certain_ones_are_not_doubtful() -> None:
    assert joined(("海宁市教育局", {}), ("浙江省海宁市教育局", {})) == [
        ("海宁市教育局", False, False),
        ("海宁市教育局", False, False),
    ]
    assert joined(("海宁市教育局", {}), ("海宁市教育局", {}), ("海宁市教育局（体育局）", {})) == [
        ("海宁市教育局", False, False),
        ("海宁市教育局", False, False),
        ("海宁市教育局", True, False),
    ]
    gulou = "鼓楼区人民政府"
    assert joined((gulou, {"preface": "南京市"}), (gulou, {})) == [
        ("南京市鼓楼区人民政府", False, False),
        ("南京市鼓楼区人民政府", True, True),
    ]
    two = joined((gulou, {"preface": "南京市"}), (gulou, {"preface": "徐州市"}), (gulou, {}))
    assert two[2] == (gulou, True, True)


def test_a_county_s_own_name_is_no_conjunction() -> None:
    assert joined(("和县人民政府", {}), ("县人民政府", {}))[1] == ("县人民政府", True, True)


def test_a_report_without_an_agency_joins_nothing() -> None:
    frame = pl.DataFrame([dict.fromkeys(REPORTS) | {"report_id": "a"}], schema=REPORTS)
    assert join_agencies(frame).rows() == [("a", None, None, False, False)]
    assert join_agencies(REPORTS.to_frame()).schema == JOINS


def test_the_tables_cover_the_years_of_reports() -> None:
    known = names()
    assert known.last_year >= 2024
    assert {"鼓楼区", "巢湖市", "朝阳区"} <= known.shared
    assert "金东区" not in known.shared
    provinces = {d.code for found in known.by_code.values() for d in found if d.rank == 1}
    assert len(provinces) == 34


def test_names_are_read_from_the_largest_division_to_the_smallest() -> None:
    found = locate("内蒙古呼伦贝尔市海拉尔区人民政府", 2022)
    assert [d.code for d in found.candidates] == ["150702"]
    assert (found.rest, found.exact) == ("人民政府", True)
    assert locate("江苏省金东区教育局", 2022).rest == "金东区教育局"
    assert locate("金华").candidates == (), "a short name alone is any name"


@pytest.mark.parametrize(
    ("title", "agency", "year"),
    [
        ("2022年上海市政府信息公开工作年度报告", "上海市", 2022),
        ("桃江县2022年政府信息公开工作年度报告", "桃江县", 2022),
        ("2022年度螅镇政府信息公开工作年度报告", "螅镇", 2022),
        ("旺苍县林业局2019年度政府信息公开工作报告", "旺苍县林业局", 2019),
        ("衡阳市司法局政府信息公开2021年度报告", "衡阳市司法局", 2021),
        ("某市司法局政府信息公开2021年度工作报告", "某市司法局", 2021),
        ("某县公安局2019年政府信息公开年度工作报告", "某县公安局", 2019),
        ("某区供销合作社2018年政府信息公开工作年度报告", "某区供销合作社", 2018),
        ("【图文】某市教育局2022年度政府信息公开工作年度报告", "某市教育局", 2022),
        ("运城经济技术开发区2020年政府信息公开年度报告", "运城经济技术开发区", 2020),
        ("平潭综合实验区2019年度政府信息公开工作年度报告", "平潭综合实验区", 2019),
        ("中新天津生态城2023年政府信息公开工作年度报告", "中新天津生态城", 2023),
        ("特编制广州市某办公室2023年政府信息公开工作年度报告", "广州市某办公室", 2023),
        (
            "某旗某苏木 2021 年政府信息 公开工作年度报告 " + "根据有关规定编制" * 40,
            "某旗某苏木",
            2021,
        ),
        ("某局\n2021年信息公开工作年度报告", "某局", 2021),
        ("某县教育局2022年政务公开工作年度报告", "某县教育局", 2022),
        ("某县教育局2022年政务公开工作要点", None, None),
        ("2021年政府信息公开工作年度报告", None, 2021),
        ("政府信息公开工作年度报告", None, None),
        ("驼峰路街道办事处政府信息公开工作年度报告", "驼峰路街道办事处", None),
        ("某市某局政府信息公开工作年度报告（2021年）", "某市某局", 2021),
        ("某市某局政府信息公开年报\n（2021年度）\n2022年1月20日", "某市某局", 2021),
        ("某市某局政府信息公开工作年度报告\n（2022年1月20日）", "某市某局", None),
        ("某区某局2019政务信息公开年报", "某区某局", 2019),
        ("【2021】某县某局2021年政府信息公开工作年度报告", "某县某局", 2021),
        ("- 标 题: 某市某局2022年政府信息公开工作年度报告", "某市某局", 2022),
        ("【2021年】某县某镇政府信息公开工作年度报告", "某县某镇", 2021),
        ("金东区本级2021年政府信息公开工作年度报告", "金东区", 2021),
        ("某县人民政府（本级）2021年政府信息公开工作年度报告", "某县人民政府", 2021),
        ("天津港保税区2022年度政府信息公开工作报告", "天津港保税区", 2022),
        ("第六师五家渠市2022年政府信息公开工作年度报告", "第六师五家渠市", 2022),
        ("（某县水利局）2022年政府信息公开工作年度报告", "某县水利局", 2022),
        ("怀远二中2021年政府信息公开工作年度报告", "怀远二中", 2021),
        ("某县第三中学2022年政府信息公开工作年度报告", "某县第三中学", 2022),
        ("某市规划和自然资源系统2025年政府信息公开工作年度报告", "某市规划和自然资源系统", 2025),
        ("某区审计局2025年政务信息公开工作开展年度报告", "某区审计局", 2025),
        ("某海关2010年海关信息公开工作年度报告", "某海关", 2010),
        ("某市人民政府关于做好2021年政府信息公开工作年度报告编制工作的通知", None, None),
        ("海关总署（本级机关）2020年政府信息公开工作年度报告", "海关总署", 2020),
        ("2022年度政府信息公开工作年度报告_某市档案局", "某市档案局", 2022),
        ("2022年度政府信息公开工作年度报告——某市档案局", "某市档案局", 2022),
        ("2022年度政府信息公开工作年度报告（某市档案局）", "某市档案局", 2022),
        ("2022年度政府信息公开工作年度报告-某市人民政府", None, 2022),  # whose site it is
        ("2022年度政府信息公开工作年度报告（本级）", None, 2022),
        ("附件1：某县水利局2022年政府信息公开工作年度报告", "某县水利局", 2022),
        ("关于报送某县水利局2022年政府信息公开工作年度报告的函", "某县水利局", 2022),
        ("关于更正某县水利局2022年政府信息公开工作年度报告的公告", "某县水利局", 2022),
        ("浙江省（全省）2022年政府信息公开工作年度报告", "浙江省", 2022),
        ("某大学2020-2021学年信息公开工作年度报告", None, None),
        ("(图解)某市公安局某区分局2022年政府信息公开工作年度报告", "某市公安局某区分局", 2022),
        ("首页/信息公开年报/2021年/正文 周湾镇2021年政府信息公开工作年度报告", "周湾镇", 2021),
        ("东风场2024年政府信息公开工作年度报告", "东风场", 2024),
        ("洛阳市伊滨区（经开区）2022年政府信息公开工作年度报告", "洛阳市伊滨区（经开区）", 2022),
        ("洛阳市各县区2022年政府信息公开工作年度报告", None, 2022),
        ("Page 8 - 某县信访局2022年政府信息公开工作年度报告", "某县信访局", 2022),
        ("某县水利局2021-2022年政府信息公开工作年度报告", None, None),
        ("某县水利局2021年、2022年政府信息公开工作年度报告", None, None),
    ],
)
def test_titles(title: str, agency: str | None, year: int | None) -> None:
    found = title_of(sections(from_text(title)))
    assert (found.agency, found.year) == (agency, year)


@pytest.mark.parametrize(
    ("sentence", "agency"),
    [
        ("请与木塔乡党政办联系（地址：某村）", "木塔乡"),
        ("可与鼓楼区人民政府办公室信息与政务公开科联系", "鼓楼区人民政府办公室"),
        ("请联系长春市绿园区春城街道办事处（办公地址：某街）", "长春市绿园区春城街道办事处"),
        ("请联系：东乡区气象局办公室，电话：1", "东乡区气象局"),
        ("由中江县人民政府办公室组织编制", "中江县人民政府办公室"),
        (
            "根据要求，岐山县教育体育局现向社会公开《2023年政府信息公开工作年度报告》",
            "岐山县教育体育局",
        ),
        ("来源：武汉市发展和改革委员会字号：大", "武汉市发展和改革委员会"),
        ("发布机构\t昌宁县田园镇\t发布日期\t2026-01-16", "昌宁县田园镇"),
        ("现报告渭南市市场监督管理局2021年工作情况", "渭南市市场监督管理局"),
        ("由南平市人民政府信息公开工作领导小组办公室根据规定编制", "南平市人民政府"),
        ("某区政务公开工作领导小组办公室编制了清江浦区人民政府2021年度报告", "清江浦区人民政府"),
        ("特此，现公布中山市自然资源局政府信息公开工作2022年度报告", "中山市自然资源局"),
        (
            "根据《条例》《交通运输部海事局政府信息公开管理办法》，特向社会公布山东海事局2020年报告",
            "山东海事局",
        ),
        (
            "特向社會(huì)公布2020年開平市農(nóng)業(yè)農(nóng)村局政府信息公開工作年度報(bào)告",
            "开平市农业农村局",
        ),
        ("金东区人民政府\n我区全年收到政府信息公开申请3件。", "金东区人民政府"),
        ("金东区财政局\n金东区教育局\n2023年公开信息3条。", None),
        ("金东区人民政府\n我局全年收到政府信息公开申请3件。", None),
        ("发布机构：金东区人民政府\n我镇全年收到政府信息公开申请3件。", None),
        ("请与相关部门联系", None),
        ("请与市政务公开办联系", None),
        ("根据《平武县人民政府办公室关于2021年度政府信息公开工作年度报告编制的通知》报告", None),
        ("公开了我局2022年度财政预算", None),
        ("我局编制并向社会公开涵江区教育局2023年度政府信息公开报告", "涵江区教育局"),
        ("由三元区教育局政府信息公开工作机构-办公室编制完成本报告", "三元区教育局"),
        ("现将我局2022年政府信息公开情况报告如下", None),
        ("特向社会公布2023年政府信息公开工作年度报告", None),
        ("现将2024年度政府信息公开工作年度报告如下", None),
        ("现公布本级政府政府信息公开工作年度报告", None),
        ("文章来源：办公厅 发布时间：2023-01-31", None),
        ("请联系子长市政府政务服务中心（地址：某街）", None),
        (
            "请联系子长市政府政务服务中心（地址：某街）\n2022年，子长市人民政府坚持公开。",
            "子长市人民政府",
        ),
        ("请与石柱县生态环境局联系\n2024年，县生态环境局认真公开。", "石柱县生态环境局"),
        ("请与保山市人民政府办公室联系\n2024年，市政府办公室认真公开。", "保山市人民政府办公室"),
        (
            "请与武威市民族宗教事务委员会联系\n2023年，市民宗委始终公开。",
            "武威市民族宗教事务委员会",
        ),
        ("2024年，县生态环境局认真公开。", "县生态环境局"),
        ("2024年，县生态环境局紧密结合实际公开。", "县生态环境局"),
        ("2024年，县生态环境局不断加强公开。", "县生态环境局"),
        ("2024年，县生态环境局准确把握要求。", "县生态环境局"),
        ("2024年，县生态环境局牢固树立意识。", "县生态环境局"),
        ("一、总体情况\n国家中医药管理局以习近平思想为指导。", "国家中医药管理局"),
        ("一、总体情况国家中医药管理局以习近平思想为指导。", "国家中医药管理局"),
        ("请与如东县教育局联系\n一、总体情况\n县教育局认真公开。", "如东县教育局"),
        ("各部门坚持公开。", None),
        ("在2024年，长春市经济合作局坚决公开。", "长春市经济合作局"),
        (
            "现将全年政府信息公开年度报告编制如下，请与富文镇人民政府党政办公室联系",
            "富文镇人民政府",
        ),
        ("由宜城市供销联社结合工作实际编制", "宜城市供销联社"),
        ("请与高安市供销联社人秘股联系", "高安市供销联社"),
        ("请与甲县财政局联系，或与乙县财政局联系\n2024年，财政局认真公开。", "财政局"),
        ("2023年，在区委、区政府的领导下，官洲街道办事处认真公开。", "官洲街道办事处"),
        ("请与钟楼区南大街街道综合办公室联系\n2024年，街道办事处深入公开。", "钟楼区南大街街道"),
        ("• 政府信息公开年报\n请与疏勒县人民政府办公室联系", "疏勒县人民政府办公室"),
        ("2023年，硚口区民政局在区委、区政府的领导下，做好公开。", "硚口区民政局"),
        ("2023年，我县在省政府的领导下，做好公开。", None),
        ("2023年，县委、县政府高度重视，全国海关坚持公开。", None),
        ("2023年，全国海关坚持公开。", None),
        ("2023年通过政府网站主动公开。", None),
        ("2024年，区财政局在区政府门户网站主动公开。", None),
        ("2023年，我局认真公开，区财政局坚持公开。", None),
        ("请与来宾市卫生健康委员会办公室联系", "来宾市卫生健康委员会"),
        ("请与某县精神文明建设委员会办公室联系", "某县精神文明建设委员会办公室"),
        ("请与衢江区湖南镇政府综合督考办公室联系", "衢江区湖南镇政府"),
        ("请与太和县中医院行政办公室联系", "太和县中医院"),
        ("请与金华市公共资源交易中心综合科联系", "金华市公共资源交易中心"),
        ("请与国务院办公厅联系", "国务院办公厅"),
        ("由佛冈县公安局指挥中心办公室编制", "佛冈县公安局"),
        ("请与国家药品监督管理局综合和规划财务司联系", "国家药品监督管理局"),
        ("请联系海关总署办公厅政务公开处，地址：某街", "海关总署"),
        ("结合镜湖区税务局（以下简称“区局”）政府信息公开统计数据撰写", "镜湖区税务局"),
        ("结合镜湖区税务局（以下简称“区局”）的要求撰写", None),
        ("请与渝中区医疗保障局政府信息公开申请受理机构联系", "渝中区医疗保障局"),
        ("请联系海宁水务集团有限公司办公室，电话：1", "海宁水务集团有限公司"),
        ("请联系中国人民银行金华市分行办公室，电话：1", "中国人民银行金华市分行"),
        ("淮安市信息公开年报\n2022年，淮安市审计局坚持公开。", "淮安市审计局"),  # a column's name
        ("发文机关：金东区财政局", "金东区财政局"),
        ("一、总体情况\n根据金东区财政局2021年政府信息公开年报的问题，着力整改。", "金东区财政局"),
        ("来源：国务院办公厅\n结合金东区财政局2022年政府信息公开工作实际编制", "金东区财政局"),
        ("来源：区政府办\n按照要求，金东区财政局编制并公布2022年政府信息公开年报", "金东区财政局"),
    ],
)
def test_without_a_title_the_text_says_whose_report_it_is(
    sentence: str, agency: str | None
) -> None:
    found = title_of(sections(simplified(from_text(sentence))))
    assert (found.agency, found.agency_from) == (agency, agency and "text")


def test_a_notice_of_another_year_does_not_date_a_report() -> None:
    notice = "根据《关于做好2020年度政府信息公开工作年度报告编制和发布工作的通知》，现公布报告。"
    period = "统计期限为2021年1月1日至2021年12月31日。"
    assert title_of(sections(from_text(f"{notice}\n{period}"))).year == 2021
    broken = period.replace("至", "起，\n至")
    assert title_of(sections(from_text(f"{notice}\n{broken}"))).year == 2021
    told = "现将2022年度某市某局政府信息公开工作报告如下"
    found = title_of(sections(from_text(f"{notice}\n{told}")))
    assert (found.agency, found.year, found.year_from) == ("某市某局", 2022, "text")


def test_a_superior_whose_report_is_only_a_rule_is_not_the_one_that_reports() -> None:
    own = "湖北省水利厅2012年政府信息公开年度报告"
    rule = "本年报根据《条例》（以下简称《条例》）及省政府和国土资源部2012年度政府信息公开年度报告"
    found = title_of(sections(from_text(f"{own}\n{rule}要求编制。")))
    assert (found.agency, found.year, found.titles) == ("湖北省水利厅", 2012, 1)
    assert title_of(sections(from_text(rule))).agency is None


def test_a_page_that_heads_a_report_with_another_year_holds_one() -> None:
    page = "某市某局2023年政府信息公开工作年度报告\n某市某局\n2022年政府信息公开工作年度报告\n"
    assert title_of(sections(from_text(page))).titles == 2
    found = title_of(sections(from_text(f"{page}统计期限为2022年1月1日至2022年12月31日。")))
    assert (found.agency, found.year, found.titles) == ("某市某局", 2022, 1)
    other = page.replace("2023", "2022").replace("某局", "甲局", 1)
    listed = title_of(sections(from_text(f"{other}统计期限为2022年1月1日至2022年12月31日。")))
    assert listed.titles == 2
    older = page.replace("某局", "甲局", 1)
    listed = title_of(sections(from_text(f"{older}统计期限为2022年1月1日至2022年12月31日。")))
    assert listed.titles == 2, "of two agencies, either may be the report's"


def test_of_several_titles_the_one_of_the_year_that_part_one_opens_with_is_the_report_s() -> None:
    listed = "".join(f"某市某局{year}年政府信息公开工作年度报告\n" for year in (2022, 2021, 2020))
    for year in (2022, 2021, 2020):
        found = title_of(sections(from_text(f"{listed}一、总体情况\n{year}年，我局深入贯彻。")))
        assert (found.agency, found.year, found.titles) == ("某市某局", year, 3)
    another = (
        f"{listed}某市甲局2023年政府信息公开工作年度报告\n一、总体情况\n2022年，我局深入贯彻。"
    )
    found = title_of(sections(from_text(another)))
    assert (found.agency, found.year) == ("某市甲局", 2023), "the last names who reports"


def test_a_preface_that_names_two_years_tells_none() -> None:
    told = "某县水利局编制了2021年政府信息公开年度报告。统计期限为{0}年1月1日至{0}年12月31日。"
    assert title_of(sections(from_text(told.format(2021)))).year == 2021
    found = title_of(sections(from_text(told.format(2020))))
    assert (found.year, len(found.notes)) == (None, 1)
    later = told.format(2020).replace("编制了", "报告。\n一、总体情况\n发布了")
    assert title_of(sections(from_text(later))).year == 2020


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("一、总体情况\n2022年，某局公布《某市某局2021年政府信息公开工作年度报告》。", 2022),
        ("一、总体情况\n公布《某市某局2021年政府信息公开工作年度报告》。", None),
        ("一、总体情况\n现公布《某市某局2021年政府信息公开工作年度报告》。", 2021),
        ("一、概述\n2015年，某局公开信息3条。", 2015),
        ("某局编制《某市某局2020年政府信息公开年报》。期限为2021年1月1日至12月31日。", None),
        ("根据某市某局2020年政府信息公开年报编制。期限为2021年1月1日至12月31日。", None),
        ("某市某局政府信息公开年报\n期限为2021年1月1日至2022年12月31日。", None),
        ("某市某局政府信息公开年报\n期限为2021年1月1日起至2021年12月20日止。", 2021),
        ("某市某局政府信息公开年报\n期限为2021年1月1日起至2021年6月30日止。", None),
        ("某市某局2020年政府信息公开年报\n期限为2021年1月1日至12月31日。", 2020),
        (
            "某市某局2022年政府信息公开年报\n期限为2021年1月1日至12月31日。\n一、总体情况\n2021年，我局",
            None,
        ),
        ("2021年政府信息公开年报\n2020年政府信息公开年报\n一、总体情况\n2020年，某局", 2020),
        ("2021年政府信息公开年报\n2020年政府信息公开年报\n一、总体情况\n我局", None),
        ("一、总体情况\n根据锡林浩特市某局2021年政府信息公开年报的问题，整改。", None),
        ("一、总体情况\n按时编制2021年政府信息公开年报。", None),
        ("首页 > 某市 > 2021年政府信息公开年报\n一、总体情况\n与2019年相比，公开增加。", None),
    ],
)
def test_a_report_that_is_cited_does_not_date_the_one_that_cites_it(
    text: str, year: int | None
) -> None:
    assert title_of(sections(from_text(text))).year == year


@pytest.mark.parametrize("part", ["上半年", "第一季度", "前三季度", "1-6月", "1月至9月", "3月份"])
def test_a_report_on_months_of_a_year_is_of_no_year(part: str) -> None:
    heading = f"某市某局2023年{part}政府信息公开工作情况报告"
    opening = "一、总体情况\n2023年，我局深入贯彻。"
    found = title_of(sections(from_text(f"{heading}\n{opening}")), "2023年度年报.txt")
    assert (found.year, found.notes) == (None, (f"not of a whole year: {heading}",))
    yearly = "某市某局2022年政府信息公开工作年度报告"
    found = title_of(sections(from_text(f"{heading}\n{yearly}\n一、总体情况")))
    assert (found.year, found.notes) == (2022, ()), "the other is only listed"


def test_a_file_name_s_date_is_no_year_of_a_report() -> None:
    nothing = sections(from_text("某局"))
    assert title_of(nothing, "某局2023年1月20日公布的年报.txt").year is None
    assert title_of(nothing, "某局2022年度年报.txt").year == 2022


@pytest.mark.parametrize(
    "title", ["{}解读", "关于{}的更正说明", "《{}》公布", "{}的图解", "《{}》已编制，现解读如下"]
)
def test_what_is_about_a_report_is_titled_otherwise(title: str) -> None:
    text = title.format("某县水利局2022年政府信息公开工作年度报告")
    found = title_of(sections(from_text(text)))
    assert (found.agency, found.agency_from) == ("某县水利局", "text")


def test_what_explains_a_report_is_not_one() -> None:
    page = "文字解读：某区某街道办事处2022年政府信息公开工作年度报告\n一、编制背景\n"
    page += "《某区某街道办事处2022年政府信息公开工作年度报告》分为六个部分，反映各方面情况。" * 2
    assert title_of(sections(from_text(page))).agency_from == "text"


@pytest.mark.parametrize(
    ("preface", "says"),
    [
        ("本报告反映信息公开工作，统计期限为2022年1月1日至12月31日。", True),
        ("现公布我局2022年政府信息公开工作年度报告。", True),
        ("根据《政府信息公开条例》等规定，编制本年度报告。", True),
        ("根据《政府信息公开条例》，结合实际工作形成此报告。", True),
        ("现将本机关政府信息公开工作情况报告如下：", True),
        ("现将上半年政府信息公开工作情况报告如下：", False),
        ("现将政府信息公开培训情况总结如下：", False),
        ("根据《政府信息公开条例》等规定，编制本指南。", False),
        ("本年度报告根据《政府信息公开条例》，综合各县的年度报告编制而成。", True),
        ("本指南根据《政府信息公开条例》编制。", False),
        ("本报告反映信息公开工作。", False),
        ("本报告反映执法工作，统计期限为2022年1月1日至12月31日。", False),
        ("关于编制年度报告的通知\n主动公开政府信息，期限为2022年1月1日至12月31日。", False),
        ("年度报告解读：信息公开工作年报\n统计期限为2022年1月1日至12月31日。", False),
    ],
)
def test_a_preface_may_say_that_a_report_follows(preface: str, *, says: bool) -> None:
    overview = "一、主要工作概述\n本年度公开信息3条。"
    assert says_what_it_is(sections(from_text(f"{preface}\n{overview}"))) is says
    if says:  # the heading of part one may stand behind it in its line
        assert says_what_it_is(sections(from_text(f"{preface} {overview}")))
    assert not says_what_it_is(sections(from_text(preface)))


@pytest.mark.parametrize(
    ("speaks", "agency"),
    [("我办", "昌图县人民政府办公室"), ("我镇", None), ("", "昌图县人民政府办公室")],
)
def test_an_office_that_publishes_a_town_s_report_did_not_make_it(
    speaks: str, agency: str | None
) -> None:
    page = (
        f"来源:昌图县人民政府办公室 时间:2024-01-31\n一、总体情况\n2023年,{speaks}公开信息3条。\n"
    )
    assert title_of(sections(from_text(page))).agency == agency


@pytest.mark.parametrize(
    ("title", "told", "agency"),
    [
        ("贵阳市人民政府", "特公布贵阳市", "贵阳市人民政府"),
        ("重庆市綦江区永城镇人民政府", "现公布永城镇人民政府", "重庆市綦江区永城镇人民政府"),
        ("安康市农业农村局（市茶叶局）", "公布安康市农业农村局", "安康市农业农村局（市茶叶局）"),
        ("永城镇人民政府", "政务公开永城镇人民政府", "永城镇人民政府"),
        ("金东区多湖街道办事处", "金东多湖街道办事处", "金东区多湖街道办事处"),
        ("安镇街道办事处", "安镇街道", "安镇街道办事处"),
        ("金华市发展和改革委员会", "市发改委", "金华市发展和改革委员会"),
        ("金华市发展和改革委员会", "金华发改委", "金华市发展和改革委员会"),
    ],
)
def test_the_fuller_name_of_an_agency_is_its_title(title: str, told: str, agency: str) -> None:
    page = f"{title}2018年政府信息公开年度报告\n{told}2018年政府信息公开工作年度报告。"
    found = title_of(sections(from_text(page)))
    assert (found.agency, found.year, found.titles) == (agency, 2018, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("金东区教育局", "金东区公路中心"),
        ("第一医院", "第十一医院"),
        ("金东区", "婺城区人民政府"),
        ("市公安局", "金东区公安局"),
        ("婺城区公安局", "金华市公安局"),
    ],
)
def test_titles_of_two_agencies_are_two_reports(one: str, other: str) -> None:
    page = f"{one}2018年政府信息公开年度报告\n{other}2018年政府信息公开工作年度报告"
    assert title_of(sections(from_text(page))).titles == 2


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("金华市人力资源和社\n会保障局{}", "金华市人力资源和社会保障局"),
        ("金华市住房和城乡\n建设局\n{}", "金华市住房和城乡建设局"),
        ("金华市金东区\n人民政府{}", "金华市金东区人民政府"),
        ("金华市人民政府\n金华市教育局{}", "金华市教育局"),
        ("金华市旅游度假区管理委员会\n财政局{}", "金华市旅游度假区管理委员会财政局"),
        ("金华市人民政府门户网站\n教育局{}", "教育局"),
        ("政府信息公开年报\n建设局{}", "建设局"),
        ("浙江政务服务网\n沈抚示范区管委会{}", "沈抚示范区管委会"),
        ("沈抚示范区管委会\n沈抚示范区管委会{}", "沈抚示范区管委会"),
        ("苏州工业园区管理委员会\n金东区教育局{}", "金东区教育局"),
        ("淮安市清江浦区\n淮安市清江浦区{}", "淮安市清江浦区"),
    ],
)
def test_a_name_may_be_broken_over_two_lines(title: str, agency: str) -> None:
    found = title_of(sections(from_text(title.format("2022年政府信息公开工作年度报告"))))
    assert (found.agency, found.year, found.titles) == (agency, 2022, 1)


def test_a_path_in_front_of_a_title_is_no_other_report() -> None:
    found = title_of(
        sections(from_text("街道 > 信息公开年报\n\n某街道2020年政府信息公开工作年度报告"))
    )
    assert (found.agency, found.year, found.titles) == ("某街道", 2020, 1)


def test_a_title_may_be_broken_within_its_word() -> None:
    found = title_of(
        sections(from_text("2025 年上海市黄浦区人民政府打浦桥街道政府信息\n公开工作年度报告"))
    )
    assert (found.agency, found.year) == ("上海市黄浦区人民政府打浦桥街道", 2025)
    found = title_of(sections(from_text("市政府研究室2019年政府信\n息公开\n工作年度报告")))
    assert (found.agency, found.year) == ("市政府研究室", 2019)


@pytest.mark.parametrize(
    ("name", "preface", "adcode"),
    [
        ("杨柳镇", "地址：宣城市宣州区杨柳镇春归东路88号", "341802"),
        ("连生乡人民政府", "地址绥滨县连生乡连生村", "230422"),
        ("农业农村局", "请与资溪县农业农村局联系", "361028"),
        ("县农业农村局", "请与资溪县农业农村局联系", "361028"),
        ("农业农村局", "根据抚州市农业农村局的要求编制", None),
        ("农业农村局", "请与资溪县农业农村局联系，或与南城县农业农村局联系", None),
        ("南城县农业农村局", "请与资溪县农业农村局联系", "361021"),
        ("农业农村局", "请与资溪县石峡乡农业农村局联系", None),
    ],
)
def test_a_preface_says_where_an_agency_without_a_place_is(
    name: str, preface: str, adcode: str | None
) -> None:
    assert describe(name, preface=preface, year=2022).adcode == adcode


def test_a_division_alone_is_its_government() -> None:
    assert describe("桃江县", year=2022) == describe("桃江县人民政府", year=2022)
    assert describe("桃江县", year=2022).adcode == "430922"
    assert describe("中村乡").kind == "township"


def test_a_heading_with_no_agency_in_it_heads_a_report() -> None:
    page = sections(from_text("2020年政府信息公开工作年度报告\n某园区\n一、总体情况\n认真公开。"))
    assert says_what_it_is(page)
    page = sections(from_text("公布2020年政府信息公开工作年度报告的通知\n一、总体情况\n请公开。"))
    assert not says_what_it_is(page)


def test_how_a_preface_begins_may_tell_the_year() -> None:
    front = "2022年,某区统计局认真贯彻落实条例要求,进一步完善政务公开,现将工作报告如下:"
    page = sections(from_text(f"{front}\n一、总体情况\n公开3条。"))
    assert title_of(page).year == 2022


@pytest.mark.parametrize(
    "text",
    [
        "现对某市外事办公室2023年度政府信息公开工作情况报告如下:",
        "某市外事办公室2023年政府信息公开年度年报",
    ],
)
def test_a_report_is_on_something_and_may_be_called_annual_twice(text: str) -> None:
    assert title_of(sections(from_text(f"{text}\n一、总体情况\n公开3条。"))).year == 2023


def test_a_period_that_lost_its_characters_still_tells_the_year() -> None:
    text = "本报告中所列数据的统计期限自201911日起至20191231日止。"
    assert title_of(sections(from_text(text))).year == 2019
