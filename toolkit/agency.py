"""Who reports: an agency's name -> its kind, level, place and identity over the years.

What the name leaves open (there are four Gulou districts) only the document settles: its
index number, or the province and prefecture that it names. What stays open is null.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from unicodedata import normalize

from toolkit.divisions import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    Division,
    Place,
    coded,
    counties,
    in_full,
    locate,
    names,
)
from toolkit.form import Regexes, expanded, patterns, rows
from toolkit.sections import tight

_W: Final = patterns("agency_words")
_RE: Final = Regexes("agency_words")
_KIND, _FIELD = (
    re.compile(
        "|".join(
            f"(?P<{row['code']}>{expanded(row['pattern'], _W)})"
            for row in rows("agencies")
            if row["column"] == column
        )
    )
    for column in ("kind", "field")
)
_LEVELS: Final = {PROVINCE: "province", PREFECTURE: "prefecture", COUNTY: "county"}
_TOWNSHIP: Final = "township"
_SINGLE: Final = frozenset(("department", "institution"))
_MANY: Final = 100
REGIONAL: Final = ("general_office", "government")
"""Kinds of agencies whose report may be on their whole region; the later's has the earlier's."""
_CODE_LENGTHS: Final = (6, 4)  # of a county's code, and of its prefecture's within it


class _Parsed(NamedTuple):
    """A name's place, kind and field; ``open`` if it names a division that is not known.

    ``system`` is the national agency in front of the name of its branch, if that does not say it.
    """

    system: str
    place: Place
    kind: str | None
    field: str | None
    open: bool


class Agency(NamedTuple):
    """What is known of the agency that reports; null is not known.

    ``kind``, ``field`` (of a department), ``level`` and ``scope`` are codes of the codebook's
    ``agencies``; ``adcode`` is the division's GB/T 2260 code in the report's year.
    ``agency_id`` is the same for the same agency however its name is spelt, and null where
    two agencies could bear the name.
    """

    kind: str | None = None
    field: str | None = None
    level: str | None = None
    province: str | None = None
    prefecture: str | None = None
    county: str | None = None
    adcode: str | None = None
    scope: str | None = None
    agency_id: str | None = None


def describe(
    name: str | None,
    *,
    preface: str = "",
    overview: str = "",
    year: int | None = None,
    decisions: int = 0,
) -> Agency:
    """Describe the agency that a report on a ``year`` is from.

    ``name`` is as printed, null if the report names none. The ``preface``, what stands in front
    of part one, settles an ambiguous name by an index number (of ``330703000000/2023-1`` the
    first six digits are a division's code, as are those behind the first two of a unified social
    credit code), or by the provinces and prefectures that it names. The ``overview``, part one,
    may say whether the figures are the agency's own or the region's. ``decisions`` is the lesser
    of the numbers of its licences and of its penalties: a government and its office decide few
    themselves; where there are hundreds, they are all organs' of the region.
    """
    words = tight(preface)
    agency = _agency(spelt(name), words, year) if name else Agency()
    return agency._replace(scope=_scope(f"{words}\n{tight(overview)}", agency, decisions))


def invented(name: str | None) -> bool:
    """Whether an agency is one of the generated example corpus, which do not exist."""
    return bool(name and _RE["invented"].fullmatch(spelt(name)))


def spelt(name: str) -> str:
    """Return a name without white space, its brackets and digits half-width."""
    return "".join(normalize("NFKC", name).split())


def _agency(name: str, words: str, year: int | None) -> Agency:
    system, place, kind, field, unknown = _parse(_placed(name, words, year), year)
    national = not place.candidates and bool(_RE["national"].fullmatch(name))
    township = kind == _TOWNSHIP or _RE["township"].match(place.rest)
    level = _TOWNSHIP if township else "national" if national else None
    coding, rest = _coded(words, year), place.rest
    division = _settle(place.candidates, words, coding)
    if unknown:
        return Agency(kind, field, level, *(division[2:5] if division else ()))
    if not (place.candidates or national):
        division, rest = _indexed(rest, coding)
    ranks = {d.rank for d in ((division,) if division else place.candidates) if place.exact}
    if level is None and len(ranks) == 1 and not _RE["zone"].search(_RE["brackets"].sub("", rest)):
        level = _LEVELS[ranks.pop()]
    if division is None:
        return Agency(kind, field, level, agency_id=name if national else None)
    agency_id = system + _title(division) + in_full(rest)
    if division.rank < COUNTY and (branch := _RE["branch"].fullmatch(rest)):
        found = counties(division, branch["where"], year)
        division, level = (found[0], "county") if len(found) == 1 else (division, None)
    return Agency(kind, field, level, *division[2:5], division.code, agency_id=agency_id)


def _placed(name: str, words: str, year: int | None) -> str:
    """Name with the divisions that the document once prints in front of it, where it has none.

    It must do so where it says whom to ask or who writes, for it may also name a superior's office.
    """
    if _parse(name, year).place.candidates:
        return name
    asked = _W["asked"] + re.escape(_RE["short_end"].sub("", name))
    said = {match["front"] + name for match in re.finditer(asked, words)}
    found = {text for text in said if name.endswith(_parse(text, year).place.rest)}
    fuller = max(found, key=len, default=name)
    return fuller if all(map(fuller.endswith, found)) else name


@lru_cache(maxsize=65536)
def _parse(name: str, year: int | None) -> _Parsed:
    found = _RE["system"].match(name)
    style, system = (found.group(), found["office"] or "") if found else ("", "")
    place = _located(name.removeprefix(style), year)
    if not place.candidates or not (place.exact or _is_meant(place.rest, system)):
        system, place = "", Place((), name, exact=True)
    kind, unknown = _kind(place.rest)
    kind = "department" if system else kind
    field, of_system = _field(place.rest), _field(system)
    if field and field == of_system:
        system = ""
    field = (field or of_system) if kind == "department" else None
    return _Parsed(system, place, kind, field, unknown)


def _located(name: str, year: int | None) -> Place:
    """Place that a name opens with: a branch's own, and a county's without its last character."""
    if _RE["common"].match(name):
        return Place((), name, exact=True)
    branch = locate(_RE["superior"].sub("", name), year)
    place = branch if branch.candidates else locate(name, year)
    if brief := _RE["brief"].match(place.rest):
        found = {c for d in place.candidates for c in counties(d, brief["where"], year)}
        if len(found) == 1:
            return Place((*found,), place.rest[brief.end() :], exact=True)
    return place


def _is_meant(rest: str, system: str) -> bool:
    """Whether a place's short name in front of this means the place.

    It may be a part of the name of a park, or of a zone that is in another place.
    """
    kind, _ = _kind(rest)
    second = _RE["brackets"].search(rest)
    if second and second.group()[1:-1] in names().short:
        return False
    known_field = _field(rest) or _field(system)
    office = bool(system) or kind == "department"
    return kind == "development_zone" or (office and known_field is not None)


def _field(name: str) -> str | None:
    """Field of a department; not of the zone that it stands in, nor of its second name."""
    found = _FIELD.search(_RE["zone"].sub("", _RE["brackets"].sub("", name)))
    return found.lastgroup if found else None


def _kind(rest: str) -> tuple[str | None, bool]:
    """Kind of an agency, and whether its name goes on with a division that is not known."""
    bare, unknown = _RE["brackets"].sub("", rest), False
    while found := _RE["unknown"].match(bare):
        bare, unknown = bare[found.end() :], True
    kind = _KIND.fullmatch(bare)
    return kind.lastgroup if kind else None, unknown


def _coded(words: str, year: int | None) -> tuple[Division, ...]:
    """Divisions whose code an index number opens with."""
    match = _RE["index_number"].search(words)
    return coded(match["plain"] or match["credit"], year) if match else ()


def _settle(
    candidates: Iterable[Division], words: str, coding: Sequence[Division]
) -> Division | None:
    """Find the one division meant: alone, by the index number, or named in the document."""
    divisions = list({division.code: division for division in candidates}.values())
    ways = [divisions] if len(divisions) == 1 else []
    digits = _CODE_LENGTHS if coding else ()
    ways += [[d for d in divisions if d.code[:n] == coding[0].code[:n]] for n in digits]
    ways += [
        [d for d in divisions if (getattr(d, above) or "\n") in words]
        for above in ("prefecture", "province")
    ]
    found = next(filter(None, ways), [])
    return found[0] if len(found) == 1 else None


def _indexed(rest: str, coding: Sequence[Division]) -> tuple[Division | None, str]:
    """Division of a name that has none, by an index number that is sure to hold its code."""
    unnamed = _RE["unnamed"].match(rest)
    if len(coding) != 1 or (unnamed and not coding[0].name.endswith(unnamed["mark"])):
        return None, rest
    return coding[0], rest[unnamed.end() :] if unnamed else rest


def _title(division: Division) -> str:
    """Name a division in full, with the one above it if others bear the same name."""
    if division.name not in names().shared or division.rank == PROVINCE:
        return division.name
    above = division.prefecture if division.rank == COUNTY else None
    return (above or division.province) + division.name


def _scope(words: str, agency: Agency, decisions: int) -> str | None:
    """Whose the figures are, if the document says, or the agency is too small to have others."""
    if agency.level == _TOWNSHIP:
        return "own"  # its whole region is its own
    region, own = (bool(_RE[name].search(words)) for name in ("region", "own"))
    region |= agency.kind in REGIONAL and agency.level in _LEVELS.values() and decisions >= _MANY
    if region != own:
        return "region" if region else "own"
    single = agency.kind in _SINGLE and agency.level == _LEVELS[COUNTY]
    return "own" if single and not region else None
