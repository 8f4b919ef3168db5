"""What sums tell of a row whose last column is the total: they raise doubt, and supply nothing.

They tell, too, which of its printed pieces are one number.
"""

from collections.abc import Sequence

from toolkit.extract.values import is_broken, parse
from toolkit.read.document import Slot


def numbers_of(slots: Sequence[Slot | None]) -> list[int | None]:
    """Counts that slots hold; None where there is none."""
    return [parse(s.text, "case")[1] if s and not s.doubtful else None for s in slots]


def ends_in_total(numbers: Sequence[int | None]) -> bool | None:
    """Whether the last is the sum of the others; None if one is not known."""
    known = [number for number in numbers if number is not None]
    return sum(known) == 2 * known[-1] if len(known) == len(numbers) else None


def adds_up(slots: Sequence[Slot | None]) -> bool:
    """Whether all of these are numbers and the last is the sum of the others."""
    return ends_in_total(numbers_of(slots)) is True


def has_total(slots: Sequence[Slot | None]) -> bool | None:
    """Whether one of these is the sum of the others, as where columns stand in another order.

    None if one is not known.
    """
    return ends_in_total(sorted(numbers_of(slots), key=lambda number: number or 0))


def may_be_shifted(slots: Sequence[Slot | None], *, certain: bool) -> bool:
    """Whether a row with a blank at one end may rather have it at the other.

    What stands last must be as much as the others together if it is to be the total, and less
    if it is not. Where places are ``certain`` only a blank total is doubted: a row that is one
    cell short may have been filled up.
    """
    ends = slots[0], slots[-1]
    if all(s and (s.doubtful or parse(s.text, "case")[0] != "blank") for s in ends):
        return False
    numbers = numbers_of(slots)
    known = [number for number in numbers if number is not None]
    if numbers[-1] is None:
        return any(known) and 2 * known[-1] >= sum(known)
    return not certain and (not any(known) or 2 * known[-1] != sum(known))


def may_be_cut(slots: Sequence[Slot | None]) -> bool:
    """Whether one of these numbers is the beginning of what the others say that it is."""
    numbers = numbers_of(slots)
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return False
    *parts, total = known
    lacking = total - sum(parts)
    if lacking > 0:
        return any(str(part + lacking).startswith(str(part)) for part in parts)
    return lacking < 0 and str(sum(parts)).startswith(str(total))


def mended(slots: Sequence[Slot | None]) -> Sequence[Slot | None]:
    """Put the numbers together that a line's end breaks, if the row adds up so and only so.

    Where they are two rows' with no border between, the upper ones add up by themselves.
    """
    upper, whole = [*slots], [*slots]
    for at, slot in enumerate(slots):
        if slot and is_broken(slot.text):
            first, *_ = pieces = slot.text.split()
            upper[at], whole[at] = (slot._replace(text=text) for text in (first, "".join(pieces)))
    return whole if whole != upper and adds_up(whole) and not adds_up(upper) else slots
