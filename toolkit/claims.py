"""A report's prose -> the figures it states, by the rules of the codebook.

A figure is a claim only if the words directly in front of it, or directly behind it, name
what it counts, and nothing near it says that it is a part, a comparison or another year's.
"""

import re
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from toolkit.form import Regexes, expanded, patterns, rows
from toolkit.sections import Passage, Sections, passages

_W: Final = patterns("claim_words")
_RE: Final = Regexes("claim_words")
_UNITS: Final = {row["claim"]: frozenset(_W[row["unit"]].split("|")) for row in rows("claims")}
_SCALES: Final = {word[0]: int(word[1:]) for word in _W["scales"].split()}
_NUMERALS: Final = str.maketrans(_W["numerals"][::2], _W["numerals"][1::2])
_SENTENCE, _SECTION, _CLAUSE = (_W[name] + "\n" for name in ("sentence", "section", "clause"))
_COMMAS: Final = tuple(_CLAUSE[:2])
_TOPICS: Final = ("application", "disclosure", "other")
_TOPIC_OF: Final = {word: topic for topic in _TOPICS for word in _W[topic].split("|")}
_TOPIC: Final = re.compile("|".join(sorted(_TOPIC_OF, key=len, reverse=True)))
_YEARS_AWAY: Final = {"carried_in": -1, "carried_forward": 1}
_TOPIC_OF_PART: Final = {"applications": "application", "challenges": "disclosure"}
_EITHER: Final = "="  # in front of a figure or behind it
_MAX_DIGITS: Final = 15
_LONGEST: Final = 10_000  # characters of a passage in which figures are looked for

_Topics = list[tuple[int, str]]
"""Where a passage changes its subject, and to what."""


class Claim(NamedTuple):
    """A figure stated in prose; ``value`` in cases, items, issues or yuan.

    If ``approximate``, the value is the lower bound that the words give. ``quote`` has no
    white space; ``locator`` is the place of its line.
    """

    part: str
    claim: str
    value: int
    approximate: bool
    quote: str
    locator: str


class _Rule(NamedTuple):
    """Words that make a figure a claim: the end of what leads to it, all of what follows it.

    ``needs`` are conditions on what stands around. Where ``zero``, the words say that there is
    nothing, and need no figure. In the codebook a tail ``=`` stands for the lead's own words.
    """

    claims: tuple[str, ...]
    lead: str
    tail: str
    needs: tuple[str, ...]
    zero: bool


class _Around(NamedTuple):
    """What leads to a figure, each text ending where the figure begins.

    ``near`` begins behind the figure before it, ``lead`` behind the last comma or bracket;
    ``name`` is what may name the figure: the lead without what only fills it.
    """

    sentence: str
    section: str
    near: str
    lead: str
    name: str
    topic: str
    listing: bool


_RULES: Final = [
    _Rule(
        tuple(row["claims"].split()),
        expanded(lead, _W),
        expanded(tail, _W),
        tuple(row["needs"].split()),
        bool(row["zero"]),
    )
    for row in rows("claim_patterns")
    for lead, tail in (
        [(row["lead"], ""), ("", "<as>" + row["lead"])]
        if row["tail"] == _EITHER
        else [(row["lead"], row["tail"])]
    )
]
_LEADS: Final = [rule for rule in _RULES if not (rule.tail or rule.zero)]
_ANY_LEAD: Final = re.compile("|".join(f"(?:{r.lead})(?P<r{n}>)$" for n, r in enumerate(_LEADS)))
_TAILS: Final = [
    (re.compile(f"(?:{rule.lead})$"), re.compile(rule.tail), rule)
    for rule in _RULES
    if rule.tail and not rule.zero
]
_ZEROS: Final = [(re.compile(rule.lead), rule) for rule in _RULES if rule.zero]


class _Told(NamedTuple):
    """A claim that is not yet certain, with what its passage and the others must bear out.

    Where ``must_balance``, it counts only if it agrees with the document's other claims.
    ``sentence`` and ``start`` are where its sentence and its figure begin; ``words`` name it.
    """

    claim: Claim
    must_balance: bool = False
    sentence: int = 0
    start: int = 0
    words: str = ""


def claims(blocks: Sections, year: int | None = None, agency: str | None = None) -> list[Claim]:
    """Figures that a document states in prose, in reading order; what is in doubt is left out.

    So are figures of other years than the report's, and of agencies whose names are none for
    that which reports. If one of these is null, all that are named are taken for it.
    """
    found = [told for passage in passages(blocks) for told in _read(passage, year, agency)]
    certain: dict[str, set[int]] = defaultdict(set)
    for told in found:
        if not told.must_balance:
            certain[told.claim.claim].add(told.claim.value)
    answered = {
        received + inward - onward
        for received in certain["received"]
        for inward in (*certain["carried_in"], 0)
        for onward in (*certain["carried_forward"], 0)
    }
    kept: dict[tuple[object, ...], Claim] = {}
    for told in found:
        if not told.must_balance or told.claim.value in answered:
            kept.setdefault(told.claim[:4], told.claim)
    return list(kept.values())


