"""What a reader made of a document, cell by cell, against what is printed in it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

from tests.render.model import Printed
from toolkit.form import CellKey


@dataclass
class Score:
    """Counts of cells.

    ``printed`` cells hold a number; of these ``right`` were read, ``missed`` were not, and
    ``doubtful`` were not for a good reason. ``wrong`` were read as another number, and
    ``invented`` read where none is printed. ``removed`` is what damage took away.
    """

    reports: int = 0
    printed: int = 0
    right: int = 0
    missed: int = 0
    doubtful: int = 0
    wrong: int = 0
    invented: int = 0
    removed: int = 0

    def __iadd__(self, other: "Score") -> Self:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))
        return self


@dataclass(frozen=True)
class Fault:
    """One cell that was not read as printed."""

    kind: str
    cell: CellKey
    printed: int | None
    text: str | None
    read: int | None


def judge(
    printed: Mapping[CellKey, Printed], read: Mapping[CellKey, int | None]
) -> tuple[Score, list[Fault]]:
    """Compare; keys that only one side has count as cells without a number on the other."""
    score, faults = Score(reports=1), []
    for key in printed.keys() | read.keys():
        there, got = printed.get(key, Printed(None, None)), read.get(key)
        score.printed += there.value is not None
        score.removed += there.value is None and key in printed
        if got is None and there.value is None:
            continue
        if got == there.value:
            score.right += 1
            continue
        if got is None:
            kind = "doubtful" if there.doubt else "missed"
        else:
            kind = "invented" if there.value is None else "wrong"
        setattr(score, kind, getattr(score, kind) + 1)
        faults.append(Fault(kind, key, there.value, there.text, got))
    return score, sorted(faults, key=lambda fault: fault.cell)
