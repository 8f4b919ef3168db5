"""WordprocessingML below the paragraph: runs, fields, looks -> the text that is printed.

What is not printed (hidden and struck-through text, field codes, deletions) is left out; what
a run of digits must not fuse with (a raised footnote mark) is set off in brackets.
"""

import re
from collections.abc import Callable
from typing import ClassVar, Final

from lxml import etree

from toolkit.read.letters import LOST, PLAIN, Look, has_digit, seen
from toolkit.read.ooxml import OFF, Element, parse

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PIC: Final = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_VML: Final = "{urn:schemas-microsoft-com:vml}"

VAL: Final = f"{W}val"
_PPR, _RPR, _PSTYLE, _RSTYLE = (f"{W}{name}" for name in ("pPr", "rPr", "pStyle", "rStyle"))
_R, _NUMBER = (f"{W}{name}" for name in ("r", "numPr"))
_UNASKED: Final = tuple(
    f"{W}{name}" for name in ("tcBorders", "tcMar", "instrText", "rt", "sdtPr", "sdtEndPr")
)
_ALTERNATE: Final = f"{_MC}AlternateContent"
# What may stand between a table and its rows, a row and its cells, a body and its blocks; what a
# cell's properties stand in; what nothing stands in, and nothing is asked of.
_WRAPPERS: Final = (
    _ALTERNATE,
    *(f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")),
    *(f"{W}{name}" for name in ("tcPr", "tcW", "vAlign", "noWrap", "rFonts", "lang")),
)
_SILENT: Final = (_PPR, _RPR)
_LITERALS: Final = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    # A symbol font's letter: not known, but the cell is not to be taken for blank.
    f"{W}sym": LOST,
}
_REVISED: Final = (f"{W}del", f"{W}moveFrom")
_ACCEPTED: Final = "tracked changes were read as accepted"
_OBJECTS: Final = (
    *(f"{_WP}inline", f"{_PIC}pic", f"{W}object", f"{_MATH}oMath"),
    *(f"{_VML}imagedata", f"{_VML}textpath"),
)
_POSITION, _COLOR, SHADING, _SIZE = (f"{W}{name}" for name in ("position", "color", "shd", "sz"))
_WHITE: Final = "ffffff"
_LOOKS: Final = {
    f"{W}vanish": "hidden",
    f"{W}strike": "struck",
    f"{W}dstrike": "struck",
    f"{W}vertAlign": "raised",
    _POSITION: "raised",
    _COLOR: "white",
}
_TELLING: Final = frozenset({_RSTYLE, *_LOOKS})
_LOOK_NAMES: Final = (b"vanish", b"strike", b"vertalign", b"position", b"ffffff", b"\x00")
_TINY: Final = frozenset(map(str, range(1, 8)))  # half-points
_TINY_TYPE: Final = re.compile(rb'sz \w+:val="[1-7]"')
_TABLE_STYLE: Final = re.compile(rb'<w:style\s[^>]*\bw:type="table"')
# Half-points above or below the line that are no more than how a line of text is set.
_SLIGHT: Final = frozenset(map(str, range(-5, 6)))

# The properties of a run, a row or a cell: the name of each and its value.
Settings = dict[str, str | None]


