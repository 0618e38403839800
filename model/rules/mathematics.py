"""The few functions of analysis that rules need, written so that compiled and plain Python agree to the last bit."""

from __future__ import annotations

from math import erfc, sqrt

SQRT_2 = sqrt(2.0)


def exponential(x, times=1.0):
    """Return e to the power ``times * x``, for powers from -700 to 700 (values beyond are cut).

    Only products and sums are used, in one fixed order, so vector code, scalar code and plain Python give the
    same bits, which a library's ``exp`` does not promise. The Taylor series of a 1024th of the power is squared ten times;
    its terms are added in pairs, which need not wait for each other. The relative error stays below 1e-11 for powers
    from -30 to 30. Where ``times`` is the same for many, it is divided by 1024 once for all of them.
    """
    y = min(max(times / 1024.0 * x, -700.0 / 1024.0), 700.0 / 1024.0)
    y2 = y * y
    power = (1.0 + y) + y2 * (1.0 / 2.0 + y * (1.0 / 6.0)) + y2 * y2 * (1.0 / 24.0 + y * (1.0 / 120.0) + y2 * (1.0 / 720.0))
    power = power * power
    power = power * power
    power = power * power
    power = power * power
    power = power * power
    power = power * power
    power = power * power
    power = power * power
    power = power * power
    return power * power


def normal_probability(x):
    """Return the probability that a standard normal variable lies below ``x``."""
    return 0.5 * erfc(-x / SQRT_2)


def clipped(x, low, high):
    """Return ``x``, moved to the nearer end where it lies outside ``low`` to ``high``."""
    return min(max(x, low), high)
