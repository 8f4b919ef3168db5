"""Whose report it is and on which year, from the document's own words.

The title is believed first, then the period the report says it covers, then what it says of
whom to ask; a file name is only a fallback, and the answer says so.
"""

from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, islice, pairwise
from pathlib import PurePath
from typing import Final, NamedTuple, TypeVar

from toolkit.divisions import in_full, is_division, locate
from toolkit.form import Regexes
from toolkit.read.document import Block, Paragraph, Slot
from toolkit.sections import Sections, texts, tight

_RE: Final = Regexes()
_ORDERS: Final = ("agency_first", "year_first", "year_within", "year_last", "agency_last")
_TITLES: Final = tuple(_RE[f"title_{order}"] for order in _ORDERS)
_ZONE: Final = Regexes("agency_words")["zone_name"]
_UNNAMED: Final = Regexes("agency_words")["unnamed"]
_NAMING: Final = ("title_without_year", "prepared", "announced", "reporter", "contact")
_IN_TEXT: Final = tuple(_RE[name] for name in (*_NAMING, "reporter_short"))
_OWNERS: Final = (("organ", "government"), ("organ_no_office", "office"))
_HEAD_TEXTS: Final = 80
_LONGEST: Final = 200
_MOST_LINES: Final = 3
_LONGEST_PROSE: Final = 2_000


_Found = TypeVar("_Found", str, int)


class Heading(NamedTuple):
    """Agency and year of a title, the line behind it, and whether it is more than cited."""

    title: tuple[str, int]
    own: bool
    stop: int


class Title(NamedTuple):
    """Agency and year, each with where it was found; null if it was not.

    ``titles`` is the number of different reports whose titles stand above part one, or else
    in front of the figures: a page that lists several is none. Of an agency with a title of the
    year that the figures are said to be of, those of other years do not count. ``headings`` are
    all titles that stand anywhere in the document.
    """

    agency: str | None = None
    agency_from: str | None = None
    year: int | None = None
    year_from: str | None = None
    notes: tuple[str, ...] = ()
    titles: int = 0
    headings: tuple[Heading, ...] = ()


def title_of(blocks: Sections, source: str = "", places: Container[str | None] = ()) -> Title:
    """Find the agency and the year of a report; ``source``, its path or name, is a fallback.

    What stands behind the first of the ``places`` of its figures heads something else.
    """
    lines, end = _lines(blocks, places)
    head = [line[:_LONGEST_PROSE] for line in lines[:end]]
    cut = next((n for n, text in enumerate(head) if _RE["part_one"].match(text)), end)
    above, within = head[:cut], head[cut:]
    headings = (*_headings(lines),)
    own = titles_in(headings, cut)
    titles = own or titles_in(headings, end)
    period = _years("period", ["".join(head)])  # lines may break it
    possible = [title for title in titles if title[1] in period] or [*titles]
    opening = _only(_years("opening", within)) or _only(_years("opening", above))
    likely = [title for title in possible if title == (possible[-1][0], opening)] or possible
    chosen = likely[-1] if likely else None  # its page may list others above it
    stem = tight(PurePath(source).stem)
    of_file = next(iter(titles_in(_headings([stem]))), (None, _only(_years("year", [stem]))))
    first = next(filter(_RE["reported"].search, head), "")
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
    heading, told, doubt = _dated(above, within, (opening, period), heads, named)
    year, year_from = _first({"title": heading, "text": told, "file name": of_file[1]})
    notes = (f"the years {sorted(doubt)} are in doubt",) if len(doubt) > 1 else ()
    part = next(filter(_RE["part_of_year"].fullmatch, above), None)
    if part and not chosen:
        year, year_from, notes = None, None, (f"not of a whole year: {part}",)
    theirs = {name for name, _ in possible}
    different = sum(title in possible or title[0] not in theirs for title in titles)
    return Title(agency, agency_from, year, year_from, notes, different, headings)


