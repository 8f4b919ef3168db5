"""Ruled tables from ruling lines alone: what a printed line separates, and nothing else.

Coordinates are points from the page's upper left corner, downwards. The lines
may come from a PDF's drawing commands or from a picture: the same rules make cells of both.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count, pairwise, product
from operator import attrgetter
from typing import NamedTuple, TypeVar

from toolkit.errors import DocumentError

T = TypeVar("T")

MAX_RULINGS = 5_000  # on one page; a page of the form has about 50
# Distances in points. Printers draw one border as several pieces, with gaps, doubled or a
# little off; a printed row is at least 9 points high.
SAME = 1.0  # pieces of one line
GAP = 3.0  # a dotted line's gap, or a corner that is not quite closed
EDGE = 4.0  # borders of neighbouring cells, drawn twice
SLIVER = 8.0  # edges this near are one ragged edge if no cell stands between them
SHORTEST = 5.0
COVERED = 0.5  # the part of a cell's side that must be ruled to close it


class Ruling(NamedTuple):
    """A straight line along one axis: its place across, and from where to where it runs."""

    at: float
    start: float
    end: float


class Box(NamedTuple):
    """A rectangle, measured from the page's upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From side to side."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


def around(boxes: Iterable[Box]) -> Box:
    """Return the rectangle around some others."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


@dataclass(frozen=True, slots=True)
class Lattice:
    """A ruled table: its edges, and which printed cell each of its smallest fields is part of.

    ``fields`` has the indices into ``boxes``, by row and column. ``odd`` holds the rectangles of
    cells that are none, because a line is missing: what stands in them cannot be told apart.
    """

    xs: list[float]
    ys: list[float]
    fields: list[list[int]]
    boxes: list[Box] = field(default_factory=list)
    odd: set[int] = field(default_factory=set)

    @property
    def box(self) -> Box:
        """The rectangle around the whole table."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def cell_at(self, x: float, y: float) -> int | None:
        """Return the index of the cell at a point, or None outside the table."""
        xs, ys = self.xs, self.ys
        if not (ys[0] <= y < ys[-1] and xs[0] <= x < xs[-1]):
            return None
        return self.fields[bisect_right(ys, y) - 1][bisect_right(xs, x) - 1]

    def parts(self, left: float, right: float, y: float) -> bool:
        """Whether some of what stands between two places at a height is in one cell, not all."""
        if right <= self.xs[0] or left >= self.xs[-1] or not self.ys[0] <= y < self.ys[-1]:
            return False
        cell = self.cell_at(left, y)
        return cell is None or cell != self.cell_at(right, y)


def lattices(horizontals: Iterable[Ruling], verticals: Iterable[Ruling]) -> list[Lattice]:
    """Find the ruled tables that a page's lines make.

    They have two or more columns; the smallest come first, so that a table inside another's cell
    is asked before it.
    """
    across, down = _joined(horizontals), _joined(verticals)
    if max(len(across), len(down)) > MAX_RULINGS:
        raise DocumentError(f"a page holds more than {MAX_RULINGS} ruling lines; no report does")
    groups = _groups(across, down)
    found = [_lattice(lying, standing) for lying, standing in groups if lying and standing]
    return sorted(filter(None, found), key=lambda one: one.box.width * one.box.height)


