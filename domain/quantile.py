"""Quantiles of measured values, where some may count for more than others."""

from __future__ import annotations

from collections.abc import Iterable


def weighted_quantile(values: Iterable[tuple[float, float]], share: float) -> float:
    """The least value that at least this share (0 to 1) of the weight does not exceed.

    `values` are (value, weight above 0), one or more. With equal weights this is the inverted distribution function,
    definition 1 of Hyndman and Fan (1996): always a value that was really measured.
    """
    ordered = sorted(values)
    left = share * sum(weight for _, weight in ordered)
    for value, weight in ordered:
        left -= weight
        if left <= 1e-9 * weight:
            return value
    return ordered[-1][0]
