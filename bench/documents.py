"""The folder data/documents: ``python -m bench.documents`` makes it anew, from a seed.

What a newcomer may have on disk, for the tutorial: reports of a city that does not exist, each
in another format, one of them misprinted, one saved twice, and a page that is no report.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.example import year_values
from tests.render import LAYOUTS, compose
from tests.render.figures import reprinted
from tests.render.model import Cell
from tests.render.values import seeded

FOLDER: Final = Path(__file__).parents[1] / "data" / "documents"
SIZE: Final = 4
REPORTS: Final = {
    "jia_office_2022.pdf": ("示例市甲县人民政府办公室", "pdf"),
    "jia_office_2023.docx": ("示例市甲县人民政府办公室", "docx"),
    "yi_education_2023.html": ("示例市乙县教育局", "html_site"),
    "bing_resources_2023.mhtml": ("示例市丙县自然资源局", "mhtml"),
    "ding_police_2023.pdf": ("示例市丁县公安局", "pdf"),
    "wu_markets_2023.xlsx": ("示例市戊县市场监督管理局", "xlsx"),
}
"""Agency and layout of each file; the year is in its name."""

MISPRINT: Final = ("ding_police_2023.pdf", ("applications", "unable_not_held", "natural_person"))
"""A file and the cell in which it prints the last two digits the wrong way round."""

COPY: Final = ("wu_markets_2023.xlsx", "wu_markets_2023 (1).xlsx")
NO_REPORT: Final = (
    "<html><head><title>404</title></head><body><p>您访问的页面不存在</p></body></html>"
)


def documents() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every document."""
    made: dict[str, bytes] = {}
    before = None
    for seed, (name, (agency, layout)) in enumerate(REPORTS.items()):
        year = int(Path(name).stem[-4:])
        last = before if before and before.agency == agency else None
        rng = seeded(seed)
        before = year_values(rng, agency, year, size=SIZE, ease=1, previous=last)
        draft = compose(before)
        if name == MISPRINT[0]:
            draft = draft.edit_cells(_misprinted)
        made[name] = LAYOUTS[layout].write(draft, rng)
    yield from made.items()
    yield COPY[1], made[COPY[0]]
    yield "geng_office_2023.html", NO_REPORT.encode()


def _misprinted(cell: Cell) -> Cell:
    if cell.role != "value" or cell.key != MISPRINT[1]:
        return cell
    return reprinted(cell, int(cell.text[:-2] + cell.text[:-3:-1]))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, data in documents():
        (FOLDER / name).write_bytes(data)
        print(f"{name}: {len(data):,} bytes")
