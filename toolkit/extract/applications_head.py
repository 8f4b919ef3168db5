"""Columns of table 3: which printed column is which, as far as the head tells."""

from collections.abc import Sequence
from itertools import chain, dropwhile
from operator import not_
from statistics import mode
from typing import Final, NamedTuple

from toolkit.extract.applications_places import place_rows
from toolkit.extract.applications_rows import COLUMNS, TABLE
from toolkit.extract.applications_torn import (
    FEWEST,
    ORGANISATIONS,
    has_total_in_front,
    is_spelt,
    is_torn_in_order,
    is_torn_out_of_order,
    keeps_kinds,
    spells_another,
    tells_form_order,
)
from toolkit.extract.head import (
    are_under,
    codes_above,
    codes_in,
    drawn_heads,
    fits,
    from_opening,
    in_order,
    keeps_order,
    names_others,
    stacks,
)
from toolkit.extract.labels import (
    is_organisations,
    number_of,
    opens_requesters,
    requester_columns,
)
from toolkit.extract.lines import Label, Line, Row
from toolkit.extract.place import is_exact, whole
from toolkit.extract.sums import adds_up, may_be_shifted, numbers_of
from toolkit.read.document import Layout, Slot

_HEAD_LABELS: Final = 40
_PAIR: Final = 2


class Head(NamedTuple):
    """Columns in printed order, None where one cannot be told; and whether all were named.

    ``apart`` are names that do not stand above their values, in a table drawn with spaces: so
    may the values of one row not stand above those of another.
    """

    order: tuple[str | None, ...]
    certain: bool
    apart: bool = False


def _unknown(count: int) -> Head:
    """So many columns, and nothing that tells which is which."""
    return Head((None,) * count, certain=False)


def place_values(table: Sequence[Row], before: Sequence[Line]) -> Head:
    """Place every row's values; the head tells what the columns are, and how many.

    The head is looked for in the lines ``before`` the rows, and in the first row's.
    """
    texts = [label for line in before for label in line.labels]
    labels = from_opening(texts, opens_requesters, _HEAD_LABELS)
    lines = [row.line for row in table]
    first = lines[0]
    drawn = drawn_heads(labels, is_organisations, TABLE) if first.layout is Layout.DRAWN else []
    named: Sequence[str | None] = [code for code, _ in drawn]
    if first.structured:
        named = in_order(labels, requester_columns, is_organisations)
    count, shown = _count(lines, named)
    if _is_untold(lines, labels, named, count, shown=shown):
        return _unknown(count)
    anchored = is_exact(lines, count) or _are_under_heads(lines, labels)
    heads = [at for _, at in drawn] if len(drawn) == count else []
    place_rows(table, count, anchored=anchored, by_example=shown, heads=heads)
    if _names_more(named):
        _doubt_ends(table)
    head = _under(table, drawn, count)
    if head is None:
        # Rows that were placed by where they stand need heads that do as well.
        lost = (drawn and count < len(COLUMNS)) or (first.layout is Layout.DRAWN and not shown)
        head = _unknown(count) if lost else _head(table, labels, named, count)
    # Behind the first row may stand pieces of it, or it again.
    pieces = [_kinds(labels), *(_kinds(line.labels) for line in lines[1:])]
    if first.stream:
        pieces[0] = [*dict.fromkeys(chain.from_iterable(pieces))]
    strange = not head.certain and names_others(labels)
    if strange or not (head.certain or all(map(keeps_kinds, pieces[not first.stream :]))):
        return _unknown(count)
    _doubt_blanks(table, head)
    return head


def _count(lines: Sequence[Line], named: Sequence[str | None]) -> tuple[int, bool]:
    """How many columns there are, and whether some row has a value in each."""
    # A head may leave out a kind of organisation; one without natural persons was cut.
    fewer = COLUMNS[0] in named and FEWEST <= len(named) < len(COLUMNS)
    counts = (len(COLUMNS), len(named)) if fewer else (len(COLUMNS),)
    shown = (count for count in counts if any(whole(line, count) for line in lines))
    return (found, True) if (found := next(shown, 0)) else (counts[-1], False)


def _names_more(named: Sequence[str | None]) -> bool:
    """Whether a head has a text too many beside the names of all columns."""
    return {*COLUMNS} <= {*named} and len(named) > len(COLUMNS)


