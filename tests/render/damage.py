"""What happens to reports on their way: each damage a function of a draft, to be put in any order.

A damage changes what is printed and what is known to be printed together, so the draft stays
the oracle. Where it finds nothing to do, the draft comes back as it was.
"""

from collections.abc import Callable, Iterable
from random import Random

from tests.render import figures, labels, structure
from tests.render.forms import FORMS
from tests.render.model import Draft

Damage = Callable[[Draft, Random], Draft]

DAMAGES: dict[str, Damage] = {
    damage.__name__: damage
    for damage in (
        figures.blank_zeros,
        figures.blank_totals,
        figures.marks,
        figures.words,
        figures.wrong_total,
        figures.wrong_figure,
        figures.full_width,
        figures.thousands,
        figures.spaced_digits,
        figures.cell_remark,
        figures.units,
        figures.signs,
        figures.bare_amount,
        structure.lost_cell,
        structure.fused_cells,
        structure.lost_row,
        structure.lost_column,
        structure.cut_row,
        structure.page_break,
        structure.extra_row,
        structure.swapped_rows,
        structure.lost_table,
        labels.label_typo,
        labels.cut_heads,
        labels.label_remark,
        labels.spaced_labels,
        labels.other_wording,
        labels.fused_groups,
        labels.lost_head,
        labels.swapped_columns,
        labels.renumbered,
    )
}


def damaged(draft: Draft, names: Iterable[str], rng: Random) -> Draft:
    """Damage a draft in several ways, one after another."""
    for name in names:
        draft = (DAMAGES[name] if name in DAMAGES else FORMS[name])(draft, rng)
    return draft
