"""Which printed column is which: the texts of a head, read as the tree they are."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import dropwhile, groupby, pairwise
from operator import attrgetter
from typing import Final

from toolkit.extract.labels import column_of, is_of_another, wording
from toolkit.extract.lines import Label
from toolkit.form import aliases, patterns
from toolkit.read.document import Slot
from toolkit.read.letters import display_width

_WORD: Final = re.compile(r"\S+")
_LONGEST: Final = 8
# A year's number and what says that it is one, and the name in front of both in a title.
_APART: Final = re.compile(
    rf"(?<=\d) +(?=[^\W\d])|(?<=[^\W\d]) +(?=\d{{4}} ?[^\W\d]{{{_LONGEST},}}$)"
)
_BESIDE: Final = ("organisations", "requesters_head", "requesters_note")
_WORDINGS: Final = [
    {*words}
    for words in (*(alias.wording for alias in aliases()), *(patterns()[name] for name in _BESIDE))
]
_LETTERS: Final = frozenset[str]().union(*_WORDINGS)
Codes = Callable[[str], tuple[str, ...]]
"""Finds the codes of the columns that a text names, in order."""


def printed_rows(labels: Sequence[Label]) -> list[list[str]]:
    """Texts of a head row by row."""
    return [[label.text for label in row] for _, row in groupby(labels, attrgetter("row"))]


def from_opening(
    labels: Sequence[Label], opens: Callable[[str], bool], most: int
) -> Sequence[Label]:
    """Texts from the printed row of the last that opens a head; if none does, the last few."""
    rows = [label.row for label in labels if opens(label.text)]
    few = labels[max(0, len(labels) - most) :]
    return [label for label in labels if label.row >= rows[-1]] if rows else few


def codes_in(labels: Iterable[Label], codes: Codes) -> tuple[str, ...]:
    """Codes of the columns that some texts name, in reading order."""
    return codes("\n".join([label.text for label in labels]))


def codes_above(
    labels: Sequence[Label], values: Sequence[Slot | None], codes: Codes, *, drawn: bool = False
) -> list[str | None]:
    """Tell the code that stands above each value in the same grid; None if none does, or two.

    If the table is ``drawn`` with spaces texts do not stand right above each other, and each
    belongs to the column whose middle is nearest to its own.
    """
    heads = [""] * len(values)
    there = [(at, value) for at, value in enumerate(values) if value is not None]
    for label in sorted(labels, key=attrgetter("row")):
        for head in words(label) if drawn else (label,):
            for at in _beneath(head, there, drawn=drawn):
                heads[at] += head.text
    found = [{*codes(head)} for head in heads]
    return [named.pop() if len(named) == 1 else None for named in found]


def words(label: Label) -> Iterator[Label]:
    """Heads that only a space parts, each in its place."""
    measure = len if label.width == len(label.text) else display_width
    for word in _WORD.finditer(label.text):
        ahead = measure(label.text[: word.start()])
        yield label._replace(text=word[0], column=label.column + ahead, width=measure(word[0]))


def stacks(labels: Iterable[Label], spans: Callable[[str], object]) -> list[Label]:
    """Texts of a drawn head from left to right, those below each other in one.

    What ``spans`` several of them is left out.
    """
    found: list[list[Label]] = []
    end = 0
    apart = (word for x in labels for word in words(x) if not spans(word.text))
    for word in sorted(apart, key=attrgetter("column")):
        if not found or word.column >= end:
            found.append([])
        found[-1].append(word)
        end = max(end, word.column + word.width)
    return [_in_one(stack) for stack in found]


def drawn_heads(
    labels: Iterable[Label], spans: Callable[[str], object], table: str
) -> list[tuple[str, float]]:
    """Columns that a drawn head names to the letter, from left to right, and the middle of each.

    None if among them stands what names no column.
    """
    found = [(column_of(stack.text, table), middle(stack)) for stack in stacks(labels, spans)]
    named = [(code, at) for code, at in dropwhile(lambda head: not head[0], found) if code]
    return named if [code for code, _ in found[-len(named) :]] == [c for c, _ in named] else []


def are_under(slots: Iterable[Slot | None], heads: Sequence[tuple[str, float]]) -> bool:
    """Whether each value stands nearest to its own of the heads above it."""
    return all(
        slot is None or min(heads, key=lambda head: abs(head[1] - middle(slot))) == own
        for slot, own in zip(slots, heads, strict=True)
    )


def _in_one(stack: Sequence[Label]) -> Label:
    """Words below each other as one that is as wide as all of them."""
    start, end = stack[0].column, max(word.column + display_width(word.text) for word in stack)
    text = "".join(word.text for word in sorted(stack, key=attrgetter("row")))
    return stack[0]._replace(text=text, column=start, width=end - start)


def _beneath(head: Label, there: Sequence[tuple[int, Slot]], *, drawn: bool) -> list[int]:
    """Which values stand beneath a text, by the number that each is given with."""
    if not drawn:
        start, end = head.column, head.column + head.width
        return [at for at, v in there if v.column < end and start < v.column + v.width]
    gap = min((middle(b) - middle(a) for (_, a), (_, b) in pairwise(there)), default=0.0)
    distances = [(abs(middle(head) - middle(value)), at) for at, value in there]
    return [at for distance, at in sorted(distances)[:1] if distance <= gap]


def middle(slot: Slot | Label) -> float:
    """Middle of a cell, in the columns of its grid."""
    return slot.column + slot.width / 2


def names_others(labels: Iterable[Label]) -> bool:
    """Whether a word of a head is no wording of the form's, and no misprint or piece of one.

    Its columns may be organs, or years, and stand for nothing that the form has.
    """
    printed = [word for x in labels for word in _APART.sub("", x.text).split()]
    words = map(wording, printed)
    letters = ({*word} for word in words if not word.isascii())
    return any(map(is_of_another, printed)) or any(
        1 < len(word) <= _LONGEST
        and not word <= _LETTERS  # several names in one
        and all(2 * len(word & known) < len(word) for known in _WORDINGS)
        for word in letters
    )


def keeps_order(codes: Iterable[str], order: Iterable[str]) -> bool:
    """Whether codes come in an order, though not all of it."""
    rest = iter(order)
    return all(code in rest for code in codes)


def fits(heads: Sequence[str | None], order: Sequence[str]) -> bool:
    """Whether heads are as many as columns, and each that names one is where the form has it."""
    return len(heads) == len(order) and all(
        head in (None, column) for head, column in zip(heads, order, strict=True)
    )


def in_order(
    labels: Sequence[Label], codes: Codes, group: Callable[[str], bool]
) -> list[str | None]:
    """Codes in printed order, from a head of several rows given cell by cell.

    The row below a group's label is what the group stands for; a column whose head reaches
    over several rows stands in the first of them. A text among heads that names nothing is
    a misprinted head, None. ``group`` says whether a text is the label of a group of columns.
    """
    below: list[str | None] = []
    for texts in reversed(printed_rows(labels)):
        here: list[str | None] = []
        groups = {text for text in texts if group(text)}
        if not any(group(text) or codes(text) for text in texts):
            continue
        if len(groups) > 1 or (groups and not below and any(map(codes, texts))):
            return []  # two printed rows in one, and nothing says which is above
        for text in texts:
            if text in groups:
                here += below
                below = []
            else:
                here += codes(text) or ((None,) if wording(text) else ())
        if below:
            return []  # a row above another, and nothing says which of its columns that splits
        below = here
    return below
