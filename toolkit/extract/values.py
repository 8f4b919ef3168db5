"""One printed cell -> its state and its number.

A reader in doubt says ``unreadable``: what stands in the cell must be a number as a whole,
but for the decorations that the codebook's patterns name (thousands separators, a unit, a
remark or a footnote mark behind it).
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from toolkit.form import Regexes

Reading = tuple[str, int | None]

BLANK: Final[Reading] = ("blank", None)
NOT_APPLICABLE: Final[Reading] = ("not_applicable", None)
UNREADABLE: Final[Reading] = ("unreadable", None)
VALUES: Final = frozenset({"number", "value"})  # the kinds of text that are figures

# Full-width forms that mean the same as their half-width ones. Not NFKC: that would turn a
# footnote mark into a digit of the number before it.
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES: Final = dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F), " ")
_NARROW: Final = {**_FULL_WIDTH, **_SPACES, 0xFEFF: None, 0x200B: None}

_RE: Final = Regexes()
_REMARK: Final = re.compile(f"(?:{_RE['remark'].pattern})+$")
_SCALES: Final = {_RE[f"yuan_{scale}"].pattern: scale for scale in (100_000_000, 10_000, 1)}
_DIGIT_BREAK: Final = re.compile(r"(?<=\d)\s*\n\s*(?=\d)")
_BROKEN: Final = re.compile(r"\d+(?:\n\d+)+")
_DIGITS: Final = re.compile(r"\d+")
_PARTED: Final = re.compile(r"(?<=\d)\s+(?=\d)")
_EMPTY: Final = frozenset(  # how data frames print an empty cell, and PyMuPDF a head
    {"nan", "NaN", "None", *(f"Col{n}" for n in range(1, 40))}
)
_BRACKET: Final = re.compile(r"[(\[【（［]")  # what opens a unit behind a name
_MAX_DIGITS: Final = 15
REMEMBERED: Final = 2048  # labels are the same in most reports; what is not makes way for them
_LONGEST: Final = 1000  # characters: a number with whatever remark; the patterns take n² steps
_THOUSAND: Final = 3  # digits that stand apart


def narrow(text: str) -> str:
    """Full-width digits, brackets and spaces as half-width ones; nothing else changes."""
    return text if text.isascii() else text.translate(_NARROW)


def tight(text: str) -> str:
    """Narrow text without white space."""
    return "".join(narrow(text).split())


@lru_cache(maxsize=REMEMBERED)
def parse(text: str, unit: str, scale: int | None = None) -> Reading:
    """Read one printed cell.

    Parameters
    ----------
    text
        The cell as printed.
    unit
        The column's unit: ``case``, ``item``, ``signed_item`` or ``yuan``.
    scale
        For ``yuan``: how many yuan one printed unit is, if the cell names no unit of its own;
        None if nothing says it.

    Returns
    -------
    tuple
        State, and the number if the state is ``reported``. Amounts are in whole yuan,
        rounded half to even where the source prints fractions of a yuan.
    """
    if len(text) > _LONGEST:
        return UNREADABLE
    if _is_plain(text) and unit != "yuan":
        return ("reported", int(text))
    plain = narrow(text).strip()
    if not plain or plain in _EMPTY:
        return BLANK
    if _DIGIT_BREAK.search(plain) or not _is_one_number(plain):
        return UNREADABLE
    plain = "".join(plain.split())
    if _RE["not_applicable"].fullmatch(plain):
        return NOT_APPLICABLE
    bare = _REMARK.sub("", _RE["unit_in_brackets"].sub(r"\g<u>", plain))
    if unit == "yuan":
        return _money(bare, scale)
    match = _RE["signed" if unit == "signed_item" else "count"].fullmatch(bare)
    if match is None or len(digits := match["n"].replace(",", "")) > _MAX_DIGITS:
        return UNREADABLE
    number = int(digits)
    if unit == "signed_item" and match["s"] and _RE["negative"].fullmatch(match["s"]):
        number = -number
    return ("reported", number)


def _is_plain(text: str) -> bool:
    """Whether a text is nothing but a number: most of them are, and need no closer look."""
    # A number that begins with a nought has lost what stood before it, or is two that were joined.
    ascii_digits = text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS
    return ascii_digits and (text[0] != "0" or text == "0")


def is_minus(text: str) -> bool:
    """Whether a text is the sign of a negative number, and nothing else."""
    return bool(_RE["negative"].fullmatch(narrow(text)))


def is_parted(text: str) -> bool:
    """Whether white space stands between two digits of a text."""
    return _PARTED.search(narrow(text)) is not None


def is_broken(text: str) -> bool:
    """Whether a line ends between two digits of a text: they may be two cells' numbers."""
    return "\n" in text and _DIGIT_BREAK.search(narrow(text)) is not None


