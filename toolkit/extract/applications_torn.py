"""Heads of table 3 that a converter jumbled or tore: whether their pieces tell the form's order."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Final

from toolkit.extract.applications_rows import COLUMNS, TABLE
from toolkit.extract.head import codes_in, keeps_order, printed_rows
from toolkit.extract.labels import is_organisations, opens_requesters, requester_columns
from toolkit.extract.lines import Label
from toolkit.extract.spelt import MARK, Names, spells, spells_in_order

FEWEST: Final = 4  # columns that a head must name if it is to name fewer than the form has
ORGANISATIONS: Final = COLUMNS[1:-1]
_NAMES: Final = Names(TABLE, COLUMNS)
*_KINDS, _TOTAL = _NAMES.names.values()
_OF_KINDS: Final = Counter("".join(_KINDS[1:]))
_WITHOUT_TOTAL: Final = str.maketrans("", "", _TOTAL)


def tells_form_order(labels: Sequence[Label]) -> bool:
    """Whether the texts of a jumbled head tell that its columns are the form's.

    They are if the five kinds of organisation come in that order, behind natural persons, and
    the total does not come before those; else where it stands is left to the rows, which must
    add up. Where a name is broken, the letters that no other name has must begin where the form
    has it; or all letters must be there, in order.
    """
    codes = codes_in(labels, requester_columns)
    if has_total_in_front(codes) or is_torn_out_of_order(labels):
        return False
    texts = "".join(x.text for x in labels if _NAMES.may_spell(x.text.replace(" ", "")))
    begun = [*dict.fromkeys(_NAMES.by_letter([texts]))]
    named = {*codes} & {*ORGANISATIONS}
    pairs = combinations([code for code in begun if code in ORGANISATIONS], 2)
    torn = (pair for pair in pairs if not named.issuperset(pair))
    known = keeps_kinds(codes) and (
        all(keeps_order(pair, ORGANISATIONS) for pair in torn)
        if len(named) >= FEWEST
        else keeps_order(begun, COLUMNS)
    )
    return known or is_torn_in_order(labels) or is_spelt(labels)


def has_total_in_front(codes: Sequence[str]) -> bool:
    """Whether a head names the total before natural persons."""
    return COLUMNS[-1] in codes and COLUMNS[0] in codes[codes.index(COLUMNS[-1]) :]


def keeps_kinds(codes: Sequence[str]) -> bool:
    """Whether the kinds of organisation come in the form's order, behind natural persons."""
    kinds = [code for code in codes if code in ORGANISATIONS]
    ahead = not kinds or COLUMNS[0] not in codes[codes.index(kinds[0]) :]
    return ahead and keeps_order(kinds, ORGANISATIONS)


def is_spelt(labels: Sequence[Label]) -> bool:
    """Whether all names but the total's are there in pieces that fit no order but the form's."""
    return bool(rows := _pieces(labels)) and spells_in_order(rows, _KINDS, _KINDS[1:])


def spells_another(labels: Sequence[Label]) -> bool:
    """Whether all names but the total's are there in pieces that do not fit the form's order."""
    return bool(rows := _pieces(labels)) and not spells(rows, _KINDS, _KINDS[1:])


def _pieces(labels: Sequence[Label]) -> list[str]:
    """Printed lines of a head, of names but the total's; none if some of their letters are lost."""
    rows = ["".join(map(_piece, " ".join(texts).split())) for texts in printed_rows(labels)]
    letters = Counter("".join(rows).replace(MARK, ""))
    return rows if letters == Counter("".join(_KINDS)) else []


def _piece(word: str) -> str:
    """What a word spells of the names but the total's; the mark for the label over the kinds."""
    if is_organisations(word) and not opens_requesters(word):
        return MARK
    return word.translate(_WITHOUT_TOTAL) if _NAMES.may_spell(word) else ""


def is_torn_out_of_order(labels: Sequence[Label]) -> bool:
    """Whether letters on some line name columns, but for the total, in another order."""
    rows = (
        [c for c in _NAMES.by_letter(texts) if c != COLUMNS[-1]] for texts in printed_rows(labels)
    )
    ranks = (map(COLUMNS.index, row) for row in rows)
    return any(after < before for row in ranks for before, after in pairwise(row))


def is_torn_in_order(labels: Sequence[Label]) -> bool:
    """Whether the letters of the kinds' names, torn apart, are all there, in order.

    Each line must keep it, and so must the first pieces of the organisations: where each has
    a line of its own, a line tells nothing.
    """
    letters, first = Counter[str](), dict[str, None]()
    for texts in printed_rows(labels):
        letters.update("".join(_NAMES.words(texts)))
        codes = _NAMES.by_letter(texts)
        first |= dict.fromkeys(code for code in codes if code in ORGANISATIONS)
        ranks = [*map(COLUMNS.index, codes)]
        if any(before >= after for before, after in pairwise(ranks)):
            return False
    return _OF_KINDS <= letters <= _NAMES.letters and tuple(first) == ORGANISATIONS
