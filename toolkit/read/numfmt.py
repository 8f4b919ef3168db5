"""A spreadsheet's number and its format code -> the figure as the sheet shows it.

Formats that show the stored figure itself, with words round it or not, are followed. Where a
format shows another figure (scaled, rounded, a percentage) or is not understood, the stored
figure is given as doubtful: neither of the two is altered in silence.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

GENERAL: Final = "General"
# Stands for a format that a file refers to and does not define: what it shows is in doubt.
UNKNOWN: Final = "?/?"
_ACCOUNT: Final = '_ * #,##0{0}_ ;_ * -#,##0{0}_ ;_ * "-"??_ ;_ @_ '
# The codes that files refer to by number alone (ECMA-376, part 1, 18.8.30).
BUILTIN: Final = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "yyyy-mm-dd"),
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    41: _ACCOUNT.format(""),
    42: _ACCOUNT.format(""),
    43: _ACCOUNT.format(".00"),
    44: _ACCOUNT.format(".00"),
    49: "@",
}
_SECTION: Final = re.compile(r'((?:"[^"]*"|\\.|!.|\[[^\]]*\]|[^;])*);', re.DOTALL)
_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].'
    r"|\[\$(?P<currency>[^\]-]*)[^\]]*\]|(?P<condition>\[[<>=][^\]]*\])|\[[^\]]*\]"
    r"|(?P<general>General|G/[^\W\d_]+|@)"
    r"|(?P<digits>[#0?][#0?,]*(?:\.[#0?,]*)?|\.[#0?,]+)|(?P<bare>.)",
    re.DOTALL | re.IGNORECASE,
)
_DATE: Final = re.compile("[ymdhs]", re.IGNORECASE)
# What makes the digits say something else: a share, a fraction, a power of ten, an era.
_STEERING: Final = re.compile("[%/a-z]", re.IGNORECASE)
_EPOCHS: Final = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001
_WITH_ZERO: Final = 3
_MAX_CODE: Final = 255


class _Section(NamedTuple):
    """What one section of a format prints before, as and after the figure."""

    before: str
    digits: tuple[str, ...]
    after: str
    steering: str


def printed(value: float, code: str, *, from_1904: bool = False) -> tuple[str, bool]:
    """Return a figure as the sheet shows it, and whether that is in doubt.

    Parameters
    ----------
    value
        The number that the file stores; for a date, days since the epoch.
    code
        The format code, such as ``0.00`` or ``#,##0" km";-0``.
    from_1904
        Whether the file counts days from 1904 on.

    Returns
    -------
    tuple of str and bool
        The text; and true where the sheet shows a figure that differs from the stored one,
        in which case the text is the stored one.
    """
    stored = general(value)
    if code == GENERAL:
        return stored, False
    sections = _SECTION.findall((code or GENERAL) + ";")
    signed = value < 0 and len(sections) > 1
    place = 1 if signed else 2 if value == 0 and len(sections) >= _WITH_ZERO else 0
    section = None if len(code) > _MAX_CODE else _parse(sections[place])
    if section is None or (signed and not re.search("[-(]", section.before)):
        return stored, True
    if _DATE.search(section.steering) and not section.digits:
        return _date(value, from_1904=from_1904) or (stored, True)
    if section.steering or len(section.digits) > 1:
        return stored, True
    figure = _figure(abs(value), section.digits[0]) if section.digits else ""
    if figure is None:
        return stored, True
    minus = "-" if value < 0 and not signed else ""
    return f"{section.before}{minus}{figure}{section.after}".strip(), False


def general(value: float) -> str:
    """Return a number with the fifteen digits that spreadsheets compute with."""
    return f"{value or 0:.15g}"


@lru_cache(maxsize=256)
def _parse(section: str) -> _Section | None:
    """Take a section of a format apart; None if it applies on a condition of its own."""
    digits: list[str] = []
    before = after = steering = ""
    for token in _TOKEN.finditer(section):
        kind, text = token.lastgroup, token[token.lastgroup] if token.lastgroup else ""
        if kind == "condition":
            return None
        if kind in {"digits", "general"}:
            digits.append(text)
        elif kind == "bare" and _STEERING.match(text):
            steering += text
        elif digits:
            after += text
        else:
            before += text
    return _Section(before, tuple(digits), after, steering)


def _figure(value: float, digits: str) -> str | None:
    """Return the digits of a figure, or None if its format rounds or scales it."""
    text = general(value)
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
        moment = _EPOCHS[from_1904] + timedelta(days=value)
    except (OverflowError, ValueError):
        return None
    return moment.isoformat(" ") if value % 1 else moment.date().isoformat(), False
