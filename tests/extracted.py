"""What tests ask of a report that was extracted, and the names that they print tables with."""

from collections.abc import Sequence

from tests.analysis_frames import TYPES
from toolkit.extract import Extraction, extract
from toolkit.form import form
from toolkit.read.text import from_text

COLUMNS = (*TYPES, "total")
KINDS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
HEADS = ("自然人", *KINDS, "总计")
LABELS = ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量")

ISSUED = ("issued", "repealed", "in_force")
MADE = ("made", "disclosed", "disclosed_total")
ITEMS = ("items_last_year", "items_change", "decisions")
FEES = ("proactive", "fees", "amount")


def read(text: str) -> Extraction:
    return extract(from_text(text))


def wording(item: str) -> str:
    """Of a row or a column of table 3, without its number."""
    return form().label(item, table="applications")


def row(found: Extraction, item: str) -> list[int | None]:
    return [found.cells["applications", item, column].value for column in COLUMNS]


def states(found: Extraction, item: str) -> set[str]:
    return {found.cells["applications", item, column].state for column in COLUMNS}


def proactive(found: Extraction, item: str, columns: Sequence[str]) -> list[int | None]:
    return [found.cells["proactive", item, column].value for column in columns]


def decided(found: Extraction, item: str) -> int | None:
    return found.cells["proactive", item, "decisions"].value


def disputes(found: Extraction) -> list[int | None]:
    return [cell.value for key, cell in found.cells.items() if key[0] == "challenges"]
