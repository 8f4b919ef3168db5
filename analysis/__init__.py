"""Statistics of annual reports on open government information: frames in, tidy frame out.

Every statistic is called as ``statistic(corpus, by=...)`` and says in each row how many
reports it rests on and how many were left out, and why; ``analysis.figures`` has a figure of
the same name for most, ``analysis.selection`` takes some of a corpus. docs/methods.md names the
methods and their sources. In all of them

- ``corpus`` is anything with the frames ``reports``, ``cells`` and ``checks``;
- ``by`` names columns of ``reports`` to group by; none pools all reports;
- ``of`` names a composition by its denominator: ``denied`` or ``grounds``, ``received``,
  ``resolved``, ``substance`` or ``held``; ``category`` is one of its categories;
- ``column`` is a column of the form's requesters; ``total`` is all of them;
- ``unit`` is the column of ``reports`` that tells agencies apart;
- ``confidence`` is the nominal coverage of intervals, between 0 and 1;
- ``min_n``: what rests on fewer cases is marked ``small``, and never dropped;
- ``strict`` uses only reports in which every identity that the cells enter holds.

In the result a count has its ``denominator`` and ``n``; null is "not known", never zero; the last
columns are the account of the reports (:data:`analysis.observations.ACCOUNT`). An option with a
value that it cannot have is a :class:`toolkit.errors.ParameterError`.
"""

from importlib import import_module
from types import ModuleType
from typing import Final

from analysis.composition import homogeneity, residuals
from analysis.decisions import contributions, enforcement, enforcement_to_licensing
from analysis.flows import disputes, fees, flow, normative_turnover
from analysis.funnels import funnel
from analysis.headlines import headlines
from analysis.observations import Frames
from analysis.panel import changes, panel
from analysis.peers import peers
from analysis.requesters import grant_rates
from analysis.shares import denial_reasons, outcomes, requester_mix
from analysis.shrinkage import shrunken_shares
from analysis.trends import own_history, trend
from toolkit.arguments import guard

__all__ = [
    "Frames",
    "changes",
    "contributions",
    "denial_reasons",
    "disputes",
    "enforcement",
    "enforcement_to_licensing",
    "fees",
    "flow",
    "funnel",
    "grant_rates",
    "headlines",
    "homogeneity",
    "normative_turnover",
    "outcomes",
    "own_history",
    "panel",
    "peers",
    "requester_mix",
    "residuals",
    "shrunken_shares",
    "trend",
]

guard(globals(), *__all__)

_ROOMS: Final = ("figures", "selection", "tables")
"""Modules of the package; what draws is imported when asked for, since it takes a second."""


def __getattr__(name: str) -> ModuleType:
    """Import what is asked for."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    """Names that the Tab key offers: the public ones, not the rooms behind them."""
    return [*__all__, *_ROOMS]