def _read(passage: Passage, year: int | None, agency: str | None) -> Iterator[_Told]:
    """Yield the claims of one passage on a year of an agency."""
    text = passage.text[:_LONGEST]
    figures = list(_RE["figure"].finditer(text))
    zeros = _ZEROS if _RE["none"].search(text) else []
    topics = _topics(passage) if figures or zeros else []
    yield from _figures(passage, figures, topics, year, agency)
    for pattern, rule in zeros:
        for match in pattern.finditer(text):
            quote, place = match.group(), passage.place(match.start())
            around = _around(text[: match.start()], 0, _topic(topics, match.end()), 0)
            if _holds(rule, around, quote, year, agency):
                zero = Claim(passage.part, "", 0, approximate=False, quote=quote, locator=place)
                yield from (_Told(zero._replace(claim=code)) for code in rule.claims)


def _figures(
    passage: Passage,
    figures: list[re.Match[str]],
    topics: _Topics,
    year: int | None,
    agency: str | None,
) -> Iterator[_Told]:
    text = passage.text[:_LONGEST]
    limits = (*(figure.start() for figure in figures[1:]), len(text))
    told: list[_Told] = []
    floor = listing = 0
    for figure, limit in zip(figures, limits, strict=False):
        start, end = figure.span()
        ahead = text[max(0, start - 2) : start + 1]
        if _RE["no_figure"].search(ahead) or _RE["roughly"].match(text, end):
            floor = end
            continue
        around = _around(text[:start], floor, _topic(topics, start), listing)
        stop = _RE["tail_end"].search(text, end, limit)
        tail = text[end : stop.start() if stop else limit]
        whole = stop is not None or limit == len(text)
        rule, named, tail = _find(around.name, tail, whole=whole)
        floor = end + len(tail)
        if rule is None or figure["unit"] not in _UNITS[rule.claims[0]]:
            continue
        value = _value(figure["number"], figure["scale"] or "")
        if value is None or not _holds(rule, around, named or tail, year, agency):
            continue
        if rule.claims[0].startswith("disclosed"):
            listing = start - len(around.section)
        rough = any(figure[mark] for mark in ("more", "still_more", "over"))
        rough = rough or bool(_RE["lower"].search(around.lead))
        front = around.lead if around.name in around.lead else around.near
        quote = _RE["quote_lead"].sub("", front) + text[start:floor]
        for code in _sharing(around.name, named, value, rule):
            claim = Claim(passage.part, code, value, rough, quote, passage.place(start))
            opened = start - len(around.sentence)
            told.append(_Told(claim, "balanced" in rule.needs, opened, start, named or tail))
    yield from _wholes(text, told)


def _wholes(text: str, told: list[_Told]) -> Iterator[_Told]:
    """Leave out the figures of one claim in one sentence where each may be of a part.

    Several figures of one claim may be if they differ, or if the same words name them. The first
    of them is kept if the others break it down: they follow "among these", or add up to it.
    """
    same: dict[tuple[int, str], dict[int, tuple[int, str]]] = defaultdict(dict)
    for one in told:
        if not one.must_balance:
            same[one.sentence, one.claim.claim][one.start] = one.claim.value, one.words
    for one in told:
        others = same[one.sentence, one.claim.claim]
        values = [value for value, _ in others.values()]
        apart = len({*others.values()}) == len(values) or not any(values)
        if one.must_balance or (len({*values}) == 1 and apart):
            yield one
            continue
        first, second, *more = others
        adds_up = more and values[0] == sum(values[1:])
        if one.start == first and (adds_up or _W["among"] in text[first:second]):
            yield one


def _since(text: str, marks: str) -> str:
    """What a text has behind the last of these marks."""
    return text[max(map(text.rfind, marks)) + 1 :]


def _around(before: str, floor: int, topic: str, listing: int) -> _Around:
    """What leads to the figure that a text ends in front of; the one before ends at ``floor``."""
    sentence = _since(before, _SENTENCE)
    section = _since(sentence, _SECTION)
    start = len(before) - len(section)
    near = before[max(floor, start) :]
    lead = _since(near, _CLAUSE)
    name = _bare(lead)
    if not name and (lead or not near.endswith(_COMMAS)):  # "in all 147": the clause before says
        name = _since(_bare(near[: len(near) - len(lead)].rstrip(_CLAUSE)), _CLAUSE)
    return _Around(sentence, section, near, lead, name, topic, bool(section) and listing == start)


@lru_cache(maxsize=2048)
def _bare(lead: str) -> str:
    """Words in front of a figure without those that only fill them, or tell how exact it is."""
    whole = _RE["all_means"].sub("", lead)
    return _RE["filler"].sub("", _RE["lower"].sub("", whole))


@lru_cache(maxsize=2048)  # reports name their figures alike
def _find(name: str, tail: str, *, whole: bool) -> tuple[_Rule | None, str, str]:
    """Rule for a figure, with the words that name it in front, or else all of those behind it."""
    if match := _ANY_LEAD.search(name):
        rule = None if _RE["other"].search(tail) else _LEADS[int(str(match.lastgroup)[1:])]
        return rule, match.group(), ""
    if whole and not _RE["about"].search(name):
        for lead_in, all_of_it, rule in _TAILS:
            if all_of_it.fullmatch(tail) and lead_in.search(name):
                return rule, "", tail
    return None, "", ""