class Printer:
    """Turns paragraphs into text, one after the other, and remembers what it came across.

    ``place`` is where the current paragraph stands, and ``on_paper`` whether that is a cell that
    nothing colours: who walks the blocks sets both. ``notes`` say what had to be decided;
    ``objects`` counts pictures, equations and the like; ``fields`` are the open ones, innermost
    last: how many pieces of text came before its printed result, None while that has not begun.
    """

    def __init__(self, styles: dict[str, Look], body: Element) -> None:
        self.place = ""
        self.on_paper = False
        self.notes: dict[str, None] = {}
        self.objects = 0
        self.inner: list[Element] = []
        self.fields: list[int | None] = []
        self.are_numbered = next(body.iter(_NUMBER), None) is not None  # some paragraphs
        self._styles = styles
        self._said = 0
        self._pieces: list[tuple[str, Look]] = []  # the current paragraph
        self._prune(body)

    def _prune(self, body: Element) -> None:
        """Take out what nothing is asked of, and what only holds others, before any is walked over.

        Names that are nowhere in a document are not looked for.
        """
        for alternate in list(body.iter(_ALTERNATE)):
            alternate[:] = list(_chosen(alternate))
        unasked = [*_UNASKED] if self._styles or self.are_numbered else [*_UNASKED, _PPR]
        wrappers = [*_WRAPPERS]
        told = {(one.tag, one.get(VAL)) for one in body.iter(*_LOOKS, _SIZE)}
        if not self._styles and not any(any(_looks(dict([one])).values()) for one in told):
            unasked.append(_RPR)
            wrappers.append(_R)
        etree.strip_elements(body, *unasked, with_tail=False)
        etree.strip_tags(body, *wrappers)

    def note(self, sentence: str) -> None:
        """Keep a sentence about what had to be decided, once."""
        self.notes[sentence] = None

    def paragraph(self, paragraph: Element) -> str:
        """Return a paragraph's text."""
        properties = leading(paragraph, _PPR) if self._styles else None  # few have a look
        style = None if properties is None else properties.find(_PSTYLE)
        look = PLAIN if style is None else self._styles.get(style.get(VAL) or "", PLAIN)
        self._pieces = []
        self._inline(paragraph, look)
        return seen(self._pieces, self._decided)

    def _decided(self, what: str) -> None:
        self.note(f"{self.place}: {what}")

    def _inline(self, element: Element, look: Look) -> None:
        """Walk what stands below a paragraph; unknown wrappers are looked into."""
        for child in element:
            self._handlers.get(child.tag, Printer._inline)(self, child, look)

    def _run(self, run: Element, look: Look) -> None:
        properties = leading(run, _RPR)
        own = settings(properties)
        if not _TELLING.isdisjoint(own) or own.get(_SIZE) in _TINY:
            named = self._styles.get(own.get(_RSTYLE) or "", PLAIN)
            look = {**look, **named, **_looks(own)}
        if look.get("white") and properties is not None:
            look = {**look, "white": not any(map(is_coloured, properties.iterchildren(SHADING)))}
        self._inline(run, look)

    def _say(self, element: Element, look: Look) -> None:
        """Add an element's text to the current paragraph, if it is printed."""
        text = element.text or _LITERALS.get(element.tag, "")
        if self.fields:
            if None in self.fields:
                return
            self._said += bool(text)
        if not look:  # as nearly always
            self._pieces.append((text, look))
        elif look.get("hidden"):
            self.note("hidden text was left out")
        else:
            is_unseen = look.get("tiny") or (look.get("white") and self.on_paper)
            self._pieces.append((LOST if is_unseen and has_digit(text) else text, look))

    def _field(self, element: Element, _look: Look) -> None:
        """Follow a field from its code, which is not printed, to its result, which is."""
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            self.fields.append(None)
        elif self.fields and kind == "separate":
            self.fields[-1] = self._said
        elif self.fields and kind == "end":  # a field without a result may draw something
            self.objects += self.fields.pop() in (None, self._said)

    def _object(self, element: Element, look: Look) -> None:
        self.objects += 1
        self.note("pictures and equations were not read")
        self._inline(element, look)

    def _floating(self, element: Element, look: Look) -> None:
        """Look into a drawing that floats: it need not lie over the cell it is tied to."""
        objects = self.objects
        self._inline(element, look)
        self.objects = objects

    _handlers: ClassVar[dict[str, Callable[["Printer", Element, Look], None]]] = {
        **dict.fromkeys((_PPR, _RPR), lambda _self, _child, _look: None),
        **dict.fromkeys((f"{W}t", *_LITERALS), _say),
        **dict.fromkeys(_REVISED, lambda self, _child, _look: self.note(_ACCEPTED)),
        **dict.fromkeys(_OBJECTS, _object),
        _R: _run,
        f"{W}fldChar": _field,
        f"{W}txbxContent": lambda self, child, _look: self.inner.append(child),
        f"{_WP}anchor": _floating,
    }


def is_numbered(paragraph: Element) -> bool:
    """Whether a number that is not in the text is set before a paragraph, by its own properties."""
    properties = leading(paragraph, _PPR)
    number = None if properties is None else properties.find(f"{_NUMBER}/{W}numId")
    return number is not None and number.get(VAL) != "0"


def leading(element: Element, tag: str) -> Element | None:
    """Return an element's properties, which by the schema come before its content."""
    first = element[0] if len(element) else None
    return first if first is not None and first.tag == tag else None


def settings(properties: Element | None) -> Settings:
    """Return what properties set: the name of each and its value, None where it has none."""
    return {} if properties is None else {child.tag: child.get(VAL) for child in properties}


def is_coloured(shading: Element) -> bool:
    """Whether a shading gives letters a ground that is not white."""
    return shading.get(f"{W}fill", "auto").lower() not in ("auto", _WHITE)


def style_looks(styles: bytes, part: str) -> dict[str, Look]:
    """Return the look that each style gives, with that of the styles it is based on.

    Styles are often ten times as long as the text and rarely say anything of the kind, so
    they are only taken apart if they might. Most are of tables: no paragraph or run can name those,
    and they have white letters on their coloured heads.
    """
    own: dict[str, tuple[str, Look]] = {}
    of_text = [one for one in styles.split(b"</w:style>") if not _TABLE_STYLE.search(one)]
    if not _may_have_looks(b"".join(of_text)):
        return {}
    for style in parse(styles, part).iter(f"{W}style"):
        if style.get(f"{W}type") == "table":
            continue
        base = settings(style).get(f"{W}basedOn") or ""
        own[style.get(f"{W}styleId", "")] = base, _looks(settings(style.find(_RPR)))
    looks: dict[str, Look] = {}
    for name in own:
        lineage = [name]
        while (base := own[lineage[-1]][0]) in own and base not in lineage:
            lineage.append(base)
        if look := {k: v for one in reversed(lineage) for k, v in own[one][1].items()}:
            looks[name] = look
    return looks


def _may_have_looks(source: bytes) -> bool:
    """Whether a part may say of letters that they are not like the others, or is in UTF-16."""
    lower = source.lower()
    return any(map(lower.__contains__, _LOOK_NAMES)) or _TINY_TYPE.search(lower) is not None


def _looks(run: Settings) -> Look:
    """Return what a run's properties say about its look; false where they switch it off."""
    looks: Look = {"tiny": True} if run.get(_SIZE) in _TINY else {}
    for tag in _LOOKS.keys() & run:
        look, value = _LOOKS[tag], run[tag]
        if tag == _COLOR:
            looks[look] = (value or "").lower() == _WHITE
        else:
            off = _SLIGHT if tag == _POSITION else OFF
            looks[look] = looks.get(look, False) or value not in off
    return looks


def _chosen(alternate: Element) -> Element:
    """Return the one branch of alternate content that is shown; the others repeat it."""
    return next(alternate.iterchildren(f"{_MC}Choice", f"{_MC}Fallback"), alternate)
