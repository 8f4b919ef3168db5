"""What the brief says of its statistics: who asked, what they got, why they were refused, disputes.

Frames in, Markdown out: a number that no frame has is not in the text. Shares of few cases
(``small``) are told as counts, never as percentages.
"""

from collections.abc import Iterable, Iterator

import polars as pl

from analysis.figures.captions import group_columns, row_name
from analysis.observations import USED, Frames, observe
from analysis.words.evidence import DISPUTES, TOTALS, disputed, in_all
from analysis.words.markdown import Markdown, Row, cited
from analysis.words.prose import MOST, Words, bullets, by_size, linked, paragraphs, with_evidence
from toolkit.form import Language


def requesters(shares: pl.DataFrame, language: Language) -> Markdown:
    """Who asked: the kinds of requester by number, and what the form does not tell."""
    words = Words(language)
    rows = linked(shares)
    top = rows[0]
    if not top["n"]:
        return words.nothing(top)
    counts = _counts("requester", by_size(rows), words)
    none = [words.code_label(row["code"]).lower() for row in rows if row["count"] == 0]
    return paragraphs(
        words.sentence(
            words.say("requesters.list", **top, list=counts),
            words.say("requesters.share", share=words.share(top)),
            words.mention("requesters.none", list=words.joined(none)),
            words.left_out(top),
        ),
        words.say("requesters.caution"),
    )


def outcomes(
    shares: pl.DataFrame, language: Language, *, sound: pl.DataFrame | None = None
) -> Markdown:
    """Say what applicants got: the outcomes by number, and three shares that were granted.

    ``sound`` are the same outcomes of the reports alone whose identities hold.
    """
    words = Words(language)
    rows = linked(shares)
    of_all = [row for row in rows if row["denominator"] == "resolved"]
    top = of_all[0]
    if not top["n"]:
        return words.nothing(top)
    shown = {row["denominator"]: words.share(row) for row in rows if row["code"] == "granted"}
    return paragraphs(
        words.sentence(
            words.say("outcomes.list", **top, list=_counts("outcome", of_all, words)),
            words.left_out(top),
        ),
        words.sentence(words.say("outcomes.granted", **shown), where_sound(top, sound, language)),
        words.say("outcomes.caution"),
    )


def where_sound(every: Row, sound: pl.DataFrame | None, language: Language) -> Markdown:
    """Share granted where identities hold, if reports of which one does not were used as well."""
    words = Words(language)
    if sound is None:
        return Markdown()
    row = sound.filter(denominator="resolved", outcome="granted").row(0, named=True)
    if not row["n"] or row["n_reports"] == every["n_reports"]:
        return Markdown()
    told = with_evidence(row, "sound", "granted", n="resolved")
    return words.say("outcomes.sound", n=told["n_reports"], share=words.share(told))


def foremost(by_agency: pl.DataFrame, of: str = "n") -> dict[str, int]:
    """Agency that has more than half of the cases, and how many, if there are several agencies."""
    each = by_agency.drop_nulls(of).unique("agency")
    most = each.filter(2 * pl.col(of) > pl.col(of).sum()).drop_nulls("agency")
    return dict(most.select("agency", of).iter_rows()) if each.height > 1 else {}


def reasons(
    denied: pl.DataFrame, grounds: pl.DataFrame, by_agency: pl.DataFrame, language: Language
) -> Markdown:
    """Why applications were denied, and on which grounds all others ended undisclosed.

    ``by_agency`` has the denials of each agency.
    """
    words = Words(language)
    rows = linked(denied)
    top, every = rows[0], linked(grounds)
    most = by_size(every)[:1]
    texts = [words.nothing(top)]
    if top["n"]:
        listed = _counts("ground", by_size(rows), words)
        first = words.say("reasons.list", **top, list=listed)
        alone = (
            words.say(
                "reasons.largest",
                agency=words.agency(name),
                count=cited(n, "denied", "denied", name),
            )
            for name, n in foremost(by_agency).items()
        )
        texts = [words.sentence(first, *alone, words.left_out(top))]
    for one in most:
        alike = (row for row in every if row["count"] == one["count"])
        names = (words.say("quoted", name=words.code_label(row["code"])) for row in alike)
        values = one | {"name": words.joined(names), "share": words.share(one)}
        said = words.say("reasons.grounds", **values)
        other = one["n_left_out"] != top["n_left_out"]
        texts.append(words.sentence(said, words.left_out(one) if other else ""))
    return paragraphs(*texts, words.say("reasons.caution") if top["n"] or most else "")


def weightiest(by_agency: pl.DataFrame) -> list[str]:
    """Agencies that have more than half of the licensing, or of penalties and measures."""
    return list(dict.fromkeys([*foremost(by_agency), *foremost(by_agency, "count")]))


