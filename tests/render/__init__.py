"""The proving ground: any figures, in every layout and format, whole and damaged.

``render`` makes a document together with what is printed in each of its cells; ``judge``
compares that with what a reader made of it.
"""

from tests.render.compose import compose, style
from tests.render.damage import DAMAGES, Damage, damaged
from tests.render.layouts import LAYOUTS, Layout, Rendered, fill_template, render
from tests.render.model import Draft, Printed, Style
from tests.render.scoring import Fault, Score, judge
from tests.render.values import EDITIONS, Values, agency, distinct, keys, realistic, values

__all__ = [
    "DAMAGES",
    "EDITIONS",
    "LAYOUTS",
    "Damage",
    "Draft",
    "Fault",
    "Layout",
    "Printed",
    "Rendered",
    "Score",
    "Style",
    "Values",
    "agency",
    "compose",
    "damaged",
    "distinct",
    "fill_template",
    "judge",
    "keys",
    "realistic",
    "render",
    "style",
    "values",
]
