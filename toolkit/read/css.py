"""Style attributes and style sheets of a page -> how they make its elements look.

The words that an element's declarations say make its look. Sheets only count in
tables: elsewhere a script may show what a sheet hides, and a report would be lost.
"""

import re
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from toolkit.errors import DocumentError
from toolkit.read.dom import BY_STYLE, Elements
from toolkit.read.letters import LOST, has_digit
from toolkit.read.style import COMMENT, FADING, IDLE, is_telling, said_by, style_of, words_of

MAX_STEPS: Final = 20_000_000  # rules times tags; a page with all its site's has 3,000,000
_ROOTS: Final = ("html", "body")  # hidden only until a script shows them
_ARTICLE: Final = "js_content"  # and so is what WeChat's pages hold
_AT_RULE: Final = re.compile(r"@([\w-]+)\s*(.*)", re.DOTALL)
_MEDIUM: Final = re.compile(r"(?:only\s+)?([a-z]+)")
_NARROW: Final = re.compile(r"max-|width\s*<|portrait|dark")  # or otherwise not the usual screen
_ATTRIBUTE: Final = re.compile(rb"""style\s*=\s*("[^"]*|'[^']*|[^\s>]*)""")
_ALONE: Final = ("unprinted", "struck", "silent", "raised", "spread")  # looks that tell all
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
_WEIGHTS: Final = tuple(map(re.compile, ("#", r"[.\[]|(?<!:):(?!:)", r"(?:^|[\s>+~])[a-z]")))
_CLASS: Final = re.compile(rb"\.([\w\x80-\xff-]+)")
_PROOFING: Final = (b"grame", b"spelle")  # what Word's spelling doubts looks like all the rest
_NAMED_LETTERS: Final = ":is(td,th) :is(a,b,em,font,i,span,strong,u)[class]"


def looks(page: LexborHTMLParser, named: Elements, markup: bytes, tags: int) -> dict[int, str]:
    """Return how styles make a page's elements look, by their ``mem_id``; some in two ways.

    An element is ``unprinted`` (and takes no room), ``silent`` (but keeps its room), ``struck``
    out, ``raised`` (or lowered), ``apart`` from the text around it, ``spread`` (what stands in it
    is apart), or ``verbatim``: its line breaks count. It is ``unknown`` what it looks like if a
    sheet elsewhere tells, or if its letters are so small that they may be a mark.

    In a table, figures that are not to be seen, or to which a sheet may add some, get ``LOST``
    beside them. ``named`` are elements whose names may tell; ``markup`` is the page's source in
    lower case, with so many ``tags``.
    """
    telling = b"<style" in markup and _write_inline(page, tags)
    if not telling:
        styles = b";".join(set(_ATTRIBUTE.findall(markup))).decode(errors="replace")
        telling = "/*" in styles or is_telling(styles.split(";"))
    # What is not there is missed sooner from the end, in a quarter of the time.
    elsewhere = max(markup.rfind(b"stylesheet"), markup.rfind(b"@import")) >= 0
    found = _unknown(page, markup) if elsewhere else {}
    sight = _Sight(page)
    styled = [node for tag, node in named if tag in BY_STYLE]
    styled += page.css("[hidden],[style]" if telling else "[hidden]")
    for node in {node.mem_id: node for node in styled}.values():
        words = words_of(style_of(node))
        if words <= IDLE or node.tag in _ROOTS or node.id == _ARTICLE:
            continue
        if "silent" in words and node.mem_id in sight.seen:
            words -= {"silent"}
            sight.fade(node, "silent")
        look = next(filter(words.__contains__, _ALONE), "")
        look = look or " ".join(filter(words.__contains__, ("apart", "verbatim")))
        if look or "unknown" in words:
            found[node.mem_id] = look or "unknown"
        if look == "unprinted":
            continue
        if "added" in words:
            node.insert_child(LOST)
        for way in FADING.keys() & words - {"silent"}:
            sight.fade(node, way)
    return found


def _unknown(page: LexborHTMLParser, markup: bytes) -> dict[int, str]:
    """Return the letters in cells whose look is named, by names of which the page does not tell."""
    told = {*_CLASS.findall(markup), *_PROOFING}
    return {
        node.mem_id: "unknown"
        for node in page.css(_NAMED_LETTERS)
        if told.isdisjoint((node.attributes.get("class") or "").lower().encode().split())
    }