def _dated(
    above: Sequence[str],
    within: Sequence[str],
    figures: tuple[int | None, set[int]],
    heads: set[int],
    named: set[int],
) -> tuple[int | None, int | None, set[int]]:
    """Year of the heading, year that the text tells, and years between which they are in doubt.

    ``figures`` are the year that part one opens with and those of which they are said to be,
    ``heads`` those of headings; ``named`` has those of titles that a sentence cites, too.
    """
    opening, period = figures
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


def titles_in(headings: Iterable[Heading], stop: int | None = None) -> dict[tuple[str, int], bool]:
    """Agencies and years of titles in front of a line, as they last appear; if more than cited.

    A title that is taken together with the text before it is none of its own, unless its name is
    broken.
    """
    found: dict[tuple[str, int], bool] = {}
    for heading in headings:
        if stop is None or heading.stop <= stop:
            found[heading.title] = found.pop(heading.title, False) or heading.own
    return {
        (agency, year): own
        for (agency, year), own in found.items()
        if not any(agency != a and year == y and _is_also(agency, a) for a, y in found)
    }


def title_between(
    blocks: Sections, headings: Sequence[Heading], places: Container[str]
) -> tuple[str, int] | None:
    """Agency and year of a report whose title stands behind the first of some places alone.

    It heads another of them, and so is not the title that heads the first, nor any above it, as
    what heads every page would be.
    """
    stop, last = 0, max((heading.stop for heading in headings), default=0)
    above: set[tuple[str, int]] = set()
    for _, block in blocks:
        for slot in _slots(block):
            stop += slot is block or len(slot.text) > 1  # as texts() has them
            if slot.place not in places:
                continue
            titles = [title for title, own in titles_in(headings, stop).items() if own]
            if above and titles and titles[-1] not in above:
                return titles[-1]
            above = above or {*titles}
            if stop >= last:
                return None
    return None


def _lines(blocks: Sections, places: Container[str | None]) -> tuple[list[str], int]:
    """Lines of a document, and how many of them may say whose it is: up to the first figure."""
    lines: list[str] = []
    end = None
    for _, block in blocks:
        lines += texts((block,))
        if end is None and any(slot.place in places for slot in _slots(block)):
            end = len(lines)
    return lines, min(_HEAD_TEXTS, len(lines) if end is None else end)


def _slots(block: Block) -> Iterable[Paragraph | Slot]:
    return (block,) if isinstance(block, Paragraph) else chain.from_iterable(block.rows)


def _headings(lines: Sequence[str]) -> Iterator[Heading]:
    """Titles in a document's lines, in order; one may be broken over three of them.

    No mark that parts sentences stands in a title.
    """
    text, starts = "".join(lines), [*accumulate(map(len, lines), initial=0)]
    near: dict[int, int] = {}
    for found in _RE["report_name"].finditer(text):
        last = bisect_right(starts, found.end() - 1) - 1
        for start in range(max(0, last - _MOST_LINES + 1), last + 1):
            begin, end = starts[start], found.start()
            if end < begin + _LONGEST and not _RE["parting"].search(text, begin, end):
                near.setdefault(start, last)
    for start, last in near.items():
        for stop in range(last + 1, min(start + _MOST_LINES, len(lines)) + 1):
            if opened := _opened("".join(lines[start:stop])[:_LONGEST]):
                yield Heading(*opened, stop)
                break


def _opened(text: str) -> tuple[tuple[str, int], bool] | None:
    """Agency and year of the title that a text opens with; whether it is more than cited."""
    if not (_RE["year_alone"].search(text) and _RE["reported"].search(text)):
        return None
    match = next((m for pattern in _TITLES if (m := pattern.match(text))), None)
    if not match or not (name := clean(match["agency"])):
        return None
    cited = _RE["cited"].search(match["agency"].partition(name)[0])
    return (name, int(match["year"])), not cited


@lru_cache(maxsize=256)  # titles are asked for up to three times in one document
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
    if len(agency) >= len(other):
        return False
    own, theirs = locate(agency), locate(other)
    called = None if own.candidates else _UNNAMED.match(agency)
    if called and not any(d.name.endswith(called["mark"]) for d in theirs.candidates):
        return False
    rest = own.rest[called.end() :] if called else own.rest
    alike = own.candidates in ((), theirs.candidates)
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