def _sharing(name: str, named: str, value: int, rule: _Rule) -> tuple[str, ...]:
    """Codes that a figure stands for: labels that share one do so only if it is nought."""
    front = name[: name.rfind(named)] if named else ""
    if len(front) < len("?,") or front[-1] not in _W["joint"]:
        return rule.claims
    other, inner, _ = _find(front[:-1], "", whole=False)
    if value or other is None:
        return ()
    return (*_sharing(front[:-1], inner, value, other), *rule.claims)


def _holds(rule: _Rule, around: _Around, named: str, year: int | None, agency: str | None) -> bool:
    """Whether nothing near a figure says that it is another year's or agency's, or of a part."""
    if _RE["compared"].search(around.lead) or _RE["not_this_year"].search(around.section):
        return False
    if _RE["grown_since"].match(around.section):
        return False
    at = around.near.rfind(named)
    earlier = around.near[:at] if at >= 0 else around.near
    if _RE["other_year"].search(earlier):
        return False
    if year is not None:
        since = around.sentence[: len(around.sentence) - len(around.near)] + earlier
        own = year + _YEARS_AWAY.get(rule.claims[0], 0)
        if any(int(found) != own for found in _RE["any_year"].findall(named)):
            return False
        if (years := _RE["year"].findall(since)) and int(years[-1]) != year:
            return False
    who = _RE["who"].findall(around.near if at >= 0 else around.near + named)
    if agency and not all(map(set(agency).issuperset, who)):
        return False  # a short name has no characters but those of the full one
    return all(_NEEDS[need](around, named) for need in rule.needs)


def _whole(around: _Around, named: str) -> bool:
    """Whether nothing says that a figure is of a part of the applications received."""
    told = _RE["all_means"].sub("", around.near + named)
    return not _RE["some"].search(told) and _W["among"] not in around.section


def _complete(around: _Around, named: str) -> bool:
    """Whether nothing says that a figure is of a part of those answered, as the early ones."""
    whole, among, _ = around.section.partition(_W["among"])
    if among and _RE["on_time"].search(around.lead + named):
        return False
    partly = any(_RE[name].search(around.lead + named) for name in ("some", "early"))
    return not (partly or _RE["some_received"].search(whole))


def _one_channel(around: _Around, _: str) -> bool:
    """Whether a figure is of all that one channel published."""
    kinds = {match.lastgroup for match in _RE["channels"].finditer(around.near)}
    of_others = around.section.find(_W["among"]) > 0 and not around.listing
    return (
        around.topic != "application"
        and len(kinds) == 1
        and not of_others
        and not _RE["some_items"].search(around.near)
    )


def _no_channel(around: _Around, _: str) -> bool:
    """Whether a figure is of all that was published, by whatever channel."""
    told = _RE["all_means"].sub("", around.section)
    partial = any(_RE[name].search(told) for name in ("channels", "some_items", "among"))
    return around.topic != "application" and not partial


_NEEDS: Final[dict[str, Callable[[_Around, str], bool]]] = {
    "application": lambda around, _: (
        around.topic == "application" and not _RE["attributes"].search(around.section)
    ),
    "disclosure": lambda around, _: around.topic in ("application", "disclosure"),
    "whole": _whole,
    "complete": _complete,
    "balanced": lambda *_: True,
    "own": lambda around, named: not _RE["reviewer"].search(around.near + named),
    "one_channel": _one_channel,
    "no_channel": _no_channel,
    "listed": lambda around, _: around.listing,
    "any_reason": lambda around, _: not _RE["one_reason"].search(around.lead),
    "charged": lambda around, _: not _RE["not_charged"].search(around.near),
}


def _topics(passage: Passage) -> _Topics:
    """Subjects of a passage, from that of its heading on."""
    found = [(m.start(), _TOPIC_OF[m.group()]) for m in _TOPIC.finditer(passage.text)]
    headed = (_TOPIC_OF[m.group()] for m in _TOPIC.finditer(passage.heading))
    first = deque(headed, 1) or (_TOPIC_OF_PART.get(passage.part, ""),)
    return [(-1, first[0]), *found]


def _topic(topics: _Topics, offset: int) -> str:
    return topics[bisect_left(topics, (offset, "")) - 1][1]


@lru_cache(maxsize=2048)
def _value(number: str, scale: str) -> int | None:
    """Read a number as printed; null if it is none, or has a fraction of its unit."""
    if match := _RE["digits"].fullmatch(number):
        value = Decimal(match["n"].replace(",", ""))
        for mark in (match["scale"], scale):
            value *= _SCALES.get(mark, 1)
        whole = value == value.to_integral_value() and value < 10**_MAX_DIGITS
        return int(value) if whole else None
    from cn2an import cn2an

    try:
        return int(cn2an((number + scale).translate(_NUMERALS), "strict"))
    except ValueError:
        return None
