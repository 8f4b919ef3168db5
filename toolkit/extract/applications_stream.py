"""Rows of table 3 in a text with a value a line, where labels stand apart from their values.

A PDF tool may print the labels of several rows first and their values behind them, or a label
behind the values. Where nothing else stands between two rows of the form than the labels of those
that are missing there, and as many rows' worth of values, each is told by its turn.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import repeat
from typing import Final, NamedTuple

from toolkit.extract.applications_rows import COLUMNS, HEADINGS, TABLE, WITH_VALUES
from toolkit.extract.labels import is_organisations, requester_columns
from toolkit.extract.lines import Line
from toolkit.extract.sums import adds_up, numbers_of
from toolkit.extract.woven import Piece, labels_in, left_of, letters_of, pieces_of
from toolkit.form import form
from toolkit.read.document import Slot

_WIDTH: Final = len(COLUMNS)
_FEW: Final = 2  # rows that lack values


class _Event(NamedTuple):
    """A row's label, or values; with the line, and what pieces of labels stand before its end."""

    line: int
    end: int
    item: str = ""
    label: Sequence[Piece] = ()
    slots: Sequence[Slot] = ()


def in_sequence(lines: Sequence[Line]) -> list[Line]:
    """Lines in which each row that is told by its turn has its values right behind its label."""
    if not any(line.stream and len(line.slots) > _WIDTH for line in lines):
        return [*lines]
    pieces = pieces_of(lines)
    events = _events(lines, pieces)
    runs = [run for run in _runs(lines, events) if _is_told(run, pieces)]
    if sum(len(event.slots) % _WIDTH > 1 for event in _among_labels(events)) > _FEW:
        # Where blanks left no trace noughts may be any row's. (One too many is a page's number.)
        runs = [run for run in runs if all(any(numbers_of(r)) for r in _rows(_slots(run)))]
    made = [*lines]
    for at, labels in left_of(lines, pieces, {p for run in runs for e in run for p in e.label}):
        made[at] = replace(made[at], labels=labels)
    for run in reversed(runs):
        valued = [event.line for event in run if event.slots]
        for at in valued:
            made[at] = replace(made[at], slots=[])
        names = [event.label for event in run if event.label]
        rows = map(_row, repeat(lines[valued[-1]]), names, _rows(_slots(run)))
        made[valued[-1] + 1 : valued[-1] + 1] = rows
    return made


def _among_labels(events: Sequence[_Event]) -> Sequence[_Event]:
    labels = [at for at, event in enumerate(events) if event.label]
    return events[labels[0] : labels[-1]] if labels else []


def _slots(run: Sequence[_Event]) -> list[Slot]:
    return [slot for event in run for slot in event.slots]


def _row(source: Line, label: Sequence[Piece], slots: Sequence[Slot]) -> Line:
    text = "".join(piece.word.text for piece in label)
    whole = label[0].word._replace(text=text, row=source.value_row)
    return replace(source, labels=[whole], slots=[*slots], spilled=0)


def _events(lines: Sequence[Line], pieces: Sequence[Piece]) -> list[_Event]:
    """Labels and values in the order in which they end; a label that comes twice names no row."""
    ends = {piece: end for end, piece in enumerate(pieces, 1)}
    named = {label[-1]: (item, label) for item, label in labels_in(pieces)}
    times = Counter(item for item, _ in named.values())
    labels = [
        _Event(last.line, ends[last], item if times[item] == 1 else "", label)
        for last, (item, label) in named.items()
    ]
    end = {piece.line: ends[piece] for piece in pieces}
    values = [
        _Event(at, end.get(at, 0), slots=line.slots) for at, line in enumerate(lines) if line.slots
    ]
    return sorted(labels + values, key=lambda event: (event.line, bool(event.slots), event.end))


def _runs(lines: Sequence[Line], events: Sequence[_Event]) -> Iterator[Sequence[_Event]]:
    """Yield the labels and values of several rows whenever they come out even."""
    at = 0
    last: str | None = ""  # the row before; none as yet, or none that came out even
    while at < len(events):
        if end := _end_of_run(lines, events, at, last):
            items = [event.item for event in events[at:end] if event.label]
            if len(items) > 1:
                yield events[at:end]
            at, last = end, items[-1]
            continue
        if events[at].label or last:
            last = None
        at += 1


def _end_of_run(
    lines: Sequence[Line], events: Sequence[_Event], start: int, last: str | None
) -> int:
    """Where labels and whole rows of values come out even, from a label on; 0 if they do not.

    A row may stand for itself, with its values right behind its label. Several are the form's next
    behind the ``last``, and the next label is that of the row behind them.
    """
    items: list[str] = []
    slots: list[Slot] = []
    for at, event in enumerate(events[start:], start):
        items += [event.item] if event.label else []
        slots += event.slots
        if not (items and all(items) and (not event.slots or _are_rows(event, lines))):
            return 0
        if len(items) > 1 and (last is None or not _are_next(last, items)):
            return 0
        rest = events[at + 1 :]
        if len(slots) == len(items) * _WIDTH and not (
            event.label and rest and _are_rows(rest[0], lines)  # it has values of its own
        ):
            behind = [event.item for event in rest if event.label][:1]
            told = len(items) == 1 or _are_next(items[-1], behind)
            return at + 1 if told and all(map(adds_up, _rows(slots))) else 0
    return 0


def _are_rows(event: _Event, lines: Sequence[Line]) -> bool:
    """Whether an event is whole rows' worth of values, a line each."""
    count = len(event.slots)
    return lines[event.line].stream and count > 0 == count % _WIDTH


def _rows(slots: Sequence[Slot]) -> list[Sequence[Slot]]:
    return [slots[at : at + _WIDTH] for at in range(0, len(slots), _WIDTH)]


def _are_next(last: str, items: list[str]) -> bool:
    """Whether these are the rows of an edition behind the last, or its first ones."""
    for own in WITH_VALUES.values():
        start = own.index(last) + 1 if last in own else 0
        if (last in own or not last) and own[start : start + len(items)] == items:
            return True
    return False


def _is_told(run: Sequence[_Event], pieces: Sequence[Piece]) -> bool:
    """Whether all texts among labels and values are theirs, or pieces of a head or of a group's."""
    used = {piece for event in run for piece in event.label}
    first = min(map(pieces.index, used))
    return all(piece in used or _is_of_none(piece) for piece in pieces[first : run[-1].end])


def _is_of_none(piece: Piece) -> bool:
    """Whether a text can be of no row's label."""
    text = piece.word.text
    return (
        is_organisations(text)
        or bool(requester_columns(text))
        or any(piece.letters in label for label in _of_none())
    )


@cache
def _of_none() -> list[str]:
    """Letters of labels that have no values: those of groups and of columns."""
    made = form()
    items = (item for item in made.items if item.table == TABLE and item.code in HEADINGS)
    groups = [letters_of(item.number + item.zh) for item in items]
    return groups + [letters_of(made.label(code, table=TABLE)) for code in COLUMNS]
