"""Sums over people. Four at a time, because one addition need not wait for the last; always in the same order, because
the order of sums is part of a result that is the same to the last bit wherever it is computed."""

from __future__ import annotations

import numpy as np


def total(values):
    """Return the sum of ``values``."""
    whole = len(values) // 4 * 4
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    for i in range(0, whole, 4):
        a += float(values[i])
        b += float(values[i + 1])
        c += float(values[i + 2])
        d += float(values[i + 3])
    for i in range(whole, len(values)):
        a += float(values[i])
    return (a + b) + (c + d)


def total_of_squares(values):
    """Return the sum of the squares of ``values``."""
    whole = len(values) // 4 * 4
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    for i in range(0, whole, 4):
        a += np.float64(values[i]) * np.float64(values[i])
        b += np.float64(values[i + 1]) * np.float64(values[i + 1])
        c += np.float64(values[i + 2]) * np.float64(values[i + 2])
        d += np.float64(values[i + 3]) * np.float64(values[i + 3])
    for i in range(whole, len(values)):
        a += np.float64(values[i]) * np.float64(values[i])
    return (a + b) + (c + d)


def whole_total(marks):
    """Return the sum of ``marks``, which are whole numbers, so that their order does not matter."""
    result = 0
    for i in range(len(marks)):
        result += marks[i]
    return result
