"""What the brief says of change since last year, and of agencies that stand out."""

from typing import Final

import polars as pl

from analysis.panel import changes
from analysis.wording import quantity_label, value_label
from analysis.words.evidence import CHANGES
from analysis.words.markdown import Markdown, cited, table
from analysis.words.prose import Row, agency, level, paragraphs, say, sentence
from analysis.words.state import Selection
from toolkit.form import Language

FEWEST: Final = 10
"""Agencies from which on their ordinary differences can be told from chance: tenths of them."""

FALSE: Final = 0.05
"""Expected share of false alarms among the agencies that are said to stand out."""

MOST: Final = 12
_LEAST_P: Final = 0.001


def since_last_year(
    both: Selection, year: int, *, confidence: float, strict: bool, **_: object
) -> pl.DataFrame:
    """Changes of what the brief follows: one row per quantity of :data:`CHANGES`, by ``name``.

    Parameters
    ----------
    both
        The reports of both years, see :func:`analysis.words.state.followed`.
    year
        The later one.
    confidence, strict
        As in :func:`analysis.changes`.
    """
    frames = [
        changes(both, of=of, confidence=confidence, strict=strict)
        .filter(year=year)
        .with_columns(name=pl.lit(name))
        for name, of in CHANGES.items()
    ]
    return pl.concat(frames).filter(pl.col("n_units") > 0)


def method(language: Language) -> Markdown:
    """How years and agencies are compared."""
    return say("method.compare", language)


def change(found: pl.DataFrame, language: Language, *, year: int, min_n: int) -> Markdown:
    """Tell what changed in the agencies that reported on both years, or that none did.

    Parameters
    ----------
    found
        :func:`since_last_year`.
    language
        Language of the text.
    year
        The later year.
    min_n
        Changes from fewer cases, or to fewer, are not given as percentages.
    """
    last = str(year - 1)
    if found.is_empty():
        return say("change.none", language, last=last, year=str(year))
    lines = [_change(row, language, min_n) for row in found.iter_rows(named=True)]
    heads = {name: say(f"head.{name}", language, last=last, year=str(year)) for name in lines[0]}
    agencies = found["n_units"].max()
    editions = found["n_edition_change"].max()
    return paragraphs(
        say("change.lead", language, n=agencies, last=last, year=str(year)),
        table(lines, heads),
        sentence(
            language,
            say("change.interval", language, level=level(found["confidence"][0]), min_n=min_n),
            say("change.edition", language, n=editions) if editions else "",
        ),
        say("change.caution", language),
    )


def _change(row: Row, language: Language, min_n: int) -> dict[str, object]:
    several = row["robust_low"] is not None
    low, high = (row[f"robust_{end}" if several else end] for end in ("low", "high"))
    few = min(row["before"], row["count"]) < min_n
    limits = Markdown("") if few else Markdown(f"{_percent(low)} … {_percent(high)}")
    basis = f"change-{row['name']}"
    difference = row["count"] - row["before"]
    return {
        "quantity": quantity_label(row["quantity"], language),
        "before": cited(row["before"], basis, "before"),
        "now": cited(row["count"], basis, "now"),
        "difference": Markdown(f"{difference:+,}".replace("-", "−") if difference else "0"),
        "change": Markdown("" if few else _percent(row["ratio"])),
        "interval": limits,
        "agencies": row["n_units"],
    }


def _percent(ratio: float) -> str:
    return f"{ratio - 1:+.1%}".replace("-", "−")


def outliers(placed: pl.DataFrame) -> pl.DataFrame:
    """Agencies that stand out even among so many, the least likely first.

    Parameters
    ----------
    placed
        :func:`analysis.funnel` within ``scope``.
    """
    found = comparable(placed).filter(pl.col("position") != "inside", pl.col("p_bh") < FALSE)
    return found.sort("p", "n", "agency", descending=[False, True, False]).head(MOST)


def comparable(placed: pl.DataFrame) -> pl.DataFrame:
    """Agencies of a scope that has enough of them to be compared."""
    return placed.filter(pl.col("n_groups") >= FEWEST, pl.col("n") > 0)


def standing_out(placed: pl.DataFrame, language: Language) -> Markdown:
    """Which agencies grant more or less than chance and ordinary differences explain.

    Parameters
    ----------
    placed
        :func:`analysis.funnel` within ``scope``, of what was held; strict, for nobody is to be
        named for a report that contradicts itself.
    language
        Language of the text.
    """
    compared = comparable(placed)
    if compared.is_empty():
        n = placed.filter(pl.col("n") > 0).height
        return say("unusual.few", language, n=n, least=FEWEST)
    found = outliers(placed)
    lead = [
        say(
            f"unusual.{'alike' if family['icc'][0] == 0 else 'differ'}",
            language,
            scope=value_label("scope", family["scope"][0], language),
            n=family.height,
            target=Markdown(f"{family['target'][0]:.1%}"),
            dispersion=Markdown(f"{family['dispersion'][0]:.1f}"),
            outside=family.filter(pl.col("position") != "inside").height,
        )
        for family in compared.partition_by("scope", maintain_order=True)
    ]
    lines = [_outlier(row, placed, language) for row in found.iter_rows(named=True)]
    heads = {name: say(f"head.{name}", language) for name in (lines[0] if lines else ())}
    adjusted = {"tested": compared.height, "level": level(FALSE), "n": found.height}
    return paragraphs(
        sentence(language, say("unusual.strict", language, n=placed["n_left_out"].sum()), *lead),
        say("unusual.adjusted" if lines else "unusual.none", language, **adjusted),
        table(lines, heads) if lines else "",
        say("unusual.caution", language),
    )


def _outlier(row: Row, placed: pl.DataFrame, language: Language) -> dict[str, object]:
    name = row["agency"]
    single = placed["agency"].eq_missing(name).sum() == 1  # else its evidence is of two scopes
    share = f"{row['share']:.1%}" if not row["small"] else ""
    p = f"{row['p_bh']:.3f}" if row["p_bh"] >= _LEAST_P else f"&lt; {_LEAST_P}"
    return {
        "agency": agency(name, language),
        "granted": cited(row["count"], "unusual", "granted", name) if single else row["count"],
        "held": cited(row["n"], "unusual", "held", name) if single else row["n"],
        "share": Markdown(share),
        "limits": Markdown(f"{row['alarm_low']:.1%}–{row['alarm_high']:.1%}"),
        "p_bh": Markdown(p),
    }


__all__ = ["change", "comparable", "method", "outliers", "since_last_year", "standing_out"]
