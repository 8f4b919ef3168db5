"""Whose report it is and on which year, from the document's own words.

The title is believed first, then the period the report says it covers, then what it says of
whom to ask; a file name is only a fallback, and the answer says so.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice, pairwise
from pathlib import PurePath
from typing import Final, NamedTuple, TypeVar

from toolkit.divisions import in_full, is_division, locate
from toolkit.form import Regexes, patterns
from toolkit.read.document import Block, Paragraph, Slot
from toolkit.sections import Sections, printed, texts, tight

_P: Final = patterns()
_RE: Final = Regexes()
_ORDERS: Final = ("agency_first", "year_first", "year_within", "year_last", "agency_last")
_TITLES: Final = tuple(_RE[f"title_{order}"] for order in _ORDERS)
_WORD: Final = _P["title_word"]
_ZONE: Final = Regexes("agency_words")["zone_name"]
_UNNAMED: Final = Regexes("agency_words")["unnamed"]
_NAMING: Final = ("title_without_year", "prepared", "announced", "reporter", "contact")
_IN_TEXT: Final = tuple(_RE[name] for name in (*_NAMING, "reporter_short"))
_OWNERS: Final = (("organ", "government"), ("organ_no_office", "office"))
_HEAD_TEXTS: Final = 80
_LONGEST: Final = 200
_LONGEST_PROSE: Final = 2_000


_Found = TypeVar("_Found", str, int)


class Title(NamedTuple):
    """Agency and year, each with where it was found; null if it was not.

    ``titles`` is the number of different reports whose titles stand above part one, or else
    anywhere: a page that lists several is none. Of an agency with a title of the year that the
    figures are said to be of, those of other years do not count.
    """

    agency: str | None = None
    agency_from: str | None = None
    year: int | None = None
    year_from: str | None = None
    notes: tuple[str, ...] = ()
    titles: int = 0


def title_of(blocks: Sections, source: str = "", places: Container[str | None] = ()) -> Title:
    """Find the agency and the year of a report; ``source``, its path or name, is a fallback.

    What stands behind the first of the ``places`` of its figures heads something else.
    """
    head = [text[:_LONGEST_PROSE] for text in islice(texts(_head(blocks, places)), _HEAD_TEXTS)]
    cut = next((n for n, text in enumerate(head) if _RE["part_one"].match(text)), len(head))
    above, within = head[:cut], head[cut:]
    own = _titles(above)
    titles = own or _titles(head)
    period = _years("period", ["".join(head)])  # lines may break it
    possible = [title for title in titles if title[1] in period] or [*titles]
    chosen = possible[-1] if possible else None  # its page may list others above it
    stem = tight(PurePath(source).stem)
    of_file = next(iter(_titles([stem])), (None, _only(_years("year", [stem]))))
    first = next(filter(_RE["report"].search, head), "")
    is_title = chosen in own and not _RE["about_report"].search(first)
    name = chosen[0] if chosen else _from_text(head)
    agency, agency_from = _first(
        {"title": name if is_title else None, "text": name, "file name": of_file[0]}
    )
    if chosen:
        named = {chosen[1]} if chosen in own else set()
        heads = named if own.get(chosen) else set()
    else:
        heads = {int(found["year"]) for found in map(_RE["title_only_year"].match, above) if found}
        named = heads
    heading, told, doubt = _dated(above, within, period, heads, named)
    year, year_from = _first({"title": heading, "text": told, "file name": of_file[1]})
    notes = (f"the years {sorted(doubt)} are in doubt",) if len(doubt) > 1 else ()
    theirs = {name for name, _ in possible}
    different = sum(title in possible or title[0] not in theirs for title in titles)
    return Title(agency, agency_from, year, year_from, notes, different)


def _dated(
    above: Sequence[str], within: Sequence[str], period: set[int], heads: set[int], named: set[int]
) -> tuple[int | None, int | None, set[int]]:
    """Year of the heading, year that the text tells, and years between which they are in doubt.

    ``period`` are those of which the figures are said to be, ``heads`` those of headings;
    ``named`` has those of titles that a sentence cites, too.
    """
    opening = _only(_years("opening", within)) or _only(_years("opening", above))
    if period == {opening}:
        heads = heads & period  # a heading that both contradict may name the year of publication
    if heading := _only(heads):
        return heading, None, heads | period
    bare = [text for text in above if not _RE["path"].search(text)]
    named = named | _years("title_only_year", bare) | _years("presented", within)
    said = period | ({opening} if opening else set())
    if (told := _only(said or named)) and (told in named or not named):
        return None, told, set()
    return None, None, said | named


def _years(name: str, texts: Sequence[str]) -> set[int]:
    """Every year that stands in texts as a pattern says."""
    return {int(found["year"]) for found in _RE[name].finditer("\n".join(texts))}


def _only(years: set[int]) -> int | None:
    return next(iter(years)) if len(years) == 1 else None


def _first(found: dict[str, _Found | None]) -> tuple[_Found, str] | tuple[None, None]:
    """Return what was found first, and where."""
    return next(((value, where) for where, value in found.items() if value), (None, None))


def says_what_it_is(blocks: Sections) -> bool:
    """Whether what stands in front of part one says that this is a report."""
    head = "\n".join(islice(texts(block for _, block in blocks), _HEAD_TEXTS))
    found = _RE["first_part"].search(head)
    front = head[: found.start()] if found else ""
    dated = _RE["period"].search(front) or _RE["declared"].search(front)
    heads = filter(_RE["title_only_year"].fullmatch, front.split("\n"))
    told = any(heads) or _RE["own_report"].search(front)
    told = told or (dated and _RE["own_work"].search(front))
    of_others = _RE["notice"].search(front) or _RE["about_report"].search(front)
    return bool(told and not of_others)


def titles_within(blocks: Sections) -> list[tuple[str, int]]:
    """Agencies and years of all reports whose titles stand anywhere in a document."""
    return list(_titles(list(printed(block for _, block in blocks))))


def title_between(blocks: Sections, places: Container[str]) -> tuple[str, int] | None:
    """Agency and year of a report whose title stands behind the first of some places alone.

    It heads another of them, and so is not the title that heads the first, nor any above it, as
    what heads every page would be.
    """
    lines: list[str] = []
    above: set[tuple[str, int]] = set()
    for _, block in blocks:
        for slot in _slots(block):
            lines.append(slot.text)
            if slot.place not in places:
                continue
            titles = [title for title, heading in _titles(lines).items() if heading]
            if above and titles[-1] not in above:
                return titles[-1]
            above = above or {*titles}
    return None


def _head(blocks: Sections, places: Container[str | None]) -> Iterator[Block]:
    """What may say whose report it is: all up to the first figure."""
    for _, block in blocks:
        yield block
        if any(slot.place in places for slot in _slots(block)):
            return


def _slots(block: Block) -> Iterable[Paragraph | Slot]:
    return (block,) if isinstance(block, Paragraph) else chain.from_iterable(block.rows)


def _titles(lines: Sequence[str]) -> dict[tuple[str, int], bool]:
    """Agencies and years of titles, as they last appear; whether it is more than cited once.

    A title may be broken over three texts. One that is taken together with the text before it is
    none of its own, unless its name is broken.
    """
    found: dict[tuple[str, int], bool] = {}
    near = {i - back for i, text in enumerate(lines) if _WORD in text for back in (0, 1, 2)}
    for start in sorted(i for i in near if i >= 0):
        for count in (1, 2, 3):
            text = "".join(map(tight, lines[start : start + count]))
            if _WORD in text and (opened := _opened(text[:_LONGEST])):
                title, heading = opened
                found[title] = found.pop(title, False) or heading
                break
    return {
        (agency, year): heading
        for (agency, year), heading in found.items()
        if not any(agency != a and year == y and _is_also(agency, a) for a, y in found)
    }


@lru_cache(maxsize=1024)  # the head of a document is asked for its titles more than once
def _opened(text: str) -> tuple[tuple[str, int], bool] | None:
    """Agency and year of the title that a text opens with; whether it is more than cited."""
    if not _RE["report"].search(text):
        return None
    match = next((m for pattern in _TITLES if (m := pattern.match(text))), None)
    if not match or not (name := clean(match["agency"])):
        return None
    cited = _RE["cited"].search(match["agency"].partition(name)[0])
    return (name, int(match["year"])), not cited


@lru_cache(maxsize=1024)  # a document is asked for its titles more than once
def _is_also(agency: str, other: str) -> bool:
    """Whether a name is another that stands behind a text, or lacks what the other adds to it.

    What a fuller name adds is what it opens with, a second name in brackets, what kind of
    division it is whose name it opens with, or whole words.
    """
    second = other.startswith((f"{agency}(", f"{agency}（"))
    within = other.endswith(agency) and _opens(other.removesuffix(agency), agency)
    behind = agency.endswith(other) and not _opens(agency.removesuffix(other), other)
    kind = any(
        is_division(other[: at + 1]) and other[:at] + other[at + 1 :] == agency
        for at in range(1, len(other) if len(other) == len(agency) + 1 else 0)
    )
    return bool(second or within or behind or kind or _is_short(agency, other))


def _is_short(agency: str, other: str) -> bool:
    """Whether a name is a longer one in short words, or without its division, maybe called so."""
    own, theirs = locate(agency), locate(other)
    called = None if own.candidates else _UNNAMED.match(agency)
    if called and not any(d.name.endswith(called["mark"]) for d in theirs.candidates):
        return False
    rest = own.rest[called.end() :] if called else own.rest
    alike = own.candidates in ((), theirs.candidates) and len(agency) < len(other)
    return alike and in_full(rest) == in_full(theirs.rest)


def _opens(front: str, name: str) -> bool:
    """Whether a text in front of a name is of it: a division, a zone, what a line break parted."""
    own, whole = locate(name), locate(front + name)
    if own.candidates or whole.rest == own.rest:
        return whole.rest == own.rest
    parted = whole.candidates and not clean(front) and not _RE["site"].search(front)
    return bool(parted or (_ZONE.search(front) and front != name))


def _from_text(head: Sequence[str]) -> str | None:
    """Agency from what the preface or the page's own table of particulars says.

    A government, or its office, is only the owner of the site where another organ of it speaks.
    """
    told = [(pattern, text) for pattern in _IN_TEXT for text in head]
    cells = pairwise([*head, ""])  # a label and its value may be two cells
    told += ((_RE["publisher"], ":".join(pair)) for pair in cells)
    found = (match for pattern, text in told for match in pattern.finditer(text))
    names = (name for match in found if (name := clean(match["agency"])))
    alone = {name for text in head if _RE["agency_alone"].fullmatch(text) and (name := clean(text))}
    said = chain(names, alone if len(alone) == 1 else ())
    owners = [_RE[end] for speaks, end in _OWNERS if any(map(_RE[speaks].search, head))]
    return next((name for name in said if not any(end.search(name) for end in owners)), None)


def clean(name: str) -> str | None:
    """Return an agency's name without what stands in front of it; None if it is no name."""
    bare = _RE["agency_lead"].sub("", name).strip("#_-—|·•●■◆▪.[]【】《》“”\"'").lstrip("()（）")
    if not {"(", "（"} & set(bare):
        bare = bare.rstrip(")）")
    first = _RE["second_name"].sub("", bare)
    named = _RE["agency_name"].search(first) or _ZONE.search(first) or is_division(first)
    return bare if named and not _RE["no_agency"].match(bare) else None
