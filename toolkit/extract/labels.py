"""Printed labels -> codes of the codebook: exactly where possible, by likeness where safe."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise, takewhile
from typing import Final

from rapidfuzz.fuzz import ratio

from toolkit.errors import CodebookError
from toolkit.extract.values import REMEMBERED, has_strange_unit, narrow, tight
from toolkit.form import Regexes, aliases, patterns, rows
from toolkit.read.letters import has_digit

_RE: Final = Regexes()
_NOTE: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_OPEN_NOTE: Final = re.compile(r"\(.*$|^[^()]*\)")
_COLON: Final = re.compile("[:\uff1a]")
_ENUMERATION: Final = patterns()["enumeration"]
_HEADINGS: Final = frozenset(
    (row["table"], row["item"]) for row in rows("items") if row["role"] == "heading"
)
_NUMBERS: Final = {(row["table"], row["item"]): row["number"].strip("()") for row in rows("items")}

# Likeness below which a label is not taken for a misprint of a wording, and the distance by
# which the best must lead. Only rows that the printed order leaves open are compared.
_LIKE: Final = 70.0
_LEAD: Final = 12.0
_MOST_PIECES: Final = 3
_SHORTEST_STUMP: Final = 4
_SHORTEST_HEAD: Final = 2
_WORD: Final = 6  # characters of a note that is one word, with its brackets

_LONGEST: Final = 200  # a text of more characters is no label, nor several fused into one
_SENTENCE: Final = 60  # nor is a sentence of more
_STOPS: Final = tuple(next(r["pattern"] for r in rows("claim_words") if r["name"] == "sentence"))


@lru_cache(maxsize=REMEMBERED)
def wording(text: str) -> str:
    """Return the bare wording of a label: no numbering, notes, spaces or punctuation.

    Of several labels fused into one text only the last is kept: it is the one that the
    values behind it belong to. Prose has none, but for what it explains behind a colon, nor has a
    row with figures in another unit or of another time.
    """
    if is_prose(text) and not has_digit(text):  # a label may be explained in its cell
        text = _COLON.split(text)[0]
    if is_prose(text) or has_strange_unit(text) or is_of_another(text):
        return ""
    pieces = _RE["numbering"].split(tight(text))
    return next(filter(None, map(_bare, reversed(pieces))), "")


@lru_cache(maxsize=REMEMBERED)
def is_of_another(text: str) -> bool:
    """Whether a label or a head is qualified: last year's, in all, a rate, and not the form's.

    What a note of more than a word says is told beside it.
    """
    bare = _NOTE.sub(lambda note: note[0] if len(note[0]) <= _WORD else "", tight(text))
    return _RE["of_another"].search(bare) is not None


def is_prose(text: str) -> bool:
    """Whether a text is too long for a label, or for several fused into one."""
    return len(text) > (_SENTENCE if text.endswith(_STOPS) else _LONGEST)


def _bare(text: str) -> str:
    while (shorter := _NOTE.sub("", text)) != text:
        text = shorter
    return _RE["squeeze"].sub("", _OPEN_NOTE.sub("", text))


@cache
def _index(role: str) -> dict[str, dict[str, str]]:
    """Wording -> {table: code}, for items or for columns; no wording may stand for two codes."""
    index: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for alias in aliases():
        if alias.role == role:
            code = index[wording(alias.wording)].setdefault(alias.table, alias.code)
            if code != alias.code:
                raise CodebookError(
                    f"codebook: {alias.wording!r} stands for {code!r} and for {alias.code!r}"
                )
    return dict(index)


@cache
def _head_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _disclosure_words()), key=len, reverse=True)))


@cache
def _disclosure_words() -> dict[str, str]:
    """Wording -> code, for table 2's columns."""
    index = _index("column").items()
    return {word: tables["proactive"] for word, tables in index if "proactive" in tables}


@lru_cache(maxsize=REMEMBERED)
def item_of(text: str, table: str) -> str | None:
    """Code of the item that a label names to the letter, or None."""
    return _index("item").get(wording(text), {}).get(table)


@lru_cache(maxsize=REMEMBERED)
def column_of(text: str, table: str) -> str | None:
    """Code of the column that a head names to the letter, or None."""
    return _index("column").get(wording(text), {}).get(table)


