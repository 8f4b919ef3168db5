"""Which reports are of one agency, and which of several on the same year counts."""

from collections import Counter, defaultdict
from typing import Final

import polars as pl

from toolkit.agency import spelt
from toolkit.form import Regexes
from toolkit.schema import CELL, REPORTS, STANDING, Frame, text_columns

JOINS: Final = pl.Schema(
    {
        **text_columns("report_id", "agency", "agency_id"),
        **dict.fromkeys(("doubtful", "unplaced"), pl.Boolean()),
    }
)
"""One row per report; ``agency_id`` with the doubtful joins made, null if there is no name.

``unplaced`` is a name that nothing places.
"""

_RE: Final = Regexes("agency_words")
_RIVALS: Final = ("agency_id", "year", "of")
_TELLING: Final = 6
"""Different numbers that no two agencies have in the same cells."""


def join_agencies(reports: Frame) -> pl.DataFrame:
    """Join reports of one agency over the years: a frame of :data:`JOINS`, one row per report.

    What :func:`describe` is certain of joins. Doubtful are names that differ in a second name in
    brackets or a conjunction, and ``unplaced`` ones, joined to the one agency of the corpus that
    they could mean, or to one another.
    """
    named = ["agency", "agency_id"]
    wanted = reports.lazy().select("report_id", *named, "province", "prefecture").collect()
    particulars = wanted.group_by(pl.exclude("report_id"), maintain_order=True).len().rows()
    certain: Counter[str] = Counter()
    for _, agency_id, *_, count in particulars:
        if agency_id:
            certain[agency_id] += count
    chosen: dict[str, str] = {}
    for agency_id, _ in sorted(certain.items(), key=lambda pair: (-pair[1], pair[0])):
        chosen.setdefault(_loose(agency_id), agency_id)
    meant: dict[str, set[str]] = defaultdict(set)
    for _, agency_id, *above, _ in particulars:
        for part in ("", *filter(None, above)):
            if agency_id and agency_id.startswith(part):
                meant[_loose(agency_id.removeprefix(part))].add(chosen[_loose(agency_id)])
    joined = []
    for name, agency_id in dict.fromkeys(row[:2] for row in particulars):
        target, unplaced = None, bool(name and not agency_id)
        if agency_id:
            target = chosen[_loose(agency_id)]
        elif name:
            known = meant[_loose(spelt(name))]
            target = next(iter(known)) if len(known) == 1 else spelt(name)
        joined.append((name, agency_id, target, unplaced or target != agency_id, unplaced))
    flags = dict.fromkeys(("doubtful", "unplaced"), pl.Boolean())
    found = pl.DataFrame(joined, {**text_columns(*named, "target"), **flags}, orient="row")
    return (
        wanted.join(found, on=named, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(agency_id="target")
        .select(JOINS.names())
    )


def _loose(name: str) -> str:
    return _RE["conjunctions"].sub("", _RE["brackets"].sub("", name))


def placed(reports: Frame, cells: Frame) -> pl.DataFrame:
    """Reports whose agency and year are known, and which one of several to use.

    One row per report: ``report_id``, ``agency_id`` (joined, as :func:`join_agencies` does),
    ``doubtful``, ``year``, ``scope``, ``adcode``, ``kind``, ``published``, ``alike`` (whether
    no number in one document contradicts another's; null where the report is alone),
    ``preferred`` and ``standing`` (:data:`toolkit.schema.REPORTS`). Reports of one agency and
    year compete unless one is on the agency and one on its region. Of those that are alike the
    fullest is preferred, of others the one published last. Where only their names say that
    they are of one agency, and the numbers that they have in common tell no agencies apart, as
    those of two towns of one name that received nothing, they may be two agencies' and all count,
    but for those that have a whole table in common: these compete with one another.
    """
    known = _identified(reports)
    several = known.filter(pl.len().over(_RIVALS) > 1).select("report_id", *_RIVALS)
    known = known.join(_compared(several, cells), on="report_id", how="left").sort(
        "n_corrected", "n_reported", "report_id", descending=(True, True, False), nulls_last=True
    )
    unsure = pl.col("doubtful").any().over(_RIVALS) & ~pl.col("alike") & ~pl.col("common")
    known = known.with_columns(near=pl.when(unsure).then("near"))
    rivals = (*_RIVALS, "near")
    first, alike = pl.int_range(pl.len()) == 0, pl.col("alike").fill_null(value=True)
    last = pl.col("published") == pl.col("published").max().over(rivals)
    dated = pl.col("published").null_count().over(rivals) == 0
    one = pl.col("figures").n_unique().over(*rivals, "published") == 1
    valid = dated & last & one & first.over(*rivals, "published")
    preferred = pl.when(alike).then(first.over(rivals)).otherwise(valid)
    apart = unsure & pl.col("near").is_null()
    counts = pl.when(apart).then(first.over(*rivals, "figures")).otherwise("preferred")
    counts |= pl.col("unplaced").any().over(rivals) & ~pl.col("telling")
    standing = pl.when("counts").then(0).when(pl.col("counts").any().over(rivals)).then(1)
    return (
        known.with_columns(preferred=preferred)
        .with_columns(counts=counts)
        .with_columns(standing=standing.otherwise(2).cast(pl.UInt8).cat.to(STANDING))
        .sort("order")
        .drop("order", "of", "near", "figures", "telling", "common", "unplaced", "counts", "^n_.*$")
    )


def _identified(reports: Frame) -> pl.DataFrame:
    """Reports of a known agency and year, and what they are ``of``: their scope.

    A report that does not tell its scope has that of the others of its agency and year.
    """
    joined = join_agencies(reports).drop("agency")
    scope = pl.col("scope").drop_nulls()
    others = pl.when(scope.n_unique() == 1).then(scope.first()).over("agency_id", "year")
    wanted = ("report_id", "year", "scope", "adcode", "kind", "published", "n_reported")
    return (
        reports.lazy()
        .select(wanted)
        .collect()
        .join(joined, on="report_id", maintain_order="left")
        .drop_nulls(("agency_id", "year"))
        .with_row_index("order")
        .with_columns(of=pl.coalesce("scope", others))
    )


def _compared(several: pl.DataFrame, cells: Frame) -> pl.DataFrame:
    """Tell of rivals whether all are ``alike``, and which have the same ``figures``, as printed.

    ``common`` says whether the numbers that they have in common tell agencies apart, ``near``
    which of them have a whole table in common that does, and other figures elsewhere.
    """
    printed = pl.when("corrected").then("printed").otherwise("value")
    rivals = several.lazy().select("report_id", group=pl.struct(_RIVALS).rank("dense"))
    own = (
        cells.lazy()
        .select("report_id", *CELL, "corrected", printed=printed)
        .join(rivals, on="report_id", how="semi")  # so that only these are held in memory
        .collect(engine="streaming")
        .lazy()
        .join(rivals, on="report_id")
    )
    numbers, number = own.drop_nulls("printed"), pl.col("printed")
    figures = numbers.group_by("report_id").agg(
        figures=_figures("printed"), telling=_telling(number)
    )
    shared = numbers.group_by("group", *CELL).agg(
        number.first(), differ=number.n_unique() > 1, alone=pl.len() == 1
    )
    alike = shared.group_by("group").agg(
        alike=~pl.col("differ").any(),
        common=_telling(number.filter(~pl.col("differ") & ~pl.col("alone"))),
    )
    tables = numbers.group_by("group", "report_id", "table").agg(
        own=_figures("printed"), telling=_telling(number)
    )
    same = ("group", "table", "own")
    near = (
        tables.filter("telling")
        .join(figures.drop("telling"), on="report_id")
        .filter(pl.col("figures").n_unique().over(same) > 1)
        .with_columns(near=pl.col("report_id").min().over(same))
        .group_by("report_id")
        .agg(pl.col("near").min())
    )
    return (
        rivals.join(alike, on="group", how="left")
        .with_columns(pl.col("alike").fill_null(value=True))
        .join(figures, on="report_id", how="left")
        .join(near, on="report_id", how="left")
        .join(own.group_by("report_id").agg(n_corrected=pl.col("corrected").sum()), on="report_id")
        .drop("group")
        .collect()
    )


def _figures(number: str) -> pl.Expr:
    """One number that stands for all cells and their numbers, in whatever order they come."""
    return pl.struct(*CELL, number).hash().sum()


def _telling(numbers: pl.Expr) -> pl.Expr:
    """Whether the numbers are so many that no two agencies have all of them."""
    return numbers.filter(numbers != 0).n_unique() >= _TELLING


def with_standing(reports: pl.LazyFrame, left_out: pl.DataFrame) -> pl.LazyFrame:
    """Reports that say whether statistics use them; those left out are :func:`unused`."""
    standing = pl.lit("counts", STANDING)
    if not left_out.is_empty():
        reports = reports.join(left_out.lazy(), on="report_id", how="left", maintain_order="left")
        standing = pl.col("standing").fill_null(standing)
    return reports.with_columns(standing=standing).select(*REPORTS, pl.exclude(*REPORTS))


def unused(known: pl.DataFrame, reports: Frame, cells: Frame) -> pl.DataFrame:
    """Reports that do not count: ``report_id`` and ``standing``.

    Of those that are :func:`placed` their standing says so. A report of which the agency or the
    year is not known counts unless its numbers, if they tell agencies apart, are all those of
    another report, of the same year as far as that is known.
    """
    standing = known.filter(pl.col("standing") != "counts").select("report_id", "standing")
    listed = reports.lazy().select("report_id", "year").collect()
    nameless = listed.join(known, on="report_id", how="anti")
    if nameless.is_empty():
        return standing
    numbers = cells.lazy().filter(pl.col("value") != 0).select("report_id", *CELL, "value")
    figures = numbers.group_by("report_id").agg(figures=_figures("value"))
    telling = (
        numbers.join(nameless.lazy(), on="report_id", how="semi")
        .group_by("report_id")
        .agg(telling=_telling(pl.col("value")))
        .filter("telling")
        .collect(engine="streaming")
    )
    others = listed.lazy().join(figures, on="report_id").collect(engine="streaming")
    pairs = others.join(telling, on="report_id").join(others, on="figures", suffix="_other")
    first = ~pl.col("report_id_other").is_in(telling["report_id"].implode())
    first |= pl.col("report_id_other") < pl.col("report_id")
    same = pl.col("year") == pl.col("year_other")
    found = pairs.filter(first & same.fill_null(value=True)).select("report_id").unique()
    repeated = found.with_columns(standing=pl.lit("repeated", STANDING))
    return pl.concat([standing, repeated.sort("report_id")])
