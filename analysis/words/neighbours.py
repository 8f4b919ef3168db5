"""What the notebooks say of an agency beside others: its peers, or one other agency.

Frames in, Markdown out. Shares of few cases are told as counts.
"""

from collections.abc import Sequence
from typing import Any

import polars as pl

from analysis.intervals import difference as interval
from analysis.words.markdown import Markdown, Value
from analysis.words.profile import settled, told
from analysis.words.prose import code_label, joined, listing, paragraphs, say, sentence, share
from toolkit.form import Language


def peers(
    shares: pl.DataFrame, own: pl.DataFrame, same: Sequence[str], language: Language
) -> Markdown:
    """Where the agency's share stands among its peers', and who these are.

    Parameters
    ----------
    shares
        :func:`analysis.peers` of the agency; no rows if there is nobody to compare with.
    own
        The agency's reports.
    same
        Columns in which peers were meant to be alike. One whose value is not known, or changes,
        cannot tell who is a peer; see :func:`analysis.words.profile.settled`.
    language
        Language of the paragraph.
    """
    used = settled(own, same)
    unknown = joined((say(f"head.{n}", language) for n in same if n not in used), language)
    if shares.is_empty():
        return say("peers.undefined", language, list=unknown)
    top = shares.row(0, named=True)
    return paragraphs(
        sentence(
            language,
            say("peers.who", language, n=top["n_peers"], list=told(own, used, language)),
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
    said = say("peers.share", language, name=name, share=share(top, language))
    if top["small"]:
        return [said]
    if not top["n_peers"]:
        return [said, say("peers.alone", language)]
    return [said, *(say(f"peers.{key}", language, **top) for key in ("shrunken", top["position"]))]


def peers_by_year(shares: pl.DataFrame, language: Language) -> Markdown:
    """Table of the agency's share and place in each year."""
    own = shares.filter(rank_near=0)
    if own.height < 2:  # noqa: PLR2004, one year is what the paragraph says
        return Markdown()
    lines = [_year(row) for row in own.iter_rows(named=True)]
    few = any(line["share"] == "" for line in lines)
    return paragraphs(
        listing(lines, language, most=len(lines)),
        say("few_each", language, min_n=own["min_n"][0]) if few else "",
    )


def _year(row: dict[str, Any]) -> dict[str, object]:
    large = row["share"] is not None and not row["small"]
    shown = {name: Value(row[name]) if large else None for name in ("share", "target")}
    return {
        "year": str(row["year"]),
        "value": row["count"],
        "of": row["n"],
        **{name: "" if one is None else Markdown(f"{one:%}") for name, one in shown.items()},
        "percentile": round(row["percentile"]) if large and row["n_peers"] else None,
        "n_peers": row["n_peers"],
    }


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
        pairs = (say("difference.cases", language, **row) for row in (one, other))
        few = say("few_in_either", language, **one)
        return sentence(
            language, say("difference.few", language, list=joined(pairs, language)), few
        )
    low, high = map(
        float,
        interval(one["count"], one["n"], other["count"], other["n"], confidence=one["confidence"]),
    )
    shown = {
        which: say("difference.share", language, **row)
        for which, row in (("first", one), ("second", other))
    }
    limits = {"difference": one["share"] - other["share"], "low": low, "high": high}
    return sentence(
        language,
        say("difference.points", language, confidence=one["confidence"], **shown, **limits),
        say("difference.same" if low <= 0 <= high else "difference.apart", language),
    )
