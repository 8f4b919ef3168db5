"""The statistics that a report begins with, in one reading of the corpus."""

import polars as pl

from analysis.decisions import ITEMS, MEASURES
from analysis.observations import By, Frames
from analysis.results import MIN_N, quotients
from analysis.shares import composition, shares


def headlines(
    corpus: Frames,
    *,
    by: By = (),
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Who asked, with what outcome, why not, and enforcement: one row per group and measure.

    The same numbers as of four statistics, each by itself, in a fraction of the time: the corpus
    is read once.

    Parameters
    ----------
    corpus, by, confidence, min_n, strict
        As in all statistics, see :mod:`analysis`.

    Returns
    -------
    polars.DataFrame
        By ``denominator``: ``received``, the kinds of :func:`analysis.requester_mix`;
        ``resolved``, the outcomes of :func:`analysis.outcomes`; ``denied``, the reasons of
        :func:`analysis.denial_reasons`; ``licensing``, ``enforcement`` as in
        :func:`analysis.enforcement`. In cases, the last in decisions; columns as
        :mod:`analysis.flows` says.
    """
    parts, measures = dict(ITEMS), [MEASURES["enforcement"]]
    for of in ("denied", "resolved", "received"):
        categories = composition(of)
        parts |= categories
        measures = [*shares(of, categories), *measures]
    return quotients(corpus, measures, parts, by, confidence, min_n, strict=strict)