@lru_cache(maxsize=REMEMBERED)
def item_ending(table: str, *texts: str) -> str | None:
    """Item that the last of some texts names, or it with as few before it as it takes.

    What is left of a label that was lost, its number, does not name the row of the text before;
    and a cell that names two rows, where the border between them is missing, names neither.
    """
    if _is_lost(texts) or names_rows("".join(texts[-1:])) > 1:
        return None
    pieces = ("".join(texts[at:]) for at in reversed(range(len(texts))))
    labels = takewhile(lambda piece: len(piece) <= _LONGEST, pieces)
    return next((item for piece in labels if (item := item_of(piece, table))), None)


def _is_lost(texts: Sequence[str]) -> bool:
    """Whether the last of some texts is a number alone, behind a head: its label was lost."""
    *_, head, last = ("", "", *texts)
    return wording(head) in _index("column") and not wording(last) and bool(number_of(last))


@lru_cache(maxsize=REMEMBERED)
def is_label(text: str) -> bool:
    """Whether a text is, to the letter, the label of some item or column."""
    bare = wording(text)
    return bare in _index("item") or bare in _index("column")


@lru_cache(maxsize=REMEMBERED)
def expects_values(text: str) -> bool:
    """Whether a text names a row that has numbers, and cannot be a heading or a column's head.

    The one row that an edition splits is taken for a heading, so that its rows are found.
    """
    bare = wording(text)
    codes = _index("item").get(bare, {})
    if not codes or "challenges" in codes or _HEADINGS.intersection(codes.items()):
        return False
    return not heads_column(text)


def heads_column(text: str) -> bool:
    """Whether a text is, to the letter, the head of a column; a row of its name has a number."""
    return wording(text) in _index("column") and not _is_numbered(text)


@lru_cache(maxsize=REMEMBERED)
def names_rows(text: str) -> int:
    """How many rows that have numbers a cell's lines name, if only by the mark they begin with."""
    lines = text.split("\n")
    if is_label(text) and not any(map(_is_numbered, lines[1:])):
        return 1  # though its last line may name the same row, or another one, by itself
    return sum(expects_values(line) or _begins_row(line) for line in lines)


def _begins_row(line: str) -> bool:
    bare = wording(line)
    if not bare or not _is_numbered(line):
        return False
    begun = (codes for word, codes in _index("item").items() if word.startswith(bare))
    return not any(_HEADINGS.intersection(codes.items()) for codes in begun)


def _is_numbered(text: str) -> bool:
    return _RE["numbering"].match(tight(text)) is not None


@lru_cache(maxsize=REMEMBERED)
def number_of(text: str) -> str:
    """The mark that numbers a label, without brackets and points; empty if there is none."""
    found = _RE["numbering"].findall(tight(text))
    return found[-1].strip("().").rstrip(_ENUMERATION) if found else ""


@lru_cache(maxsize=REMEMBERED)
def disclosure_columns(head: str) -> tuple[str, ...]:
    """Codes of table 2's columns named in a head, in the order they are named."""
    if is_prose(head) or is_of_another(head):
        return ()
    bare = _RE["squeeze"].sub("", narrow(head))
    return tuple(_disclosure_words()[word] for word in _head_pattern().findall(bare))


@lru_cache(maxsize=REMEMBERED)
def begun_columns(head: str) -> tuple[str, ...]:
    """Codes of table 2's columns whose name a text is, or begins, in the form's order."""
    return tuple(_stumps().get(wording(head), ()))


@cache
def _stumps() -> dict[str, dict[str, None]]:
    """Codes of table 2's columns by what their names begin with."""
    stumps: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for word, code in _disclosure_words().items():
        for length in range(_SHORTEST_HEAD, len(word) + 1):
            stumps[word[:length]][code] = None
    return dict(stumps)


@lru_cache(maxsize=REMEMBERED)
def opens_column(text: str) -> bool:
    """Whether a text names a column of table 2, or begins the name of one."""
    return bool(disclosure_columns(text) or begun_columns(text))


def heads_labels(text: str) -> bool:
    """Whether a text is the head over table 2's labels."""
    return bool(_RE["labels_head"].fullmatch(wording(text)))


def hinted_columns(text: str) -> tuple[str, ...]:
    """Codes of table 2's columns of whose names a text has a piece, in the order they come."""
    if is_prose(text) or text.endswith(_STOPS):
        return ()
    pairs = map("".join, pairwise(wording(text)))
    return tuple(dict.fromkeys(_hints()[pair] for pair in pairs if pair in _hints()))


