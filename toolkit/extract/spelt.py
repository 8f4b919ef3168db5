"""Heads whose names stand in pieces over several lines: which columns they name, in which order.

In a narrow column a name has a few letters a line, and the lines of names side by side mix in
print. Which name a piece belongs to is told by the letters it goes on with.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations, groupby
from typing import Final

from toolkit.form import form

MARK: Final = "#"


class Names:
    """The names of a table's columns, and what their letters tell of a text."""

    def __init__(self, table: str, columns: Iterable[str]) -> None:
        self.names = {code: form().label(code, table=table) for code in columns}
        self.letters = Counter("".join(self.names.values()))
        shared = Counter(letter for name in self.names.values() for letter in {*name})
        pairs = ((letter, code) for code, name in self.names.items() for letter in name)
        self._own = {letter: code for letter, code in pairs if shared[letter] == 1}

    def may_spell(self, text: str) -> bool:
        """Whether a text has no letters but those of names."""
        return self.letters.keys() >= {*text}

    def words(self, texts: Iterable[str]) -> list[str]:
        """Words of some texts that have no letters but those of names."""
        return [word for text in texts for word in text.split() if self.may_spell(word)]

    def by_letter(self, texts: Iterable[str]) -> list[str]:
        """Columns of whose names alone each word has some letter, in the order they come."""
        runs = (groupby(map(self._own.get, word)) for word in self.words(texts))
        return [code for run in runs for code, _ in run if code]


def spells(lines: Iterable[str], names: Sequence[str], group: Collection[str] = ()) -> bool:
    """Whether lines of pieces, read downwards, can spell these names in this order.

    Each line has a piece of some of the names, from left to right; no piece goes on behind a space.
    :data:`MARK` stands for the label over a ``group`` of them.
    """
    lines = [*filter(None, lines)]
    if any(MARK in line for line in lines):
        # It stands right of what stands left of the group, and left of what stands right of it.
        first = next(at for at, name in enumerate(names) if name in group)
        names = [*names[:first], MARK + names[first], *names[first + 1 :]]
    return _spells(lines, names)


def spells_in_order(
    lines: Iterable[str], names: Sequence[str], group: Collection[str] = ()
) -> bool:
    """Whether lines spell these names in this order, as :func:`spells` tells, and in no other.

    Another order is one in which two names have changed places, or one stands elsewhere.
    """
    lines = [*lines]
    others = (spells(lines, order, group) for order in _others(names))
    return spells(lines, names, group) and not any(others)


def _others(names: Sequence[str]) -> Iterable[Sequence[str]]:
    for one, two in combinations(range(len(names)), 2):
        swapped = [*names]
        swapped[one], swapped[two] = names[two], names[one]
        yield swapped
        if two - one > 1:
            inside = names[one + 1 : two]
            yield [*names[:one], names[two], names[one], *inside, *names[two + 1 :]]
            yield [*names[:one], *inside, names[two], names[one], *names[two + 1 :]]


def _spells(lines: Sequence[str], names: Sequence[str], at: int = 0) -> bool:
    """Whether lines are pieces of names in this order, from the name ``at`` on in the first."""
    if not any(lines):
        return not any(names)
    line, *rest = lines
    line = line.lstrip()
    if not line:
        return _spells(rest, names)
    for k, name in enumerate(names[at:], at):
        for n in range(1, len(name) + 1):
            if line.startswith(name[:n]):
                left = [*names[:k], name[n:], *names[k + 1 :]]
                if _spells([line[n:], *rest], left, k + 1):
                    return True
    return False
