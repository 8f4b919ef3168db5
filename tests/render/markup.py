"""A draft as HTML: clean, as Word saves it, and as a government site's page is saved."""

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from tests.render.model import Cell, Draft, PageBreak, Paragraph, Table

CellWriter = Callable[[Cell], str]
RUNS = re.compile(r"[0-9]+|[^0-9]+")
FONT = "font-family:宋体;mso-ascii-font-family:Calibri"
BORDER = "border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt"
O_P = "<span lang=EN-US><o:p></o:p></span>"


def clean(draft: Draft, charset: str = "utf-8") -> str:
    """Plain, valid HTML with a head and spans."""
    title = escape(_title(draft))
    head = f'<meta charset="{charset}"><title>{title}</title>'
    body = fragment(draft)
    return f"<!DOCTYPE html>\n<html lang=zh><head>{head}</head>\n<body>\n{body}\n</body></html>\n"


def fragment(draft: Draft, _charset: str = "utf-8") -> str:
    """Only what stands inside the page's body, and no declaration of anything."""

    def cell(it: Cell) -> str:
        tag = "th" if it.role in ("head", "note", "section") else "td"
        return f"<{tag}{_spans(it)}>{_escape(it.text, '<br>')}</{tag}>"

    out = []
    for block in draft.blocks:
        if isinstance(block, Table):
            out.append("<table>" + "\n".join(_rows(block, cell)) + "</table>")
        else:
            tag = {"title": "h1", "heading": "h2"}.get(getattr(block, "role", ""), "p")
            out.append(f"<{tag}>{escape(block.text)}</{tag}>")
    return "\n".join(out)


def word(draft: Draft, charset: str = "gb2312") -> str:
    """What a word processor saves: a span for every run, ``o:p``, and hard spaces."""

    def runs(text: str) -> str:
        out = []
        for run in RUNS.findall(text.replace("\n", "")):
            if run[0].isascii() and run[0].isdigit():
                # An edit history leaves one number in several runs.
                halves = (run[:1], run[1:]) if len(run) > 1 else (run,)
                out += [f"<span lang=EN-US style='font-size:10.5pt'>{h}</span>" for h in halves]
            else:
                out.append(f"<span style='{FONT}'>{escape(run)}</span>")
        return "".join(out)

    def cell(it: Cell) -> str:
        text = runs(it.text) if it.text else "<span lang=EN-US>&nbsp;</span>"
        inside = f"<p class=MsoNormal align=center style='text-align:center'>{text}{O_P}</p>"
        return f"<td width=64{_spans(it)} style='width:48.0pt;{BORDER}'>\n{inside}\n</td>"

    out = []
    for block in draft.blocks:
        if isinstance(block, Table):
            rows = "\n".join(_rows(block, cell))
            out.append(f"<table class=MsoNormalTable border=1 cellspacing=0>{rows}</table>")
        elif isinstance(block, PageBreak):
            out.append(f"<p class=MsoFooter>{runs(block.text)}{O_P}</p>")
        else:
            style = "text-indent:32.0pt;mso-char-indent-count:2.0"
            out.append(f"<p class=MsoNormal style='{style}'>{runs(block.text)}{O_P}</p>")
    return _template("word.html").substitute(charset=charset, body="\n".join(out))


def site(draft: Draft, charset: str = "utf-8") -> str:
    """A page saved from a site: menus, metadata and links around it, tables for its layout."""

    def cell(it: Cell) -> str:
        text = _escape(it.text, "<br/>") or "&nbsp;"
        return f'<td{_spans(it)} valign="middle" style="border:1px solid #000"><p>{text}</p></td>'

    out = []
    for block in draft.blocks:
        if isinstance(block, Table):
            rows = "\n".join(_rows(block, cell))
            out.append(f'<div><table border="1" width="100%"><tbody>{rows}</tbody></table></div>')
        elif isinstance(block, Paragraph) and block.role == "heading":
            out.append(f"<p><strong>{escape(block.text)}</strong></p>")
        else:
            out.append(f'<p style="text-indent:2em"><span>　　{escape(block.text)}</span></p>')
    year = draft.values.year
    return _template("site.html").substitute(
        charset=charset,
        title=escape(_title(draft)),
        agency=escape(draft.values.agency),
        older=year - 2,
        last=year - 1,
        year=year,
        next=year + 1,
        body="\n".join(out),
    )


def mhtml(draft: Draft) -> bytes:
    """A page in a browser's web archive."""
    message = EmailMessage()
    message["Subject"] = "report"
    message["MIME-Version"] = "1.0"
    message.set_content(site(draft), subtype="html", cte="quoted-printable")
    message.make_related()
    message.set_boundary("----=_NextPart_000")
    message.add_related(b"\x89PNG\r\n", "image", "png", cid="<logo>")
    return message.as_bytes()


def encoded(page: str, charset: str) -> bytes:
    """Bytes of a page; what the charset lacks becomes a character reference, as in browsers."""
    return page.encode({"gb2312": "gb18030"}.get(charset, charset), "xmlcharrefreplace")


@cache
def _template(name: str) -> Template:
    return Template((Path(__file__).parent / name).read_text(encoding="utf-8"))


def _escape(text: str, line_break: str) -> str:
    return escape(text).replace("\n", line_break)


def _spans(cell: Cell) -> str:
    cols = f" colspan={cell.cols}" if cell.cols > 1 else ""
    rows = f" rowspan={cell.rows}" if cell.rows > 1 else ""
    return cols + rows


def _rows(table: Table, cell: CellWriter) -> Iterator[str]:
    for row in table.rows:
        yield "<tr>" + "".join([cell(c) for c in row.cells if not c.lost]) + "</tr>"


def _title(draft: Draft) -> str:
    return "".join(b.text for b in draft.blocks if isinstance(b, Paragraph) and b.role == "title")