class _Sight:
    """What of a page is out of sight; each element is looked at once for each way of being so.

    ``seen`` are the elements in which a style may show some of what they hide.
    """

    def __init__(self, page: LexborHTMLParser) -> None:
        self._page = page
        self._faded: set[tuple[int, str]] = set()
        self._grounds: dict[int, tuple[bool, bool]] = {}

    @cached_property
    def seen(self) -> set[int]:
        seen: set[int] = set()
        for node in self._page.css("[style*=visible]"):
            around = node.parent
            while around is not None and around.mem_id not in seen:
                seen.add(around.mem_id)
                around = around.parent
        return seen

    def fade(self, node: LexborNode, way: str) -> None:
        """Put figures in doubt that cannot be seen, but for those whose own style undoes it."""
        left = [node]
        while left:
            part = left.pop()
            if (part.mem_id, way) in self._faded:
                continue
            self._faded.add((part.mem_id, way))
            is_figure = False
            for child in part.iter(include_text=True):
                if child.tag in ("-text", "input"):
                    shown = child.attributes.get("value") if child.tag == "input" else child.text()
                    is_figure = is_figure or has_digit(shown or "")
                elif FADING[way] not in words_of(style_of(child)):
                    left.append(child)
            if is_figure and (way == "silent" or self._is_on_paper(part, way)):
                part.insert_child(LOST)

    def _is_on_paper(self, node: LexborNode, way: str) -> bool:
        """Whether an element stands in a table, and if it is white, on nothing that is coloured."""
        around: LexborNode | None = node
        path = []
        while around is not None and around.mem_id not in self._grounds:
            path.append(around)
            around = around.parent
        is_in_table, is_coloured = self._grounds[around.mem_id] if around else (False, False)
        for part in reversed(path):
            is_in_table = is_in_table or part.tag == "table"
            is_coloured = is_coloured or "grounded" in words_of(style_of(part))
            self._grounds[part.mem_id] = is_in_table, is_coloured
        return is_in_table and not (way == "white" and is_coloured)


def _write_inline(page: LexborHTMLParser, tags: int) -> bool:
    """Write what style sheets say of a table's elements into their styles; tell if there is any.

    Of two rules the weightier one holds, or else the later one, and an element's own style above
    both.
    """
    sheet = "}".join(
        node.text()
        for node in page.css("style:not(noscript *)")
        if _holds(f"@media {node.attributes.get('media') or ''}")
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
    """Return the selectors and the declarations of telling rules that hold on a wide screen.

    Rules that only undo what takes letters out of sight are told if another does so.
    """
    rules = []
    undoing = []
    opened: list[str] = []
    for part in COMMENT.sub("", sheet).split("}"):
        *preludes, declarations = part.split("{")
        opened += (prelude.rpartition(";")[2].strip() for prelude in preludes)
        if preludes and all(map(_holds, opened[:-1])):
            selector, look = opened[-1], declarations.lower()
            # The ground of white letters may be another rule's.
            said = [one for one in look.split(";") if said_by(one)[1] != "white"]
            if _ADDED.search(look):
                rules.append((_BESIDE.sub("", selector), "content:added"))
            elif is_telling(said):
                rules.append((selector, ";".join(said)))
            elif any(said_by(one)[1] in FADING.values() for one in said):
                undoing.append((selector, ";".join(said)))
        del opened[-1:]
    # It weighs first how many names a selector has, then how many classes, then how many tags.
    if any(said_by(one)[1] in FADING for _, look in rules for one in look.split(";")):
        rules += undoing
    return tuple(sorted(rules, key=lambda rule: [len(kind.findall(rule[0])) for kind in _WEIGHTS]))


def _holds(rule: str) -> bool:
    """Whether what stands in a rule holds on a wide screen, as one or another of its queries says.

    A query is for a medium or for any, may ask for more, and may be turned round by ``not``.
    """
    found = _AT_RULE.match(rule.lower())
    if found is None or found[1] not in ("media", "supports"):
        return found is None or found[1] == "layer"
    for query in map(str.strip, found[2].split(",")):
        asked = query.removeprefix("not").strip()
        medium = _MEDIUM.match(asked)
        fits = (medium is None or medium[1] in ("all", "screen")) and not _NARROW.search(asked)
        if fits != query.startswith("not"):
            return True
    return False
