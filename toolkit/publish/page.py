"""A page of a notebook that was run: its prose and figures, self-contained, without its code."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape, unescape
from importlib import import_module
from itertools import count
from pathlib import Path
from string import Template
from typing import Any, Final

from toolkit.errors import SourceError
from toolkit.publish.later import later

_PAGE: Final = Path(__file__).with_name("page.html")
_WIDE: Final = 0x2E80  # where the Chinese, Japanese and Korean scripts begin
_HIDDEN: Final = {"injected-parameters", "parameters", "hide-page"}
_IMAGES: Final = ("image/svg+xml", "image/png")

Node = Any
"""A notebook or a cell, as nbformat has them: without a type."""


def read_notebook(notebook: Path) -> Node:
    """Read a notebook as nbformat's node; what is none is a SourceError."""
    # With it comes jsonschema, whose grammar of addresses takes a second and notebooks never need.
    with later("rfc3987_syntax", "is_valid_syntax"):
        import nbformat

    try:
        return nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    except (nbformat.reader.NotJSONError, UnicodeDecodeError, AttributeError) as error:
        raise SourceError(f"{notebook}: expected a notebook, found something else") from error


def page(notebook: Any, language: str) -> str:  # noqa: ANN401 - nbformat's node has no type
    """Self-contained HTML of an executed notebook: its prose and figures, without its code.

    Parameters
    ----------
    notebook
        An executed notebook, as nbformat's node. What a cell prints before a figure is the
        figure's message: its first paragraph becomes the alternative text.
    language
        ``zh`` or ``en``: the page's language.
    """
    shown = ("\n".join(_outputs(cell)) for cell in notebook.cells)
    head, *sections = [html for html in shown if html] or [""]
    return dress(head, sections, language)


def dress(head: str, sections: Iterable[str], language: str) -> str:
    """Self-contained page of pieces of HTML, with links to its headings.

    Parameters
    ----------
    head
        What the page begins with; its ``h1``, if there is one, is the page's title.
    sections
        The rest.
    language
        ``zh`` or ``en``.
    """
    body = "\n".join(f"<section>\n{html}</section>" for html in sections)
    numbers = count(1)
    body = re.sub("<h2>", lambda _: f'<h2 id="s{next(numbers)}">', body)
    links = re.findall(r'<h2 id="(.*?)">(.*?)</h2>', body)
    heading = re.search(r"<h1>(.*?)</h1>", head)
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(
        font=_font({*head, *body}),
        title=escape(plain(heading[1])) if heading else "brief",
        lang={"zh": "zh-Hans"}.get(language, escape(language)),
        head=head,
        links="".join(f'<li><a href="#{name}">{text}</a></li>' for name, text in links),
        body=body,
    )


def plain(html: str) -> str:
    """Text of a piece of HTML."""
    return unescape(re.sub(r"<[^>]*>", "", html))


def attachments(notebook: Node) -> Iterator[tuple[str, str]]:
    """Files to stand beside the page: each ``text/csv`` that a cell shows, named by its id."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if "text/csv" in output.get("data", {}):
                yield f"{cell.id}.csv", output.data["text/csv"]


def _font(characters: Iterable[str]) -> str:
    """Chinese glyphs of a page as a web font, for readers whose machine has none.

    The font is the figures' (SIL Open Font License); of a Chinese page a reader's own come first.
    """
    from pylopdf_fonts_zh_cn import sans_path

    uharfbuzz: Any = import_module("uharfbuzz")  # its types lack what is used here
    wide = {ord(character) for character in characters if ord(character) >= _WIDE}
    if not wide:
        return ""
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(wide)
    wanted.layout_feature_tag_set.clear()
    font = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(sans_path())))
    coded = b64encode(uharfbuzz.subset(font, wanted).blob.data).decode()
    address = f"data:font/otf;base64,{coded}"
    looks = f'src:url({address}) format("opentype");unicode-range:U+{_WIDE:X}-10FFFF'
    return f'@font-face{{font-family:"OGI Sans";{looks}}}'


def _outputs(cell: Node) -> Iterator[str]:
    """HTML of what a cell shows; warnings and code are for the notebook."""
    import mistune

    if set(cell.metadata.get("tags", ())) & _HIDDEN:
        return
    if cell.cell_type == "markdown":
        yield str(mistune.html(cell.source))
    message = ""
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        image = next((kind for kind in _IMAGES if kind in data), None)
        if image:
            coded = data[image].strip()
            if image == "image/svg+xml":
                coded = b64encode(data[image].encode()).decode()
            address = f"data:{image};base64,{coded}"
            yield f'<figure tabindex="0"><img src="{address}" alt="{message}"></figure>'
        elif "text/markdown" in data:
            html = str(mistune.html(data["text/markdown"]))
            first = re.search(r"<p>(.*?)</p>|<li>(.*?)</li>", html, re.DOTALL)
            message = escape(plain(first[1] or first[2])) if first else ""
            yield _scrolling(html)
        elif "text/html" in data:
            yield f'<div class="scroll" tabindex="0">{data["text/html"]}</div>'


def _scrolling(html: str) -> str:
    """Wrap each table, so that a narrow screen scrolls it alone."""
    opened = html.replace("<table>", '<div class="scroll" tabindex="0"><table>')
    return opened.replace("</table>", "</table></div>")
