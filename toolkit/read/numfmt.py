"""A spreadsheet's number and its format code -> the figure as the sheet shows it.

Formats that show the stored figure itself, with words round it or not, are followed. Where a
format shows another figure (scaled, rounded, a percentage, a day) or is not understood, the
stored figure is given as doubtful: neither of the two is altered in silence.
"""

import re
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Final

from xlrd.formatting import std_format_strings

from toolkit.read.letters import has_digit

GENERAL: Final = "General"
# Stands for a format that a file refers to and does not define: what it shows is in doubt.
UNKNOWN: Final = "?/?"
# Stands for whatever format of a cell that is filled with its text, as often as there is room.
REPEATED: Final = "@@"
_ACCOUNT: Final = '_ * #,##0{0}_ ;_ * -#,##0{0}_ ;_ * "-"??_ ;_ @_ '
# The codes that files refer to by number alone (ECMA-376, part 1, 18.8.30).
BUILTIN: Final[dict[int, str]] = {
    **std_format_strings,
    **dict.fromkeys((41, 42), _ACCOUNT.format("")),
    **dict.fromkeys((43, 44), _ACCOUNT.format(".00")),
}
_SECTION: Final = re.compile(r'((?:"[^"]*"|\\.|!.|\[[^\]]*\]|[^;])*);', re.DOTALL)
# What a section consists of; what it merely shapes (room, colours, a locale) has no name.
_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|(?P<digits>General|G/[^\W\d_]+|@|[#0?][#0?,]*(?:\.[#0?,]*)?|\.[#0?,]+)"
    r"|(?P<steering>\[[hms]+\]|[%/a-z])|\[[^\]]*\]|(?P<bare>.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION: Final = re.compile(r"\[([<>=]+)(-?\d+(?:\.\d+)?)\]|\[[<>=]")
_HOLDS: Final = {"<": lt, "<=": le, "=": eq, "<>": ne, ">=": ge, ">": gt}
_WITH_ZERO, _OF_TEXT = 3, 3  # sections of which one is of noughts; the place of that of texts
_MAX_CODE: Final = 255


def printed(value: float, code: str) -> tuple[str, bool]:
    """Return a figure as a format code such as ``#,##0" km";-0`` shows it, and if it is in doubt.

    It is where the sheet shows a figure that differs from the stored one; then the text is the
    stored one.
    """
    stored = f"{value or 0:.15g}"  # the digits that spreadsheets compute with
    if code == GENERAL:
        return stored, False
    sections = _sections(code)
    signed = value < 0 and len(sections) > 1
    place = 1 if signed else 2 if value == 0 and len(sections) >= _WITH_ZERO else 0
    if _CONDITION.search(code):
        place = _place(value, sections)
    tokens = _tokens(sections[place])
    kinds = [kind for kind, _ in tokens]
    if place < 0 or "steering" in kinds or kinds.count("digits") > 1:
        return stored, True
    at = kinds.index("digits") if "digits" in kinds else len(tokens)
    before, after = ("".join(text for _, text in part) for part in (tokens[:at], tokens[at + 1 :]))
    figure = _figure(abs(value), tokens[at][1]) if at < len(tokens) else ""
    is_unsigned = signed and not re.search("[-(]", before)
    if figure is None or is_unsigned or has_digit(before + after):
        return stored, True
    minus = "-" if value < 0 and not signed else ""
    return f"{before}{minus}{figure}{after}".strip(), False


@lru_cache(maxsize=256)
def shows_text(code: str) -> bool:
    """Whether a format shows a text as it is: it may hide it, or print more beside it."""
    sections = _sections(code)
    of_text = sections[_OF_TEXT] if len(sections) > _OF_TEXT else sections[-1]
    if len(sections) <= _OF_TEXT and "@" not in of_text:
        return True
    return [text for _, text in _tokens(of_text) if text.strip()] == ["@"]


def _place(value: float, sections: list[str]) -> int:
    """Which section's condition a figure meets, the last being for all others; -1 in doubt."""
    for at, section in enumerate(sections):
        condition = _CONDITION.search(section)
        if condition is None:
            return at if value >= 0 and at == len(sections) - 1 else -1
        if condition[1] not in _HOLDS:
            return -1
        if _HOLDS[condition[1]](value, float(condition[2])):
            return at if value >= 0 else -1
    return -1


def _sections(code: str) -> list[str]:
    return _SECTION.findall((code or GENERAL) + ";") if len(code) <= _MAX_CODE else [UNKNOWN]


@lru_cache(maxsize=256)
def _tokens(section: str) -> list[tuple[str, str]]:
    """Take a section of a format apart into the kinds of its pieces and what they print."""
    found = _TOKEN.finditer(section)
    return [(token.lastgroup, token[token.lastgroup]) for token in found if token.lastgroup]


def _figure(value: float, digits: str) -> str | None:
    """Return the digits of a figure, or None if its format rounds or scales it."""
    text = f"{value:.15g}"
    if digits[0] not in "#0?.":
        return text
    whole, _, decimals = digits.partition(".")
    if whole.endswith(",") or decimals.endswith(","):
        return None
    if value == 0 and "0" not in digits:
        return ""
    shown = float(text)
    return text if round(shown, len(decimals)) == shown else None