def spans(stretches: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Give each stretch along one axis the numbers of its first edge and its last.

    Edges a few points apart are one edge; so are edges that are further apart but have no
    stretch of their own between them (a header's edge that does not quite meet the body's).
    """
    places = {*chain(*stretches)}  # few: most cells share theirs
    edges = _middles(places)
    nearest = {place: _nearest(edges, place) for place in places}
    placed = [(nearest[start], nearest[end]) for start, end in stretches]
    reach: dict[int, int] = {}  # by a last edge, the nearest first one
    for start, end in {*placed}:
        reach[end] = max(start, reach.get(end, -1))
    numbers = [0]
    kept = 0  # the last edge that has a number of its own
    for edge in range(1, len(edges)):
        if reach.get(edge, -1) >= kept or edges[edge] - edges[kept] >= SLIVER:
            kept = edge
        numbers.append(numbers[-1] + (kept == edge))
    return [(numbers[start], numbers[end]) for start, end in placed]


def _joined(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Put together the pieces (or dots) of each line; leave out what is too short to rule."""
    joined: list[Ruling] = []
    for pieces in _clusters(rulings, SAME, attrgetter("at")):
        at = pieces[len(pieces) // 2].at
        for start, end in _union(((piece.start, piece.end) for piece in pieces), GAP):
            if end - start >= SHORTEST:
                joined.append(Ruling(at, start, end))
    return joined


def _union(stretches: Iterable[tuple[float, float]], gap: float = 0) -> list[tuple[float, float]]:
    """Return the stretches that overlapping or near stretches cover together."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _groups(
    across: list[Ruling], down: list[Ruling]
) -> Iterator[tuple[list[Ruling], list[Ruling]]]:
    """Yield the lines that touch one another, horizontals and verticals apart."""
    places = [line.at for line in across]  # ascending, as _joined leaves them

    def touching() -> Iterator[tuple[int, int]]:
        for number, stander in enumerate(down, start=len(across)):
            first = bisect_right(places, stander.start - GAP)
            for crossed in range(first, bisect_right(places, stander.end + GAP)):
                line = across[crossed]
                if line.start - GAP <= stander.at <= line.end + GAP:
                    yield crossed, number

    for group in _connected(len(across) + len(down), touching()):
        lying = [across[number] for number in group if number < len(across)]
        yield lying, [down[number - len(across)] for number in group[len(lying) :]]


def _connected(number: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Group so many things that pairs of them connect; each group is in order."""
    groups = [[thing] for thing in range(number)]  # of each thing
    for one, other in pairs:
        if groups[one] is not groups[other]:
            small, large = sorted((groups[one], groups[other]), key=len)
            large += small
            for thing in small:
                groups[thing] = large
    return [sorted(group) for group in {id(group): group for group in groups}.values()]


def _lattice(lying: list[Ruling], standing: list[Ruling]) -> Lattice | None:
    """Make the cells of one table; a side that is open is closed where its lines end."""
    ends = [end for line in lying for end in (line.start, line.end)]
    xs = _middles([line.at for line in standing] + [min(ends), max(ends)])
    ends = [end for line in standing for end in (line.start, line.end)]
    ys = _middles([line.at for line in lying] + [min(ends), max(ends)])
    if len(xs) <= 2 or len(ys) <= 1:  # noqa: PLR2004 - one column is a frame around text
        return None
    across, down = len(xs) - 1, len(ys) - 1
    undivided = [(y * across + x - 1, y * across + x) for x, y in _open(standing, xs, ys)]
    undivided += [((y - 1) * across + x, y * across + x) for y, x in _open(lying, ys, xs)]
    made = Lattice(xs, ys, [[0] * across for _ in range(down)])
    for cell in _connected(across * down, undivided):
        if len(cell) == 1:  # as most
            y, x = divmod(cell[0], across)
            made.fields[y][x] = len(made.boxes)
            made.boxes.append(Box(xs[x], ys[y], xs[x + 1], ys[y + 1]))
            continue
        parts = [*_rectangles({divmod(at, across) for at in cell})]
        for rows, columns in parts:
            for y in rows:
                for x in columns:
                    made.fields[y][x] = len(made.boxes)
            if len(parts) > 1:
                made.odd.add(len(made.boxes))
            made.boxes.append(
                Box(xs[columns.start], ys[rows.start], xs[columns.stop], ys[rows.stop])
            )
    return made


def _rectangles(fields: set[tuple[int, int]]) -> Iterator[tuple[range, range]]:
    """Yield the rows and columns of the rectangles that some fields make, from the top."""
    while fields:
        top, left = min(fields)
        right = next(x for x in count(left) if (top, x) not in fields)
        columns = range(left, right)
        bottom = next(y for y in count(top) if not fields.issuperset(product([y], columns)))
        yield range(top, bottom), columns
        fields = fields.difference(product(range(top, bottom), columns))


def _open(lines: list[Ruling], edges: list[float], marks: list[float]) -> Iterator[tuple[int, int]]:
    """Name the sides inside a table that are not drawn, as (edge, field along it)."""
    drawn: list[list[tuple[float, float]]] = [[] for _ in edges]
    for line in lines:
        drawn[_nearest(edges, line.at)].append((line.start, line.end))
    least = [COVERED * (to - start) for start, to in pairwise(marks)]
    for edge, stretches in enumerate(drawn[1:-1], start=1):
        covered = [0.0] * (len(marks) + 1)  # in front of each mark, and behind the last
        for start, end in _union(stretches):
            first, last = bisect_right(marks, start), bisect_left(marks, end)
            for at, (begin, stop) in enumerate(pairwise([start, *marks[first:last], end]), first):
                covered[at] += stop - begin
        yield from ((edge, at) for at, long in enumerate(least) if covered[at + 1] < long)


def _middles(places: Iterable[float]) -> list[float]:
    """Return the middle of each edge that is drawn at some places, maybe twice."""
    return [(near[0] + near[-1]) / 2 for near in _clusters(places, EDGE, float)]


def _clusters(things: Iterable[T], reach: float, place: Callable[[T], float]) -> list[list[T]]:
    """Put things in order, and those together whose places are within reach of the first."""
    clusters: list[list[T]] = []
    for thing in sorted(things, key=place):
        if clusters and place(thing) - place(clusters[-1][0]) <= reach:
            clusters[-1].append(thing)
        else:
            clusters.append([thing])
    return clusters


def _nearest(edges: list[float], place: float) -> int:
    after = min(bisect_right(edges, place), len(edges) - 1)
    return after - (after > 0 and place - edges[after - 1] < edges[after] - place)
