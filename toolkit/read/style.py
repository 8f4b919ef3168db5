"""The style of an element -> words on how it looks: each declaration says one word or none."""

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborNode

from toolkit.read.dom import BY_STYLE

COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_TINY: Final = (  # less than four points, or a third of the text around
    r"(?:.{0,40}\s)?"
    r"(?:[0-3]?(?:\.\d+)?p[tx]|0?(?:\.[0-2]\d*)?r?em|[12]?\d?%|0+)\s*(?:[\s!/]|$)"
)
_SMALL: Final = (
    r"smaller|x?x-small|[1-7]?\d(?:\.\d+)?%|0?\.[1-7]\d*r?em|[4-8](?:\.\d+)?px|[4-6](?:\.\d+)?pt"
)
_OWN_SIZE: Final = r".{0,40}(?:\d(?:p[tx]|rem)|small|medium|large)"
# Some three points or more above or below the line: less is how a line of text is set.
_SHIFT: Final = r"-?(?:(?:[3-9]|\d\d)[\d.]*(?:p[tx]|%)|(?:0?\.[2-9]|[1-9])[\d.]*r?em)"
_CLEAR: Final = (
    r"transparent|#\w{3}0\b|#\w{6}00\b"
    r"|(?:rgb|hsl)a?\([^)]{0,20}(?:/|,[^),]{0,9},[^),]{0,9},)\s*0*(?:\.0+)?%?\s*\)"
)
_WHITE: Final = (  # or as good as white
    r"white|snow|ivory|#(?:f[\da-f]?){3}\b|rgba?\((?:\s*(?:25\d\b|100%)[\s,]*){3}"
    r"|hsla?\(\s*[\d.]{1,9}\w{0,4}[\s,]{1,9}[\d.]{1,9}%[\s,]{1,9}(?:9[5-9]|100)%"
)
_MOVING: Final = (
    r"transform|translate|scale|rotate|zoom|filter|(?:-webkit-)?mask|clip(?:-path)?|unicode-bidi"
    r"|writing-mode|content-visibility"
)
_STAYING: Final = (
    r"none|auto|normal|embed|isolate\b(?!-)|plain|horiz|visi|ini|inh|unset|1(?:\.0+)?\b|100%"
)
_SAYINGS: Final = {  # a word, and the declarations that say it
    "unprinted": r"display:none",
    "spread": r"display:[\w-]*(?:flex|grid)",
    "apart": r"display:(?!contents|inline(?!-))\w|float:(?!none)\w|position:(?:absolute|fixed)",
    "relative": r"position:relative",
    "silent": r"visibility:(?:hidden|collapse)",
    "undone": r"(?:display|float|position|visibility):",
    "raised": rf"vertical-align:(?:sub|super|{_SHIFT})",
    "verbatim": r"white-space:(?:pre|break)",
    "struck": r"text-decoration(?:-line)?:.*line-through",
    "added": r"content:added",
    "tiny": rf"font(?:-size)?:{_TINY}",
    "unknown": rf"font-size:(?:{_SMALL})|vertical-align:text-",
    "sized": rf"font(?:-size)?:{_OWN_SIZE}",
    "clear": rf"(?:-webkit-text-fill-)?color:(?:{_CLEAR})",
    "white": rf"(?:-webkit-text-fill-)?color:(?:{_WHITE})",
    "coloured": r"color:(?!inherit)",
    "grounded": rf"background(?:-\w+)?:(?!none|transparent|ini|inh|unset|{_WHITE}).",
    # What no style inside undoes, and what takes letters away, or turns them round.
    "sheer": r"opacity:0*(?:\.[0-2]\d*)?%?\s*(?:!|$)"
    rf"|(?:{_MOVING}):(?!{_STAYING})"
    r"|(?:text-indent|margin(?:-\w+)?|left|right|top|bottom|inset):.{0,40}-\d{3}",
    "shifted": rf"(?:top|bottom):{_SHIFT}",
    "flat": r"(?:(?:max-)?(?:width|height)|line-height):0(?:p[tx]|r?em|%)?\s*(?:!|$)",
    "cut": r"overflow(?:-\w)?:(?:hidden|clip)",
}
_SAYING: Final = re.compile("|".join(f"(?P<{word}>{way})" for word, way in _SAYINGS.items()))
IDLE: Final = frozenset(("", "relative", "cut", "sized", "coloured", "grounded"))
"""Words that make no look by themselves."""
_FRAME: Final = " \t\r\n\f\"'"  # what may stand around a part of a declaration
FADING: Final = {  # what takes letters out of sight, and what undoes it for those inside
    "tiny": "sized",
    "clear": "coloured",
    "white": "coloured",
    "sheer": None,
    "silent": None,
}


def style_of(node: LexborNode) -> str:
    """Return an element's style, behind what its name and its other attributes say."""
    own = node.attributes
    style = own.get("style") or ""
    if "hidden" in own:
        style = f"display:none;{style}"
    if "bgcolor" in own:
        style = f"background:{own['bgcolor']};{style}"
    if node.tag_id not in BY_STYLE:
        return style
    if node.tag in ("pre", "textarea"):
        return f"white-space:pre;{style}"
    if node.tag == "bdo" and own.get("dir") == "rtl":
        return f"unicode-bidi:bidi-override;{style}"
    if node.tag == "font":
        small = "font-size:x-small;" if own.get("size") in ("1", "-2") else ""
        return f"color:{own.get('color') or 'inherit'};{small}{style}"
    return style


@lru_cache(maxsize=4096)
def words_of(style: str) -> AbstractSet[str]:
    """Return what the declarations of a style say; of two of a property the later one holds."""
    declared = sorted(COMMENT.sub("", style.lower()).split(";"), key=lambda one: "!" in one)
    words = {*dict(map(said_by, declared)).values()}
    if {"relative", "shifted"} <= words:
        words.add("raised")
    if {"flat", "cut"} <= words:
        words.add("sheer")
    return frozenset(words)


@lru_cache(maxsize=4096)
def said_by(declaration: str) -> tuple[str, str]:
    """Return the property of a declaration in lower case, and the word that it says, if any."""
    name, _, value = (part.strip(_FRAME) for part in declaration.partition(":"))
    saying = _SAYING.match(f"{name}:{value}")
    return name, (saying and saying.lastgroup) or ""


def is_telling(declarations: list[str]) -> bool:
    """Whether any declaration may make a look: most only say how a cell is framed."""
    return any(word not in IDLE for _, word in map(said_by, set(declarations)))