def _is_untold(
    lines: Sequence[Line],
    labels: Sequence[Label],
    named: Sequence[str | None],
    count: int,
    *,
    shown: bool,
) -> bool:
    """Whether a column or its head may have been lost, and nothing tells where."""
    layout = lines[0].layout
    filled = layout is Layout.FILLED
    drawn = layout is Layout.DRAWN  # then names are those that stand above their values
    padded = filled or layout is Layout.ROWS
    if not (shown or drawn or COLUMNS[0] in named) and (padded or len(named) >= FEWEST):
        return True  # the head's first, or the column itself
    held = [line.count for line in lines]
    few = count < len(COLUMNS)
    if few and drawn and (max(held) > count or 2 * held.count(count) < len(held)):
        return True  # heads, and some rows have as many values by chance
    if (few and not drawn) and (
        any(len(line.span) > count for line in lines)
        or _has_blank_column(lines, labels)
        or not _may_have_totals(lines, named)
    ):
        return True  # a head alone
    if filled and 0 < len(named) < len(COLUMNS):
        return True  # a blank leaves no trace in the head either
    traceless = shown and (lines[0].sparse or filled)
    # Blanks left no trace, or one of the column too many may not.
    return _names_more(named) and (traceless or layout is Layout.PADDED)


def _doubt_ends(table: Sequence[Row]) -> None:
    """Give up rows whose number at one end may be that of a column too many."""
    for row in table:
        if row.slots and row.line.layout is not Layout.OWN:
            first, last = (row.line.kinds[end] == "blank" for end in (0, -1))
            row.slots = None if first or (last and not adds_up(row.slots)) else row.slots


def _kinds(labels: Sequence[Label]) -> list[str]:
    """Kinds of organisation that texts name, each where it is named last.

    What names "other" alone may be a row's label, but for one without a number behind other kinds.
    """
    named = [(x, [c for c in requester_columns(x.text) if c in ORGANISATIONS]) for x in labels]
    kinds = [c for x, codes in named for c in codes if not number_of(x.text)]
    last = [*dict.fromkeys(reversed(kinds))][::-1]
    return last if len(last) > _PAIR else [c for c in last if c != ORGANISATIONS[-1]]


def _are_under_heads(lines: Sequence[Line], labels: Sequence[Label]) -> bool:
    """Whether each row of a file's own table has a cell of its own under each of the form's heads.

    Then no cell is missing, and none is padding, though most are left blank.
    """
    places = {tuple((s.column, s.width) for s in line.slots): line.slots for line in lines}
    return all(line.layout is Layout.OWN for line in lines) and all(
        len(slots) == len(COLUMNS)
        and {*codes_above(labels, slots, requester_columns)} == {*COLUMNS}
        for slots in places.values()
    )


def _doubt_blanks(table: Sequence[Row], head: Head) -> None:
    """Give up rows of which nothing tells which of their columns are blank.

    A blank that stands behind the others may be the total's, if that is not the last. Where the
    names stand apart from the values, noughts say nothing of which columns they are in.
    """
    unseen = table[0].line.layout is Layout.FILLED and head.order[-1] != COLUMNS[-1]
    for row in table if unseen or head.apart else ():
        if row.slots and not whole(row.line, len(head.order)):
            told = any(numbers_of(row.slots)) and not may_be_shifted(row.slots, certain=False)
            row.slots = row.slots if told and not unseen else None


def _has_blank_column(lines: Sequence[Line], labels: Sequence[Label]) -> bool:
    """Whether a blank stands right behind all innermost labels, under a head or behind one."""
    innermost = max(line.label_column for line in lines)
    slots = [line.slots[0] for line in lines if line.label_column == innermost]
    heads = [label.column for label in labels if requester_columns(label.text)]
    return not any(slot.text or slot.column < min(heads) for slot in slots)


def _may_have_totals(lines: Sequence[Line], named: Sequence[str | None]) -> bool:
    """Whether what stands under the total is as much as the rest in most rows, or more.

    More it is where a column was lost with its head; less if the totals are blank, and another
    column's values stand there.
    """
    if COLUMNS[-1] not in named:
        return False
    shown = [numbers_of(values) for line in lines if (values := whole(line, len(named)))]
    at = named.index(COLUMNS[-1])
    known = [[n or 0 for n in row] for row in shown if any(row) and None not in row]
    return 2 * sum(2 * row[at] >= sum(row) for row in known) >= len(known)


def _under(table: Sequence[Row], drawn: Sequence[tuple[str, float]], count: int) -> Head | None:
    """Tell the columns by drawn heads, if all values of their grid stand under theirs."""
    rows = [row.slots for row in table if row.slots and row.line.grid == table[0].line.grid]
    under = len(drawn) == count and all(are_under(slots, drawn) for slots in rows)
    return Head(tuple(code for code, _ in drawn), certain=True) if under else None


