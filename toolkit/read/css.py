"""Style sheets of a page -> the ``style`` attributes of what stands in its tables.

Only there: elsewhere a script may show what a sheet hides, and a report would be lost.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from toolkit.errors import DocumentError

MAX_STEPS: Final = 20_000_000
"""Rules times tags of a page; a site's page with all its styles in it has under 3,000,000."""

_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ELSEWHERE: Final = re.compile(r"print|max-|@(?!media)", re.IGNORECASE)  # not on a wide screen
_TELLING: Final = re.compile(
    r"display|visibility|line-through|vertical-align\s*:\s*su|float|position|white-space\s*:\s*pre",
    re.IGNORECASE,
)


def write_inline(page: LexborHTMLParser, tags: int) -> None:
    """Write into a page's elements what its style sheets say of how text in tables shows.

    Of two rules the later one holds, and an element's own style above both.

    Raises
    ------
    DocumentError
        If there are more rules, for a page with so many tags, than any in good faith.
    """
    sheet = "}".join(node.text() for node in page.css("style:not([media*=print])"))
    rules = list(_rules(_COMMENT.sub("", sheet)))
    if len(rules) * tags > MAX_STEPS:
        raise DocumentError(f"the page has {len(rules):,} rules of style for {tags:,} tags")
    for selector, declarations in reversed(rules):
        with suppress(SelectolaxError):  # it names no element: ``a::before``
            for node in page.css(f":is(table, table *):is({selector}):not(:has(table))"):
                own = node.attributes.get("style") or ""
                node.attrs["style"] = f"{declarations};{own}"


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and the declarations of telling rules that hold on a wide screen."""
    around = ""
    for part in sheet.split("}"):
        *outer, selector, declarations = ["", *part.split("{")]
        if not outer:  # nothing but the end of what stood around
            around = ""
            continue
        around = outer[-1] or around
        if _TELLING.search(declarations) and not _ELSEWHERE.search(around):
            yield selector.rpartition(";")[2], declarations