def _is_one_number(plain: str) -> bool:
    """Whether digits that white space parts are one number: digit by digit, or by thousands."""
    if not _PARTED.search(plain):
        return True
    first, *others = map(len, _DIGITS.findall(plain))
    return {first, *others} == {1} or (first <= _THOUSAND and {*others} == {_THOUSAND})


@lru_cache(maxsize=REMEMBERED)
def kind_of_text(text: str) -> str:
    """Whether a cell is ``blank``, a bare ``number``, another ``value`` or other ``text``."""
    if _is_plain(text):
        return "number"
    if _RE["fraction"].fullmatch(text):
        return "value"
    if _BROKEN.fullmatch(text):
        return "value"  # of which nobody can tell by itself whether it is one
    if _RE["opens_text"].match(text):
        return "text"
    kinds = {parse(text, unit, 1)[0] for unit in ("case", "yuan", "signed_item")}
    if "blank" in kinds:
        return "blank"
    return "text" if kinds == {"unreadable"} else "value"


@lru_cache(maxsize=REMEMBERED)
def header_scale(head: str, *, alone: bool = False) -> int | None:
    """How many yuan the unit named in a column's head is; None if it names none.

    A unit may stand ``alone`` below its head; then the text must do nothing else, for a place or
    a person may have the same character.
    """
    unit = _RE["header_unit"]
    match = unit.fullmatch(tight(head).strip("()")) if alone else unit.search(tight(head))
    # A larger unit elsewhere in the head may be the other half of this one, and any may be meant.
    rest = match and tight(head).replace(match["u"], "", 1)
    torn = rest and any(mark in rest for mark in _SCALES)
    return _scale_of(match["u"]) if match and not torn else None


def noted_scale(label: str) -> int | None:
    """How many yuan the unit in brackets behind a row's label is; None if there is none."""
    note = _RE["unit_in_brackets"].search(tight(label))
    return header_scale(note["u"]) if note else None


@lru_cache(maxsize=REMEMBERED)
def has_strange_unit(text: str) -> bool:
    """Whether a label or a head names a unit that the form has nowhere, as ten thousand cases."""
    return _BRACKET.search(text) is not None and _RE["strange_unit"].search(tight(text)) is not None


@lru_cache(maxsize=REMEMBERED)
def has_scaled_unit(text: str) -> bool:
    """Whether a head names a unit of counts that the form has nowhere, and not one of money."""
    return _RE["scaled_unit"].search(tight(text)) is not None


@lru_cache(maxsize=REMEMBERED)
def states_strange_unit(text: str) -> bool:
    """Whether a text does nothing but state a unit that the form has nowhere."""
    return _RE["stated_unit"].fullmatch(tight(text)) is not None


def _money(bare: str, scale: int | None) -> Reading:
    match = _RE["money"].fullmatch(bare)
    if match is None or len(match["n"]) > _MAX_DIGITS:
        return UNREADABLE
    number = Decimal(match["n"].replace(",", ""))
    if match["u"]:
        scale = _scale_of(match["u"])
    if scale is None:
        return ("reported", 0) if number == 0 else UNREADABLE
    yuan = int((number * scale).to_integral_value())
    return ("reported", yuan) if yuan < 10**_MAX_DIGITS else UNREADABLE


def _scale_of(unit: str) -> int:
    return next(scale for mark, scale in _SCALES.items() if mark in unit)
