"""Regressions of counts with a constant for each unit, errors clustered by unit."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import ParameterError

Array = NDArray[np.float64]
Index = NDArray[np.int64]

MOST_DUMMIES: Final = 300
"""Units up to which a negative-binomial model, which needs a column for each, is fitted."""

STEPS: Final = 50
CLOSE: Final = 1e-10
FARTHEST: Final = 2.0
"""How far a step may go: from enormous changes it would go where nothing can be computed."""


class Fit(NamedTuple):
    """Logs of rate ratios to the base year, their covariance, and what the data vary."""

    beta: Array
    covariance: Array
    dispersion: float
    p_overdispersion: float


def conditional_poisson(y: Array, x: Array, offset: Array, unit: Index) -> Fit:
    """Poisson regression with a constant for each unit, which its sum makes away with.

    ``y`` are counts; ``x`` has a column for each regressor; ``offset`` is the logarithm of the
    exposure; ``unit`` is the number of each row's unit, in ascending order, without gaps.
    Hausman, Hall and Griliches (1984); errors: Wooldridge (1999).
    """
    from scipy.special import chdtrc

    starts = np.flatnonzero(np.diff(unit, prepend=-1))
    sums = np.add.reduceat(y, starts)[unit]
    beta = np.zeros(x.shape[1])
    for _ in range(STEPS):
        eta = x @ beta + offset
        share = np.exp(eta - np.maximum.reduceat(eta, starts)[unit])
        share /= np.add.reduceat(share, starts)[unit]
        expected = sums * share
        centred = x - np.add.reduceat(x * share[:, None], starts)[unit]
        information = centred.T @ (centred * expected[:, None])
        step = np.linalg.solve(information, x.T @ (y - expected))
        far = np.abs(step).max()
        beta += step / max(1.0, far / FARTHEST)
        if far < CLOSE:
            break
    else:
        raise ParameterError("model: poisson did not converge on these counts")
    scores = np.add.reduceat(x * (y - expected)[:, None], starts)
    units = len(starts)
    inverse = np.linalg.inv(information)
    covariance = inverse @ (scores.T @ scores) @ inverse * units / (units - 1)
    square = float(((y - expected) ** 2 / expected).sum())
    freedom = len(y) - units - len(beta) or float("nan")
    return Fit(beta, covariance, square / freedom, float(chdtrc(freedom, square)))


def negative_binomial(y: Array, x: Array, offset: Array, unit: Index, start: Fit) -> Fit:
    """Negative-binomial regression, variance mean + alpha mean²; each constant is estimated.

    It starts from what :func:`conditional_poisson` found of the same counts.
    """
    from statsmodels.discrete.discrete_model import NegativeBinomial

    count = int(unit[-1]) + 1
    if count > MOST_DUMMIES:
        raise ParameterError(
            f"model: negative_binomial takes {MOST_DUMMIES} agencies at most, here are {count};"
            " poisson with its clustered errors holds for overdispersed counts too"
        )
    dummies = (unit[:, None] == np.arange(count)).astype(float)
    weight = np.exp(x @ start.beta + offset)
    levels = np.log((dummies.T @ y) / (dummies.T @ weight))
    regressors = np.hstack([x, dummies])
    if len(y) < regressors.shape[1] + 2:  # nothing would be left to tell the errors from
        raise ParameterError(
            "model: negative_binomial needs more years of more agencies; try poisson"
        )
    fitted = NegativeBinomial(y, regressors, offset=offset).fit(
        start_params=[*start.beta, *levels, 0.1],
        method="bfgs",
        maxiter=500,
        disp=0,
        cov_type="cluster",
        cov_kwds={"groups": unit, "use_correction": False},
    )
    if not fitted.mle_retvals["converged"]:
        raise ParameterError("model: negative_binomial did not converge on these counts")
    k = x.shape[1]
    # Constants lie within units: counted as parameters, they would widen the errors a second time.
    covariance = np.asarray(fitted.cov_params())[:k, :k] * count / (count - 1)
    return start._replace(beta=np.asarray(fitted.params)[:k], covariance=covariance)