def enforcement(
    ratios: pl.DataFrame, language: Language, *, by_agency: pl.DataFrame | None = None
) -> Markdown:
    """Ratios with their intervals; agencies without one by the reason; what it is not.

    ``by_agency`` are the ratios of the agencies that one of all is made of.
    """
    words = Words(language)
    by = group_columns(ratios)
    texts = []
    for row in ratios.filter(pl.col("ratio").is_not_null()).head(MOST).iter_rows(named=True):
        who = [row["agency"]] if by else []
        values = with_evidence(row, "enforcement", "enforcement", *who, n="licensing")
        if by and ratios["agency"].eq_missing(row["agency"]).sum() > 1:
            values = row  # the agency's evidence is of both its scopes
        values |= {"agency": row_name(row, by, language)}
        said = words.say(f"enforcement.{'ratio' if who else 'pooled'}", **values)
        few = words.say("ratio.few", min_n=row["min_n"]) if row["small"] else ""
        heavy = _heavy(by_agency, words) if by_agency is not None else []
        more = [] if who else [*heavy, words.left_out(values)]
        texts.append(words.sentence(said, few, *more))
    rest = ratios.filter(pl.col("ratio").is_null()) if by else ratios.clear()
    return paragraphs(
        bullets(texts),
        "" if texts else words.say("ratio.none"),
        words.sentence(*without_ratio(rest, language)),
        words.say("enforcement.caution") if texts else "",
    )


def _heavy(by_agency: pl.DataFrame, words: Words) -> list[Markdown]:
    """Say if one agency has most of what the ratio of all is of."""
    said = []
    for name in weightiest(by_agency):
        row = by_agency.row(by_predicate=pl.col("agency") == name, named=True)
        values = with_evidence(row, "enforcement", "enforcement", name, n="licensing")
        values["agency"] = words.agency(name)
        said.append(words.say("enforcement.largest", **values))
    return said


def without_ratio(groups: pl.DataFrame, language: Language) -> list[Markdown]:
    """Which groups have no ratio, by the reason."""
    words = Words(language)
    by = group_columns(groups)
    names = {
        reason: [row_name(row, by, language) for row in groups.filter(reason=reason).to_dicts()]
        for reason in ("no_licensing", "not_reported")
    }
    return [
        words.mention(f"ratio.{reason}", list=words.some(those)) for reason, those in names.items()
    ]


def embroiled(corpus: Frames) -> dict[str, int]:
    """Agency that has more than half of the disputes, and how many: see :func:`foremost`."""
    n = pl.sum_horizontal(*TOTALS).sum()
    return foremost(in_all(corpus).group_by("agency").agg(n=n))


def disputes(corpus: Frames, language: Language) -> Markdown:
    """Reconsiderations and lawsuits by result, and what they must not be divided by.

    Each number stands for itself: a report that lacks one of them counts in the others.
    """
    words = Words(language)
    every = observe(corpus, disputed()).collect()
    rows = every.filter(pl.any_horizontal(pl.col(*disputed()).is_not_null()))
    if rows.is_empty():
        return words.say("none.number")
    blocks = words.say("disputes.next").join(_block(i, rows, words) for i in DISPUTES)
    numbers = (
        ("reports", rows.height),
        ("partly", rows.filter(~USED).height),
        ("lacking", every.height - rows.height),
    )
    apart = [words.code_label(i, "challenges") for i in DISPUTES if _contradicts(i, rows)]
    return paragraphs(
        words.sentence(
            words.say("disputes.list", blocks=Markdown(blocks)),
            *(
                words.mention(f"disputes.{name}", n=cited(n, "challenges", "reports"))
                for name, n in numbers
            ),
            words.mention("disputes.apart", list=words.joined(apart)),
            *_embroiled(corpus, words),
        ),
        words.say("disputes.caution"),
    )


def _embroiled(corpus: Frames, words: Words) -> Iterator[Markdown]:
    """Say if one agency has most of the disputes."""
    every = in_all(corpus)
    for name, count in embroiled(corpus).items():
        yield words.say(
            "disputes.largest",
            n_reports=cited(every.height, "disputes", "reports"),
            n=cited(sum(int(every[one].sum()) for one in TOTALS), "disputes", "total"),
            agency=words.agency(name),
            count=cited(count, "disputes", "total", name),
        )


def _block(item: str, rows: pl.DataFrame, words: Words) -> Markdown:
    """One of the three kinds of dispute: its total, and the results that occur."""
    known = {
        key.removeprefix(f"{item}-"): cited(int(rows[key].sum()), "challenges", key)
        for key in disputed(item)
        if rows[key].count()
    }
    total = known.pop("total", None)
    results = [{"code": code, "count": n} for code, n in known.items() if n]
    return words.say(
        f"disputes.{'block' if results else 'unknown' if total is None else 'zero'}",
        name=words.code_label(item, "challenges"),
        total=total,
        list=_counts("outcome", results, words, "challenges"),
    )


def _contradicts(item: str, rows: pl.DataFrame) -> bool:
    """Whether some report prints a total that is not the sum of its results."""
    *results, total = disputed(item)
    whole = rows.drop_nulls([*results, total])
    return bool((whole[total] != whole.select(pl.sum_horizontal(results)).to_series()).any())


def _counts(category: str, rows: Iterable[Row], words: Words, of: str = "applications") -> Markdown:
    """Counts by name within a sentence."""
    named = ((words.code_label(row["code"], of), row["count"]) for row in rows)
    counts = (
        words.say(f"label.{category}", name=name[:1].lower() + name[1:], count=count)
        for name, count in named
    )
    return words.joined(counts)
