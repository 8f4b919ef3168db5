"""A figure for each statistic: its frame in, Axes out, with n, denominator and source.

Every function takes the frame that the statistic of the same name returned and

- ``language``: ``zh`` or ``en``;
- ``source``: words to add to the source line, such as where the reports were collected;
- ``ax``: Axes to draw on. Without it the function makes a figure of fitting size in the house
  style; on your own axes call :func:`analysis.figures.style.use_style` first.
"""

from analysis.figures.matrices import homogeneity
from analysis.figures.quotients import (
    contributions,
    disputes,
    enforcement,
    enforcement_to_licensing,
    flow,
    normative_turnover,
)
from analysis.figures.shares import (
    denial_reasons,
    grant_odds,
    grant_rates,
    outcomes,
    requester_mix,
    shrunken_shares,
)
from analysis.figures.standing import funnel, peers, peers_funnel
from analysis.figures.timelines import changes, own_history, panel, trend
from toolkit.arguments import guard

__all__ = [
    "changes",
    "contributions",
    "denial_reasons",
    "disputes",
    "enforcement",
    "enforcement_to_licensing",
    "flow",
    "funnel",
    "grant_odds",
    "grant_rates",
    "homogeneity",
    "normative_turnover",
    "outcomes",
    "own_history",
    "panel",
    "peers",
    "peers_funnel",
    "requester_mix",
    "shrunken_shares",
    "trend",
]
guard(globals(), *__all__)


def __dir__() -> list[str]:
    """Names that the Tab key offers: the figures."""
    return __all__
