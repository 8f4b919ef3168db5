"""What the notebooks say of an agency beside others: its peers, or one other agency.

Frames in, Markdown out; wording is in prose.csv. Shares of few cases are told as counts.
"""

from collections.abc import Sequence
from typing import Any

import polars as pl

from analysis.funnels import ALARM
from analysis.intervals import difference as interval
from analysis.wording import value_label
from analysis.words.markdown import Markdown, table
from analysis.words.prose import code_label, joined, level, paragraphs, say, sentence
from toolkit.form import Language


def alike(own: pl.DataFrame, same: str) -> list[str]:
    """Columns of ``same`` (names, with commas) that are known of the agency in all its reports.

    A column whose value is not known, or changes, cannot tell who is a peer.
    """
    names = [name.strip() for name in same.split(",") if name.strip()]
    return [name for name in names if len(set(own[name])) == 1 and own[name][0] is not None]


def peers(shares: pl.DataFrame, own: pl.DataFrame, same: str, language: Language) -> Markdown:
    """Where the agency's share stands among its peers', and who these are.

    Parameters
    ----------
    shares
        :func:`analysis.peers` of the agency; no rows if there is nobody to compare with.
    own
        The agency's reports.
    same
        Columns in which peers were meant to be alike; see :func:`alike`.
    language
        Language of the paragraph.
    """
    used = alike(own, same)
    names = [name.strip() for name in same.split(",") if name.strip()]
    unknown = joined((say(f"head.{n}", language) for n in names if n not in used), language)
    if shares.is_empty():
        return say("peers.undefined", language, list=unknown)
    top = shares.row(0, named=True)
    values = ((say(f"head.{n}", language), value_label(n, own[n][0], language)) for n in used)
    like = (say("profile.particular", language, name=n, value=value) for n, value in values)
    return paragraphs(
        sentence(
            language,
            say("peers.who", language, n=top["n_peers"], list=joined(like, language)),
            say("peers.unknown", language, list=unknown) if unknown else "",
        ),
        sentence(language, *_place(top, language)),
        say("peers.caution", language) if top["n_peers"] else "",
    )


def _place(top: dict[str, Any], language: Language) -> Sequence[Markdown]:
    """Sentences on the agency's own share, the peers', and the place among them."""
    name = code_label(top["category"], language)
    if not top["n"]:
        return [say("peers.no_cases", language)]
    if top["small"]:
        few = say("few", language, min_n=top["min_n"])
        return [say("peers.few", language, name=name, count=top["count"], n=top["n"]), few]
    shown = {key: Markdown(f"{top[key]:.1%}") for key in ("share", "low", "high")}
    cases = {"count": top["count"], "n": top["n"], "level": level(top["confidence"])}
    said = [
        say("peers.share", language, name=name, share=say("interval", language, **shown, **cases))
    ]
    if not top["n_peers"]:
        return [*said, say("peers.alone", language)]
    values = {key: Markdown(f"{top[key]:.1%}") for key in ("shrunken", "target")}
    limits = {end: Markdown(f"{top[f'shrunken_{end}']:.1%}") for end in ("low", "high")}
    rank = Markdown(f"{top['percentile']:.0f}%")
    return [
        *said,
        say("peers.shrunken", language, rank=rank, level=cases["level"], **values, **limits),
        say(f"peers.{top['position']}", language),
    ]


def peers_by_year(shares: pl.DataFrame, language: Language) -> Markdown:
    """Table of the agency's share and place in each year."""
    own = shares.filter(rank_near=0)
    if own.height < 2:  # noqa: PLR2004, one year is what the paragraph says
        return Markdown()
    large = ~pl.col("small") & pl.col("share").is_not_null()
    shown = own.select(
        pl.col("year").cast(pl.String),
        pl.col("count").alias("value"),
        pl.col("n").alias("of"),
        *(
            pl.when(large).then((100 * pl.col(name)).round(1).cast(pl.String) + "%").alias(name)
            for name in ("share", "target")
        ),
        pl.when(large).then(pl.col("percentile").round().cast(pl.Int64)).alias("percentile"),
        "n_peers",
    )
    heads = {name: say(f"head.{name}", language) for name in shown.columns}
    few = say("few_each", language, min_n=own["min_n"][0]) if shown["share"].null_count() else ""
    return paragraphs(table(shown, heads), few)


def difference(shares: pl.DataFrame, first: str, second: str, language: Language) -> Markdown:
    """How far two agencies' shares lie apart, with the interval of the difference.

    Parameters
    ----------
    shares
        One row for each agency: a category of a composition by agency.
    first, second
        The agencies.
    language
        Language of the paragraph.
    """
    found = {row["agency"]: row for row in shares.to_dicts()}
    missing = [name for name in (first, second) if not found.get(name, {}).get("n")]
    if missing:
        return say("difference.none", language, list=joined(missing, language))
    one, other = found[first], found[second]
    if one["small"] or other["small"]:
        pairs = (
            say(
                "difference.cases",
                language,
                agency=name,
                count=found[name]["count"],
                n=found[name]["n"],
            )
            for name in (first, second)
        )
        few = say("few_in_either", language, min_n=one["min_n"])
        return sentence(
            language, say("difference.few", language, list=joined(pairs, language)), few
        )
    limits = interval(
        one["count"], one["n"], other["count"], other["n"], confidence=one["confidence"]
    )
    low, high = (100 * float(limit) for limit in limits)
    points = {"difference": 100 * (one["share"] - other["share"]), "low": low, "high": high}
    shown = {
        name: Markdown(f"{value:+.1f}".replace("-", "\N{MINUS SIGN}"))
        for name, value in points.items()
    }
    both = {"first": say("difference.share", language, **_shown(one))}
    both |= {"second": say("difference.share", language, **_shown(other))}
    return sentence(
        language,
        say("difference.points", language, level=level(one["confidence"]), **both, **shown),
        say("difference.same" if low <= 0 <= high else "difference.apart", language),
    )


def _shown(row: dict[str, Any]) -> dict[str, object]:
    share = Markdown(f"{row['share']:.1%}")
    return {"agency": row["agency"], "share": share, "count": row["count"], "n": row["n"]}


def method(language: Language, *, confidence: float, min_n: int, strict: bool) -> Markdown:
    """How an agency is compared with itself and with its peers, and what intervals cover."""
    return paragraphs(
        say("method.cells", language),
        say("method.shares", language, level=level(confidence), min_n=min_n),
        say("method.peers", language, level=level(ALARM)),
        sentence(
            language,
            say("method.chance", language),
            say("method.strict", language) if strict else "",
        ),
    )


__all__ = ["alike", "difference", "method", "peers", "peers_by_year"]