@cache
def _hints() -> dict[str, str]:
    """Codes of table 2's columns by two characters in a row that only their names have."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for word, code in _disclosure_words().items():
        for pair in map("".join, pairwise(word)):
            found[pair].add(code)
    return {pair: codes.pop() for pair, codes in found.items() if len(codes) == 1}


@lru_cache(maxsize=REMEMBERED)
def requester_columns(head: str) -> tuple[str, ...]:
    """Codes of table 3's columns named in a head, in the order they are named."""
    bare = "" if is_of_another(head) else _bare(tight(head))
    return _keys("requesters", _RE["organisations"].sub("", bare))


@lru_cache(maxsize=REMEMBERED)
def result_columns(head: str) -> tuple[str, ...]:
    """Codes of table 4's columns named in a head, in the order they are named."""
    return () if is_of_another(head) else _keys("results", _bare(tight(head)))


@lru_cache(maxsize=REMEMBERED)
def opens_requesters(text: str) -> bool:
    """Whether a text is the group label over all of table 3's columns."""
    bare = _RE["squeeze"].sub("", narrow(text))
    return not is_prose(text) and bool(_RE["requesters_head"].search(bare))


@lru_cache(maxsize=REMEMBERED)
def is_organisations(text: str) -> bool:
    """Whether a text is the label over the five kinds of organisation, or over all columns."""
    if is_prose(text):
        return False
    return bool(_RE["organisations"].fullmatch(_bare(tight(text)))) or opens_requesters(text)


def _keys(pattern: str, text: str) -> tuple[str, ...]:
    return tuple(str(match.lastgroup) for match in _RE[pattern].finditer(text))


@lru_cache(maxsize=REMEMBERED)
def heads_another(text: str) -> bool:
    """Whether a text of a head names a column of figures that the form does not have."""
    words = [] if is_prose(text) else narrow(text).split()
    return any(_RE["extra_column"].fullmatch(word) and not opens_column(word) for word in words)


def nearest(
    labels: Sequence[str], table: str, among: Iterable[str], *, spaced: bool = False
) -> str | None:
    """Code of the one item that a misprinted, cut or interleaved label can only mean.

    Parameters
    ----------
    labels
        The texts in front of a row's values, in order.
    table
        The table the row stands in.
    among
        Items that the row's place in the table leaves open.
    spaced
        Whether spaces alone part the cells: then a word behind what is a label without it may
        be the beginning of a value, as a number may anywhere.

    Returns
    -------
    str or None
        None if no wording is near enough, or two are about as near.
    """
    open_ = {code for code in among if _may_be(labels, table, code)}
    if not open_ or _is_lost(labels) or names_rows(labels[-1]) > 1:
        return None
    if _RE["extra_row"].search(narrow(labels[-1])):
        return None  # the agency added it to the form
    *front, last = labels[-1].split()
    if not front and item_of(last.rstrip("0123456789"), table) != item_of(last, table):
        return None  # its first value stands right behind it
    loose = spaced and wording(last)
    if front and (loose or last.isdecimal()) and nearest([" ".join(front)], table, open_):
        return None
    # Behind a whole label a text of its own may name another row.
    most = 1 if item_of("".join(labels[-2:-1]), table) and wording(last) else _MOST_PIECES
    tails = {wording("".join(labels[-count:])) for count in range(1, most + 1)} - {""}
    scores: defaultdict[str, float] = defaultdict(float)
    for word, codes in _index("item").items():
        if (code := codes.get(table, "")) in open_:
            scores[code] = max(scores[code], *(_likeness(tail, word) for tail in tails), 0.0)
    ranked = sorted(scores, key=lambda code: -scores[code])
    best, second = (*(scores[code] for code in ranked), 0.0, 0.0)[:2]
    return ranked[0] if best >= max(_LIKE, second + _LEAD) else None


def _may_be(labels: Sequence[str], table: str, code: str) -> bool:
    """Whether the number that a label bears, if it bears one, is the item's in the form."""
    named = next((label for label in reversed(labels) if wording(label)), "")
    number = number_of(named)
    return bool(named) and number in ("", _NUMBERS.get((table, code), number))


def _likeness(tail: str, word: str) -> float:
    """How well a label's tail fits a wording, 0 to 100; a clean stump of it fits fully."""
    is_stump = len(tail) >= _SHORTEST_STUMP and word.startswith(tail)
    return 100.0 if is_stump else float(ratio(tail, word))