def _head(
    table: Sequence[Row], labels: Sequence[Label], named: Sequence[str | None], count: int
) -> Head:
    """Tell the columns of rows whose values are placed."""
    first = table[0].line
    same = [row for row in table if row.line.grid == first.grid] if first.aligned else []
    shown = [slots for row in same if (slots := whole(row.line, count))]
    if not shown and not first.sparse:
        shown = [[*filter(None, row.slots)] for row in same if row.slots and None not in row.slots]
    nowhere = not shown and not any(whole(row.line, count) for row in table)
    if nowhere or not first.aligned:
        cells = nowhere or first.structured
        return _in_cells(named, labels, count) if cells else _unordered(labels)
    if not shown:
        return _unknown(count)
    return _drawn(labels, shown[0]) if first.sparse else _above(labels, shown, named)


def _above(
    labels: Sequence[Label], shown: Sequence[Sequence[Slot]], named: Sequence[str | None]
) -> Head:
    """Order from what stands above the values where most rows have them, in the head's grid.

    Spans are often wrong, so that a whole head stands a column aside: the order in which the
    head's cells come is believed unless what stands above some values is a different number of
    columns aside than above others.
    """
    starts = [slots[0].column for slots in shown]
    example = shown[starts.index(mode(starts))]
    told = codes_above(labels, example, requester_columns)
    head, in_cells = _settle(told), _in_cells(named, labels, len(example))
    if not in_cells.certain:
        # A head that is no text at all was lost: those behind it may have moved up.
        behind = [*dropwhile(lambda code: code is None, named)]  # texts over the labels
        known = head.certain or head.order == COLUMNS or None in behind
        return head if known else _unknown(len(example))
    places = enumerate(told)
    aside = {in_cells.order.index(code) - at for at, code in places if code in in_cells.order}
    return in_cells if len(aside) <= 1 else _unknown(len(example))


def _drawn(labels: Sequence[Label], example: Sequence[Slot]) -> Head:
    """Order from a head that is drawn with spaces, above a row of values.

    Where its texts do not stand right above the values it must name all columns, or spell them,
    in the form's order; or the nearest must say what the form says.
    """
    head = _settle(codes_above(labels, example, requester_columns))
    if head.certain:
        return head
    stacked = stacks(labels, is_organisations)
    named = [*dropwhile(not_, (requester_columns(stack.text) for stack in stacked))]
    codes = (*chain(*named),)
    if codes == COLUMNS and all(named):  # one that names none may be a piece of another
        return Head(COLUMNS, certain=True, apart=True)
    if has_total_in_front(codes):
        return _unknown(len(example))
    if is_spelt(labels):
        return Head(COLUMNS, certain=False, apart=True)
    edge = max((label.column + label.width for label in labels), default=0)
    if edge < example[-2].column:
        return _unordered(labels)._replace(apart=True)
    near = codes_above(labels, example, requester_columns, drawn=True)
    torn = {*near} <= {None} and is_torn_in_order(labels)
    enough = None not in near or not (is_torn_out_of_order(labels) or spells_another(labels))
    known = torn or (enough and _settle(near).order == COLUMNS)
    return Head(COLUMNS if known else (None,) * len(example), certain=False, apart=torn)


def _in_cells(named: Sequence[str | None], labels: Sequence[Label], count: int) -> Head:
    """Order in which the head's cells come; or the form's, if they do not contradict it.

    Some tools repeat a cell in each row, and each column, that it spans.
    """
    if len(named) >= count and not any(named[:-count]):
        return _settle(named[-count:])  # behind the texts over the labels, if there are any
    # The label over the organisations, misprinted, may name "other", which comes again below.
    last = [*dict.fromkeys(reversed(codes_in(labels, requester_columns)))][::-1]
    once = [*dict.fromkeys(filter(None, named))]
    keeps = keeps_order(once, COLUMNS) if once else keeps_kinds(last)
    # A text too many may be the total's own head, under another name and in another place.
    known = keeps and (len(named) < count or COLUMNS[-1] in once) and count == len(COLUMNS)
    return Head(COLUMNS if known else (None,) * count, certain=False)


def _settle(heads: Sequence[str | None]) -> Head:
    """Order of the columns from what the head says of each.

    Those that it does not name are the form's if all that it does name stand where the form has
    them; else nothing is said of any.
    """
    known = [code for code in heads if code is not None]
    if len(known) == len(heads) and len(set(known)) == len(known):
        return Head(tuple(heads), certain=True)
    return Head(COLUMNS if fits(heads, COLUMNS) else (None,) * len(heads), certain=False)


def _unordered(labels: Sequence[Label]) -> Head:
    """The form's order, if the texts of a head that a converter jumbled tell it."""
    return Head(COLUMNS if tells_form_order(labels) else (None,) * len(COLUMNS), certain=False)
