"""Statistics of annual reports on open government information: frames in, tidy frame out.

Every statistic is called as ``statistic(corpus, by=...)`` and says in each row how many
reports it rests on and how many were left out, and why; ``analysis.figures`` has a figure of
the same name for each. docs/methods.md names the methods and their sources.
"""

from analysis.composition import homogeneity, residuals
from analysis.decisions import contributions, enforcement
from analysis.flows import disputes, documents, fees, flow
from analysis.funnels import funnel
from analysis.observations import Frames
from analysis.panel import changes, panel
from analysis.peers import peers
from analysis.ratios import enforcement_to_licensing
from analysis.requesters import grant_rates
from analysis.shares import denial_reasons, outcomes, requester_mix
from analysis.shrinkage import shrunken_shares
from analysis.trends import own_history, trend

__all__ = [
    "Frames",
    "changes",
    "contributions",
    "denial_reasons",
    "disputes",
    "documents",
    "enforcement",
    "enforcement_to_licensing",
    "fees",
    "flow",
    "funnel",
    "grant_rates",
    "homogeneity",
    "outcomes",
    "own_history",
    "panel",
    "peers",
    "requester_mix",
    "residuals",
    "shrunken_shares",
    "trend",
]


def __dir__() -> list[str]:
    """Names that the Tab key offers: the public ones, not the rooms behind them."""
    return __all__
