"""A spreadsheet's number and its format code -> the figure as the sheet shows it.

Formats that show the stored figure itself, with words round it or not, are followed. Where a
format shows another figure (scaled, rounded, a percentage) or is not understood, the stored
figure is given as doubtful: neither of the two is altered in silence.
"""

import re
from functools import lru_cache
from typing import Final

from xlrd import xldate_as_datetime
from xlrd.formatting import std_format_strings

GENERAL: Final = "General"
# Stands for a format that a file refers to and does not define: what it shows is in doubt.
UNKNOWN: Final = "?/?"
_ACCOUNT: Final = '_ * #,##0{0}_ ;_ * -#,##0{0}_ ;_ * "-"??_ ;_ @_ '
# The codes that files refer to by number alone (ECMA-376, part 1, 18.8.30), as a Chinese Excel
# shows them: 27 to 36 and 50 to 58 are its dates.
BUILTIN: Final[dict[int, str]] = {
    **std_format_strings,
    **dict.fromkeys((*range(27, 37), *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys((41, 42), _ACCOUNT.format("")),
    **dict.fromkeys((43, 44), _ACCOUNT.format(".00")),
}
_SECTION: Final = re.compile(r'((?:"[^"]*"|\\.|!.|\[[^\]]*\]|[^;])*);', re.DOTALL)
# What a section consists of; what it merely shapes (room, colours, a locale) has no name.
_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].'
    r"|\[\$(?P<currency>[^\]-]*)[^\]]*\]|(?P<condition>\[[<>=][^\]]*\])|\[[^\]]*\]"
    r"|(?P<digits>General|G/[^\W\d_]+|@|[#0?][#0?,]*(?:\.[#0?,]*)?|\.[#0?,]+)"
    r"|(?P<date>[ymdhs])|(?P<steering>[%/a-z])|(?P<bare>.)",
    re.DOTALL | re.IGNORECASE,
)
_WITH_ZERO: Final = 3
_MAX_CODE: Final = 255


def printed(value: float, code: str, *, from_1904: bool = False) -> tuple[str, bool]:
    """Return a figure as the sheet shows it, and whether that is in doubt.

    It is where the sheet shows a figure that differs from the stored one; then the text is the
    stored one.

    Parameters
    ----------
    value
        The number that the file stores; for a date, days since the epoch.
    code
        The format code, such as ``0.00`` or ``#,##0" km";-0``.
    from_1904
        Whether the file counts days from 1904 on.
    """
    stored = f"{value or 0:.15g}"  # the digits that spreadsheets compute with
    if code == GENERAL:
        return stored, False
    sections = _SECTION.findall((code or GENERAL) + ";")
    signed = value < 0 and len(sections) > 1
    place = 1 if signed else 2 if value == 0 and len(sections) >= _WITH_ZERO else 0
    tokens = _tokens(sections[place]) if len(code) <= _MAX_CODE else [("condition", code)]
    kinds = [kind for kind, _ in tokens]
    at = kinds.index("digits") if "digits" in kinds else len(tokens)
    before, after = ("".join(text for _, text in part) for part in (tokens[:at], tokens[at + 1 :]))
    if "condition" in kinds or (signed and not re.search("[-(]", before)):
        return stored, True
    if "date" in kinds and at == len(tokens):
        return _date(value, from_1904=from_1904) or (stored, True)
    if {"date", "steering"}.intersection(kinds) or kinds.count("digits") > 1:
        return stored, True
    figure = _figure(abs(value), tokens[at][1]) if at < len(tokens) else ""
    if figure is None:
        return stored, True
    minus = "-" if value < 0 and not signed else ""
    return f"{before}{minus}{figure}{after}".strip(), False


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


def _date(value: float, *, from_1904: bool) -> tuple[str, bool] | None:
    """Return a day, or a day and a time, in ISO form; None if there is no such day."""
    try:
        moment = xldate_as_datetime(value, from_1904)
    except (OverflowError, ValueError):
        return None
    return moment.isoformat(" ") if value % 1 else moment.date().isoformat(), False
