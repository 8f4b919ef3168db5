"""Style attributes and style sheets of a page -> how they make its elements look.

Sheets only count in tables: elsewhere a script may show what a sheet hides, and a report would
be lost.
"""

import re
from contextlib import suppress
from functools import lru_cache
from operator import itemgetter
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from toolkit.errors import DocumentError

MAX_STEPS: Final = 20_000_000  # rules times tags; a page with all its site's has 3,000,000
_NEAR: Final = 50  # elements between letters and their table, at most
_ROOTS: Final = ("html", "body")  # hidden only until a script shows them
_ARTICLE: Final = "js_content"  # and so is what WeChat's pages hold
_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_ELSEWHERE: Final = re.compile(  # not on a wide screen
    r"^(?!.*(?:screen|not)).*print|max-|width\s*<|portrait|handheld|dark"
    r"|@(?!media|layer|supports\s*\()",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(rb"""style\s*=\s*("[^"]*|'[^']*|[^\s>]*)""")
_TINY: Final = (  # less than four points, or a third of the text around
    r"font(?:-size)?\s*:\s*(?:[^;]{0,40}\s)?"
    r"(?:[0-3]?(?:\.\d+)?p[tx]|0?(?:\.[0-2]\d*)?r?em|[12]?\d?%|0+)\s*(?:[\s;!/]|$)"
)
_CLEAR: Final = (
    r"(?:transparent|#\w{3}0\b|#\w{6}00\b"
    r"|(?:rgb|hsl)a?\([^)]{0,20}(?:/|,[^),]{0,9},[^),]{0,9},)\s*0*(?:\.0+)?%?\s*\))"
)
_PALE: Final = (  # white, or as good as white
    r"(?:white|snow|ivory|#(?:f[\da-f]?){3}\b|rgba?\((?:\s*(?:25\d\b|100%)[\s,]*){3}"
    r"|hsla?\(\s*[\d.]{1,9}\w{0,4}[\s,]{1,9}[\d.]{1,9}%[\s,]{1,9}(?:9[5-9]|100)%)"
)
_MOVING: Final = (
    r"transform|translate|scale|rotate|zoom|filter|(?:-webkit-)?mask|clip(?:-path)?|unicode-bidi"
    r"|writing-mode|content-visibility"
)
_INK: Final = r"(?<![\w-])(?:-webkit-text-fill-)?color\s*:\s*"
_NO_ROOM: Final = (
    r"(?<![\w-])(?:(?:max-)?(?:width|height)|line-height)\s*:\s*0(?:p[tx]|r?em|%)?\s*(?:[;!]|$)"
)
_CUT_OFF: Final = r"overflow(?:-\w)?\s*:\s*(?:hidden|clip)"
_FADING: Final = {
    # What no style inside undoes, and what takes letters away, or turns them round.
    "sheer": re.compile(
        r"(?<![\w-])(?:opacity\s*:\s*0*(?:\.[0-2]\d*)?%?\s*(?:[;!]|$)"
        rf"|(?:{_MOVING})\s*:\s*"
        r"(?!none|auto|normal|embed|isolate\b(?!-)|plain|horiz|visi|ini|inh|unset|1(?:\.0+)?\b|100%)"
        r"|(?:text-indent|margin(?:-\w+)?|left|right|top|bottom|inset)\s*:[^;]{0,40}-\d{3})"
        rf"|{_NO_ROOM}.{{0,200}}{_CUT_OFF}|{_CUT_OFF}.{{0,200}}{_NO_ROOM}"
    ),
    "tiny": re.compile(rf"(?<![\w-]){_TINY}"),
    "clear": re.compile(_INK + _CLEAR),
    "white": re.compile(_INK + _PALE),
}
_GROUND: Final = re.compile(  # that is not white
    rf"(?<![\w-])background(?:-\w+)?\s*:\s*(?!none|transparent|ini|inh|unset|{_PALE})[^;\s]"
)
_COLOUR: Final = re.compile(r"(?<![\w-])color\s*:(?!\s*transparent)[^;]*")
# Some three points or more above or below the line: less is how a line of text is set.
_SHIFTED: Final = re.compile(
    r"(?<![\w-])(vertical-align|top|bottom)\s*:\s*-?"
    r"(?:(?:[3-9]|\d\d)[\d.]*(?:p[tx]|%)|(?:0?\.[2-9]|[1-9])[\d.]*r?em)"
)
_SMALLER: Final = re.compile(
    r"font-size\s*:\s*(?:smaller|x?x-small|[1-7]?\d(?:\.\d+)?%|0?\.[1-7]\d*r?em"
    r"|[4-8](?:\.\d+)?px|[4-6](?:\.\d+)?pt)"
)
_TELLING: Final = re.compile(  # what may make a look: most styles only say how a cell is framed
    r"display|visibility|line-through|vertical-align\s*:\s*(?:su|text|-?\.?\d)|float|position"
    r"|white-space\s*:\s*(?:pre|break)"
    rf"|{_SMALLER.pattern}|{'|'.join(way.pattern for way in _FADING.values())}"
)
# What a sheet prints in front of an element or behind it, if that may be part of a figure: digits,
# a sign, a unit of ten thousand.
_BESIDE: Final = re.compile(r"::?(?:before|after)\b", re.IGNORECASE)
_PART: Final = (
    r"(?:[\d%\u2030\u2212\u2013\u4e07\u4ebf-]"
    r"|\\0*(?:3\d|ff1\d|25|2d|20(?:13|30)|2212|4e07|4ebf)(?![\da-f]))"
)
_ADDED: Final = re.compile(
    rf"""(?<![\w-])content\s*:\s*(?:[^;"']{{0,100}}(?:attr|counters?|var)\s*\("""
    rf"""|["'](?:(?!{_PART})(?:\\[\da-f]++|[^"']))*+{_PART})"""
)
_STRIKING: Final = re.compile(r"text-decoration(?:-line)?\s*:")
_WEIGHTS: Final = tuple(map(re.compile, ("#", r"[.\[]|(?<!:):(?!:)", r"(?:^|[\s>+~])[a-z]")))
_CLASS: Final = re.compile(rb"\.([\w\x80-\xff-]+)")
_PROOFING: Final = (b"grame", b"spelle")  # what Word's spelling doubts looks like all the rest
_NAMED_LETTERS: Final = ":is(td,th) :is(a,b,em,font,i,span,strong,u)[class]"
_BY_NAME: Final = "pre,textarea,bdo[dir=rtl],font[color],font[size='1'],font[size='-2'],[hidden]"
_DECLARED: Final = re.compile(
    r"(?<![\w-])(display|float|position|vertical-align|visibility|white-space)\s*:\s*([\w-]+)"
    r"\s*(!?)"
)


def looks(page: LexborHTMLParser, markup: bytes, tags: int) -> dict[int, str]:
    """Return how styles make elements look, by their ``mem_id``; some in two ways.

    An element is ``unprinted`` (and takes no room), ``silent`` (but keeps its room), ``struck``
    out, ``raised`` (or lowered), ``apart`` from the text around it, ``spread`` (what stands in it
    is apart), or ``verbatim``: its line breaks count. In a table it may not be seen: it is
    ``tiny``, ``clear`` or ``white``, unless what is in it has a size or a colour of its own, or
    ``sheer``; a sheet may print what is not in the page beside it (``added``); or it is
    ``unknown``, as a sheet elsewhere tells, or letters so small that they may be a mark.
    ``markup`` is the page's source in lower case, with so many ``tags``.
    """
    telling = b"<style" in markup and _write_inline(page, tags)
    if not telling:
        styles = b";".join(set(_ATTRIBUTE.findall(markup)))
        telling = _TELLING.search(styles.decode(errors="replace")) is not None
    elsewhere = b"stylesheet" in markup or b"@import" in markup
    found = _unknown(page, markup) if elsewhere else {}
    for node in page.css(f"{_BY_NAME}{',[style]' if telling else ''}"):
        attributes = node.attributes
        if node.tag in _ROOTS or attributes.get("id") == _ARTICLE:
            continue
        style = _COMMENT.sub("", attributes.get("style") or "").lower()
        if "hidden" in attributes:
            style = f"display:none;{style}"
        if node.tag in ("pre", "textarea"):
            style = f"white-space:pre;{style}"
        elif node.tag == "bdo" and attributes.get("dir") == "rtl":
            style = f"unicode-bidi:bidi-override;{style}"
        elif node.tag == "font":
            small = "x-small" if attributes.get("size") in ("1", "-2") else ""
            style = f"color:{(attributes.get('color') or '').lower()};font-size:{small};{style}"
        look = _look(style)
        if look != "unprinted" and (fading := _fading(style)) and _is_faint(node, fading):
            look = fading
        if look:
            found[node.mem_id] = look
    return found


def _unknown(page: LexborHTMLParser, markup: bytes) -> dict[int, str]:
    """Return the letters in cells whose look is named, by names of which the page does not tell."""
    told = {*_CLASS.findall(markup), *_PROOFING}
    return {
        node.mem_id: "unknown"
        for node in page.css(_NAMED_LETTERS)
        if told.isdisjoint((node.attributes.get("class") or "").lower().encode().split())
    }


@lru_cache(maxsize=1000)
def _fading(style: str) -> str:
    """Return whether letters of a style are ``sheer``, ``tiny``, ``clear`` or ``white``, if any."""
    ways = [name for name, way in _FADING.items() if way.search(style)]
    return "sheer" if len(ways) > 1 else "".join(ways)  # a size does not undo a colour


def _is_faint(node: LexborNode, fading: str) -> bool:
    """Whether text in a table is not to be seen, or white on nothing that is coloured."""
    around: LexborNode | None = node
    for _ in range(_NEAR):
        if around is None:
            break
        own = around.attributes
        ground = f"{own.get('style') or ''};background:{own.get('bgcolor') or ''}".lower()
        if fading == "white" and _GROUND.search(ground):
            break
        if around.tag == "table":
            return True
        around = around.parent
    return False


@lru_cache(maxsize=1000)
def _look(style: str) -> str:
    """Return the look that a style makes; empty if it is none that matters."""
    found = sorted(_DECLARED.findall(style), key=itemgetter(2))  # what is important comes last
    declared = {name: value for name, value, _ in found}  # of two the later one holds
    if declared.get("display") == "none":
        return "unprinted"
    if _ADDED.search(style):
        return "added"
    if "line-through" in _STRIKING.split(style)[-1]:
        return "struck"
    if declared.get("visibility") in ("hidden", "collapse"):
        return "silent"
    shift = _SHIFTED.search(style)
    if declared.get("vertical-align") in ("sub", "super") or (
        shift and (shift[1] == "vertical-align" or declared.get("position") == "relative")
    ):
        return "raised"
    display = declared.get("display", "inline")
    if display.endswith(("flex", "grid")):
        return "spread"
    is_apart = (
        display not in ("contents", "inline")
        or declared.get("float", "none") != "none"
        or declared.get("position") in ("absolute", "fixed")
    )
    if declared.get("white-space", "").startswith(("pre", "break")):
        return "apart verbatim" if is_apart else "verbatim"
    is_raised = declared.get("vertical-align") in ("text-top", "text-bottom")
    return "apart" if is_apart else "unknown" if is_raised or _SMALLER.search(style) else ""


def _write_inline(page: LexborHTMLParser, tags: int) -> bool:
    """Write what style sheets say of a table's elements into their styles; tell if there is any.

    Of two rules the weightier one holds, or else the later one, and an element's own style above
    both.
    """
    sheet = "}".join(
        node.text()
        for node in page.css("style:not(noscript *)")
        if not _ELSEWHERE.search(node.attributes.get("media") or "")
    )
    rules = _rules(sheet)
    if len(rules) * tags > MAX_STEPS:
        raise DocumentError(f"the page has {len(rules):,} rules of style for {tags:,} tags")
    if not rules:
        return False
    tables = ":is(table, table *):not(:has(table))"
    any_rule = ",".join(selector for selector, _ in rules)
    try:  # most rules are for menus: one question tells whether any is for a table
        touched = page.css(f"{tables}:is({any_rule})")
    except SelectolaxError:
        touched = page.css(tables)
    within = {node.mem_id for node in touched}
    for selector, declarations in reversed(rules) if within else ():
        with suppress(SelectolaxError):  # it names no element: ``a::before``
            for node in page.css(f":is({selector})"):
                if node.mem_id in within:
                    own = node.attributes.get("style") or ""
                    node.attrs["style"] = f"{declarations};{own}"
    return bool(within)


@lru_cache(maxsize=8)  # a site has the same sheet in each of its pages
def _rules(sheet: str) -> tuple[tuple[str, str], ...]:
    """Return the selectors and the declarations of telling rules that hold on a wide screen."""
    rules = []
    around = ""
    for part in _COMMENT.sub("", sheet).split("}"):
        *outer, selector, declarations = ["", *part.split("{")]
        if not outer:  # nothing but the end of what stood around
            around = ""
            continue
        around = outer[-1] or around
        # The ground of its letters may be another rule's.
        look = _COLOUR.sub("", declarations.lower())
        beside = _ADDED.search(look)
        if (beside or _TELLING.search(look)) and not _ELSEWHERE.search(around):
            selector = _BESIDE.sub("", selector) if beside else selector
            rules.append((selector.rpartition(";")[2], beside[0] if beside else look))
    # It weighs first how many names a selector has, then how many classes, then how many tags.
    return tuple(sorted(rules, key=lambda rule: [len(kind.findall(rule[0])) for kind in _WEIGHTS]))
